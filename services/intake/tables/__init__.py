"""What intake remembers."""

from services.intake.tables.base import Base
from services.intake.tables.directory import Agency, CalendarDay, Procedure
from services.intake.tables.dossier import Dossier, Step
from services.intake.tables.imports import ImportJob, ImportPart

__all__ = [
    "Agency",
    "Base",
    "CalendarDay",
    "Dossier",
    "ImportJob",
    "ImportPart",
    "Procedure",
    "Step",
]
