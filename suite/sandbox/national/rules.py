"""What the national portal takes: required fields, texts, dates and codes of its wire format.

Required is what one-stop systems never leave out; whether the portal itself insists is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Check = Callable[[str], str | None]
"""What is wrong with a text, or nothing."""

ROWS_A_CALL = 10
"""CapNhatTienDoHoSoMC takes no more progress rows at once."""

_STAMP = re.compile(r"[0-9]{14}")


def _anything(text: str) -> str | None:  # noqa: ARG001 - the rule of a field without one
    return None


def _stamp(text: str) -> str | None:
    """Vietnam's time as ``yyyyMMddHHmmss``; the pattern alone would let `strptime` guess."""
    try:
        if _STAMP.fullmatch(text):
            datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - only whether it can be read
            return None
    except ValueError:
        pass
    return "không đúng định dạng yyyyMMddHHmmss"


def _id_number(text: str) -> str | None:
    """Twelve digits of a citizen's card, or nine of the old one."""
    digits = text.isascii() and text.isdigit() and len(text) in {9, 12}
    return None if digits else "phải có 12 chữ số (CCCD) hoặc 9 chữ số (CMND)"


def _one_of(*codes: str) -> Check:
    def check(text: str) -> str | None:
        return None if text in codes else f"mã {text!r} không có trong {', '.join(codes)}"

    return check


def _at_most(length: int) -> Check:
    def check(text: str) -> str | None:
        return None if len(text) <= length else f"dài quá {length} ký tự"

    return check


@dataclass(frozen=True)
class Rule:
    """What a field must be."""

    check: Check = _anything
    required: bool = False


@dataclass(frozen=True)
class Rows:
    """A field that is a list of rows, and what a row must be."""

    rules: Mapping[str, Rule | Rows] = field(default_factory=dict)


Rules = Mapping[str, Rule | Rows]

OPTIONAL = Rule()
REQUIRED = Rule(required=True)
STAMP = Rule(_stamp)
STATUSES = tuple(str(code) for code in range(1, 11))

FEES: Rules = dict.fromkeys(
    ("TenPhiLePhi", "MaPhiLePhi", "HinhThucThu", "Gia", "LoaiPhiLePhi"), OPTIONAL
)
PAPERS: Rules = dict.fromkeys(("TenGiayTo", "SoLuong", "LoaiGiayTo"), OPTIONAL)
FILES: Rules = {
    "TepDinhKemId": OPTIONAL,
    "TenTepDinhKem": Rule(_at_most(4000)),
    "IsDeleted": Rule(_one_of("True", "False")),
    "MaThanhPhanHoSo": OPTIONAL,
    "DuongDanTaiTepTin": OPTIONAL,
    "DuocSoHoa": Rule(_one_of("0", "1")),
    "DuocTaiSuDung": Rule(_one_of("0", "1", "2")),
    "DuocLayTuKhoDMQG": Rule(_one_of("0", "1")),
    "MaKetQuaThayThe": OPTIONAL,
}
SUPPLEMENTS: Rules = {
    "HoSoBoSungId": OPTIONAL,
    "NguoiYeuCauBoSung": OPTIONAL,
    "NoiDungBoSung": OPTIONAL,
    "NgayBoSung": STAMP,
    "NguoiTiepNhanBoSung": OPTIONAL,
    "ThongTinTiepNhan": OPTIONAL,
    "NgayTiepNhanBoSung": STAMP,
    "TrangThaiBoSung": OPTIONAL,
    "DanhSachGiayToBoSung": Rows(PAPERS),
    "DanhSachLePhiBoSung": Rows(FEES),
    "NgayHenTraTruoc": STAMP,
    "NgayHenTraMoi": STAMP,
}
RESULTS: Rules = {
    "TenGiayTo": Rule(_at_most(2000)),
    "MaThanhPhanHoSo": OPTIONAL,
    "GiayToId": OPTIONAL,
    "DuongDanTepTinKetQua": OPTIONAL,
    "MaGiayToKetQua": OPTIONAL,
}

DOSSIER: Rules = {
    **dict.fromkeys(("MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc"), REQUIRED),
    "DonViXuLy": REQUIRED,
    "NgayTiepNhan": Rule(_stamp, required=True),
    "TrangThaiHoSo": Rule(_one_of(*STATUSES), required=True),
    "LoaiDoiTuong": Rule(_one_of("1", "2", "3", "4"), required=True),
    "HinhThuc": Rule(_one_of("0", "1"), required=True),
    "KenhThucHien": Rule(_one_of("1", "2", "3")),
    "NoiNopHoSo": Rule(_one_of("1", "2")),
    "HoSoCoThanhPhanSoHoa": Rule(_one_of("0", "1")),
    "TaiKhoanDuocXacThucVoiVNeID": Rule(_one_of("0", "1")),
    "DuocThanhToanTrucTuyen": Rule(_one_of("0", "1", "2", "3")),
    "TrichYeuHoSo": Rule(_at_most(1000)),
    **dict.fromkeys(("NgayHenTra", "NgayTra", "NgayKetThucXuLy", "NgayTuChoi"), STAMP),
    "NgayNopHoSo": STAMP,
    **dict.fromkeys(("SoBienNhan", "SoGiayToChuHoSo", "ChuHoSo", "MaDoiTuong"), OPTIONAL),
    **dict.fromkeys(("ThongTinKhac", "Fax", "GhiChu", "ThongTinTra"), OPTIONAL),
    **dict.fromkeys(("Email", "SoDienThoai"), OPTIONAL),
    "DinhDanhCHS": Rows(
        {"LoaiDinhDanh": Rule(_one_of("1", "2")), "SoDinhDanh": Rule(_id_number, required=True)}
    ),
    "DSKetNoiCSDL": Rows({"MaCSDL": REQUIRED}),
    "TaiLieuNop": Rows(FILES),
    "DanhSachLePhi": Rows(FEES),
    "DanhSachTepDinhKemKhac": Rows(PAPERS),
    "DanhSachHoSoBoSung": Rows(SUPPLEMENTS),
    "DanhSachGiayToKetQua": Rows(RESULTS),
}
"""DongBoHoSoMC."""

PROGRESS: Rules = {
    "MaHoSo": REQUIRED,
    "NguoiXuLy": Rule(_at_most(50), required=True),
    "ChucDanh": OPTIONAL,
    "ThoiDiemXuLy": Rule(_stamp, required=True),
    "PhongBanXuLy": OPTIONAL,
    "NoiDungXuLy": REQUIRED,
    "TrangThai": Rule(_one_of(*STATUSES), required=True),
    "NgayBatDau": STAMP,
    "NgayKetThucTheoQuyDinh": STAMP,
}
"""CapNhatTienDoHoSoMC."""

PORTAL_STATUS: Rules = {
    "MaHoSo": REQUIRED,
    "MaHoSoDonVi": REQUIRED,
    # A refusal is told as 11 here, never as 3.
    "TrangThai": Rule(_one_of(*(code for code in STATUSES if code != "3"), "11"), required=True),
    "MaDoiTuong": OPTIONAL,
    "NoiDung": OPTIONAL,
    "NgayXuLy": Rule(_stamp, required=True),
    "TaiLieuXuLy": Rows(FILES),
}
"""DongBoTrangThaiHoSo."""


def wrong_in(sent: Any, rules: Rules, at: str = "") -> Iterator[str]:
    """Everything wrong with a row, each with the name of its field; an empty text counts as absent."""
    if not isinstance(sent, Mapping):
        yield f"{at or 'dữ liệu'}: phải là một đối tượng"
        return
    for name in sent.keys() - rules.keys():
        yield f"{at}{name}: không có trường này"
    for name, rule in rules.items():
        value = sent.get(name, [] if isinstance(rule, Rows) else "")
        if isinstance(rule, Rows):
            yield from _wrong_in_rows(value, rule, f"{at}{name}")
        else:
            yield from _wrong_in_text(value, rule, f"{at}{name}")


def _wrong_in_rows(value: Any, rows: Rows, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{at}: phải là một danh sách"
        return
    for position, row in enumerate(value):
        yield from wrong_in(row, rows.rules, f"{at}[{position}].")


def _wrong_in_text(value: Any, rule: Rule, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{at}: phải là chuỗi ký tự, không phải {type(value).__name__}"
    elif not value.strip():
        if rule.required:
            yield f"{at}: bắt buộc"
    elif (wrong := rule.check(value)) is not None:
        yield f"{at}: {wrong}"
