"""What intake accepts over HTTP and announces on the bus."""

from contracts.intake.catalogue import (
    BEGINNING,
    FieldCode,
    ProcedureEntry,
    ProcedureHistory,
    ProcedurePage,
    ProcedureView,
    TimeLimit,
)
from contracts.intake.clock import ClockView
from contracts.intake.directory import AgencyEntry, AgencyPage, AgencyView
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
from contracts.intake.progress import (
    Progress,
    ProgressAnswer,
    ProgressOutcome,
    ProgressRow,
    TimelineEntry,
    TimelineView,
)

__all__ = [
    "BEGINNING",
    "AgencyEntry",
    "AgencyPage",
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
    "ProcedureEntry",
    "ProcedureHistory",
    "ProcedurePage",
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
