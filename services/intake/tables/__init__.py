"""What intake remembers."""

from services.intake.tables.base import Base
from services.intake.tables.directory import Agency, CalendarDay, Procedure
from services.intake.tables.dossier import Dossier, Step
from services.intake.tables.papers import PaperReading, TrackingPin

__all__ = [
    "Agency",
    "Base",
    "CalendarDay",
    "Dossier",
    "PaperReading",
    "Procedure",
    "Step",
    "TrackingPin",
]
