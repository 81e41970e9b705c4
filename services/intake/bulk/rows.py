"""From a file to filings: every row becomes one, or the reasons why it cannot."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import TypeAdapter, ValidationError

from chassis.edge import strict_json
from contracts.intake import ImportReason, ImportRow
from contracts.problems import Problem
from contracts.vocabulary import VIETNAM, ImportFormat
from services.intake.bulk.columns import Columns
from services.intake.bulk.files import FileUnusable
from services.intake.bulk.lines import CsvFile, Entry, RowUnreadable, ndjson_entries
from services.intake.bulk.sheets import Sheet
from services.intake.bulk.steps import assumed, lacking
from services.intake.domain import parse_dossier_code

_ROW = TypeAdapter(ImportRow)
_AT_OPENING = frozenset({"submitted_at", "received_at"})
_AT_CLOSING = frozenset({"status_at", "due_at", "refused_at", "done_at", "returned_at"})

BATCH_ROWS = 500
BATCH_WEIGHT = 3_000
"""Rows and their further steps in one batch: one statement stores it within a second."""

BATCH_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was read: the filing it makes, or why it makes none."""

    line: int
    filing: ImportRow | None
    reasons: tuple[ImportReason, ...] = ()
    """With a filing: what was assumed. Without: what must be changed."""
    code: str | None = None
    columns: Columns | None = None
    """What fields are called in the file; NDJSON has JSON Pointers."""

    def shown(self, path: Iterable[int | str]) -> str:
        """What a field is called in the file."""
        return _shown(path, self.columns)

    @property
    def weight(self) -> int:
        """How many rows of the database it becomes, roughly."""
        return 1 + (len(self.filing.progress) if self.filing is not None else 0)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the rows of a file are read."""

    agency: str | None
    """The receiving agency of rows that name none."""
    agencies: frozenset[str]
    """Agencies the directory knows: a dossier's code may begin with one."""
    opens: time
    """The hour of a receipt of which only the day is told."""
    closes: time
    """The hour of other days."""
    max_unpacked: int = 200 * 1024 * 1024


@dataclass
class Source:
    """A file being read, row by row. Raises `FileUnusable` when it cannot be, also between two rows."""

    path: Path
    kind: ImportFormat
    how: Reading
    warnings: list[ImportReason] = field(default_factory=list)
    columns: Columns | None = None
    _entries: Iterator[Entry] = field(init=False)
    _stream: BinaryIO | None = None
    _sheet: Sheet | None = None
    _line: int = 0

    def __post_init__(self) -> None:
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        if self.kind is ImportFormat.XLSX:
            self._sheet = Sheet(self.path, self.how.max_unpacked)
            self._entries = self._sheet.entries()
            self.columns = Columns(self._sheet.header)
        else:
            self._stream = io.BufferedReader(io.FileIO(self.path), 256 * 1024)
            if self.kind is ImportFormat.CSV:
                table = CsvFile(self._stream)
                self._entries = table.entries()
                self.columns = Columns(table.header)
            else:
                self._entries = ndjson_entries(self._stream)
        for name in self.columns.unused if self.columns else ():
            detail = "The column is not used."
            self.warnings.append(ImportReason(code="unused-column", field=name, detail=detail))

    def skip(self, count: int) -> None:
        """Leave out rows that are done."""
        for entry in islice(self._entries, count):
            self._line = entry.line

    def batch(self) -> list[Row]:
        """The next rows, few enough for one unit of work; none at the end."""
        rows: list[Row] = []
        weight = size = 0
        while len(rows) < BATCH_ROWS and weight < BATCH_WEIGHT and size < BATCH_BYTES:
            entry = next(self._entries, None)
            if entry is None:
                break
            rows.append(self._read(entry))
            weight += rows[-1].weight
            size += len(entry.content) if isinstance(entry.content, bytes) else 0
            self._line = entry.line
        return rows

    def share(self) -> float | None:
        """How much of the file has been read, 0 to 1, where that can be told."""
        if self._stream is not None:
            return min(1.0, self._stream.tell() / max(1, self.path.stat().st_size))
        if self._sheet is not None and self._sheet.rows_told:
            return min(1.0, self._line / self._sheet.rows_told)
        return None

    def close(self) -> None:
        """Let the file go."""
        if self._stream is not None:
            self._stream.close()
        if self._sheet is not None:
            self._sheet.close()

    def _read(self, entry: Entry) -> Row:
        try:
            if isinstance(entry.content, RowUnreadable):
                raise entry.content
            if isinstance(entry.content, bytes):
                return self._of_json(entry.line, entry.content)
            return self._of_cells(entry.line, entry.content)
        except RowUnreadable as unreadable:
            reason = ImportReason(code=unreadable.code, detail=unreadable.detail)
            return Row(entry.line, None, (reason,))

    def _of_json(self, line: int, raw: bytes) -> Row:
        try:
            value = strict_json(raw)
        except Problem as problem:
            code, detail = problem.code().replace("body", "row"), problem.detail
            raise RowUnreadable(code, detail.replace("The body", "The row")) from None
        if not isinstance(value, dict):
            raise RowUnreadable("row-unreadable", "Each line is one object.")
        if value.get("agency") is None and (agency := self._agency_of(value)):
            raw = json.dumps(value | {"agency": agency}).encode()
        try:
            row = _ROW.validate_json(raw, strict=True)
        except ValidationError as bad:
            return Row(line, None, self._refusals(bad), _code_of(value))
        return self._checked(line, row, [])

    def _of_cells(self, line: int, cells: list[object]) -> Row:
        assert self.columns is not None  # noqa: S101 - a table has columns
        told, refused, noted = self.columns.read(cells)
        if "agency" not in told and (agency := self._agency_of(told)):
            told["agency"] = agency
        for name, value in told.items():
            if isinstance(value, date) and not isinstance(value, datetime):
                told[name] = self._moment_of(name, value)
        try:
            row = _ROW.validate_python(told)
        except ValidationError as bad:
            known = {reason.field for reason in refused}
            more = [reason for reason in self._refusals(bad) if reason.field not in known]
            return Row(line, None, (*refused, *more), _code_of(told))
        if refused:
            return Row(line, None, tuple(refused), row.code)
        return self._checked(line, row, noted)

    def _checked(self, line: int, row: ImportRow, noted: list[ImportReason]) -> Row:
        if missing := lacking(row):
            return Row(line, None, tuple(map(self._named, missing)), row.code)
        notes = (*noted, *map(self._named, assumed(row)))
        return Row(line, row, notes, row.code, self.columns)

    def _agency_of(self, told: Mapping[str, Any]) -> str | None:
        if self.how.agency is not None:
            return self.how.agency
        code = told.get("code")
        parsed = parse_dossier_code(code) if isinstance(code, str) else None
        known = parsed is not None and parsed.organisation in self.how.agencies
        return parsed.organisation if parsed is not None and known else None

    def _moment_of(self, name: str, day: date) -> datetime | date:
        if name in _AT_OPENING:
            return datetime.combine(day, self.how.opens, VIETNAM)
        return datetime.combine(day, self.how.closes, VIETNAM) if name in _AT_CLOSING else day

    def _refusals(self, bad: ValidationError) -> tuple[ImportReason, ...]:
        return tuple(
            ImportReason(
                code=str(error["type"]).replace("_", "-"),
                field=_shown(error["loc"], self.columns),
                detail=str(error["msg"]),
            )
            for error in bad.errors(include_input=False, include_url=False)[:20]
        )

    def _named(self, reason: ImportReason) -> ImportReason:
        field = _shown(reason.field.split("."), self.columns)
        return reason.model_copy(update={"field": field})


def _shown(path: Iterable[int | str], columns: Columns | None) -> str:
    if columns is not None:
        return columns.shown(path)
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step}" for step in steps)


def _code_of(told: Mapping[str, Any]) -> str | None:
    """A row's dossier code, if it could be one: a text of any other kind may be anything."""
    code = told.get("code")
    plain = isinstance(code, str) and code.isascii() and code.isprintable() and " " not in code
    return code if plain and isinstance(code, str) and 0 < len(code) <= 64 else None  # noqa: PLR2004 - as long as a Code


__all__ = ["FileUnusable", "Reading", "Row", "Source"]
