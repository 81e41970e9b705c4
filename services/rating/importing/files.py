"""A file of ratings as rows of named cells: CSV, XLSX or NDJSON, small enough to be held at once."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from contracts.problems import Invalid, UnsupportedMedia
from contracts.vocabulary import ImportFormat
from services.rating.importing import workbook
from services.rating.importing.workbook import WorkbookUnusable

CONTENT_TYPES = {
    "text/csv": ImportFormat.CSV,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ImportFormat.XLSX,
    "application/x-ndjson": ImportFormat.NDJSON,
}
"""What a file is sent as."""

SUFFIXES = {".csv": ImportFormat.CSV, ".xlsx": ImportFormat.XLSX, ".ndjson": ImportFormat.NDJSON}

MAX_COLUMNS = 100
DELIMITERS = (",", ";", "\t")

Cell = str | date | datetime
"""A cell as text, day or instant; empty text where nothing stands in it."""

_OTHERS = {
    b"\xff\xfe": "UTF-16: save it as CSV UTF-8",
    b"\xfe\xff": "UTF-16: save it as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls): save it as .xlsx",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed: send it as it is",
}


class RatingFileOfAnotherType(UnsupportedMedia):
    """Ratings are imported from CSV, XLSX or NDJSON, and the content must be what the type says."""

    title_vi = "Chỉ nhập được tệp CSV, XLSX hoặc NDJSON đúng với kiểu đã khai"


class RatingFileUnusable(Invalid):
    """The file of ratings cannot be read as a whole; nothing of it was taken."""

    title_vi = "Không đọc được tệp đánh giá; chưa dòng nào được ghi nhận"


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file."""

    number: int
    """The line it begins in, from 1; of a sheet its row."""
    cells: Mapping[str, Cell]
    """By the name of the column; those that are empty are left out."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file's columns and rows."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def format_of_type(content_type: str) -> ImportFormat:
    """The format a Content-Type names. Raises `RatingFileOfAnotherType`."""
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if kind not in CONTENT_TYPES:
        raise RatingFileOfAnotherType(f"Send it as {', '.join(CONTENT_TYPES)}.")
    return CONTENT_TYPES[kind]


def read_table(raw: bytes, kind: ImportFormat, most_rows: int) -> Table:
    """The rows of a file. Raises `RatingFileOfAnotherType`, `RatingFileUnusable`."""
    _expect_kind(raw, kind)
    if kind is ImportFormat.NDJSON:
        return _of_objects(_text(raw), most_rows)
    if kind is ImportFormat.XLSX:
        try:
            return _of_rows(workbook.rows_in(raw), most_rows)
        except WorkbookUnusable as unusable:
            raise RatingFileUnusable(str(unusable)) from None
    return _of_rows(_csv_rows(_text(raw)), most_rows)


def _expect_kind(raw: bytes, kind: ImportFormat) -> None:
    if (kind is ImportFormat.XLSX) is not raw.startswith(b"PK\x03\x04"):
        raise RatingFileOfAnotherType(f"The content is not {kind.value}.")
    for magic, what in _OTHERS.items():
        if raw.startswith(magic):
            raise RatingFileOfAnotherType(f"The content is {what}.")
    if kind is not ImportFormat.XLSX and b"\x00" in raw:
        raise RatingFileOfAnotherType("The content is no text.")


def _text(raw: bytes) -> str:
    try:
        return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as bad:
        line = raw.count(b"\n", 0, bad.start) + 1
        raise RatingFileUnusable(
            f"Line {line} is not UTF-8: save the file as CSV UTF-8, not as windows-1258 or TCVN3."
        ) from None


def _csv_rows(text: str) -> Iterator[tuple[int, list[object]]]:
    first, _, rest = text.partition("\n")
    before = 0
    if first.strip().lower() in {f"sep={delimiter.strip()}" for delimiter in DELIMITERS}:
        # Excel writes the delimiter it means into a line of its own.
        text, before = rest, 1
        first = rest.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = before + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise RatingFileUnusable(
                f"The row that begins in line {number} cannot be read: close its quotes, double those "
                "inside a cell, and keep cells below 131,072 characters."
            ) from None
        yield number, list(cells)


def _of_rows(rows: Iterator[tuple[int, list[object]]], most_rows: int) -> Table:
    filled = ((number, cells) for number, cells in rows if any(map(_plain, cells)))
    header = tuple(_name(cell) for cell in next(filled, (0, []))[1])
    while header and not header[-1]:
        header = header[:-1]
    _expect_columns(header)
    found: list[Row] = []
    for number, content in filled:
        cells = [_plain(cell) for cell in content]
        if any(cells[len(header) :]):
            raise RatingFileUnusable(f"Row {number} has more cells than the header.")
        named = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell}
        _expect_room(found, most_rows)
        found.append(Row(number, named))
    return Table(tuple(name for name in header if name), tuple(found))


def _of_objects(text: str, most_rows: int) -> Table:
    found: list[Row] = []
    header: dict[str, None] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line, object_pairs_hook=_unique)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise RatingFileUnusable(f"Line {number} is no JSON object, or names a key twice.")
        answers = told.pop("answers", None)
        if isinstance(answers, dict):
            told |= answers
        cells = {_name(name): _plain(cell) for name, cell in told.items()}
        header |= dict.fromkeys(cells)
        _expect_room(found, most_rows)
        found.append(Row(number, {name: cell for name, cell in cells.items() if name and cell}))
    _expect_columns(tuple(header))
    return Table(tuple(header), tuple(found))


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("an object names one key twice")
    return value


def _expect_columns(header: tuple[str, ...]) -> None:
    if not header:
        raise RatingFileUnusable("The file holds nothing: send a header and at least one row.")
    if len(header) > MAX_COLUMNS:
        raise RatingFileUnusable(f"A file has at most {MAX_COLUMNS} columns.")
    named = [name for name in header if name]
    twice = {name for name in named if named.count(name) > 1}
    if twice:
        raise RatingFileUnusable(
            f"Columns {', '.join(str(place + 1) for place, n in enumerate(header) if n in twice)} "
            "have the same name; leave one of them out."
        )


def _expect_room(found: list[Row], most_rows: int) -> None:
    if len(found) >= most_rows:
        raise RatingFileUnusable(f"Send at most {most_rows:,} rows at once; split the file.")


def _name(cell: object) -> str:
    return unicodedata.normalize("NFC", " ".join(str(_plain(cell)).split()))


def _plain(cell: object) -> Cell:
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell
    return cell.isoformat() if isinstance(cell, time) else str(cell)
