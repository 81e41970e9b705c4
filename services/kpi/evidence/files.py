"""An evidence pack (hồ sơ minh chứng) as CSV, JSON, a workbook, or all of it in one archive."""

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import openpyxl

from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell
from services.kpi.evidence.gathering import COLUMNS, Case

IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a file that are kept in memory; the rest goes to disk."""

PIECE = 64 * 1024

Cases = AsyncIterator[Case]


async def as_csv(cases: Cases) -> AsyncIterator[bytes]:
    """A row for each case, every cell quoted and harmless, with a byte order mark."""
    yield (BYTE_ORDER_MARK + _line(list(COLUMNS))).encode()
    async for case in cases:
        yield _line([safe_cell(cell) for cell in case.cells()]).encode()


async def as_json(head: dict[str, Any], cases: Cases) -> AsyncIterator[bytes]:
    """The head of the pack, and its cases under ``items``."""
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "items": ['
    first = True
    async for case in cases:
        told = dict(zip(COLUMNS, case.cells(), strict=True)) | {"counts": case.counts}
        yield (b"" if first else b", ") + json.dumps(told, ensure_ascii=False).encode()
        first = False
    yield b"]}"


async def as_xlsx(head: dict[str, Any], cases: Cases) -> AsyncIterator[bytes]:
    """A workbook: one sheet of cases, one that says what they are the evidence of; all texts."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("cases")
    sheet.append(COLUMNS)
    async for case in cases:
        sheet.append([safe_cell(cell) for cell in case.cells()])
    about = book.create_sheet("about")
    for name, told in head.items():
        text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
        about.append([name, safe_cell(text)])
    with SpooledTemporaryFile(IN_MEMORY) as file:
        book.save(file)
        for piece in _pieces(file):
            yield piece


async def as_zip(head: dict[str, Any], cases: Cases) -> AsyncIterator[bytes]:
    """An archive: the cases as CSV, what they are the evidence of, and the SHA-256 of both."""
    about = json.dumps(head, ensure_ascii=False, indent=2).encode()
    digest = sha256()
    with SpooledTemporaryFile(IN_MEMORY) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("cases.csv", "w") as written:
                async for line in as_csv(cases):
                    digest.update(line)
                    written.write(line)
            archive.writestr("evidence.json", about)
            sums = f"{digest.hexdigest()}  cases.csv\n{sha256(about).hexdigest()}  evidence.json\n"
            archive.writestr("SHA256SUMS", sums)
        for piece in _pieces(file):
            yield piece


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow(cells)
    return written.getvalue()


def _pieces(file: IO[bytes]) -> list[bytes]:
    file.seek(0)
    return list(iter(lambda: file.read(PIECE), b""))
