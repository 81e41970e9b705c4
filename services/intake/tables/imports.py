"""Files of dossiers on their way in, and what became of their rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Json, Words
from contracts.vocabulary import ImportFormat, ImportState
from services.intake.tables.base import Base


class ImportJob(Base, table=True):
    """One file of dossiers (tệp hồ sơ nhập hàng loạt), and how far it has come."""

    __tablename__ = "import_job"

    id: str = Field(primary_key=True)
    digest: str
    format: ImportFormat = Field(sa_type=Words(ImportFormat))
    size: int
    dry_run: bool
    default_agency: str | None = None
    client: str
    agency: str | None = None
    """The agency the caller speaks for; none for the operator."""
    file: str | None = None
    """Name of the file among those received; none where the operator reads it in its place."""
    state: ImportState = Field(sa_type=Words(ImportState))
    attempts: int = 0
    """How often it was begun without a batch coming through."""
    warnings: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    reason: dict[str, Any] | None = Field(default=None, sa_type=Json)
    rows_done: int = 0
    """Rows whose result is kept: where a further run begins."""
    parts: int = 0
    done_permille: int | None = None
    """How much of the file has been read, in thousandths, where that can be told."""
    filed: int = 0
    progressed: int = 0
    repeated: int = 0
    conflict: int = 0
    invalid: int = 0
    work_ms: int = 0
    """Milliseconds of work, without the time it lay still."""
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    revision: int = 1

    __table_args__ = (Index("import_job_by_state", "state", "created_at"),)


class ImportPart(Base, table=True):
    """The results of one batch of rows, kept in the transaction that filed them."""

    __tablename__ = "import_part"

    job: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    rows: list[Any] = Field(sa_type=Json)
    """For each row: line, code, outcome, and its reasons as code, field, detail."""
