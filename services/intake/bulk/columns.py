"""What the columns of a table of dossiers mean: our field names, dotted, or the national ones."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from contracts import national
from contracts.intake import DossierFlags, ImportReason
from contracts.moments import read_moment
from contracts.national import Cell, Path
from services.intake.bulk.files import FileUnusable
from services.intake.bulk.lines import RowUnreadable

MAX_COLUMNS = 200
"""Columns a table may have: four times those that mean anything."""


def _text(cell: Cell) -> object:
    return str(cell)


def _word(cell: Cell) -> object:
    return str(cell).strip().lower()


def _moment(cell: Cell) -> object:
    return read_moment(cell)


def _flag(cell: Cell) -> object:
    return national.YES.get(str(cell).strip().lower(), cell)


_PARTICULARS = (
    *("abstract", "receipt_number", "tech_id", "portal_code", "portal_reference"),
    *("fax", "note", "other", "return_note", "unit"),
)
"""Particulars that fit into a cell."""

OWN: Mapping[Path, Callable[[Cell], object]] = {
    **dict.fromkeys([("code",), ("procedure",), ("agency",), ("competent_agency",)], _text),
    **dict.fromkeys([("returning_agency",), ("unit",)], _text),
    **dict.fromkeys([("channel",), ("return_mode",), ("status",), ("applicant", "kind")], _word),
    ("applicant", "id_kind"): _word,
    **{("applicant", name): _text for name in ("name", "id_number", "phone", "email", "address")},
    **{("flags", name): _flag for name in DossierFlags.model_fields},
    **{("particulars", name): _text for name in _PARTICULARS},
    ("particulars", "paid_through"): _word,
    **dict.fromkeys([("submitted_at",), ("received_at",), ("status_at",), ("due_at",)], _moment),
    **dict.fromkeys([("refused_at",), ("done_at",), ("returned_at",)], _moment),
}
"""Our columns, and how each is read."""

_OWN_NAMES = {".".join(path): path for path in OWN}
_NATIONAL_NAMES = {
    name.casefold(): name for name in sorted(set(national.FIELDS) | set(national.UNUSED))
}
REQUIRED: tuple[Path, ...] = (
    *(("code",), ("procedure",), ("channel",)),
    *(("applicant", "kind"), ("applicant", "name")),
)


class Columns:
    """The columns of one table. Raises `FileUnusable` for a header that cannot be worked with."""

    def __init__(self, header: Sequence[object]) -> None:
        names = [_name(cell) for cell in header]
        while names and not names[-1]:
            names.pop()
        if len(names) > MAX_COLUMNS:
            raise FileUnusable("too-many-columns", f"A table has at most {MAX_COLUMNS} columns.")
        self._width = len(names)
        self._shown: dict[Path, str] = {}
        """The name in the file of each field of ours."""
        self._own: list[tuple[int, str, Path]] = []
        self._national: list[tuple[int, str]] = []
        self.unused: list[str] = []
        """Columns that mean nothing here, by their names."""
        for place, name in enumerate(names):
            self._place(place, name)
        self._expect_required()

    def _place(self, place: int, name: str) -> None:
        if not name:
            return
        own, theirs = _OWN_NAMES.get(name.casefold()), _NATIONAL_NAMES.get(name.casefold())
        path = own or national.FIELDS.get(theirs or "")
        if path is None:
            self.unused.append(name)
            return
        if path in self._shown:
            told = f"{self._shown[path]} and {name} say the same; leave one out."
            raise FileUnusable("duplicate-column", told, name)
        self._shown[path] = name
        if own:
            self._own.append((place, name, own))
        elif theirs:
            self._national.append((place, theirs))

    def _expect_required(self) -> None:
        missing = [path for path in REQUIRED if path not in self._shown]
        if self._national and ("channel",) in missing:
            missing.remove(("channel",))
        if missing:
            told = ", ".join(_both_names(path) for path in missing)
            raise FileUnusable("missing-column", f"Add the columns {told}.")

    def shown(self, path: Iterable[int | str]) -> str:
        """The name in the file of a field of ours, or its dotted name."""
        steps = tuple(str(step) for step in path)
        return self._shown.get(steps) or ".".join(steps)

    def read(
        self, content: Sequence[object]
    ) -> tuple[dict[str, Any], list[ImportReason], list[ImportReason]]:
        """What a row tells, why it cannot be taken, and what was left out of it.

        Raises `RowUnreadable` for a row with more cells than the header.
        """
        cells = [_plain(cell) for cell in content]
        if any(cell != "" for cell in cells[self._width :]):
            raise RowUnreadable("too-many-cells", "The row has more cells than the header.")
        told: dict[str, Any] = {}
        refused: list[ImportReason] = []
        noted: list[ImportReason] = []
        if self._national:
            sent = {name: cells[place] for place, name in self._national if place < len(cells)}
            reading = national.read_dossier(sent)
            told = reading.told
            refused, noted = list(map(_reason, reading.refused)), list(map(_reason, reading.noted))
        for place, name, path in self._own:
            if place >= len(cells) or cells[place] == "":
                continue
            try:
                national.put(told, path, OWN[path](cells[place]))
            except ValueError as unreadable:
                detail = f"It {unreadable}."
                refused.append(ImportReason(code="date-unreadable", field=name, detail=detail))
        return told, refused, noted


def _reason(remark: national.Remark) -> ImportReason:
    return ImportReason(code=remark.kind.value, field=remark.field, detail=remark.detail)


def _name(cell: object) -> str:
    return unicodedata.normalize("NFC", " ".join(str(_plain(cell)).split()))


def _both_names(path: Path) -> str:
    theirs = [name for name, their_path in national.FIELDS.items() if their_path == path]
    return " or ".join([".".join(path), *theirs])


def _plain(cell: object) -> Cell:
    """A cell as text, day or instant. A spreadsheet's numbers become the digits that were meant."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell
    return cell.isoformat() if isinstance(cell, time) else str(cell)
