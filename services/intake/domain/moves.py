"""The state machine of a dossier: every move the law knows, on one screen."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.vocabulary import Breach, DossierStatus
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


class Happening(StrEnum):
    """What makes a dossier move (sự kiện xử lý)."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    ASK_AT_INTAKE = "ask_at_intake"
    HAND_IN = "hand_in"
    SETTLE_AT_ONCE = "settle_at_once"
    FORWARD = "forward"
    ASK = "ask"
    COMPLETE = "complete"
    CHARGE = "charge"
    PAY = "pay"
    DECIDE = "decide"
    FIND_INELIGIBLE = "find_ineligible"
    CLOSE_UNANSWERED = "close_unanswered"
    WITHDRAW = "withdraw"
    HAND_OVER = "hand_over"
    FIND_ERROR = "find_error"
    REISSUE = "reissue"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Move:
    """A step from one status to another that the law knows, and its ground in words.

    Articles are those of Nghị định 118/2025/NĐ-CP. `guard` names what is broken when the condition of
    the move does not hold; the conditions' figures stand in the clock's rule sets.
    """

    before: DossierStatus
    event: Happening
    after: DossierStatus
    guard: tuple[Breach, ...]
    ground: str


_H, _B = Happening, Breach
_ASKED = (_B.SECOND_SUPPLEMENT, _B.LATE_SUPPLEMENT_REQUEST)
_GIVEN_UP = "the applicant stops before a decision (Điều 21)"
_AGAIN = "an ended dossier goes on: no article of the decree (Điều 19 to 23) provides for it"

# fmt: off
LEGAL_MOVES = (
    Move(SUBMITTED, _H.ACCEPT, ACCEPTED, (_B.LATE_ACCEPTANCE, _B.OTHER_PORTAL), "full and valid: code and receipt are issued (Điều 17.3)"),
    Move(SUBMITTED, _H.REFUSE, REFUSED, (_B.LATE_ACCEPTANCE,), "not eligible: refused in writing (Điều 17.1c)"),
    Move(SUBMITTED, _H.ASK_AT_INTAKE, WAITING_SUPPLEMENT, (_B.LATE_ACCEPTANCE, _B.SECOND_SUPPLEMENT), "papers are missing at intake, asked once (Điều 17.2a)"),
    Move(SUBMITTED, _H.SETTLE_AT_ONCE, DONE, (_B.UNEXPECTED_MOVE,), "a same-day procedure needs no receipt (Điều 17.4)"),
    Move(SUBMITTED, _H.WITHDRAW, WITHDRAWN, (), _GIVEN_UP),
    Move(WAITING_SUPPLEMENT, _H.HAND_IN, SUBMITTED, (), "papers asked at intake are handed in (Điều 17.2a)"),
    Move(WAITING_SUPPLEMENT, _H.ACCEPT, ACCEPTED, (), "the dossier is complete: it is accepted (Điều 17.3)"),
    Move(WAITING_SUPPLEMENT, _H.COMPLETE, PROCESSING, (), "papers are complete: the limit starts anew (Điều 19.5)"),
    Move(WAITING_SUPPLEMENT, _H.CLOSE_UNANSWERED, STOPPED, (_B.CLOSED_EARLY,), "no answer within 15 days: closed (Điều 19.5)"),
    Move(WAITING_SUPPLEMENT, _H.WITHDRAW, WITHDRAWN, (), _GIVEN_UP),
    Move(ACCEPTED, _H.FORWARD, PROCESSING, (_B.LATE_FORWARDING, _B.LATE_HANDOVER), "forwarded to the office that handles it (Điều 18.2, 19, 20.1)"),
    Move(ACCEPTED, _H.SETTLE_AT_ONCE, DONE, (), "settled at once, on the day of receipt or by the system (Điều 17.4)"),
    Move(ACCEPTED, _H.ASK, WAITING_SUPPLEMENT, _ASKED, "papers are missing, asked once, in full (Điều 19.5)"),
    Move(ACCEPTED, _H.CHARGE, WAITING_PAYMENT, (), "fees or taxes fall due (Điều 24)"),
    Move(ACCEPTED, _H.FIND_INELIGIBLE, STOPPED, (_B.LATE_REFUSAL,), "conditions are not met: written reasons (Điều 19.3)"),
    Move(ACCEPTED, _H.WITHDRAW, WITHDRAWN, (), _GIVEN_UP),
    Move(PROCESSING, _H.DECIDE, DONE, (), "decided: the result is ready (Điều 19)"),
    Move(PROCESSING, _H.ASK, WAITING_SUPPLEMENT, _ASKED, "papers are missing, asked once, in full (Điều 19.5)"),
    Move(PROCESSING, _H.CHARGE, WAITING_PAYMENT, (), "fees or taxes fall due (Điều 24)"),
    Move(PROCESSING, _H.FIND_INELIGIBLE, STOPPED, (_B.LATE_REFUSAL,), "conditions are not met: written reasons (Điều 19.3)"),
    Move(PROCESSING, _H.WITHDRAW, WITHDRAWN, (), _GIVEN_UP),
    Move(WAITING_PAYMENT, _H.PAY, PROCESSING, (), "the duty is paid (Điều 24)"),
    Move(WAITING_PAYMENT, _H.WITHDRAW, WITHDRAWN, (), _GIVEN_UP),
    Move(DONE, _H.HAND_OVER, RETURNED, (), "the result is handed over (Điều 22)"),
    Move(DONE, _H.FIND_ERROR, PROCESSING, (), "an error in the result is corrected (Điều 23.1)"),
    Move(DONE, _H.WITHDRAW, WITHDRAWN, (_B.WITHDRAWN_AFTER_DECISION,), "only before the decision (Điều 21)"),
    Move(RETURNED, _H.FIND_ERROR, PROCESSING, (), "an error in the result is corrected (Điều 23.1)"),
    Move(RETURNED, _H.REISSUE, DONE, (), "the corrected result is ready (Điều 23.1)"),
    Move(RETURNED, _H.WITHDRAW, WITHDRAWN, (_B.WITHDRAWN_AFTER_DECISION,), "only before the decision (Điều 21)"),
    Move(REFUSED, _H.ACCEPT, ACCEPTED, (_B.REOPENED,), _AGAIN),
    Move(REFUSED, _H.REOPEN, SUBMITTED, (_B.REOPENED,), _AGAIN),
    Move(STOPPED, _H.REOPEN, PROCESSING, (_B.REOPENED,), _AGAIN),
    Move(WITHDRAWN, _H.REOPEN, PROCESSING, (_B.REOPENED,), _AGAIN),
)
# fmt: on
"""The state machine of a dossier (vòng đời hồ sơ). Other moves happen: they are named, not refused.

Partners report the status a dossier came to, so a move is found by its two ends. Steps that keep the
status, as when one office forwards to the next, are no moves. Correcting a result ends with `decide`.
"""

_MOVES = {(move.before, move.after): move for move in LEGAL_MOVES}


def move_between(before: DossierStatus, after: DossierStatus) -> Move | None:
    """The move from one status to another; none where the law knows no such move.

    >>> move_between(DossierStatus.DONE, DossierStatus.RETURNED).ground
    'the result is handed over (Điều 22)'
    """
    return _MOVES.get((before, after))
