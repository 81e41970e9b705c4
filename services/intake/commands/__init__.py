"""What can be done to a dossier: one function each, inside the caller's unit of work."""

from services.intake.commands.apart import SandboxCodeForeign
from services.intake.commands.filing import DossierCodeTaken, Filing, file_dossier
from services.intake.commands.position import standing_of
from services.intake.commands.progress import UnknownStage, report_progress
from services.intake.commands.reach import (
    UnknownAgency,
    UnknownDossier,
    UnknownProcedure,
    reachable_dossier,
)

__all__ = [
    "DossierCodeTaken",
    "Filing",
    "SandboxCodeForeign",
    "UnknownAgency",
    "UnknownDossier",
    "UnknownProcedure",
    "UnknownStage",
    "file_dossier",
    "reachable_dossier",
    "report_progress",
    "standing_of",
]
