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
from contracts.intake.progress import (
    Progress,
    ProgressAnswer,
    ProgressOutcome,
    ProgressRow,
    TimelineEntry,
    TimelineView,
)
from contracts.intake.watching import DossierDueSoon, DossierOverdue, DossierUnanswered

__all__ = [
    "AgencyEntry",
    "AgencyView",
    "Applicant",
    "ClockView",
    "DossierDueSoon",
    "DossierFiled",
    "DossierFiling",
    "DossierFlags",
    "DossierOverdue",
    "DossierPage",
    "DossierProgressed",
    "DossierReturned",
    "DossierUnanswered",
    "DossierView",
    "FieldCode",
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
