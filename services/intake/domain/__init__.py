"""What a dossier's steps mean: national codes, legal moves, its position, its keys. Values only."""

from services.intake.domain.codes import DossierCode, parse_dossier_code
from services.intake.domain.content import content_digest, differing_fields, step_key
from services.intake.domain.moves import LEGAL_MOVES, Happening, Move, move_between
from services.intake.domain.position import Holding, Position, fold, holdings, position
from services.intake.domain.statuses import (
    ACCEPTED,
    DONE,
    ENDED,
    NATIONAL_STATUSES,
    PROCESSING,
    REFUSED,
    RETURNED,
    STOPPED,
    SUBMITTED,
    UNMAPPED,
    WAITING,
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
from services.intake.domain.walk import Filed, Passage, Step, in_order, walk

__all__ = [
    "ACCEPTED",
    "DONE",
    "ENDED",
    "LEGAL_MOVES",
    "NATIONAL_STATUSES",
    "PROCESSING",
    "REFUSED",
    "RETURNED",
    "STOPPED",
    "SUBMITTED",
    "UNMAPPED",
    "WAITING",
    "WAITING_PAYMENT",
    "WAITING_SUPPLEMENT",
    "WITHDRAWN",
    "DossierCode",
    "Filed",
    "Happening",
    "Holding",
    "Move",
    "Passage",
    "Position",
    "Step",
    "agency_was_valid",
    "content_digest",
    "deciding_day",
    "differing_fields",
    "fold",
    "holdings",
    "in_force",
    "in_order",
    "move_between",
    "national_code",
    "national_status",
    "parse_dossier_code",
    "position",
    "service_at_level",
    "step_key",
    "walk",
]
