"""Where the steps of a dossier left the law."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.vocabulary import DossierStatus
from services.intake.domain.moves import ground_of
from services.intake.domain.position import Filed, Step, first, in_order
from services.intake.domain.statuses import ACCEPTED, SUBMITTED, WAITING_SUPPLEMENT


class Breach(StrEnum):
    """A way in which a dossier's steps left the law (vi phạm quy trình): told, never refused."""

    UNEXPECTED_MOVE = "unexpected_move"
    """The law knows no such move."""
    SECOND_SUPPLEMENT = "second_supplement"
    """Papers were asked for more than once (Điều 16.3 asks once, in full)."""
    SECOND_REAPPOINTMENT = "second_reappointment"
    """The result was re-appointed more than once (Điều 19.6)."""


@dataclass(frozen=True)
class Violation:
    """One breach, and the move in which it shows."""

    breach: Breach
    before: DossierStatus
    after: DossierStatus
    occurred_at: datetime


def violations(rows: Iterable[Step], filed: Filed) -> list[Violation]:
    """The breaches in a dossier's steps, oldest first; judged by the law of 2025 whatever its year.

    The filing's receipt counts as a step where no row says `accepted`.
    """
    steps = list(rows)
    if filed.received_at and first(ACCEPTED, steps) is None:
        steps.append(Step(ACCEPTED, filed.received_at, None, ""))
    found: list[Violation] = []
    before, supplements = SUBMITTED, 0
    appointment: datetime | None = None
    for step in in_order(steps):
        moved = step.status is not before
        asks = moved and step.status is WAITING_SUPPLEMENT
        reappoints = step.due_at is not None and step.due_at != appointment
        breaches = {
            Breach.UNEXPECTED_MOVE: moved and ground_of(before, step.status) is None,
            Breach.SECOND_SUPPLEMENT: asks and supplements > 0,
            Breach.SECOND_REAPPOINTMENT: reappoints and appointment is not None,
        }
        told = [breach for breach, is_so in breaches.items() if is_so]
        found += [Violation(breach, before, step.status, step.occurred_at) for breach in told]
        supplements += asks
        appointment = step.due_at or appointment
        before = step.status
    return found
