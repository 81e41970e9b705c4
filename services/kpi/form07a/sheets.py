"""Form 07a as a file for a spreadsheet: Vietnamese headings, and the number of each column below them."""

import csv
import io

import openpyxl

from contracts.form07a import Form07a, Form07aRow
from contracts.labels import label
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell

COLUMNS = (
    ("received", "Tổng số hồ sơ tiếp nhận"),
    ("full_online", "Tiếp nhận trực tuyến toàn trình"),
    ("partial_online", "Tiếp nhận trực tuyến một phần"),
    ("by_post", "Tiếp nhận qua dịch vụ bưu chính"),
    ("counter", "Tiếp nhận trực tiếp"),
    ("carried_over", "Từ kỳ trước chuyển sang"),
    ("settled", "Tổng số hồ sơ đã giải quyết"),
    ("early", "Đã giải quyết trước hạn"),
    ("on_time", "Đã giải quyết đúng hạn"),
    ("late", "Đã giải quyết quá hạn"),
    ("in_progress", "Tổng số hồ sơ đang giải quyết"),
    ("within", "Đang giải quyết trong hạn"),
    ("overdue", "Đang giải quyết quá hạn"),
)
HEADINGS = ("STT", "Lĩnh vực", *(heading for _, heading in COLUMNS))
NUMBERS = tuple(f"({number})" for number in range(1, len(HEADINGS) + 1))
TOTAL = "Tổng số"
BALANCED = "Các đẳng thức của biểu đều đúng."

Cells = list[str | int]


def form_csv(form: Form07a) -> str:
    """The form as CSV (RFC 4180, every cell quoted, with a byte order mark)."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerows([safe_cell(cell) for cell in row] for row in _table(form))
    return BYTE_ORDER_MARK + written.getvalue()


def form_xlsx(form: Form07a) -> bytes:
    """The form as a workbook of one sheet; numbers are numbers."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("07a")
    for row in _table(form):
        sheet.append([cell if isinstance(cell, int) else safe_cell(cell) for cell in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _table(form: Form07a) -> list[Cells]:
    period = f"{label(form.kind)} {form.key}: từ {form.period_from} đến trước {form.period_to}"
    table: list[Cells] = [
        [f"Biểu số {form.form}", form.circular],
        [f"Cơ quan: {form.agency_name or form.agency}", form.agency],
        [period],
        [],
        list(HEADINGS),
        list(NUMBERS),
    ]
    table += [_cells(row, n, row.field_name or row.field) for n, row in enumerate(form.rows, 1)]
    table += [_cells(form.total, "", TOTAL), []]
    wrong = [
        f"{row.field_name or row.field or TOTAL}: {breach}"
        for row in (*form.rows, form.total)
        for breach in row.breaches
    ]
    told = wrong or [BALANCED]
    return table + [[line] for line in (*told, *form.notes_vi)]


def _cells(row: Form07aRow, number: str | int, name: str | None) -> Cells:
    return [number, name or "", *(getattr(row, column) for column, _ in COLUMNS)]
