"""The public page of ratings as a file for a spreadsheet: a row for each of its rows, standing alone."""

import csv
import io

from contracts.rating import RatingRow
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell
from gateway.web.results import Results

WHICH = ("agency", "period_from", "period_to", "occasion", "definition", "as_of", "provisional")
ROW = ("by", "key", "name_vi", "name_en", "state")
LEVELS = ("s5", "s4", "s3", "s2", "s1")
COUNTS = ("positive", "neutral", "negative")
SHARE = ("count", "among", "value", "low", "high")
COVERAGE = ("invited", "mature", "rated", "declined", "ignored")
COLUMNS = (
    *(*WHICH, *ROW, "ratings", *LEVELS, *COUNTS),
    *(f"satisfaction_{name}" for name in SHARE),
    *(*COVERAGE, "coverage", "assisted", "voided", "minimum"),
)
"""A figure that may not be shown is an empty cell; `state` says why."""


def results_csv(found: Results) -> str:
    """The page as CSV (RFC 4180, every cell quoted, with a byte order mark)."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    rows = [("none", found.total)]
    rows += [("agency", row) for row in found.agencies.rows]
    rows += [("procedure", row) for row in found.procedures.rows]
    writer.writerows(_row(found, by, row) for by, row in rows)
    return BYTE_ORDER_MARK + written.getvalue()


def _row(found: Results, by: str, row: RatingRow) -> list[str]:
    summary = found.agencies
    cells: dict[str, object] = {
        "agency": summary.agency,
        "period_from": summary.period_from.isoformat(),
        "period_to": summary.period_to.isoformat(),
        "occasion": found.occasion.value,
        "definition": summary.definition.id,
        "as_of": summary.as_of.isoformat(),
        "provisional": str(summary.provisional).lower(),
        "by": by,
        "key": row.key,
        "name_vi": row.name_vi,
        "name_en": row.name_en,
        "state": row.state.value,
        "minimum": summary.minimum,
    }
    figures = row.figures
    if figures is not None:
        cells |= figures.model_dump(include={"ratings", "assisted", "voided", *COUNTS})
        cells |= figures.histogram.model_dump() if figures.histogram else {}
        told = figures.satisfaction.model_dump() if figures.satisfaction else {}
        cells |= {f"satisfaction_{name}": told.get(name) for name in SHARE}
        covered = figures.coverage.model_dump() if figures.coverage else {}
        cells |= {name: covered.get(name) for name in COVERAGE}
        cells["coverage"] = covered.get("value")
    return [safe_cell(cells.get(column)) for column in COLUMNS]
