"""The results of an import as a file: for programs, and for a spreadsheet that executes nothing."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Any

from chassis.database import Database
from contracts.intake import ImportReason, ImportResult
from contracts.labels import label
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell
from contracts.vocabulary import ImportOutcome
from services.intake.queries.imports import parts_of

COLUMNS = ("line", "code", "outcome", "outcome_vi", "reason", "reason_vi", "field", "detail")
PARTS_AT_ONCE = 8

REASONS_VI = {
    "missing": "Thiếu thông tin",
    "differs": "Khác với nội dung đã ghi nhận",
    "dossier-code-taken": "Mã hồ sơ đã được dùng",
    "unknown-agency": "Không tìm thấy cơ quan này",
    "unknown-procedure": "Không có thủ tục này trong danh mục",
    "unknown-code": "Mã không có trong danh mục mã quốc gia",
    "unmapped-status": "Trạng thái không xác định, lấy theo các ngày",
    "status-disagrees": "Trạng thái không khớp với các ngày",
    "moment-assumed": "Không ghi thời điểm, lấy ngày muộn nhất của dòng",
    "date-unreadable": "Không đọc được ngày",
    "row-too-long": "Dòng quá dài",
    "row-unreadable": "Không đọc được dòng",
    "row-invalid": "Dòng chưa hợp lệ",
    "too-many-cells": "Dòng có nhiều ô hơn tiêu đề",
    "not-utf-8": "Không phải UTF-8",
    "quotes": "Dấu nháy kép chưa đúng",
    "value-not-storable": "Có giá trị không lưu được",
}


def result_of(kept: list[Any]) -> ImportResult:
    """A result from how it is kept."""
    line, code, outcome, reasons = kept
    return ImportResult.model_construct(
        line=line,
        code=code,
        outcome=ImportOutcome(outcome),
        reasons=[ImportReason(code=c, field=f, detail=d) for c, f, d in reasons],
    )


async def as_ndjson(job: str, database: Database) -> AsyncIterator[bytes]:
    """Results, one object a line."""
    async for results in _pieces(job, database):
        yield b"".join(one.model_dump_json().encode() + b"\n" for one in results)


async def as_csv(job: str, database: Database) -> AsyncIterator[bytes]:
    """Results as CSV (RFC 4180, every cell quoted, with a byte order mark)."""
    yield (BYTE_ORDER_MARK + _csv([COLUMNS])).encode()
    async for results in _pieces(job, database):
        yield _csv([safe_cell(cell) for cell in _cells(one)] for one in results).encode()


async def _pieces(job: str, database: Database) -> AsyncIterator[list[ImportResult]]:
    after = 0
    while parts := await parts_of(job, after, PARTS_AT_ONCE, database):
        for part in parts:
            yield [result_of(kept) for kept in part.rows]
        after = parts[-1].number


def _cells(result: ImportResult) -> tuple[object, ...]:
    reasons = result.reasons
    vietnamese = [REASONS_VI.get(reason.code, "Chưa hợp lệ") for reason in reasons]
    return (
        result.line,
        result.code,
        result.outcome.value,
        label(result.outcome),
        "; ".join(reason.code for reason in reasons),
        "; ".join(dict.fromkeys(vietnamese)),
        "; ".join(reason.field for reason in reasons),
        " ".join(reason.detail for reason in reasons),
    )


def _csv(rows: Iterable[Iterable[object]]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(rows)
    return written.getvalue()
