"""Dossiers, as they are filed and shown."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.intake.catalogue import TimeLimit
from contracts.intake.clock import ClockView, ViolationView
from contracts.intake.particulars import DossierParticulars
from contracts.intake.post import DossierIncidentView, LegView
from contracts.vocabulary import (
    ApplicantKind,
    Channel,
    DossierStatus,
    IdentityKind,
    RecipientRule,
    ResultLocation,
    ReturnMode,
)
from contracts.wire import Code, Instant, Line, Name, Reckoned, View, Wire


class Applicant(Wire):
    """Who the dossier is for (chủ hồ sơ)."""

    kind: ApplicantKind
    name: Name
    id_kind: IdentityKind | None = None
    id_number: Code | None = None
    phone: Annotated[str, Field(pattern=r"^[+0-9 ().-]{6,20}$")] | None = None
    email: Annotated[str, Field(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$")] | None = None
    address: Line | None = None


class DossierFlags(Wire):
    """Yes/no facts of a dossier that national scores count."""

    digitised: bool = False
    """Whether it holds digitised components (hồ sơ có thành phần số hoá)."""
    paid_online: bool = False
    """Whether its fees were paid online (thanh toán trực tuyến)."""
    verified_identity: bool = False
    """Whether the account was verified by VNeID."""
    national_portal: bool | None = None
    """Whether it was filed on the National Public Service Portal (nơi nộp hồ sơ); not told when left out."""
    fee_due: bool | None = None
    """Whether it has a financial obligation (nghĩa vụ tài chính); read from its fees when left out."""
    electronic_result: bool | None = None
    """Whether its result was issued electronically (kết quả điện tử); read from its results when left out."""
    certified_copy: bool | None = None
    """Whether it holds an electronic certified copy (bản sao chứng thực điện tử); not told when left out."""


class Stage(Wire):
    """One agency's part of an inter-agency dossier (hồ sơ liên thông), with a deadline of its own."""

    id: Code
    agency: Code
    time_limit: TimeLimit
    after: Annotated[list[Code], Field(max_length=20)] = []
    """Stages of this list that must be done before it begins; none: it begins with the receipt."""


class Component(Wire):
    """A paper handed in with a dossier (thành phần hồ sơ)."""

    name: Line
    originals: Annotated[int, Field(ge=0, le=1000)] = 0
    """How many originals (số bản chính)."""
    copies: Annotated[int, Field(ge=0, le=1000)] = 0
    """How many copies (số bản sao)."""
    digitised: bool = False
    """Whether it was digitised (đã số hoá)."""


class DossierFiling(Wire):
    """A one-stop system hands over a dossier (hồ sơ TTHC) it has received."""

    code: Code
    """Dossier code (mã số hồ sơ), as printed on the receipt; the partner's code stands."""
    procedure: Code
    """Procedure code (mã TTHC) in the national catalogue."""
    agency: Code
    """The receiving agency (cơ quan tiếp nhận)."""
    competent_agency: Code | None = None
    """The agency with authority (cơ quan có thẩm quyền); the receiving one when left out."""
    returning_agency: Code | None = None
    """Where the result is handed over (nơi trả kết quả); the receiving one when left out."""
    channel: Channel
    submitted_at: Instant | None = None
    """When the citizen sent it (ngày nộp)."""
    received_at: Instant | None = None
    """When the office accepted it as complete (ngày tiếp nhận); not yet accepted when left out."""
    return_mode: ReturnMode = ReturnMode.COUNTER
    applicant: Applicant
    flags: DossierFlags = DossierFlags()
    stages: Annotated[list[Stage], Field(max_length=20)] = []
    """The parts of other agencies, one after the other or at once; empty for an ordinary dossier."""

    @model_validator(mode="after")
    def _stages_follow_each_other(self) -> Self:
        known: set[str] = set()
        for stage in self.stages:
            if stage.id in known:
                raise ValueError(f"names the stage {stage.id} twice")
            if not known.issuperset(stage.after):
                raise ValueError(f"stage {stage.id} waits for one that does not stand before it")
            known.add(stage.id)
        return self

    components: Annotated[list[Component], Field(max_length=100)] = []
    """The papers it holds, as the receipt lists them (thành phần hồ sơ)."""
    particulars: DossierParticulars | None = None
    """What the national portal is told besides; nobody else is shown it."""


class DossierView(View):
    """A dossier as its agency sees it; the applicant is never repeated."""

    code: str
    procedure: str
    procedure_version: int
    """The version of the procedure in force on the day of receipt; pinned at filing."""
    agency: str
    competent_agency: str
    returning_agency: str
    channel: Channel
    return_mode: ReturnMode
    status: DossierStatus
    submitted_at: Instant | None
    received_at: Instant | None
    due_at: Reckoned | None
    """The promised moment: the end of the due day's hours (hạn trả kết quả)."""
    done_at: Instant | None
    """When the result was ready (ngày có kết quả)."""
    returned_at: Instant | None
    """When the result was handed over (ngày trả kết quả)."""
    ended_at: Instant | None = None
    """When it was refused, stopped or withdrawn, if that is how it stands."""
    holder: str = ""
    """Which agency has it now."""
    revision: int
    """Grows with every change of the dossier."""
    violations: list[ViolationView] = []
    """Where what was reported left the rules."""
    purged_at: Instant | None = None
    """When its personal data were removed, their retention being over (hết thời hạn lưu trữ)."""
    result_location: ResultLocation | None = None
    """Where the result is; none before there is one."""
    result_frozen: bool = False
    """Whether an incident of the post is open for the result: nobody is asked to rate it."""
    recipient_rule: RecipientRule = RecipientRule.ANYONE
    """To whom the post may hand the result; pinned at filing."""
    legs: list[LegView] = []
    """What the post said of its items, by leg and attempt."""
    incidents: list[DossierIncidentView] = []
    """Incidents of these items, the oldest first."""
    clock: ClockView
    links: dict[str, str] = {}


class DossierPage(View):
    """A page of dossiers in the order of their codes."""

    items: list[DossierView]
    next_cursor: str | None = None
    total: int | None = None
    """How many dossiers answer, on all pages; told when asked for, and counted up to 100,000."""
