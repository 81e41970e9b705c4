"""What intake accepts over HTTP and announces on the bus."""

from contracts.intake.catalogue import FieldCode, ProcedureEntry, ProcedureView, TimeLimit
from contracts.intake.clock import ClockView
from contracts.intake.directory import AgencyEntry, AgencyView
from contracts.intake.dossiers import (
    Applicant,
    Component,
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
from contracts.intake.papers import (
    PaperAgency,
    PaperApology,
    PaperApplicant,
    PaperNotice,
    PaperStep,
    PaperView,
    RegisterRow,
    RegisterView,
)
from contracts.intake.progress import (
    Progress,
    ProgressAnswer,
    ProgressOutcome,
    ProgressRow,
    TimelineEntry,
    TimelineView,
)
from contracts.intake.tracking import TrackingPinView, TrackQuestion, TrackView

__all__ = [
    "AgencyEntry",
    "AgencyView",
    "Applicant",
    "ClockView",
    "Component",
    "DossierFiled",
    "DossierFiling",
    "DossierFlags",
    "DossierPage",
    "DossierProgressed",
    "DossierReturned",
    "DossierView",
    "FieldCode",
    "PaperAgency",
    "PaperApology",
    "PaperApplicant",
    "PaperNotice",
    "PaperStep",
    "PaperView",
    "ProcedureEntry",
    "ProcedurePublished",
    "ProcedureView",
    "Progress",
    "ProgressAnswer",
    "ProgressOutcome",
    "ProgressRow",
    "RegisterRow",
    "RegisterView",
    "TimeLimit",
    "TimelineEntry",
    "TimelineView",
    "TrackQuestion",
    "TrackView",
    "TrackingPinView",
]
