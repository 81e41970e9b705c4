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
from services.intake.domain.validity import (
    agency_was_valid,
    deciding_day,
    in_force,
    service_at_level,
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
    "agency_was_valid",
    "deciding_day",
    "differing_fields",
    "fold",
    "ground_of",
    "in_force",
    "in_order",
    "national_code",
    "national_status",
    "parse_dossier_code",
    "service_at_level",
    "step_key",
    "violations",
]
