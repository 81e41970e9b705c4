"""The rows of an XLSX workbook; what is inside the archive is measured before anything opens it."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import openpyxl

MAX_ENTRIES = 100
MAX_UNPACKED = 64 * 1024 * 1024
MAX_CELLS = 101
"""Cells looked at in one row: one more than columns are taken, so that too many are noticed."""

_CHUNK = 256 * 1024

warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")


class WorkbookUnusable(ValueError):
    """A workbook cannot be opened, or not safely."""


def rows_in(raw: bytes) -> Iterator[tuple[int, list[object]]]:
    """The rows of the first sheet, by number. Formulas are told as they are written, not as computed.

    Raises `WorkbookUnusable`.
    """
    _measure(raw)
    try:
        book: Any = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # What a sheet says of its size would have every row filled up to it.
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_CELLS, values_only=True), 1):
            yield number, list(cells)
        book.close()
    except Exception as broken:  # a hostile workbook can break a reader anywhere
        raise WorkbookUnusable("The workbook is damaged; save it again as .xlsx.") from broken


def _measure(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if len(archive.infolist()) > MAX_ENTRIES:
                raise WorkbookUnusable(f"The workbook holds more than {MAX_ENTRIES} entries.")
            if "xl/workbook.xml" not in archive.namelist():
                raise WorkbookUnusable("It is an archive, but no workbook.")
            left = MAX_UNPACKED
            for entry in archive.infolist():
                left = _measured(archive, entry, left)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError):
        raise WorkbookUnusable("The workbook is damaged, or has a password.") from None


def _measured(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    if entry.filename.lower().endswith("vbaproject.bin"):
        raise WorkbookUnusable("The workbook holds macros: save it as .xlsx.")
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise WorkbookUnusable("The workbook is too large when it is unpacked.")
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise WorkbookUnusable("The workbook declares entities.")
    return left
