"""The way of a dossier: its steps in order, and the moves they make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contracts.intake import Stage
from contracts.vocabulary import Channel, DossierStatus, ReturnMode
from services.intake.domain.moves import Move, move_between
from services.intake.domain.statuses import (
    ACCEPTED,
    DONE,
    ENDED,
    PROCESSING,
    REFUSED,
    RETURNED,
    SUBMITTED,
    UNMAPPED,
    WAITING_SUPPLEMENT,
    national_code,
)


@dataclass(frozen=True)
class Step:
    """One remembered row of progress (một bước xử lý); `key` tells it from other rows."""

    status: DossierStatus
    occurred_at: datetime
    due_at: datetime | None
    key: str
    agency: str | None = None
    """Who has the dossier from then on."""
    stage: str | None = None
    """The stage of an inter-agency dossier it is about."""
    recorded_at: datetime | None = None
    """When it was first told: promises use the calendar as it was known then."""


@dataclass(frozen=True)
class Filed:
    """What the filing said of a dossier."""

    submitted_at: datetime | None = None
    received_at: datetime | None = None
    filed_at: datetime | None = None
    """When it was told: the promise uses the calendar as it was known then."""
    channel: Channel = Channel.COUNTER
    return_mode: ReturnMode = ReturnMode.COUNTER
    agency: str = ""
    competent_agency: str = ""
    same_day: bool = False
    """Whether the procedure is settled on the day it is handed in (trả kết quả trong ngày)."""
    national_portal: bool | None = None
    """Whether it was filed on the National Public Service Portal; None: not told."""
    stages: Sequence[Stage] = field(default=())
    handed_over_at: datetime | None = None
    """When the post took custody of the result (bưu điện chấp nhận): the agency's time ends there."""


@dataclass(frozen=True)
class Passage:
    """A dossier at one of its steps: where it was, where it came to, and by which move."""

    before: DossierStatus
    after: DossierStatus
    step: Step
    move: Move | None
    """None where the status stayed, or the law knows no such move."""
    at_intake: bool = False
    """Before acceptance, when the limit does not run yet."""

    @property
    def moved(self) -> bool:
        """Whether the status changed."""
        return self.before is not self.after

    @property
    def at(self) -> datetime:
        """When."""
        return self.step.occurred_at


_BEFORE_ACCEPTANCE = frozenset({SUBMITTED, REFUSED, WAITING_SUPPLEMENT})
"""Statuses a dossier may have before it is accepted, so that its receipt ends them."""

_DONE_WITH = frozenset({ACCEPTED, DONE, RETURNED})
"""What an agency reports of its own stage without the dossier being so."""


def in_order(rows: Iterable[Step]) -> list[Step]:
    """The distinct steps, oldest first.

    Steps of one instant stand in the order of their national codes, so that a batch stamped with
    one time ends where the dossier got furthest; steps alike in both stand in the order of keys.
    """
    return sorted({row.key: row for row in rows}.values(), key=_order)


def walk(rows: Iterable[Step], filed: Filed) -> list[Passage]:
    """The passages of a dossier as a function of the set of its steps, however they arrive.

    A receipt stated by the filing alone counts against the steps that may come before it (submitted,
    refused, waiting for a supplement): the earlier ones are over, and acceptance follows them. Later
    work outranks the receipt even when its clock ran behind. What a stage of an inter-agency dossier
    reports keeps the whole in processing; what is of no known state moves nothing.
    """
    steps = [step for step in in_order(rows) if step.status is not UNMAPPED]
    over, rest = _by_receipt(steps, filed)
    passages: list[Passage] = []
    status, at_intake = SUBMITTED, True
    for place, step in enumerate([*over, *rest]):
        after = _whole(step, status)
        begun = filed.received_at is not None and place >= len(over)
        at_intake = at_intake and not begun and after in _BEFORE_ACCEPTANCE
        passages.append(Passage(status, after, step, move_between(status, after), at_intake))
        status = after
    return passages


def first(status: DossierStatus, steps: Iterable[Step]) -> datetime | None:
    """When a status of the whole dossier was first reported, of steps in order."""
    told = (step.occurred_at for step in steps if step.status is status and step.stage is None)
    return next(told, None)


def _order(step: Step) -> tuple[datetime, int, str]:
    return step.occurred_at, national_code(step.status), step.key


def _by_receipt(steps: list[Step], filed: Filed) -> tuple[list[Step], list[Step]]:
    """What the receipt ended, and what came with it and after."""
    if filed.received_at is None:
        return [], steps
    over = [step for step in steps if _is_over(step, filed.received_at)]
    rest = [step for step in steps if not _is_over(step, filed.received_at)]
    if first(ACCEPTED, steps) is None:
        rest.insert(0, Step(ACCEPTED, filed.received_at, None, "", recorded_at=filed.filed_at))
    return over, rest


def _is_over(step: Step, received_at: datetime) -> bool:
    moment = step.occurred_at, national_code(step.status)
    earlier = moment < (received_at, national_code(ACCEPTED))
    return step.status in _BEFORE_ACCEPTANCE and earlier


def _whole(step: Step, status: DossierStatus) -> DossierStatus:
    """The status of the whole dossier after a step, which may be of one stage of it."""
    if step.stage is None:
        return step.status
    if step.status in _DONE_WITH or step.status in ENDED:
        return PROCESSING if status in {SUBMITTED, ACCEPTED, PROCESSING} else status
    return status if status in {DONE, RETURNED} else step.status
