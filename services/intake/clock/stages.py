"""The stages of an inter-agency dossier (hồ sơ liên thông): a limit for each agency, in turn or at once.

On paper the lead agency sends the dossier from one agency to the next; electronically it goes to all at
once (NĐ 118/2025, Điều 20.2). Both are told by what each stage waits for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.intake import Stage
from services.intake.clock.deadlines import is_past
from services.intake.clock.due import Office, due, pause_of
from services.intake.clock.reading import Pause, Reading
from services.intake.domain.statuses import ACCEPTED, DONE, PROCESSING, RETURNED
from services.intake.domain.walk import Filed, Passage

_BEGUN = frozenset({ACCEPTED, PROCESSING})
_FINISHED = frozenset({DONE, RETURNED})


@dataclass(frozen=True)
class StageReading:
    """Where one stage stands."""

    stage: Stage
    started_at: datetime | None
    """When its agency got it; None until what it waits for is done."""
    due_at: datetime | None
    """When it is due: planned from the stages before where it has not begun."""
    done_at: datetime | None

    @property
    def late(self) -> bool:
        """Whether it was finished after it was due: of days the day, of hours the minute."""
        if self.done_at is None:
            return False
        return is_past(self.done_at, self.due_at, self.stage.time_limit.unit)


def read_stages(
    passages: Sequence[Passage], filed: Filed, reading: Reading, office: Office
) -> list[StageReading]:
    """Where each stage of a dossier stands, in the order of the filing.

    A stage begins when its agency says so, else when the stages it waits for are done, else with the
    receipt. The applicant's pauses lengthen it. Without a receipt nothing has begun.
    """
    found: dict[str, StageReading] = {}
    planned: dict[str, datetime | None] = {}
    received_at = reading.runs[0].since if reading.runs else None
    for stage in filed.stages:
        own = [p for p in passages if p.step.stage == stage.id]
        begun = next((p.at for p in own if p.step.status in _BEGUN), None)
        done = next((p.at for p in own if p.step.status in _FINISHED), None)
        before = [found[name] for name in stage.after]
        started = begun or _handed_on(before, received_at)
        plan = [planned[name] for name in stage.after]
        expected = started or (max(filter(None, plan)) if plan and all(plan) else None)
        due_at = _due(stage, expected, reading.pauses, office)
        planned[stage.id] = done or due_at
        found[stage.id] = StageReading(stage, started, due_at, done)
    return list(found.values())


def last_due(stages: Sequence[StageReading]) -> datetime | None:
    """When the last stage is due: the limit of a procedure that states none of its own."""
    moments = [stage.due_at for stage in stages if stage.due_at is not None]
    return max(moments) if moments and len(moments) == len(stages) else None


def _handed_on(before: Sequence[StageReading], received_at: datetime | None) -> datetime | None:
    if received_at is None:
        return None
    ends = [stage.done_at for stage in before]
    return max([received_at, *filter(None, ends)]) if all(ends) else None


def _due(
    stage: Stage, started_at: datetime | None, pauses: Sequence[Pause], office: Office
) -> datetime | None:
    if started_at is None:
        return None
    unit = stage.time_limit.unit
    lengths = (
        pause_of(max(p.since, started_at), p.until, unit, office)
        for p in pauses
        if p.until is not None and p.until > started_at and not p.at_intake
    )
    return due(started_at, stage.time_limit, office, paused=sum(lengths, timedelta())).due_at
