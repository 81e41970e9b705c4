"""What the papers of a dossier rest on (biểu mẫu): which step gives cause for which, and what it says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from contracts.vocabulary import DossierStatus, PaperKind
from services.intake.domain.statuses import (
    ACCEPTED,
    REFUSED,
    WAITING_SUPPLEMENT,
    national_code,
)


class Told(Protocol):
    """A step as it was reported."""

    key: str
    status: DossierStatus
    occurred_at: datetime
    due_at: datetime | None
    actor: str | None
    unit: str | None
    note: str | None


T = TypeVar("T", bound=Told)


@dataclass(frozen=True)
class Form:
    """Which form a paper follows (mẫu số), in which circular."""

    number: int
    circular: str


OLD_CIRCULAR = "Thông tư 01/2018/TT-VPCP"
CIRCULAR_2025 = "Thông tư 03/2025/TT-VPCP"
OLD_FORMS = {"receipt": 1, "supplement": 2, "refusal": 3, "apology": 4, "control-slip": 5}
OLD_FORMS["register"] = 6
FORMS_2025 = OLD_FORMS | {"control-slip": 6, "register": 7}


def form_of(paper: str, rule_set: str) -> Form:
    """The form of a paper (or of the ``register``) under a rule set of the clock.

    >>> form_of("control-slip", "R2018").number, form_of("control-slip", "R2025").number
    (5, 6)
    """
    if rule_set in {"R2018", "R2021"}:
        return Form(OLD_FORMS[paper], OLD_CIRCULAR)
    return Form(FORMS_2025[paper], CIRCULAR_2025)


def in_time(steps: Iterable[T]) -> list[T]:
    """Reported steps, oldest first; those of one instant in the order of their national codes."""
    return sorted(steps, key=lambda s: (s.occurred_at, national_code(s.status), s.key))


def last(status: DossierStatus, steps: Sequence[T]) -> T | None:
    """The last step of a status, of steps in time."""
    return next((step for step in reversed(steps) if step.status is status), None)


def accepting_officer(steps: Sequence[T]) -> str | None:
    """Who accepted the dossier first, where a step tells it."""
    return next((step.actor for step in steps if step.status is ACCEPTED and step.actor), None)


def missing_cause(
    kind: PaperKind,
    status: DossierStatus,
    received_at: datetime | None,
    steps: Sequence[T],
    *,
    reappointed: bool = False,
) -> str | None:
    """Why a dossier gives no cause for a paper, in a sentence; none when it does.

    >>> missing_cause(PaperKind.RECEIPT, DossierStatus.SUBMITTED, None, [])
    'The dossier has not been accepted: a receipt is given on acceptance.'
    """
    if kind is PaperKind.RECEIPT and received_at is None:
        return "The dossier has not been accepted: a receipt is given on acceptance."
    if kind is PaperKind.SUPPLEMENT and last(WAITING_SUPPLEMENT, steps) is None:
        return "No supplement was asked for: report a step `waiting_supplement` first."
    if kind is PaperKind.REFUSAL and status is not REFUSED:
        return f"The dossier is not refused: it is `{status}`."
    if kind is PaperKind.APOLOGY and not reappointed:
        return "The result has not been re-appointed: report a step with a new `due_at` first."
    return None
