"""Where a dossier stands: the fold of its steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary import DossierStatus
from services.intake.domain.statuses import (
    ACCEPTED,
    DONE,
    REFUSED,
    RETURNED,
    SUBMITTED,
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


@dataclass(frozen=True)
class Filed:
    """What the filing said of the dossier's first instants."""

    submitted_at: datetime | None = None
    received_at: datetime | None = None


@dataclass(frozen=True)
class Position:
    """Where a dossier stands (tình trạng hồ sơ)."""

    status: DossierStatus
    received_at: datetime | None
    """When it was accepted: as the filing says, else the first `accepted` step."""
    done_at: datetime | None
    """When the result was first ready; if nobody said so, when it was first returned."""
    returned_at: datetime | None
    """When the result was first handed over."""
    due_override: datetime | None
    """The promised moment of the latest step that re-appointed it (hẹn lại)."""


_BEFORE_ACCEPTANCE = frozenset({SUBMITTED, REFUSED, WAITING_SUPPLEMENT})
"""Statuses a dossier may have before it is accepted, so that its receipt ends them."""


def in_order(rows: Iterable[Step]) -> list[Step]:
    """The distinct steps, oldest first.

    Steps of one instant stand in the order of their national codes, so that a batch stamped with
    one time ends where the dossier got furthest; steps alike in both stand in the order of keys.
    """
    return sorted({row.key: row for row in rows}.values(), key=_order)


def fold(rows: Iterable[Step], filed: Filed) -> Position:
    """The position of a dossier as a function of the set of its steps, however they arrive.

    The status is the latest step's. A receipt stated by the filing alone counts against the steps
    that may come before it (submitted, refused, waiting for a supplement): the earlier ones are over.
    Later work outranks the receipt even when its clock ran behind.
    """
    steps = in_order(rows)
    received_at = filed.received_at or first(ACCEPTED, steps)
    returned_at = first(RETURNED, steps)
    appointments = [step.due_at for step in steps if step.due_at is not None]
    return Position(
        status=_status(steps, filed),
        received_at=received_at,
        done_at=first(DONE, steps) or returned_at,
        returned_at=returned_at,
        due_override=appointments[-1] if appointments else None,
    )


def _order(step: Step) -> tuple[datetime, int, str]:
    return step.occurred_at, national_code(step.status), step.key


def _is_over(step: Step, filed: Filed) -> bool:
    if filed.received_at is None or step.status not in _BEFORE_ACCEPTANCE:
        return False
    moment = step.occurred_at, national_code(step.status)
    return moment < (filed.received_at, national_code(ACCEPTED))


def _status(steps: Sequence[Step], filed: Filed) -> DossierStatus:
    told = [step.status for step in steps if not _is_over(step, filed)]
    if told:
        return told[-1]
    return ACCEPTED if filed.received_at else SUBMITTED


def first(status: DossierStatus, steps: Sequence[Step]) -> datetime | None:
    """When a status was first reported, of steps in order."""
    return next((step.occurred_at for step in steps if step.status is status), None)
