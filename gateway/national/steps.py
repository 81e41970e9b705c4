"""Rows of progress and statuses of the dialect (tiến độ, trạng thái), read with warnings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from contracts import national
from contracts.intake import ProgressRow, ResultPaper
from contracts.national import Kind, Remark
from contracts.vocabulary import DossierStatus
from gateway.national import fields, parts
from gateway.national.values import (
    Hours,
    Notes,
    is_code,
    line,
    moment,
    named,
    remark,
    scalar,
    text,
    token,
)


@dataclass(frozen=True)
class ProgressReading:
    """An entry of `CapNhatTienDoHoSoMC`, read."""

    code: str
    row: ProgressRow | None
    warnings: tuple[Remark, ...] = ()
    refused: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class StatusReading:
    """A `DongBoTrangThaiHoSo`, read."""

    code: str
    """Our code of the dossier; the portal's where ours is not told."""
    row: ProgressRow | None
    portal_code: str | None = None
    tech_id: str | None = None
    results: tuple[ResultPaper, ...] = ()
    warnings: tuple[Remark, ...] = ()
    refused: tuple[Remark, ...] = ()


def read_progress(sent: object, *, hours: Hours | None = None) -> ProgressReading:
    """A row of `CapNhatTienDoHoSoMC`."""
    if not isinstance(sent, Mapping):
        return ProgressReading("", None, refused=(remark("data", Kind.NOT_A_LIST),))
    notes, closes = Notes(), (hours or Hours()).closes
    given = named(sent, fields.PROGRESS_ROW, notes)
    code, refused = _dossier_code(given, "MaHoSo", notes)
    at = _moment_needed(given, "ThoiDiemXuLy", closes, notes, refused)
    told: dict[str, Any] = {"status": _status(given.get("TrangThai"), "TrangThai", notes)}
    for name, attribute in fields.PROGRESS.items():
        read = text if attribute == "note" else line
        told[attribute] = read(given.get(name), name, notes)
    for name, attribute in fields.PROGRESS_MOMENTS.items():
        told[attribute] = moment(given.get(name), name, notes, closes)
    row = None if refused or at is None else ProgressRow(occurred_at=at, **told)
    return ProgressReading(code, row, tuple(notes.told), tuple(refused))


def read_portal_status(sent: object, *, hours: Hours | None = None) -> StatusReading:
    """What `DongBoTrangThaiHoSo` tells of a dossier that was filed on the national portal."""
    if not isinstance(sent, Mapping):
        return StatusReading("", None, refused=(remark("data", Kind.NOT_A_LIST),))
    notes = Notes()
    given = named(sent, fields.PORTAL_STATUS, notes)
    ours = "MaHoSoDonVi" if scalar(given.get("MaHoSoDonVi"), "", Notes()).strip() else "MaHoSo"
    code, refused = _dossier_code(given, ours, notes)
    at = _moment_needed(given, "NgayXuLy", (hours or Hours()).closes, notes, refused)
    told = scalar(given.get("TrangThai"), "TrangThai", notes).strip()
    refusal = told == fields.PORTAL_REFUSAL
    status = DossierStatus.REFUSED if refusal else _status(told, "TrangThai", notes)
    note = text(given.get("NoiDung"), "NoiDung", notes)
    results = parts.entries(
        ResultPaper, parts.HANDLED_FILE, given.get("TaiLieuXuLy"), "TaiLieuXuLy", notes
    )
    row = None
    if not refused and at is not None:
        row = ProgressRow(status=status, occurred_at=at, note=note)
    portal_code = token(given.get("MaHoSo"), "MaHoSo", notes) if ours != "MaHoSo" else None
    tech_id = token(given.get("MaDoiTuong"), "MaDoiTuong", notes)
    return StatusReading(
        *(code, row, portal_code, tech_id, tuple(results)), tuple(notes.told), tuple(refused)
    )


def _status(value: object, name: str, notes: Notes) -> DossierStatus:
    told = scalar(value, name, notes).strip().lstrip("0")
    if told in national.STATUSES:
        return national.STATUSES[told]
    notes.add(name, Kind.UNMAPPED_STATUS)
    return DossierStatus.UNMAPPED


def _dossier_code(given: Mapping[str, object], name: str, notes: Notes) -> tuple[str, list[Remark]]:
    code = line(given.get(name), name, notes, 200) or ""
    refused = []
    if not code:
        refused.append(remark(name, Kind.MISSING, "bắt buộc phải có"))
    elif not is_code(code):
        refused.append(remark(name, Kind.UNFIT, "không phải là mã hồ sơ"))
    return code, refused


def _moment_needed(
    given: Mapping[str, object], name: str, hour: time, notes: Notes, refused: list[Remark]
) -> datetime | None:
    own = Notes()
    at = moment(given.get(name), name, own, hour)
    if at is None:
        kind = own.told[-1].kind if own.told else Kind.MISSING
        refused.append(remark(name, kind, "phải có, viết theo yyyyMMddHHmmss"))
    else:
        notes.told.extend(own.told)
    return at
