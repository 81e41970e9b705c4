"""What a dossier's steps mean: national codes, legal moves, its position, its keys. Values only."""

from services.intake.domain.breaches import Breach, Violation, violations
from services.intake.domain.codes import DossierCode, parse_dossier_code
from services.intake.domain.content import differing_fields, step_key
from services.intake.domain.moves import LEGAL_MOVES, Move, ground_of
from services.intake.domain.position import Filed, Position, Step, fold, in_order
from services.intake.domain.statuses import (
    ACCEPTED,
    DONE,
    NATIONAL_STATUSES,
    PROCESSING,
    REFUSED,
    RETURNED,
    STOPPED,
    SUBMITTED,
    WAITING_PAYMENT,
    WAITING_SUPPLEMENT,
    WITHDRAWN,
    national_code,
    national_status,
)
from services.intake.domain.watching import (
    Watch,
    Watched,
    awaited_since,
    late_from,
    next_watch,
    telling,
)

__all__ = [
    "ACCEPTED",
    "DONE",
    "LEGAL_MOVES",
    "NATIONAL_STATUSES",
    "PROCESSING",
    "REFUSED",
    "RETURNED",
    "STOPPED",
    "SUBMITTED",
    "WAITING_PAYMENT",
    "WAITING_SUPPLEMENT",
    "WITHDRAWN",
    "Breach",
    "DossierCode",
    "Filed",
    "Move",
    "Position",
    "Step",
    "Violation",
    "Watch",
    "Watched",
    "awaited_since",
    "differing_fields",
    "fold",
    "ground_of",
    "in_order",
    "late_from",
    "national_code",
    "national_status",
    "next_watch",
    "parse_dossier_code",
    "step_key",
    "telling",
    "violations",
]
