"""Dossiers, as they are filed and shown."""

from typing import Annotated

from pydantic import Field

from contracts.intake.clock import ClockView
from contracts.vocabulary import (
    ApplicantKind,
    Channel,
    DossierStatus,
    IdentityKind,
    ReturnMode,
)
from contracts.wire import Code, Instant, Line, Moment, Name, View, Wire


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
    due_at: Moment | None
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
