"""The register as a file for a spreadsheet, with nothing in it that a spreadsheet would execute."""

import csv
import io
from datetime import datetime
from enum import StrEnum

from contracts.intake import RegisterRow, RegisterView
from contracts.labels import label
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell

COLUMNS = (
    *("number", "code", "procedure", "procedure_name", "applicant", "address", "phone"),
    *("agency", "competent_agency", "competent_name", "channel", "received_at", "due_at"),
    *("done_at", "returned_at", "return_mode", "status", "status_vi"),
)


def register_csv(register: RegisterView) -> str:
    """A part of the register as CSV (RFC 4180, every cell quoted, with a byte order mark)."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows(_row(row) for row in register.items)
    return BYTE_ORDER_MARK + written.getvalue()


def _row(row: RegisterRow) -> list[str]:
    cells: dict[str, object] = {**dict(row), "status_vi": label(row.status)}
    return [safe_cell(_plain(cells[column])) for column in COLUMNS]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
