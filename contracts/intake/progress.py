"""What happened to a dossier, as it is reported and shown."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.vocabulary import DossierStatus, PauseKind
from contracts.wire import Code, Instant, Line, Text, View, Wire


class PauseRow(Wire):
    """A stretch in which the applicant was waited for, told in one piece (bổ sung hồ sơ, nộp phí)."""

    kind: Literal[PauseKind.SUPPLEMENT, PauseKind.PAYMENT] = PauseKind.SUPPLEMENT
    asked_at: Instant
    answered_at: Instant | None = None
    """Left out while the applicant is still waited for."""


class ProgressRow(Wire):
    """Something that happened to a dossier (tiến độ xử lý): all that `CapNhatTienDoHoSoMC` tells of it."""

    status: DossierStatus
    """Where the dossier stands after it (TrangThai)."""
    occurred_at: Instant
    """When it happened (thời điểm xử lý)."""
    actor: Line | None = None
    """The officer who acted (người xử lý)."""
    title: Line | None = None
    """That officer's title (chức danh)."""
    unit: Line | None = None
    """The office that acted (phòng ban xử lý)."""
    note: Text | None = None
    """What was done (nội dung xử lý)."""
    begun_at: Instant | None = None
    """When work on this step began (ngày bắt đầu): kept and told, counted by nothing."""
    expected_by: Instant | None = None
    """When this step was to end (ngày kết thúc theo quy định): a plan of the office, no promise."""
    due_at: Instant | None = None
    """A new promised moment, where this step re-appointed it (hẹn lại)."""
    agency: Code | None = None
    """The agency that has the dossier from then on, where it was handed over (bàn giao)."""
    stage: Code | None = None
    """The stage of an inter-agency dossier this row is about, by the id it was filed with."""
    pause: PauseRow | None = None
    """A stretch of waiting for the applicant that belongs to this row: the same as two rows of their own."""


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
    agency: str | None = None
    stage: str | None = None
    title: str | None = None
    begun_at: Instant | None = None
    expected_by: Instant | None = None
    source: Annotated[str, Field(pattern="^(office|post)$")] = "office"
    """Who told it: the office, or the post by a confirmed delivery."""
    withdrawn: bool = False
    """Whether it no longer stands: the delivery it rests on was contested or corrected."""
    withdraws: bool = False
    """Whether it only says that an earlier row no longer stands; it moves nothing itself."""


class HoldingView(View):
    """A stretch in which one agency had the dossier."""

    agency: str
    since: Instant
    until: Instant | None
    """None for the one that has it now."""


class AmendmentView(View):
    """A change of what was filed of a dossier (cập nhật hồ sơ): which fields, never what they said."""

    at: Instant
    by: str
    """The client that sent it."""
    revision: int
    """The dossier's revision it made."""
    fields: list[str]
    """What differed, as JSON Pointers into the filing."""


class TimelineView(View):
    """Everything that is known to have happened to a dossier, oldest first (lịch sử xử lý)."""

    code: str
    items: list[TimelineEntry]
    holdings: list[HoldingView] = []
    """Which agencies had it, one after the other (quá trình bàn giao)."""
    amendments: list[AmendmentView] = []
    """How what was filed of it was changed since, oldest first."""
