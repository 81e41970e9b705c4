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
from contracts.intake.clock import (
    ClockExplanation,
    ClockLine,
    ClockView,
    JudgementView,
    PauseView,
    SpentView,
    StageView,
    ViolationView,
)
from contracts.intake.directory import AgencyEntry, AgencyPage, AgencyView
from contracts.intake.dossiers import (
    Applicant,
    DossierFiling,
    DossierFlags,
    DossierPage,
    DossierView,
    Stage,
)
from contracts.intake.events import (
    DossierFiled,
    DossierProgressed,
    DossierReturned,
    ProcedurePublished,
)
from contracts.intake.progress import (
    HoldingView,
    PauseRow,
    Progress,
    ProgressAnswer,
    ProgressOutcome,
    ProgressRow,
    TimelineEntry,
    TimelineView,
)
from contracts.intake.watching import DossierDueSoon, DossierOverdue, DossierUnanswered

__all__ = [
    "BEGINNING",
    "AgencyEntry",
    "AgencyPage",
    "AgencyView",
    "Applicant",
    "ClockExplanation",
    "ClockLine",
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
    "HoldingView",
    "JudgementView",
    "PauseRow",
    "PauseView",
    "ProcedureEntry",
    "ProcedureHistory",
    "ProcedurePage",
    "ProcedurePublished",
    "ProcedureView",
    "Progress",
    "ProgressAnswer",
    "ProgressOutcome",
    "ProgressRow",
    "SpentView",
    "Stage",
    "StageView",
    "TimeLimit",
    "TimelineEntry",
    "TimelineView",
    "ViolationView",
]
