"""The four definitions of "on time" in use, by id: figures of two of them differ for one dossier.

Each is a function of the same reading, so that a figure can say which one it used and anybody can see
what another would have said.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary import OnTimeDefinition, Timeliness
from services.intake.clock.deadlines import is_past
from services.intake.clock.due import Office
from services.intake.clock.hours import vietnam_day
from services.intake.clock.reading import Reading
from services.intake.clock.spent import requests
from services.intake.domain.position import Position
from services.intake.domain.statuses import (
    DONE,
    REFUSED,
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
        """When the agency's time ended, with a result or without."""
        return settled_at(self.position, self.reading)

    @property
    def impossible(self) -> bool:
        """Whether it ended before the day it began: no length of time can be told."""
        settled, runs = self.settled_at, self.reading.runs
        if settled is None or not runs:
            return False
        return vietnam_day(settled) < vietnam_day(runs[0].since)

    @property
    def overdue_before_pause(self) -> bool:
        """Whether it was late already when the applicant began to be waited for."""
        waiting = self.reading.waiting
        return waiting is not None and _over(waiting.since, self.reading.due_at, self)


def settled_at(position: Position, reading: Reading) -> datetime | None:
    """When the agency's time ended, with a result or without.

    One that was ended while the applicant was waited for ended, for the agency, with its request.
    """
    if position.done_at is not None:
        return position.done_at
    ended = position.ended_at
    waits = [p for p in reading.pauses if p.until == ended and not p.answered]
    return waits[-1].since if ended is not None and waits else ended


def judgements(judged: Judged) -> list[Judgement]:
    """The dossier by every definition, in the order of their ids."""
    if judged.impossible:
        nothing = (Timeliness.NOT_COUNTED, judged.settled_at, judged.reading.due_at)
        return [Judgement(definition, *nothing) for definition in OnTimeDefinition]
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
    if status is REFUSED and not judged.reading.runs:
        return Timeliness.NOT_COUNTED, None, due_at
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
    due_at = reading.statistical_due_at
    asked = requests(reading)
    end = judged.settled_at
    if len(asked) > 1:
        return Timeliness.LATE, end, due_at
    if end is None and asked and asked[-1].until is None:
        end = asked[-1].since
    if end is None:
        return _running(judged, due_at)
    late = _over(end, due_at, judged)
    return (Timeliness.LATE if late else Timeliness.ON_TIME), end, due_at


def _ot_d(judged: Judged) -> Compared:
    status, due_at = judged.position.status, judged.reading.due_at
    if not judged.reading.runs:
        return Timeliness.NOT_COUNTED, None, due_at
    settled = judged.settled_at
    if settled is None:
        if status in WAITING:
            late = judged.overdue_before_pause
            return (Timeliness.OVERDUE if late else Timeliness.WITHIN), None, due_at
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
    limit = judged.reading.limit
    return is_past(moment, due_at, limit.unit if limit else None)


_JUDGES: Mapping[OnTimeDefinition, Callable[[Judged], Compared]] = {
    OnTimeDefinition.OT_A: _ot_a,
    OnTimeDefinition.OT_B: _ot_b,
    OnTimeDefinition.OT_C: _ot_c,
    OnTimeDefinition.OT_D: _ot_d,
}
