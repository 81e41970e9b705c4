"""Many dossiers in one file, as they are handed over, and what became of them."""

from typing import Annotated

from pydantic import Field

from contracts.intake.dossiers import DossierFiling
from contracts.intake.progress import ProgressRow
from contracts.vocabulary import DossierStatus, ImportFormat, ImportOutcome, ImportState
from contracts.wire import Instant, Line, View


class ImportRow(DossierFiling):
    """One row of a file of dossiers: the filing, and what has happened to the dossier since."""

    status: DossierStatus | None = None
    """Where the dossier stands (trạng thái hồ sơ); folded from the dates below when left out."""
    status_at: Instant | None = None
    """Since when it stands there; the latest date of the row when left out."""
    due_at: Instant | None = None
    """The moment that was promised to the citizen (ngày hẹn trả); worked out when left out."""
    refused_at: Instant | None = None
    """When it was not taken in (ngày từ chối)."""
    done_at: Instant | None = None
    """When the result was ready (ngày kết thúc xử lý)."""
    returned_at: Instant | None = None
    """When the result was handed over (ngày trả)."""
    unit: Line | None = None
    """The office that handles it, by its name (đơn vị xử lý)."""
    progress: Annotated[list[ProgressRow], Field(max_length=200)] = []
    """Further steps, in any order."""


class ImportReason(View):
    """One thing to know about a row: why it was not taken, or what was assumed."""

    code: str
    """What kind of reason it is, e.g. ``missing`` or ``unmapped-status``."""
    field: str = ""
    """The column by its name in the file; for NDJSON a JSON Pointer; empty for the whole row."""
    detail: str
    """What to change, in a sentence. Never repeats what was sent."""


class ImportResult(View):
    """What became of one row of a file."""

    line: int
    """The line of the file the row begins in, from 1; for XLSX the row of the sheet."""
    code: str | None
    """The dossier's code, where the row holds one."""
    outcome: ImportOutcome
    reasons: list[ImportReason] = []


class ImportCounts(View):
    """How many rows of a file had each outcome."""

    filed: int = 0
    progressed: int = 0
    repeated: int = 0
    conflict: int = 0
    invalid: int = 0


class ImportView(View):
    """A file of dossiers on its way in (nhập hồ sơ hàng loạt)."""

    id: str
    state: ImportState
    format: ImportFormat
    dry_run: bool
    agency: str | None
    """The receiving agency of rows that name none."""
    digest: str
    """SHA-256 of the file, in hexadecimal."""
    size: int
    """Bytes of the file."""
    rows_done: int
    rows_total: int | None
    """Known when every row has been read."""
    share_done: float | None
    """How much of the file has been read, 0 to 1, where that can be told."""
    counts: ImportCounts
    rows_per_second: float | None
    warnings: list[ImportReason]
    """What concerns the whole file, such as columns that are not used."""
    reason: ImportReason | None
    """Why the import failed as a whole, before its first row or between two."""
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    links: dict[str, str] = {}
