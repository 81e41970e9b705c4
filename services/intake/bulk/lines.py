"""Text files row by row in bounded memory: NDJSON lines, and CSV rows that may span lines."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from services.intake.bulk.files import FileUnusable

MAX_ROW_BYTES = 256 * 1024
"""The longest row: as much as one filing may have as a request."""

MAX_ROW_LINES = 200
"""Lines a CSV row may span by line breaks in quoted cells."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DELIMITERS = (",", ";", "\t")
TOO_LONG = b""
"""What is remembered of a line that was too long: no line is empty, each ends with its break."""


class RowUnreadable(Exception):
    """One row cannot be read: a code, and what to change."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as it stands in the file: where it begins, and its content or why there is none."""

    line: int
    content: bytes | list[object] | RowUnreadable


class Lines:
    """The lines of a file, none longer than `MAX_ROW_BYTES`.

    The lines of the row at hand are remembered, so that a quote that was never closed costs its own
    line and not those it swallowed.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._again: deque[bytes] = deque()
        self._row: list[bytes] = []
        self.number = 0
        """Lines given out so far."""

    def __iter__(self) -> Iterator[str]:
        """The file's text, line by line."""
        return self

    def __next__(self) -> str:
        """The next line as text. Raises `RowUnreadable`."""
        raw = self.take()
        if raw is None:
            raise StopIteration
        if len(self._row) > MAX_ROW_LINES or sum(map(len, self._row)) > MAX_ROW_BYTES:
            raise RowUnreadable("row-too-long", "A quoted cell is not closed, or the row too long.")
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise RowUnreadable("not-utf-8", "Save the file as CSV UTF-8.") from None

    def take(self) -> bytes | None:
        """The next line as it is; None at the end. Raises `RowUnreadable` for one too long."""
        again = bool(self._again)
        raw = self._again.popleft() if again else self._stream.readline(MAX_ROW_BYTES + 1)
        if not raw and not again:
            return None
        if self.number == 0:
            raw = raw.removeprefix(BYTE_ORDER_MARK)
        self.number += 1
        too_long = len(raw) > MAX_ROW_BYTES
        self._row.append(TOO_LONG if too_long else raw)
        while too_long and raw and not raw.endswith(b"\n"):
            raw = self._stream.readline(MAX_ROW_BYTES)
        if self._row[-1] == TOO_LONG:
            raise RowUnreadable("row-too-long", f"A row has at most {MAX_ROW_BYTES} bytes.")
        return raw

    def begin_row(self) -> int:
        """Begin a row; its first line's number."""
        self._row.clear()
        return self.number + 1

    def give_back(self) -> None:
        """Read again what the row at hand took beyond its first line."""
        self._again.extendleft(reversed(self._row[1:]))
        self.number -= len(self._row[1:])


def ndjson_entries(stream: BinaryIO) -> Iterator[Entry]:
    """Every line that is not blank."""
    lines = Lines(stream)
    while True:
        number = lines.begin_row()
        try:
            raw = lines.take()
        except RowUnreadable as unreadable:
            yield Entry(number, unreadable)
            continue
        if raw is None:
            return
        if raw := raw.strip():
            yield Entry(number, raw)


class CsvFile:
    """A CSV file: its header, then its rows. Raises `FileUnusable` when the header cannot be read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = Lines(stream)
        try:
            first = self._first_line()
            self._delimiter = _delimiter_of(first)
            self.header = next(csv.reader([first], delimiter=self._delimiter, strict=True), [])
        except (RowUnreadable, csv.Error) as unreadable:
            code = getattr(unreadable, "code", "header-unreadable")
            raise FileUnusable(code, f"The first line cannot be read: {unreadable}") from None

    def entries(self) -> Iterator[Entry]:
        """Every row that is not blank."""
        rows = csv.reader(self._lines, delimiter=self._delimiter, strict=True)
        while True:
            number = self._lines.begin_row()
            try:
                cells = next(rows)
            except StopIteration:
                return
            except RowUnreadable as unreadable:
                self._lines.give_back()
                yield Entry(number, unreadable)
                continue
            except csv.Error:
                self._lines.give_back()
                told = "Double the quotes inside a quoted cell, and close it."
                yield Entry(number, RowUnreadable("quotes", told))
                continue
            if any(cell.strip() for cell in cells):
                yield Entry(number, list(cells))

    def _first_line(self) -> str:
        self._lines.begin_row()
        line = next(self._lines, "")
        # Excel writes the delimiter it means into a line of its own.
        if line.strip().lower() in {f"sep={delimiter.strip()}" for delimiter in DELIMITERS}:
            self._lines.begin_row()
            line = next(self._lines, "")
        return line


def _delimiter_of(header: str) -> str:
    return max(DELIMITERS, key=header.count)
