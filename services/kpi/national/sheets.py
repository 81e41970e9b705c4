"""Our figures beside the portal's as a file for a spreadsheet, with Vietnamese headings."""

import csv
import io

from contracts.labels import label
from contracts.national_evaluations import DifferenceRow, DifferenceTable, NationalFigureView
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell

HEADINGS = (
    *("Mã cơ quan", "Cơ quan", "Tình trạng"),
    *("Tử số địa phương", "Mẫu số địa phương", "Tỷ lệ địa phương", "Điểm địa phương"),
    *(
        "Mã đơn vị trên Cổng",
        "Tử số của Cổng",
        "Mẫu số của Cổng",
        "Tỷ lệ của Cổng",
        "Điểm của Cổng",
    ),
    *("Chênh tử số", "Chênh mẫu số", "Chênh tỷ lệ", "Chênh điểm"),
)
NUMBERS = ("count", "among", "value", "points")
UNMAPPED = "Chưa ánh xạ tới cơ quan"

Cells = list[str | int]


def differences_csv(table: DifferenceTable) -> str:
    """The comparison as CSV (RFC 4180, every cell quoted, with a byte order mark)."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerows([safe_cell(cell) for cell in row] for row in _lines(table))
    return BYTE_ORDER_MARK + written.getvalue()


def _lines(table: DifferenceTable) -> list[Cells]:
    head: list[Cells] = [
        [table.component, table.title_vi],
        [f"Cơ quan: {table.agency_name or table.agency}", table.agency],
        [f"Từ {table.period_from} đến trước {table.period_to}"],
        [],
        list(HEADINGS),
    ]
    told = [_row(row) for row in table.rows] + [_unmapped(one) for one in table.unmapped]
    notes: list[Cells] = [[note] for note in table.notes_vi]
    return [*head, *told, [], *notes]


def _row(row: DifferenceRow) -> Cells:
    ours = [_cell(row.ours, name) for name in NUMBERS]
    theirs = [_cell(row.theirs, name) for name in ("department", *NUMBERS)]
    apart = [_cell(row.difference, name) for name in NUMBERS]
    return [row.agency, row.agency_name or "", label(row.state), *ours, *theirs, *apart]


def _unmapped(one: NationalFigureView) -> Cells:
    told = [_cell(one, name) for name in ("department", "count", "among")]
    beside = [""] * len(NUMBERS)
    named = one.name or one.code or ""
    return ["", named, UNMAPPED, *beside, *told, "", one.points or "", *beside]


def _cell(side: object, name: str) -> str | int:
    told = getattr(side, name, None)
    return told if isinstance(told, int) else told or ""
