"""The lists within a dossier (giấy tờ, lệ phí, bổ sung, kết quả): what each entry is made of, both ways."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from contracts.intake import (
    AttachedPaper,
    FeeLine,
    IdentityPaper,
    ResultPaper,
    SubmittedFile,
    SupplementTold,
)
from contracts.national import Kind
from gateway.national.fields import CODE_OF_IDENTITY, IDENTITIES, LONGEST_RESULT, MANY, NAMELESS
from gateway.national.values import (
    Notes,
    amount,
    count,
    flag,
    line,
    long_name,
    moment,
    named,
    scalar,
    text,
    token,
    word,
    written,
    yes_no,
)

M = TypeVar("M", bound=BaseModel)
Read = Callable[[object, str, Notes], Any]
Write = Callable[[Any], Any]


def _text_of(value: object) -> str:
    return "" if value is None else str(value)


def _name_of(value: object) -> str:
    return "" if value == NAMELESS else _text_of(value)


@dataclass(frozen=True)
class Part:
    """One field of an entry: its name there, its name here, how it is read and written."""

    name: str
    attribute: str
    read: Read
    write: Write = _text_of


def _reused(value: object, name: str, notes: Notes) -> int | None:
    return word(value, name, notes, {"0": 0, "1": 1, "2": 2, "false": 0, "true": 1})


def _result_name(value: object, name: str, notes: Notes) -> str | None:
    return line(value, name, notes, LONGEST_RESULT)


def _identity(value: object, name: str, notes: Notes) -> Any:
    return word(value, name, notes, IDENTITIES)


FILE = (
    Part("TenTepDinhKem", "name", long_name, _name_of),
    Part("TepDinhKemId", "id", token),
    Part("IsDeleted", "deleted", flag, lambda deleted: str(bool(deleted))),
    Part("MaThanhPhanHoSo", "component", token),
    Part("DuongDanTaiTepTin", "url", long_name),
    Part("DuocSoHoa", "digitised", flag, yes_no),
    Part("DuocTaiSuDung", "reused", _reused),
    Part("DuocLayTuKhoDMQG", "from_national_store", flag, yes_no),
    Part("MaKetQuaThayThe", "replaces_result", token),
)
"""An entry of TaiLieuNop."""

FEE = (
    Part("TenPhiLePhi", "name", line, _name_of),
    Part("MaPhiLePhi", "code", token),
    Part("HinhThucThu", "collection", token),
    Part("Gia", "amount", amount),
    Part("LoaiPhiLePhi", "kind", token),
)
"""An entry of DanhSachLePhi and DanhSachLePhiBoSung."""

PAPER = (
    Part("TenGiayTo", "name", line, _name_of),
    Part("SoLuong", "quantity", count),
    Part("LoaiGiayTo", "kind", token),
)
"""An entry of DanhSachTepDinhKemKhac and DanhSachGiayToBoSung."""

RESULT = (
    Part("TenGiayTo", "name", _result_name, lambda name: _name_of(name)[:LONGEST_RESULT]),
    Part("MaThanhPhanHoSo", "component", token),
    Part("GiayToId", "id", token),
    Part("DuongDanTepTinKetQua", "url", long_name),
    Part("MaGiayToKetQua", "code", token),
)
"""An entry of DanhSachGiayToKetQua."""

IDENTITY = (
    Part("SoDinhDanh", "number", token),
    Part("LoaiDinhDanh", "kind", _identity, lambda kind: CODE_OF_IDENTITY.get(kind, "")),
)
"""An entry of DinhDanhCHS."""

HANDLED_FILE = (
    Part("TenTepDinhKem", "name", _result_name, _name_of),
    Part("TepDinhKemId", "id", token),
    Part("DuongDanTaiTepTin", "url", long_name),
)
"""An entry of TaiLieuXuLy; its names are inferred from TaiLieuNop."""


def _supplement(hour: time) -> tuple[Part, ...]:
    def instant(value: object, name: str, notes: Notes) -> Any:
        return moment(value, name, notes, hour)

    def papers(value: object, name: str, notes: Notes) -> Any:
        return entries(AttachedPaper, PAPER, value, name, notes)

    def fees(value: object, name: str, notes: Notes) -> Any:
        return entries(FeeLine, FEE, value, name, notes)

    return (
        Part("HoSoBoSungId", "id", token),
        Part("NguoiYeuCauBoSung", "asked_by", line),
        Part("NoiDungBoSung", "content", text),
        Part("NgayBoSung", "asked_at", instant, written),
        Part("NguoiTiepNhanBoSung", "received_by", line),
        Part("ThongTinTiepNhan", "received_note", text),
        Part("NgayTiepNhanBoSung", "received_at", instant, written),
        Part("TrangThaiBoSung", "status", token),
        Part("DanhSachGiayToBoSung", "papers", papers, lambda told: shown(PAPER, told)),
        Part("DanhSachLePhiBoSung", "fees", fees, lambda told: shown(FEE, told)),
        Part("NgayHenTraTruoc", "due_before", instant, written),
        Part("NgayHenTraMoi", "due_after", instant, written),
    )


SUPPLEMENT = _supplement(time(17, 0))
"""An entry of DanhSachHoSoBoSung, as it is written."""

_NEEDS: Mapping[type[BaseModel], str] = {
    SubmittedFile: "name",
    FeeLine: "name",
    AttachedPaper: "name",
    ResultPaper: "name",
}


def supplements(value: object, name: str, notes: Notes, hour: time) -> list[SupplementTold]:
    """The entries of DanhSachHoSoBoSung; `hour` is that of days without one."""
    return entries(SupplementTold, _supplement(hour), value, name, notes)


def databases(value: object, name: str, notes: Notes) -> list[str]:
    """The entries of DSKetNoiCSDL."""
    found = []
    for place, entry in enumerate(items_of(value, name, notes)):
        of = f"{name}[{place}]."
        sent = entry if isinstance(entry, Mapping) else {"MaCSDL": entry}
        code = token(
            named(sent, frozenset({"MaCSDL"}), notes, of).get("MaCSDL"), of + "MaCSDL", notes
        )
        if code is not None:
            found.append(code)
    return found


def entries(
    model: type[M], parts: Sequence[Part], value: object, name: str, notes: Notes
) -> list[M]:
    """The entries of a list; one without a name is kept without it, an empty one is none."""
    known = frozenset(part.name for part in parts)
    found: list[M] = []
    for place, entry in enumerate(items_of(value, name, notes)):
        of = f"{name}[{place}]."
        sent = entry if isinstance(entry, Mapping) else {parts[0].name: entry}
        fields = named(sent, known, notes, of)
        told = {
            part.attribute: read
            for part in parts
            if (read := part.read(fields.get(part.name), of + part.name, notes)) is not None
        }
        if not any(value not in (None, "", []) for value in told.values()):
            continue
        if (needed := _NEEDS.get(model)) and needed not in told:
            told[needed] = NAMELESS
            notes.add(of + parts[0].name, Kind.MISSING)
        try:
            found.append(model(**told))
        except ValidationError:
            notes.add(of.rstrip("."), Kind.UNFIT)
    return found


def items_of(value: object, name: str, notes: Notes) -> list[object]:
    """What a list holds: at most so many; one thing alone counts as a list of it."""
    if value in (None, "", {}):
        return []
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, list):
        if scalar(value, name, Notes()).strip():
            notes.add(name, Kind.NOT_A_LIST)
        return []
    if len(value) > MANY:
        notes.add(name, Kind.CUT)
    return value[:MANY]


def shown(parts: Sequence[Part], told: Iterable[BaseModel]) -> list[dict[str, Any]]:
    """Entries as the dialect writes them: every field, every scalar a text."""
    return [{part.name: part.write(getattr(one, part.attribute)) for part in parts} for one in told]


LISTS: Mapping[str, tuple[str, type[BaseModel], Sequence[Part]]] = {
    "DinhDanhCHS": ("identities", IdentityPaper, IDENTITY),
    "TaiLieuNop": ("files", SubmittedFile, FILE),
    "DanhSachLePhi": ("fees", FeeLine, FEE),
    "DanhSachTepDinhKemKhac": ("papers", AttachedPaper, PAPER),
    "DanhSachGiayToKetQua": ("results", ResultPaper, RESULT),
}
"""Lists whose entries need nothing but their own fields."""
