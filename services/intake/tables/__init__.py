"""What intake remembers."""

from services.intake.tables.base import Base
from services.intake.tables.directory import Agency, AgencyCode, DeclaredDay
from services.intake.tables.dossier import Dossier, Step
from services.intake.tables.procedure import EarlierVersion, Procedure, Version

__all__ = [
    "Agency",
    "AgencyCode",
    "Base",
    "DeclaredDay",
    "Dossier",
    "EarlierVersion",
    "Procedure",
    "Step",
    "Version",
]
