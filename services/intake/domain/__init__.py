"""What a dossier's steps mean: national codes, legal moves, its position, its keys. Values only."""

from services.intake.domain.breaches import Breach, Violation, violations
from services.intake.domain.codes import DossierCode, parse_dossier_code
from services.intake.domain.content import differing_fields, step_key
from services.intake.domain.moves import LEGAL_MOVES, Move, ground_of
from services.intake.domain.personal import (
    ENDED,
    KeyPurpose,
    closed_on,
    normalised_id_number,
    normalised_phone,
    quarter_of,
)
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
    "WAITING_PAYMENT",
    "WAITING_SUPPLEMENT",
    "WITHDRAWN",
    "Breach",
    "DossierCode",
    "Filed",
    "KeyPurpose",
    "Move",
    "Position",
    "Step",
    "Violation",
    "closed_on",
    "differing_fields",
    "fold",
    "ground_of",
    "in_order",
    "national_code",
    "national_status",
    "normalised_id_number",
    "normalised_phone",
    "parse_dossier_code",
    "quarter_of",
    "step_key",
    "violations",
]
