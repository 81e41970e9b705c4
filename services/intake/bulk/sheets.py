"""XLSX workbooks row by row; what is inside the archive is measured before anything opens it."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl

from services.intake.bulk.columns import MAX_COLUMNS
from services.intake.bulk.files import FileUnusable
from services.intake.bulk.lines import Entry

MAX_ENTRIES = 100
MAX_RATIO = 100
"""How many times larger an entry may be unpacked, from `SMALL` on: text repeats itself, within limits."""

SMALL = 1024 * 1024
MAX_SHARED_STRINGS = 64 * 1024 * 1024
"""The one entry that is kept in memory: texts that cells share."""

MAX_ROWS = 1_048_576
"""What a sheet can have."""

MAX_CELLS = MAX_COLUMNS + 1
"""Cells looked at in one row: one more than columns are taken, so that too many are noticed."""

_CHUNK = 256 * 1024

warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")


def inspect_workbook(path: Path, max_unpacked: int) -> None:
    """Nothing, if an archive is a workbook that can be opened safely. Raises `FileUnusable`.

    Every entry is unpacked once, piece by piece, because what an archive says of its sizes is only
    what somebody wrote into it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise _suspicious(f"it holds more than {MAX_ENTRIES} entries")
            if "xl/workbook.xml" not in archive.namelist():
                raise FileUnusable("workbook-unreadable", "It is an archive, but no workbook.")
            left = max_unpacked
            for entry in entries:
                left -= _measured(archive, entry, left)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as broken:
        raise FileUnusable("workbook-unreadable", "The archive is damaged.") from broken


def _measured(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    if entry.flag_bits & 1:
        raise FileUnusable("workbook-unreadable", "Take the password off the workbook.")
    if entry.filename.lower().endswith("vbaproject.bin"):
        raise _suspicious("it holds macros: save it as .xlsx")
    cap = min(left, MAX_SHARED_STRINGS) if "sharedstrings" in entry.filename.lower() else left
    unpacked = 0
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            if unpacked == 0 and chunk.startswith(b"PK\x03\x04"):
                raise _suspicious("it holds an archive inside the archive")
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise _suspicious("it declares entities")
            unpacked += len(chunk)
            if unpacked > cap:
                raise _suspicious("it is too large when unpacked")
            if unpacked > max(SMALL, entry.compress_size * MAX_RATIO):
                raise _suspicious(f"an entry grows more than {MAX_RATIO} times when unpacked")
    return unpacked


def _suspicious(why: str) -> FileUnusable:
    return FileUnusable("workbook-suspicious", f"The workbook is not opened: {why}.")


class Sheet:
    """The first sheet of a workbook: its header, then its rows. Raises `FileUnusable`."""

    def __init__(self, path: Path, max_unpacked: int) -> None:
        inspect_workbook(path, max_unpacked)
        self._file = path.open("rb")
        try:
            self._book: Any = openpyxl.load_workbook(
                self._file, read_only=True, data_only=True, keep_links=False
            )
            sheet = self._book.worksheets[0]
            self.rows_told = min(sheet.max_row or 0, MAX_ROWS)
            """Rows as the sheet says: for showing how far one is, and nothing else."""
            # What a sheet says of its size would have every row filled up to it.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_col=MAX_CELLS, values_only=True)
            self._rows = enumerate(rows, 1)
            self.header: list[object] = next((cells for _, cells in self._filled()), [])
        except Exception as broken:  # a hostile workbook can break a reader anywhere
            self._file.close()
            raise _unreadable() from broken

    def close(self) -> None:
        """Let the file go."""
        self._book.close()
        self._file.close()

    def entries(self) -> Iterator[Entry]:
        """Every row that is not blank. Raises `FileUnusable` where the sheet is broken."""
        return (Entry(number, cells) for number, cells in self._filled())

    def _filled(self) -> Iterator[tuple[int, list[object]]]:
        while True:
            try:
                number, cells = next(self._rows)
            except StopIteration:
                return
            except (ParseError, ValueError, LookupError, TypeError, AttributeError, OSError) as bad:
                raise _unreadable() from bad
            except (zlib.error, zipfile.BadZipFile, RecursionError) as bad:
                raise _unreadable() from bad
            if number > MAX_ROWS:
                return
            if cells.count(None) == len(cells):
                continue
            filled = list(cells)
            while filled and filled[-1] in {None, ""}:
                filled.pop()
            if filled:
                yield number, filled


def _unreadable() -> FileUnusable:
    return FileUnusable("workbook-unreadable", "The workbook is damaged; save it again as .xlsx.")
