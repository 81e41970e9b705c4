"""What happened to a dossier, as it is reported and shown."""

from typing import Annotated

from pydantic import Field

from contracts.vocabulary import (
    DossierStatus,
)
from contracts.wire import Instant, Line, Text, View, Wire


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
