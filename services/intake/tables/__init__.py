"""What intake remembers."""

from services.intake.tables.base import Base
from services.intake.tables.directory import Agency, DeclaredDay, Procedure
from services.intake.tables.dossier import Dossier, Step

__all__ = ["Agency", "Base", "DeclaredDay", "Dossier", "Procedure", "Step"]
