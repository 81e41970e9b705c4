"""The portal's services: what each takes, checks and answers once session and envelope are in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from suite.sandbox.national import ledger as kept_by
from suite.sandbox.national.catalogue import Catalogue
from suite.sandbox.national.ledger import NationalLedger
from suite.sandbox.national.rules import (
    DOSSIER,
    PORTAL_STATUS,
    PROGRESS,
    ROWS_A_CALL,
    Rules,
    wrong_in,
)

Call = Mapping[str, Any]

ERROR, EXISTS, ALSO_EXISTS = "-1", "3", "-3"
PORTAL_FILED = "2"
"""The type of DongBoTrangThaiHoSo."""

INTEGRATE = frozenset({kept_by.DOSSIER, kept_by.PROGRESS, kept_by.STATUS})
"""Services that write."""

SHARE = frozenset(
    {"TraCuuHoSo", "LayThuTuc", "LayDanhSachTTHC", "LayDanhSachTTHCDonVi"}
    | {"LayDanhMucCoQuan", "LayDanhMucLinhVuc"}
)
"""Services that read."""


class Refused(Exception):
    """The portal does not take what was sent."""

    def __init__(self, message: str, code: str = ERROR) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def rows_of(call: Call) -> list[Any]:
    """The rows of a call that writes; a lone object counts as one row."""
    told = call.get("data")
    rows = [told] if isinstance(told, Mapping) else told
    if not isinstance(rows, list) or not rows:
        raise Refused("data: phải là một danh sách không rỗng")
    return rows


def is_insert(call: Call) -> bool:
    """Whether a call hands a dossier over for the first time."""
    return call.get("service") == kept_by.DOSSIER and call.get("isUpdating") == "False"


def write(call: Call, ledger: NationalLedger) -> str:
    """Check a call that writes and let it take effect; returns what the portal says. Raises `Refused`."""
    service = str(call["service"])
    _WRITES[service](call, ledger)
    return _DONE[service]


def read(call: Call, ledger: NationalLedger, catalogue: Catalogue) -> list[dict[str, Any]]:
    """What a call that reads asked for. Raises `Refused`."""
    match call["service"]:
        case "TraCuuHoSo":
            return _looked_up(_told(call, "mahoso"), ledger)
        case "LayThuTuc":
            return catalogue.procedure(_told(call, "maTTHC"))
        case "LayDanhSachTTHCDonVi":
            return catalogue.procedures_of(_told(call, "maDonVi"))
        case "LayDanhMucCoQuan":
            return catalogue.agencies()
        case "LayDanhMucLinhVuc":
            return catalogue.fields()
        case _:
            return catalogue.procedures()


def _told(call: Call, name: str) -> str:
    value = call.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refused(f"{name}: bắt buộc")
    return value


def _looked_up(code: str, ledger: NationalLedger) -> list[dict[str, Any]]:
    if not ledger.exists(code):
        return []
    content = ledger.dossier(code).content or {}
    return [{"MaHoSo": code, "TrangThaiHoSo": content.get("TrangThaiHoSo", "")}]


def _checked(call: Call, rules: Rules) -> list[dict[str, Any]]:
    rows = rows_of(call)
    many = len(rows) > 1
    wrong = [
        sentence
        for position, row in enumerate(rows)
        for sentence in wrong_in(row, rules, f"data[{position}]." if many else "")
    ]
    if wrong:
        raise Refused("; ".join(wrong))
    return rows


def _keep_dossiers(call: Call, ledger: NationalLedger) -> None:
    if call.get("isUpdating") not in {"True", "False"}:
        raise Refused('isUpdating: phải là "True" hoặc "False"')
    rows = _checked(call, DOSSIER)
    codes = [row["MaHoSo"] for row in rows]
    if len(set(codes)) < len(codes):
        raise Refused("MaHoSo: một hồ sơ được gửi hai lần trong một yêu cầu")
    for code in codes:
        if is_insert(call) and ledger.exists(code):
            raise _exists(code)
        if not is_insert(call) and not ledger.exists(code):
            raise Refused(f"Hồ sơ {code} không tồn tại")
    ledger.keep(kept_by.DOSSIER, rows)


def _keep_progress(call: Call, ledger: NationalLedger) -> None:
    if len(rows_of(call)) > ROWS_A_CALL:
        raise Refused(f"data: không quá {ROWS_A_CALL} dòng tiến độ trong một yêu cầu")
    rows = _checked(call, PROGRESS)
    for row in rows:
        if not ledger.exists(row["MaHoSo"]):
            raise Refused(f"Hồ sơ {row['MaHoSo']} không tồn tại")
    ledger.keep(kept_by.PROGRESS, rows)


def _keep_statuses(call: Call, ledger: NationalLedger) -> None:
    if call.get("type") != PORTAL_FILED:
        raise Refused(f'type: phải là "{PORTAL_FILED}"')
    rows = _checked(call, PORTAL_STATUS)
    for row in rows:
        if row["MaHoSo"] not in ledger.filed:
            raise Refused(f"Hồ sơ {row['MaHoSo']} không được nộp trên Cổng DVCQG")
    ledger.keep(kept_by.STATUS, rows)


def came_before(call: Call, ledger: NationalLedger) -> Refused:
    """Let the dossiers of an insert exist by another way, and what the insert is told then."""
    rows = _checked(call, DOSSIER)
    for row in rows:
        ledger.know(row["MaHoSo"])
    return _exists(rows[0]["MaHoSo"])


def _exists(code: str) -> Refused:
    # Both codes have been seen; which one comes depends on nothing anybody has explained.
    return Refused(f"Hồ sơ {code} đã tồn tại", EXISTS if sum(code.encode()) % 2 else ALSO_EXISTS)


_WRITES: Mapping[str, Callable[[Call, NationalLedger], None]] = {
    kept_by.DOSSIER: _keep_dossiers,
    kept_by.PROGRESS: _keep_progress,
    kept_by.STATUS: _keep_statuses,
}

_DONE: Mapping[str, str] = {
    kept_by.DOSSIER: "Đồng bộ hồ sơ thành công",
    kept_by.PROGRESS: "Cập nhật tiến độ thành công",
    kept_by.STATUS: "Đồng bộ trạng thái thành công",
}
