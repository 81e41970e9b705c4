"""What intake remembers."""

from services.intake.tables.base import Base
from services.intake.tables.directory import Agency, CalendarDay, Procedure
from services.intake.tables.dossier import Dossier, Step
from services.intake.tables.personal import Audit, DataKey, LegalHold

__all__ = [
    "Agency",
    "Audit",
    "Base",
    "CalendarDay",
    "DataKey",
    "Dossier",
    "LegalHold",
    "Procedure",
    "Step",
]
