"""Ratings that were gathered otherwise, as they are handed over, and what became of each row."""

from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.vocabulary import ImportFormat, RatingImportOutcome
from contracts.wire import View, Wire

Foreign = Annotated[str, StringConstraints(min_length=1, max_length=300)]
"""A word of somebody else's file; compared without case, accents and punctuation."""


class RatingImportMapping(Wire):
    """What the columns and words of somebody else's file mean here (bảng ánh xạ)."""

    columns: Annotated[dict[Foreign, Foreign], Field(max_length=100)] = {}
    """Their column to ours: ``dossier``, ``day``, … or the id of a question."""
    values: Annotated[
        dict[Foreign, Annotated[dict[Foreign, Foreign], Field(max_length=100)]],
        Field(max_length=100),
    ] = {}
    """For a column of ours: their word to ours, e.g. ``{"overall": {"Tạm được": "3"}}``."""
    defaults: Annotated[dict[Foreign, Foreign], Field(max_length=20)] = {}
    """What a column of ours holds where the file says nothing, e.g. ``{"provenance": "paper"}``."""


class RatingImportReason(View):
    """One thing to know about a row or a file."""

    code: str
    """What kind of reason it is, e.g. ``missing`` or ``unknown-option``."""
    field: str = ""
    """The column by its name in the file, or ours where the file has none."""
    detail: str
    """What to change, in a sentence. Never repeats what was sent."""


class RatingImportRow(View):
    """What became of one row."""

    row: int
    """The line of the file the row begins in, from 1; for XLSX the row of the sheet."""
    outcome: RatingImportOutcome
    reasons: list[RatingImportReason] = []


class RatingImportCounts(View):
    """How many rows had each outcome."""

    taken: int = 0
    repeated: int = 0
    already_rated: int = 0
    invalid: int = 0


class RatingImportView(View):
    """A file of ratings that was gone through (nhập đánh giá)."""

    digest: str
    """SHA-256 of the file, in hexadecimal."""
    format: ImportFormat
    dry_run: bool
    """Whether everything was checked and nothing was taken."""
    counts: RatingImportCounts
    warnings: list[RatingImportReason]
    """What concerns the whole file, such as columns that are not used."""
    items: list[RatingImportRow]
    """Every row, in order."""
