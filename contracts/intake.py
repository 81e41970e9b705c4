"""What intake accepts over HTTP and announces on the bus."""

from typing import Annotated

from pydantic import Field

from contracts.envelope import Event
from contracts.vocabulary import (
    AgencyKind,
    ApplicantKind,
    Channel,
    DossierStatus,
    IdentityKind,
    ReturnMode,
    TimeUnit,
)
from contracts.wire import Code, Day, Instant, Line, Name, Text, View, Wire

FieldCode = Annotated[str, Field(min_length=1, max_length=200)]
"""A field of administration (lĩnh vực): its code where the catalogue has one, else its name."""


class AgencyEntry(Wire):
    """An agency (cơ quan, đơn vị) as the directory is told of it."""

    name: Name
    kind: AgencyKind
    parent: Code | None = None
    """The agency above it; a root of a tree has none."""
    tree: Code | None = None
    """Which hierarchy it belongs to (city, tax, police...); that of its parent when left out."""


class AgencyView(View):
    """An agency of the directory."""

    code: str
    name: str
    kind: AgencyKind
    parent: str | None
    tree: str | None


class TimeLimit(Wire):
    """How long the law allows (thời hạn giải quyết)."""

    amount: Annotated[int, Field(ge=0, le=3650)]
    unit: TimeUnit


class ProcedureEntry(Wire):
    """A published administrative procedure (thủ tục hành chính, TTHC)."""

    name: Annotated[str, Field(min_length=1, max_length=2000)]
    field: FieldCode
    field_name: Name | None = None
    """The field's Vietnamese name, where `field` is a code."""
    time_limit: TimeLimit | None = None
    """The limit for every channel that has none of its own; none where the law states none."""
    time_limits: dict[Channel, TimeLimit] = {}
    """Limits of single channels: the online limit may be shorter than the counter's."""
    online_level: Annotated[int, Field(ge=1, le=4)] = 2
    """Online service level of 2017-2022 (mức độ 1 to 4)."""
    by_post: bool = False
    """Whether it has been opened to the public post (đã triển khai qua BCCI)."""
    on_national_portal: bool = False
    """Whether it is integrated on the National Public Service Portal (Cổng DVCQG)."""


class ProcedureView(View):
    """A procedure of the catalogue."""

    code: str
    name: str
    field: str
    field_name: str | None
    time_limit: TimeLimit | None
    time_limits: dict[Channel, TimeLimit]
    online_level: int
    by_post: bool
    on_national_portal: bool


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


class ClockView(View):
    """How the due moment came about (thời hạn và cách tính)."""

    rule_set: str
    """Which rules applied, e.g. ``R2018``."""
    starts_on: Day | None
    """The day counting starts (the day after receipt)."""
    limit: TimeLimit | None
    due_on: Day | None
    """The promised day (ngày hẹn trả kết quả)."""
    calendar: str
    """Edition of the working-day calendar used."""


class DossierView(View):
    """A dossier as its agency sees it; the applicant is never repeated."""

    code: str
    procedure: str
    agency: str
    competent_agency: str
    returning_agency: str
    channel: Channel
    return_mode: ReturnMode
    status: DossierStatus
    submitted_at: Instant | None
    received_at: Instant | None
    due_at: Instant | None
    """The promised moment: the end of the due day's hours (hạn trả kết quả)."""
    done_at: Instant | None
    """When the result was ready (ngày có kết quả)."""
    returned_at: Instant | None
    """When the result was handed over (ngày trả kết quả)."""
    revision: int
    """Grows with every change of the dossier."""
    clock: ClockView
    links: dict[str, str] = {}


class DossierPage(View):
    """A page of dossiers in the order of their codes."""

    items: list[DossierView]
    next_cursor: str | None = None


class ProgressRow(Wire):
    """Something that happened to a dossier (tiến độ xử lý)."""

    status: DossierStatus
    occurred_at: Instant
    actor: Line | None = None
    """The officer who acted (người xử lý)."""
    unit: Line | None = None
    """The office that acted (phòng ban xử lý)."""
    note: Text | None = None
    due_at: Instant | None = None
    """A new promised moment, where this step re-appointed it (hẹn lại)."""


class Progress(Wire):
    """One or many rows of progress of a dossier; rows may come late, shuffled and repeated."""

    items: Annotated[list[ProgressRow], Field(min_length=1, max_length=200)]


class ProgressOutcome(View):
    """What became of one row."""

    outcome: Annotated[str, Field(pattern="^(applied|duplicate)$")]


class ProgressAnswer(View):
    """What became of each row, in the order they were sent, and where the dossier stands now."""

    items: list[ProgressOutcome]
    status: DossierStatus
    revision: int


class TimelineEntry(View):
    """One remembered step of a dossier."""

    status: DossierStatus
    occurred_at: Instant
    recorded_at: Instant
    actor: str | None
    unit: str | None
    note: str | None
    due_at: Instant | None


class TimelineView(View):
    """Everything that is known to have happened to a dossier, oldest first (lịch sử xử lý)."""

    code: str
    items: list[TimelineEntry]


class ProcedurePublished(Event):
    """A procedure was published or changed (công bố thủ tục)."""

    topic = "procedure.published"
    publisher = "intake"

    code: str
    name: str
    field: str
    field_name: str | None = None
    online_level: int
    by_post: bool
    on_national_portal: bool
    revision: int = 1


class DossierFiled(Event):
    """A dossier was handed over to the suite (hồ sơ được ghi nhận)."""

    topic = "dossier.filed"
    publisher = "intake"

    code: str
    procedure: str
    field: str
    agency: str
    competent_agency: str
    returning_agency: str
    channel: Channel
    return_mode: ReturnMode
    submitted_at: Instant | None = None
    revision: int
    """Filing is the first revision of a dossier's position, given by the fields below."""
    status: DossierStatus
    received_at: Instant | None = None
    due_at: Instant | None = None
    due_unit: TimeUnit | None = None


class DossierProgressed(Event):
    """A dossier's position changed (cập nhật tiến độ): where it stands at this revision of it.

    The event carries the whole position, so a consumer keeps the largest `revision` it has heard and
    needs no order among events.
    """

    topic = "dossier.progressed"
    publisher = "intake"

    code: str
    revision: int
    status: DossierStatus
    received_at: Instant | None = None
    due_at: Instant | None = None
    due_unit: TimeUnit | None = None
    """What the limit is counted in: a day's limit is kept until the day ends."""
    done_at: Instant | None = None
    returned_at: Instant | None = None


class DossierReturned(Event):
    """A result reached the citizen's side of the desk (trả kết quả), in the way it was asked for."""

    topic = "dossier.returned"
    publisher = "intake"

    code: str
    procedure: str
    agency: str
    returning_agency: str
    channel: Channel
    return_mode: ReturnMode
    returned_at: Instant
