"""The state machine of a dossier: every move the law knows, on one screen."""

from dataclasses import dataclass

from contracts.vocabulary import DossierStatus
from services.intake.domain.statuses import (
    ACCEPTED,
    DONE,
    PROCESSING,
    REFUSED,
    RETURNED,
    STOPPED,
    SUBMITTED,
    WAITING_PAYMENT,
    WAITING_SUPPLEMENT,
    WITHDRAWN,
)


@dataclass(frozen=True)
class Move:
    """A step from one status to another that the law knows, and its ground in words.

    Articles are those of Nghị định 118/2025/NĐ-CP.
    """

    before: DossierStatus
    after: DossierStatus
    ground: str


LEGAL_MOVES = (
    Move(SUBMITTED, ACCEPTED, "full and valid: code and receipt are issued (Điều 17.3)"),
    Move(SUBMITTED, REFUSED, "not eligible: refused in writing (Điều 17.1c)"),
    Move(SUBMITTED, WAITING_SUPPLEMENT, "papers are missing at intake, asked once (Điều 17.2a)"),
    Move(SUBMITTED, WITHDRAWN, "the applicant stops before a decision (Điều 21)"),
    Move(WAITING_SUPPLEMENT, SUBMITTED, "papers asked at intake are handed in (Điều 17.2a)"),
    Move(WAITING_SUPPLEMENT, ACCEPTED, "the dossier is complete: it is accepted (Điều 17.3)"),
    Move(ACCEPTED, PROCESSING, "forwarded to the office that handles it (Điều 18.2, 19)"),
    Move(ACCEPTED, DONE, "settled at once, on the day of receipt or by the system (Điều 17.4)"),
    Move(ACCEPTED, WAITING_SUPPLEMENT, "papers are missing, asked once, in full (Điều 19.5)"),
    Move(ACCEPTED, WAITING_PAYMENT, "fees or taxes fall due (Điều 24)"),
    Move(ACCEPTED, STOPPED, "conditions are not met: written reasons (Điều 19.3)"),
    Move(ACCEPTED, WITHDRAWN, "the applicant stops before a decision (Điều 21)"),
    Move(PROCESSING, DONE, "decided: the result is ready (Điều 19)"),
    Move(PROCESSING, WAITING_SUPPLEMENT, "papers are missing, asked once, in full (Điều 19.5)"),
    Move(PROCESSING, WAITING_PAYMENT, "fees or taxes fall due (Điều 24)"),
    Move(PROCESSING, STOPPED, "conditions are not met: written reasons (Điều 19.3)"),
    Move(PROCESSING, WITHDRAWN, "the applicant stops before a decision (Điều 21)"),
    Move(WAITING_SUPPLEMENT, PROCESSING, "papers are complete: the limit starts anew (Điều 19.5)"),
    Move(WAITING_SUPPLEMENT, STOPPED, "no answer within 15 days: closed (Điều 19.5)"),
    Move(WAITING_SUPPLEMENT, WITHDRAWN, "the applicant stops before a decision (Điều 21)"),
    Move(WAITING_PAYMENT, PROCESSING, "the duty is paid (Điều 24)"),
    Move(WAITING_PAYMENT, WITHDRAWN, "the applicant stops before a decision (Điều 21)"),
    Move(DONE, RETURNED, "the result is handed over (Điều 22)"),
    Move(DONE, PROCESSING, "an error in the result is corrected (Điều 23.1)"),
    Move(RETURNED, PROCESSING, "an error in the result is corrected (Điều 23.1)"),
    Move(RETURNED, DONE, "the corrected result is ready (Điều 23.1)"),
)
"""The state machine of a dossier (vòng đời hồ sơ). Other moves happen: they are named, not refused.

Steps that keep the status, as when one office forwards to the next, are no moves.
"""

_GROUNDS = {(move.before, move.after): move.ground for move in LEGAL_MOVES}


def ground_of(before: DossierStatus, after: DossierStatus) -> str | None:
    """The legal ground of a move in words; none where the law knows no such move.

    >>> ground_of(DossierStatus.DONE, DossierStatus.RETURNED)
    'the result is handed over (Điều 22)'
    """
    return _GROUNDS.get((before, after))
