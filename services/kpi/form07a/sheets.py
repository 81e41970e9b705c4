"""Forms 07a and 07b as files for a spreadsheet: Vietnamese headings with the number of each column."""

import csv
import io
from collections.abc import Sequence

import openpyxl

from contracts.form07a import FORM, FORM_BY_LEVEL, Form07a, Form07aRow, Form07b
from contracts.labels import label
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell

COLUMNS = (
    ("received", "Số lượng hồ sơ tiếp nhận: Tổng số"),
    ("full_online", "Tiếp nhận trong kỳ: Trực tuyến toàn trình"),
    ("partial_online", "Tiếp nhận trong kỳ: Trực tuyến một phần"),
    ("by_post", "Tiếp nhận trong kỳ: Qua dịch vụ bưu chính"),
    ("counter", "Tiếp nhận trong kỳ: Trực tiếp"),
    ("carried_over", "Tiếp nhận: Từ kỳ trước"),
    ("settled", "Số lượng hồ sơ đã giải quyết: Tổng số"),
    ("early", "Đã giải quyết: Trước hạn"),
    ("on_time", "Đã giải quyết: Đúng hạn"),
    ("late", "Đã giải quyết: Quá hạn"),
    ("in_progress", "Số lượng hồ sơ đang giải quyết: Tổng số"),
    ("within", "Đang giải quyết: Trong hạn"),
    ("overdue", "Đang giải quyết: Quá hạn"),
)
HEADINGS = ("STT", "Lĩnh vực giải quyết", *(heading for _, heading in COLUMNS))
NUMBERS = tuple(f"({number})" for number in range(1, len(HEADINGS) + 1))
TOTAL = "TỔNG CỘNG"
OF_A_PART = "Cộng mục {number}"
TITLES = {
    FORM: (
        "Tình hình, kết quả giải quyết thủ tục hành chính tại cơ quan, đơn vị trực tiếp giải quyết thủ tục "
        "hành chính"
    ),
    FORM_BY_LEVEL: "Tình hình, kết quả giải quyết thủ tục hành chính của UBND cấp tỉnh",
}
UNIT = "Đơn vị tính: Số hồ sơ TTHC"
BALANCED = "Các đẳng thức của biểu đều đúng."

Cells = list[str | int]


def form_csv(form: Form07a | Form07b) -> str:
    """The form as CSV (RFC 4180, every cell quoted, with a byte order mark)."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerows([safe_cell(cell) for cell in row] for row in _table(form))
    return BYTE_ORDER_MARK + written.getvalue()


def form_xlsx(form: Form07a | Form07b) -> bytes:
    """The form as a workbook of one sheet; numbers are numbers."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(form.form.split("/", maxsplit=1)[0])
    for row in _table(form):
        sheet.append([cell if isinstance(cell, int) else safe_cell(cell) for cell in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _table(form: Form07a | Form07b) -> list[Cells]:
    period = f"{label(form.kind)} {form.key}: từ {form.period_from} đến trước {form.period_to}"
    table: list[Cells] = [
        [f"Biểu số {form.form}", form.circular],
        [TITLES[form.form]],
        [f"Cơ quan: {form.agency_name or form.agency}", form.agency],
        [period],
        [UNIT],
        [],
        list(HEADINGS),
        list(NUMBERS),
    ]
    told: list[Form07aRow] = []
    if isinstance(form, Form07a):
        table += _lines(form.rows)
        told += form.rows
    else:
        for part in form.parts:
            table += [[f"{part.number}.", part.title_vi], *_lines(part.rows)]
            table.append(_cells(part.total, "", OF_A_PART.format(number=part.number)))
            told += [*part.rows, part.total]
    table += [_cells(form.total, "", TOTAL), []]
    wrong = [
        f"{row.field_name or row.field or TOTAL}: {breach}"
        for row in (*told, form.total)
        for breach in row.breaches
    ]
    return table + [[line] for line in (*(wrong or [BALANCED]), *form.notes_vi)]


def _lines(rows: Sequence[Form07aRow]) -> list[Cells]:
    return [_cells(row, n, row.field_name or row.field) for n, row in enumerate(rows, 1)]


def _cells(row: Form07aRow, number: str | int, name: str | None) -> Cells:
    return [number, name or "", *(getattr(row, column) for column, _ in COLUMNS)]
