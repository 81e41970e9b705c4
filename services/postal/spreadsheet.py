"""Reconciliation as a file for a spreadsheet, with nothing in it that a spreadsheet would execute."""

import csv
import io

from contracts.labels import label
from contracts.post_money import ReconciliationList, ReconciliationRow
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell

COLUMNS = (
    *("carrier", "item_code", "dossiers", "accepted_at", "purpose", "purpose_vi", "expected"),
    *("actual", "difference", "reconciliation", "reconciliation_vi", "reference"),
)


def reconciliation_csv(found: ReconciliationList) -> str:
    """A month's rows as CSV (RFC 4180, every cell quoted, with a byte order mark)."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row) for row in found.items)
    return BYTE_ORDER_MARK + written.getvalue()


def _cells(row: ReconciliationRow) -> list[str]:
    told: dict[str, object] = dict(row) | {
        "carrier": row.carrier.value,
        "dossiers": " ".join(row.dossiers),
        "accepted_at": row.accepted_at.isoformat(),
        "purpose": row.purpose.value,
        "purpose_vi": label(row.purpose),
        "reconciliation": row.reconciliation.value,
        "reconciliation_vi": label(row.reconciliation),
    }
    return [safe_cell(told[column]) for column in COLUMNS]
