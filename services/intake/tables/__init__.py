"""What intake remembers."""

from services.intake.tables.base import Base
from services.intake.tables.directory import Agency, AgencyCode, DeclaredDay
from services.intake.tables.dossier import Amendment, Dossier, Step
from services.intake.tables.fields import CatalogueField
from services.intake.tables.imports import ImportJob, ImportPart
from services.intake.tables.papers import TrackingPin
from services.intake.tables.personal import Audit, DataKey, LegalHold
from services.intake.tables.procedure import EarlierVersion, Procedure, Version
from services.intake.tables.retired import journal

__all__ = [
    "Agency",
    "AgencyCode",
    "Amendment",
    "Audit",
    "Base",
    "CatalogueField",
    "DataKey",
    "DeclaredDay",
    "Dossier",
    "EarlierVersion",
    "ImportJob",
    "ImportPart",
    "LegalHold",
    "Procedure",
    "Step",
    "TrackingPin",
    "Version",
    "journal",
]
