"""A summary of ratings as a file for a spreadsheet: the same figures, and nothing that would be executed."""

import csv
import io
from enum import StrEnum

import openpyxl

from contracts.rating.summary import RatingFigures, RatingRow, RatingSummary
from contracts.spreadsheets import BYTE_ORDER_MARK, NUMBER, safe_cell

WHICH = (
    *("agency", "agency_name", "procedure", "occasion", "period_from", "period_to", "as_of"),
    *("provisional", "by", "definition", "minimum", "mature_days"),
)
"""Columns that say which summary it is, so that a row stands alone."""

TOLD = (
    *("key", "name_vi", "name_en", "state", "ratings", "s1", "s2", "s3", "s4", "s5"),
    *("positive", "neutral", "negative", "count", "among", "value", "low", "high"),
    *(
        "invited",
        "mature",
        "rated",
        "declined",
        "ignored",
        "coverage",
        "assisted",
        "voided",
        "options",
    ),
)
COLUMNS = WHICH + TOLD


TEXT = frozenset({"agency", "agency_name", "procedure", "key", "name_vi", "name_en", "options"})
"""Columns that stay text in a workbook, even where a code looks like a number."""


def summary_csv(summary: RatingSummary) -> str:
    """A summary as CSV (RFC 4180, every cell quoted, with a byte order mark), the total first."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(summary, row) for row in (summary.total, *summary.rows))
    return BYTE_ORDER_MARK + written.getvalue()


def summary_xlsx(summary: RatingSummary) -> bytes:
    """A summary as a workbook of one sheet, the total first; numbers are numbers, texts are texts."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("ratings")
    sheet.append(COLUMNS)
    for row in (summary.total, *summary.rows):
        cells = zip(COLUMNS, _cells(summary, row), strict=True)
        sheet.append([told if name in TEXT else _typed(told) for name, told in cells])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _typed(cell: str) -> str | int | float:
    if not NUMBER.fullmatch(cell):
        return cell
    return float(cell) if "." in cell else int(cell)


def _cells(summary: RatingSummary, row: RatingRow) -> list[str]:
    told: dict[str, object] = dict(summary) | dict(row)
    told |= {"definition": summary.definition.id}
    if row.figures is not None:
        told |= _figures(row.figures)
    return [_cell(told.get(name)) for name in COLUMNS]


def _figures(figures: RatingFigures) -> dict[str, object]:
    told: dict[str, object] = dict(figures)
    if figures.histogram is not None:
        told |= dict(figures.histogram)
    if figures.satisfaction is not None:
        scored = figures.satisfaction
        told |= {name: getattr(scored, name) for name in ("count", "among", "value", "low", "high")}
    if figures.coverage is not None:
        cover = figures.coverage
        told |= {name: getattr(cover, name) for name in ("invited", "mature", "rated")}
        told |= {"declined": cover.declined, "ignored": cover.ignored, "coverage": cover.value}
    told["options"] = " | ".join(f"{one.option}: {one.count}" for one in figures.options)
    return told


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, StrEnum):
        return value.value
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return safe_cell(value)
