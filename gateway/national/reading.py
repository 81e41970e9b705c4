"""What a one-stop system sends in the dialect, read into filings and rows of progress.

Nothing that is sent makes the reading fail. What has no valid place is kept elsewhere or told as a
warning; only without a code, a procedure and an agency there is no dossier, and without a moment no row.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from contracts import national
from contracts.intake import DossierFiling, DossierParticulars, ProgressRow
from contracts.national import Kind, Remark
from contracts.vocabulary import ApplicantKind, Channel, DossierStatus
from gateway.national import fields, parts
from gateway.national.values import (
    Hours,
    Notes,
    at_hour,
    is_code,
    line,
    named,
    remark,
    text,
    token,
    word,
)

COUNTED = frozenset(name for name, path in national.FIELDS.items() if path[0] != "particulars")
"""Fields that are read alike from a message and from a file."""

NOT_ACCEPTED = frozenset({DossierStatus.SUBMITTED, DossierStatus.REFUSED})
"""Statuses of a dossier that was never taken in: what stands as received is when it was handed in."""

_PHONE = re.compile(r"[+0-9 ().-]{6,20}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_OPENING = frozenset({"submitted_at", "received_at"})
_DATED = (
    (DossierStatus.REFUSED, "refused_at"),
    (DossierStatus.DONE, "done_at"),
    (DossierStatus.RETURNED, "returned_at"),
)


@dataclass(frozen=True)
class DossierReading:
    """An entry of `DongBoHoSoMC`, read."""

    code: str
    """The dossier's code as it was told, as far as it can be shown."""
    filing: DossierFiling | None
    names_agency: bool = False
    """Whether it names its receiving agency itself (MaDonVi)."""
    promise: ProgressRow | None = None
    """The receipt with the promised moment (NgayHenTra)."""
    rows: tuple[ProgressRow, ...] = ()
    """What the dossier's dates tell."""
    status: DossierStatus | None = None
    """Where it stands, by its sender; it may say more than the dates."""
    catalogue: Mapping[str, str] = field(default_factory=dict)
    """What it says of the catalogue: names and field of the procedure, by their names there."""
    warnings: tuple[Remark, ...] = ()
    refused: tuple[Remark, ...] = ()
    """Why there is no filing."""

    @property
    def all_rows(self) -> list[ProgressRow]:
        """The promise and the other rows."""
        return [*([self.promise] if self.promise else []), *self.rows]


def read_dossier(
    sent: object, *, agency: str | None = None, hours: Hours | None = None
) -> DossierReading:
    """A dossier of `DongBoHoSoMC`; `agency` is the receiving one where the dossier names none.

    >>> read_dossier({"MaHoSo": "H29-1", "TrangThaiHoSo": "0"}, agency="H29").refused[0].field
    'MaTTHC'
    """
    if not isinstance(sent, Mapping):
        return DossierReading("", None, refused=(remark("data", Kind.NOT_A_LIST),))
    notes = Notes()
    given = named(sent, fields.DOSSIER, notes)
    head = _head(given, notes)
    read = national.read_dossier({name: head[name] for name in head.keys() & COUNTED})
    notes.told.extend(remark(one.field, one.kind) for one in (*read.refused, *read.noted))
    told = read.told
    names_agency = "agency" in told
    told.setdefault("agency", agency or "")
    _assume(head, told, notes)
    _take_hours(told, hours or Hours(), notes)
    _take_back_receipt(told, notes)
    refused = _refused_codes(told)
    _name_contacts(told, notes)
    particulars = _particulars(given, told, hours or Hours(), notes)
    status = told.pop("status", None)
    rows, promise = _rows(told, status, head, notes)
    filing = None if refused else _filing(told, particulars, refused)
    catalogue = {name: head[name] for name in fields.CATALOGUE if head.get(name)}
    return DossierReading(
        head.get("MaHoSo", ""),
        *(filing, names_agency, promise, tuple(rows), status, catalogue),
        *(tuple(notes.told), tuple(refused)),
    )


def _head(given: Mapping[str, object], notes: Notes) -> dict[str, str]:
    """The scalars of a dossier as clean lines."""
    single = {*COUNTED, *fields.CATALOGUE}
    longest = {"ChuHoSo": 300}
    found = {
        name: line(value, name, notes, longest.get(name, 500))
        for name, value in given.items()
        if name in single
    }
    return {name: value for name, value in found.items() if value is not None}


def _assume(head: Mapping[str, str], told: dict[str, Any], notes: Notes) -> None:
    """Put in what a filing needs and the dossier does not tell."""
    applicant = told.setdefault("applicant", {})
    handed_in = told.get("status") in NOT_ACCEPTED and "submitted_at" in told
    for name in fields.EXPECTED:
        if name not in head and not (handed_in and name == "NgayTiepNhan"):
            notes.add(name, Kind.ASSUMED if name in national.WORDS else Kind.MISSING)
    told.setdefault("channel", Channel.COUNTER)
    applicant.setdefault("kind", ApplicantKind.CITIZEN)
    applicant.setdefault("name", fields.NAMELESS)


def _take_hours(told: dict[str, Any], hours: Hours, notes: Notes) -> None:
    """Give days an hour."""
    names = {path[0]: name for name, path in national.MOMENTS.items()}
    for attribute, value in told.items():
        if isinstance(value, date):
            hour = hours.opens if attribute in _OPENING else hours.closes
            told[attribute] = at_hour(value, names.get(attribute, attribute), notes, hour)


def _take_back_receipt(told: dict[str, Any], notes: Notes) -> None:
    """A dossier that was not accepted has no receipt: its sender means when it was handed in."""
    if told.get("status") not in NOT_ACCEPTED or "received_at" not in told:
        return
    handed_in = told.pop("received_at")
    if told.setdefault("submitted_at", handed_in) != handed_in:
        notes.add("NgayTiepNhan", Kind.CONTRADICTORY)


def _refused_codes(told: Mapping[str, Any]) -> list[Remark]:
    wrong = "phải là mã gồm chữ không dấu, chữ số và . _ / - (tối đa 64 ký tự)"
    asked = {"code": "MaHoSo", "procedure": "MaTTHC", "agency": "madonvi"}
    found = []
    for attribute, name in asked.items():
        value = told.get(attribute, "")
        if not value:
            found.append(remark(name, Kind.MISSING, "bắt buộc phải có"))
        elif not is_code(value):
            found.append(remark(name, Kind.UNFIT, wrong))
    return found


def _name_contacts(told: dict[str, Any], notes: Notes) -> None:
    """Leave out contacts that are none, and keep a number that is no code among the identities."""
    applicant = told["applicant"]
    for attribute, name, form in (("phone", "SoDienThoai", _PHONE), ("email", "Email", _EMAIL)):
        if attribute in applicant and not form.fullmatch(applicant[attribute]):
            del applicant[attribute]
            notes.add(name, Kind.UNFIT)
    number = applicant.get("id_number")
    if number is not None and not is_code(number):
        told["stray_number"] = applicant.pop("id_number")
        notes.add("SoGiayToChuHoSo", Kind.MOVED, "không phải là mã; được giữ trong DinhDanhCHS")


def _particulars(
    given: Mapping[str, object], told: dict[str, Any], hours: Hours, notes: Notes
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    # These are read here, with longer texts and with what was cut of them told.
    told.pop("unit", None)
    told.pop("particulars", None)
    for name, attribute in fields.PARTICULARS.items():
        value = given.get(name)
        if attribute == "abstract":
            kept[attribute] = text(value, name, notes, fields.LONGEST_ABSTRACT)
        elif attribute in {"note", "other", "return_note"}:
            kept[attribute] = text(value, name, notes)
        elif attribute in {"receipt_number", "tech_id"}:
            kept[attribute] = token(value, name, notes)
        else:
            # Read before, with the fields that are counted: not told twice.
            kept[attribute] = line(value, name, notes if name == "Fax" else Notes())
    paid = word(
        given.get("DuocThanhToanTrucTuyen"),
        "DuocThanhToanTrucTuyen",
        Notes(),
        national.PAID_THROUGH,
    )
    kept["paid_through"] = paid
    for name, (attribute, model, entry) in parts.LISTS.items():
        kept[attribute] = parts.entries(model, entry, given.get(name), name, notes)
    if stray := told.pop("stray_number", None):
        kept["identities"] = [*kept["identities"], {"number": stray[:200]}][: fields.MANY]
    kept["databases"] = parts.databases(given.get("DSKetNoiCSDL"), "DSKetNoiCSDL", notes)
    name = "DanhSachHoSoBoSung"
    kept["supplements"] = parts.supplements(given.get(name), name, notes, hours.closes)
    return {attribute: value for attribute, value in kept.items() if value not in (None, [])}


def _rows(
    told: dict[str, Any], status: DossierStatus | None, head: Mapping[str, str], notes: Notes
) -> tuple[list[ProgressRow], ProgressRow | None]:
    """What a dossier's dates tell: rows, and the receipt with its promise."""
    due_at = told.pop("due_at", None)
    dated = [(kind, told.pop(name, None)) for kind, name in _DATED]
    ended_at = told.pop("status_at", None)
    rows = [ProgressRow(status=kind, occurred_at=at) for kind, at in dated if at is not None]
    if status is not None and ended_at is not None:
        rows.append(ProgressRow(status=status, occurred_at=ended_at))
    opened = [told[name] for name in ("received_at", "submitted_at") if name in told]
    promise = None
    if due_at is not None and opened:
        kind = DossierStatus.ACCEPTED if "received_at" in told else DossierStatus.SUBMITTED
        promise = ProgressRow(status=kind, occurred_at=opened[0], due_at=due_at)
    elif due_at is not None:
        notes.add("NgayHenTra", Kind.CONTRADICTORY, "không có NgayTiepNhan; không được dùng")
    latest = max([*opened, *(row.occurred_at for row in rows)], default=None)
    if national.STATUS in head and status is None and latest is not None:
        note = f"{national.STATUS} {head[national.STATUS]}"[:100]
        rows.append(ProgressRow(status=DossierStatus.UNMAPPED, occurred_at=latest, note=note))
    if status in national.ENDED_WITHOUT_RESULT and {"NgayTra", "NgayKetThucXuLy"} <= head.keys():
        notes.add("NgayTra", Kind.CONTRADICTORY)
    return rows, promise


def _filing(
    told: dict[str, Any], particulars: dict[str, Any], refused: list[Remark]
) -> DossierFiling | None:
    try:
        kept = DossierParticulars(**particulars) if particulars else None
        return DossierFiling(**told, particulars=kept)
    except ValidationError as bad:
        refused.extend(_unfit(bad.errors(include_input=False, include_url=False)))
        return None


def _unfit(errors: Iterable[Mapping[str, Any]]) -> list[Remark]:
    names = {path: name for name, path in national.FIELDS.items()}
    return [
        remark(
            names.get(tuple(map(str, error["loc"])), ".".join(map(str, error["loc"]))),
            Kind.UNFIT,
            "giá trị không hợp lệ",
        )
        for error in errors
    ]
