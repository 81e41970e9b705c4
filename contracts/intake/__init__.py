"""What intake accepts over HTTP and announces on the bus."""

from contracts.intake.catalogue import FieldCode, ProcedureEntry, ProcedureView, TimeLimit
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
from contracts.intake.directory import AgencyEntry, AgencyView
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

__all__ = [
    "AgencyEntry",
    "AgencyView",
    "Applicant",
    "ClockExplanation",
    "ClockLine",
    "ClockView",
    "DossierFiled",
    "DossierFiling",
    "DossierFlags",
    "DossierPage",
    "DossierProgressed",
    "DossierReturned",
    "DossierView",
    "FieldCode",
    "HoldingView",
    "JudgementView",
    "PauseRow",
    "PauseView",
    "ProcedureEntry",
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
