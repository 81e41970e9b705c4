"""The four definitions of "on time" in use, by id: figures of two of them differ for one dossier.

Each is a function of the same reading, so that a figure can say which one it used and anybody can see
what another would have said.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary import OnTimeDefinition, PauseKind, Timeliness, TimeUnit
from services.intake.clock.due import Office, due
from services.intake.clock.hours import vietnam_day
from services.intake.clock.reading import Reading
from services.intake.domain.position import Position
from services.intake.domain.statuses import (
    DONE,
    RETURNED,
    STOPPED,
    WAITING,
    WITHDRAWN,
)

_RESULT = frozenset({DONE, RETURNED})
_PAUSED_BY_OT_B = WAITING | {STOPPED}


@dataclass(frozen=True)
class Judgement:
    """How a dossier stands by one definition, and what was compared."""

    definition: OnTimeDefinition
    timeliness: Timeliness
    end_at: datetime | None
    """When its time ended by this definition; None while it runs."""
    due_at: datetime | None


@dataclass(frozen=True)
class Judged:
    """What the definitions look at."""

    position: Position
    reading: Reading
    office: Office
    as_of: datetime
    """Unfinished dossiers are compared with this instant."""

    @property
    def settled_at(self) -> datetime | None:
        """When the work ended, with a result or without."""
        ended = self.position.ended_at
        return self.position.done_at if ended is None else ended


def judgements(judged: Judged) -> list[Judgement]:
    """The dossier by every definition, in the order of their ids."""
    return [Judgement(definition, *_JUDGES[definition](judged)) for definition in OnTimeDefinition]


Compared = tuple[Timeliness, datetime | None, datetime | None]


def _ot_a(judged: Judged) -> Compared:
    due_at, end = judged.reading.due_at, judged.position.done_at
    if judged.position.status not in _RESULT or end is None:
        return Timeliness.NOT_COUNTED, None, due_at
    if due_at is None:
        return Timeliness.NOT_COUNTED, end, None
    if end > due_at:
        return Timeliness.LATE, end, due_at
    early = vietnam_day(end) < vietnam_day(due_at)
    return (Timeliness.EARLY if early else Timeliness.ON_TIME), end, due_at


def _ot_b(judged: Judged) -> Compared:
    status, due_at = judged.position.status, judged.reading.due_at
    if status in _PAUSED_BY_OT_B:
        return Timeliness.PAUSED, None, due_at
    settled = judged.settled_at if status in _RESULT | {WITHDRAWN} else None
    if settled is None:
        return _running(judged, due_at)
    if due_at is None or vietnam_day(settled) <= vietnam_day(due_at):
        return Timeliness.ON_TIME, settled, due_at
    return Timeliness.LATE, settled, due_at


def _ot_c(judged: Judged) -> Compared:
    reading = judged.reading
    if not reading.runs:
        return Timeliness.NOT_COUNTED, None, None
    due_at = reading.statistical_due_at or _longest(judged)
    asked = [p for p in reading.pauses if p.kind is PauseKind.SUPPLEMENT and not p.at_intake]
    end = judged.position.done_at or judged.position.ended_at
    if len(asked) > 1:
        return Timeliness.LATE, end, due_at
    if end is None and asked and asked[-1].until is None:
        end = asked[-1].since
    if end is None:
        return _running(judged, due_at)
    late = _over(end, due_at, judged)
    return (Timeliness.LATE if late else Timeliness.ON_TIME), end, due_at


def _longest(judged: Judged) -> datetime | None:
    """Without a promise the elapsed time is held against the limit itself."""
    run = judged.reading.runs[0]
    return due(run.since, judged.reading.limit, judged.office).due_at


def _ot_d(judged: Judged) -> Compared:
    status, due_at = judged.position.status, judged.reading.due_at
    if not judged.reading.runs:
        return Timeliness.NOT_COUNTED, None, due_at
    settled = judged.settled_at
    if settled is None:
        if status in WAITING:
            return Timeliness.WITHIN, None, due_at
        return _running(judged, due_at)
    if due_at is None:
        return Timeliness.ON_TIME, settled, None
    if _over(settled, due_at, judged):
        return Timeliness.LATE, settled, due_at
    early = vietnam_day(settled) < vietnam_day(due_at)
    return (Timeliness.EARLY if early else Timeliness.ON_TIME), settled, due_at


def _running(judged: Judged, due_at: datetime | None) -> Compared:
    over = _over(judged.as_of, due_at, judged)
    return (Timeliness.OVERDUE if over else Timeliness.WITHIN), None, due_at


def _over(moment: datetime, due_at: datetime | None, judged: Judged) -> bool:
    """Whether a moment is past a promise: of days the day counts to its end, of hours the minute."""
    if due_at is None:
        return False
    limit = judged.reading.limit
    if limit is not None and limit.unit is TimeUnit.WORKING_HOUR:
        return moment > due_at
    return vietnam_day(moment) > vietnam_day(due_at)


_JUDGES: Mapping[OnTimeDefinition, Callable[[Judged], Compared]] = {
    OnTimeDefinition.OT_A: _ot_a,
    OnTimeDefinition.OT_B: _ot_b,
    OnTimeDefinition.OT_C: _ot_c,
    OnTimeDefinition.OT_D: _ot_d,
}
