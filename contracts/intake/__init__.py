"""What intake accepts over HTTP and announces on the bus."""

from contracts.intake.catalogue import FieldCode, ProcedureEntry, ProcedureView, TimeLimit
from contracts.intake.clock import ClockView
from contracts.intake.directory import AgencyEntry, AgencyView
from contracts.intake.dossiers import (
    Applicant,
    DossierFiling,
    DossierFlags,
    DossierPage,
    DossierView,
)
from contracts.intake.events import (
    DossierFiled,
    DossierProgressed,
    DossierReturned,
    ProcedurePublished,
)
from contracts.intake.imports import (
    ImportCounts,
    ImportReason,
    ImportResult,
    ImportRow,
    ImportView,
)
from contracts.intake.progress import (
    Progress,
    ProgressAnswer,
    ProgressOutcome,
    ProgressRow,
    TimelineEntry,
    TimelineView,
)

__all__ = [
    "AgencyEntry",
    "AgencyView",
    "Applicant",
    "ClockView",
    "DossierFiled",
    "DossierFiling",
    "DossierFlags",
    "DossierPage",
    "DossierProgressed",
    "DossierReturned",
    "DossierView",
    "FieldCode",
    "ImportCounts",
    "ImportReason",
    "ImportResult",
    "ImportRow",
    "ImportView",
    "ProcedureEntry",
    "ProcedurePublished",
    "ProcedureView",
    "Progress",
    "ProgressAnswer",
    "ProgressOutcome",
    "ProgressRow",
    "TimeLimit",
    "TimelineEntry",
    "TimelineView",
]
