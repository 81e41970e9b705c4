"""Papers of the post as pages of A4: the pickup checklist and the handover manifest."""

import csv
import io
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from markupsafe import Markup
from starlette.responses import HTMLResponse

from contracts.labels import label
from contracts.post_checklist import ChecklistView
from contracts.post_papers import ManifestRow, ManifestView
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell
from gateway.web.papers import qr_svg, sheet_page
from gateway.web.wording import shown_count, wording

BLANK_LINES = 6
"""Lines to write on where no list is known."""
SPARE_LINES = 2
"""Lines for papers that are on no list."""

Pair = tuple[int | None, int | None]
"""Originals and copies; none where they are to be counted yet."""
NOTHING: Pair = (None, None)
COLUMNS = (
    *("number", "item_code", "dossier", "leg", "leg_vi", "attempt", "carrier", "account"),
    *("ordered_at", "accepted_at", "slip_number", "shipment"),
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A paper, as it is listed and as it was counted."""

    name: str
    listed: Pair = NOTHING
    picked: Pair = NOTHING
    found: Pair = NOTHING

    @property
    def differs(self) -> bool:
        """Whether the counter found other than the postman had counted."""
        return self.found != NOTHING and self.picked not in {NOTHING, self.found}


def checklist_page(checklist: ChecklistView, language: str) -> HTMLResponse:
    """Show the checklist of an envelope (phiếu hồ sơ): filled in as far as it is recorded."""
    code = qr_svg(checklist.dossier.code)
    return sheet_page(
        "papers/checklist.html",
        language,
        texts=("papers", "post_papers"),
        sheet="counted",
        heading="title_checklist",
        issued_at=checklist.issued_at,
        list=checklist,
        rows=checklist_lines(checklist),
        fee=_fee(checklist, language),
        qr=Markup(code),  # noqa: S704 - a drawing of ours
    )


def manifest_page(manifest: ManifestView, language: str) -> HTMLResponse:
    """Show a part of a handover manifest (bảng kê bàn giao)."""
    return sheet_page(
        "papers/manifest.html",
        language,
        texts=("papers", "post_papers"),
        sheet="counted",
        heading="title_manifest" if manifest.state == "waiting" else "title_handed_over",
        issued_at=manifest.issued_at,
        manifest=manifest,
        number=partial(shown_count, language=language),
    )


def manifest_csv(manifest: ManifestView) -> str:
    """A part of a manifest as CSV (RFC 4180, every cell quoted, with a byte order mark)."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row) for row in manifest.items)
    return BYTE_ORDER_MARK + written.getvalue()


def checklist_lines(checklist: ChecklistView) -> list[Line]:
    """Every paper that is listed or was counted, once; and lines to write on while nothing was."""
    lines: dict[str, dict[str, Pair]] = {}
    names: dict[str, str] = {}
    counted = {
        "listed": checklist.dossier.components,
        "picked": checklist.pickup.counts if checklist.pickup else (),
        "found": checklist.opening.counts if checklist.opening else (),
    }
    for column, papers in counted.items():
        for one in papers:
            key = " ".join(unicodedata.normalize("NFC", one.name).casefold().split())
            names.setdefault(key, one.name)
            line = lines.setdefault(key, {})
            originals, copies = line.get(column, (0, 0))
            line[column] = ((originals or 0) + one.originals, (copies or 0) + one.copies)
    # What was counted without being named was counted as none.
    done = [column for column in ("picked", "found") if counted[column]]
    for line in lines.values():
        for column in done:
            line.setdefault(column, (0, 0))
    rows = [Line(name=names[key], **line) for key, line in lines.items()]
    spare = 0 if checklist.pickup else (SPARE_LINES if rows else BLANK_LINES)
    return rows + [Line(name="")] * spare


def _fee(checklist: ChecklistView, language: str) -> str | None:
    if checklist.pickup is None:
        return None
    if checklist.pickup.fee is None:
        return wording("post_papers", language)["fee_none"]
    return f"{shown_count(checklist.pickup.fee, language)} đ"


def _cells(row: ManifestRow) -> list[str]:
    cells: dict[str, object] = {**dict(row), "leg_vi": label(row.leg)}
    return [safe_cell(_plain(cells[column])) for column in COLUMNS]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
