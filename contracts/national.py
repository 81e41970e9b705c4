"""The national portal's words for a dossier (`DongBoHoSoMC`), read into ours. Values in, values out.

Field names and codes as one-stop systems send them to Cổng DVCQG since 2020; every scalar is a text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contracts.moments import Moment, read_moment
from contracts.vocabulary import (
    ApplicantKind,
    Channel,
    DossierStatus,
    IdentityKind,
    PaidThrough,
    ReturnMode,
)

Cell = str | Moment
Path = tuple[str, ...]

STATUSES: Mapping[str, DossierStatus] = {
    str(code): status
    for code, status in enumerate(DossierStatus, 1)
    if status is not DossierStatus.UNMAPPED
}
"""TrangThaiHoSo 1 to 10. What stands for no known state (0, 11) is left unmapped."""

CHANNELS: Mapping[str, Channel] = {
    "1": Channel.COUNTER,
    "2": Channel.ONLINE,
    "3": Channel.POST,
}
"""KenhThucHien; systems older than the field send nothing, which is the counter."""

RETURN_MODES: Mapping[str, ReturnMode] = {"0": ReturnMode.COUNTER, "1": ReturnMode.POST}
"""HinhThuc."""

APPLICANTS: Mapping[str, ApplicantKind] = {
    "1": ApplicantKind.CITIZEN,
    "2": ApplicantKind.BUSINESS,
    "3": ApplicantKind.STATE_AGENCY,
    "4": ApplicantKind.ORGANISATION,
}
"""LoaiDoiTuong."""

YES: Mapping[str, bool] = {"0": False, "1": True, "false": False, "true": True}

PAID_ONLINE: Mapping[str, bool] = {"0": False, "1": True, "2": True, "3": False}
"""DuocThanhToanTrucTuyen: national scores count the two public gateways (1, 2), not others (3)."""

PAID_THROUGH: Mapping[str, PaidThrough] = {
    str(code): gateway for code, gateway in enumerate(PaidThrough)
}
"""DuocThanhToanTrucTuyen, word for word."""

PORTALS: Mapping[str, bool] = {"1": True, "2": False}
"""NoiNopHoSo: the national portal, or the province's own."""

TEXTS: Mapping[str, Path] = {
    "MaHoSo": ("code",),
    "MaTTHC": ("procedure",),
    "MaDonVi": ("agency",),
    "ChuHoSo": ("applicant", "name"),
    "SoGiayToChuHoSo": ("applicant", "id_number"),
    "SoDienThoai": ("applicant", "phone"),
    "Email": ("applicant", "email"),
    "DonViXuLy": ("unit",),
    "TrichYeuHoSo": ("particulars", "abstract"),
    "SoBienNhan": ("particulars", "receipt_number"),
    "MaDoiTuong": ("particulars", "tech_id"),
    "Fax": ("particulars", "fax"),
    "GhiChu": ("particulars", "note"),
    "ThongTinKhac": ("particulars", "other"),
    "ThongTinTra": ("particulars", "return_note"),
}

MOMENTS: Mapping[str, Path] = {
    "NgayNopHoSo": ("submitted_at",),
    "NgayTiepNhan": ("received_at",),
    "NgayHenTra": ("due_at",),
    "NgayTuChoi": ("refused_at",),
    "NgayKetThucXuLy": ("done_at",),
    "NgayTra": ("returned_at",),
}

WORDS: Mapping[str, tuple[Path, Mapping[str, Any]]] = {
    "KenhThucHien": (("channel",), CHANNELS),
    "HinhThuc": (("return_mode",), RETURN_MODES),
    "LoaiDoiTuong": (("applicant", "kind"), APPLICANTS),
    "HoSoCoThanhPhanSoHoa": (("flags", "digitised"), YES),
    "TaiKhoanDuocXacThucVoiVNeID": (("flags", "verified_identity"), YES),
    "DuocThanhToanTrucTuyen": (("flags", "paid_online"), PAID_ONLINE),
    "NoiNopHoSo": (("flags", "national_portal"), PORTALS),
}

STATUS = "TrangThaiHoSo"

PAID = "DuocThanhToanTrucTuyen"

UNUSED = frozenset({"TenTTHC", "MaLinhVuc", "TenLinhVuc"})
"""National fields that repeat what the catalogue says of the procedure."""

FIELDS: Mapping[str, Path] = {
    **TEXTS,
    **MOMENTS,
    **{name: path for name, (path, _) in WORDS.items()},
    STATUS: ("status",),
}
"""Every national field that is used, and the field of ours it is read into."""

ENDED_WITHOUT_RESULT = frozenset(
    {DossierStatus.REFUSED, DossierStatus.WITHDRAWN, DossierStatus.STOPPED}
)

CITIZEN_ID_DIGITS = 12
OLD_ID_DIGITS = 9


class Kind(StrEnum):
    """What is wrong with a field, or was assumed of it."""

    UNKNOWN_CODE = "unknown-code"
    DATE_UNREADABLE = "date-unreadable"
    UNMAPPED_STATUS = "unmapped-status"
    MISSING = "missing"
    ASSUMED = "assumed"
    DAY_ONLY = "day-only"
    CUT = "cut"
    CLEANED = "cleaned"
    NOT_A_TEXT = "not-a-text"
    NOT_A_LIST = "not-a-list"
    UNFIT = "unfit"
    MONEY_GROUPED = "money-grouped"
    UNKNOWN_FIELD = "unknown-field"
    CONTRADICTORY = "contradictory"
    MOVED = "moved"


@dataclass(frozen=True)
class Remark:
    """Something to know about one field: its name as it was sent, the kind, and a sentence."""

    field: str
    kind: Kind
    detail: str


@dataclass
class Reading:
    """A dossier read from national fields."""

    told: dict[str, Any] = field(default_factory=dict)
    """Fields of an `ImportRow`; moments are days or instants, so that the reader chooses the hour."""
    refused: list[Remark] = field(default_factory=list)
    """What must be changed."""
    noted: list[Remark] = field(default_factory=list)
    """What was left out, with everything else kept."""


def read_dossier(sent: Mapping[str, Cell]) -> Reading:
    """A dossier in our words. An empty field counts as one that was not sent.

    >>> read_dossier({"MaHoSo": "H29-1", "TrangThaiHoSo": "0"}).noted[0].kind.value
    'unmapped-status'
    """
    reading = Reading()
    for name, cell in sent.items():
        if cell == "" or name not in FIELDS or name == STATUS:
            continue
        try:
            put(reading.told, FIELDS[name], _value_of(name, cell))
            if name == PAID:
                # The flag is what is counted; which gateway it was is kept besides.
                put(reading.told, ("particulars", "paid_through"), PAID_THROUGH[_coded(cell)])
        except KeyError:
            codes = ", ".join(WORDS[name][1])
            remark = Remark(name, Kind.UNKNOWN_CODE, f"Send one of {codes}.")
            reading.refused.append(remark)
        except ValueError as unreadable:
            reading.refused.append(Remark(name, Kind.DATE_UNREADABLE, f"It {unreadable}."))
    reading.told.setdefault("channel", Channel.COUNTER)
    _read_status(sent.get(STATUS, ""), reading)
    _name_the_paper(reading.told)
    return reading


def _value_of(name: str, cell: Cell) -> Any:
    if name in MOMENTS:
        return read_moment(cell, bare_day=True)
    return WORDS[name][1][_coded(cell)] if name in WORDS else str(cell)


def put(told: dict[str, Any], path: Path, value: Any) -> None:
    """Set a field, and make what it lies in."""
    for step in path[:-1]:
        told = told.setdefault(step, {})
    told[path[-1]] = value


def _coded(cell: Cell) -> str:
    return str(cell).strip().lower()


def _read_status(cell: Cell, reading: Reading) -> None:
    told = reading.told
    if cell == "":
        return
    status = STATUSES.get(_coded(cell).lstrip("0"))
    if status is None:
        detail = "It is no known status; the dossier stands where its dates put it."
        reading.noted.append(Remark(STATUS, Kind.UNMAPPED_STATUS, detail))
        return
    told["status"] = status
    if status in ENDED_WITHOUT_RESULT:
        # Their "processing ended" and "handed back" are the end itself, not a result.
        ended_at = [told.pop(name) for name in ("done_at", "returned_at") if name in told]
        at = "refused_at" if status is DossierStatus.REFUSED else "status_at"
        if ended_at:
            told.setdefault(at, ended_at[0])


def _name_the_paper(told: dict[str, Any]) -> None:
    """A citizen's number tells its paper by its length; other numbers are kept without a name."""
    applicant = told.get("applicant", {})
    number = applicant.get("id_number", "")
    if applicant.get("kind") is ApplicantKind.CITIZEN and number.isdigit():
        paper = {CITIZEN_ID_DIGITS: IdentityKind.CITIZEN_ID, OLD_ID_DIGITS: IdentityKind.OLD_ID}
        if len(number) in paper:
            applicant["id_kind"] = paper[len(number)]
