"""What the dialect looks up: one dossier, procedures, fields, agencies; keys in capitals as the portal's."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from fastapi import Response

from contracts.intake import DossierView, ProcedureView, TimeLimit
from contracts.vocabulary import Channel, TimeUnit
from gateway.dialect.answers import DialectRefusal, Verdict, answered
from gateway.dialect.envelope import Envelope
from gateway.dialect.intake import Intake, in_path, refusal_of
from gateway.national.fields import CODE_OF_CHANNEL, CODE_OF_STATUS
from gateway.national.values import is_code, written

UNITS = {
    TimeUnit.WORKING_DAY: "Ngày làm việc",
    TimeUnit.CALENDAR_DAY: "Ngày",
    TimeUnit.WORKING_HOUR: "Giờ làm việc",
    TimeUnit.MONTH: "Tháng",
}
"""DONVITINH."""


async def find_dossier(envelope: Envelope, intake: Intake) -> Response:
    """`TraCuuHoSo`: whether a dossier is here; nothing of its applicant."""
    code = envelope.text("mahoso") or _of_entry(envelope, "MaHoSo")
    _expect_code(code, "mahoso")
    answer = await intake.ask("GET", f"/v1/dossiers/{in_path(code)}")
    if answer.status_code == httpx.codes.NOT_FOUND:
        return answered(Verdict.NOT_FOUND, f"Chưa có hồ sơ {code}.", result=[])
    if answer.status_code != httpx.codes.OK:
        raise refusal_of(answer)
    view = DossierView.model_validate_json(answer.content)
    shown = {
        "MaHoSo": view.code,
        "MaTTHC": view.procedure,
        "KenhThucHien": CODE_OF_CHANNEL[view.channel],
        "TrangThaiHoSo": CODE_OF_STATUS.get(view.status, ""),
        "NgayTiepNhan": written(view.received_at),
        "NgayHenTra": written(view.due_at),
        "NgayKetThucXuLy": written(view.done_at or view.ended_at),
        "NgayTra": written(view.returned_at),
    }
    return answered(Verdict.DONE, "Thành công: hồ sơ đã có.", result=[shown])


async def find_procedure(envelope: Envelope, intake: Intake) -> Response:
    """`LayThuTuc`: one procedure of the catalogue."""
    code = envelope.text("mattHC")
    _expect_code(code, "maTTHC")
    procedure = await intake.procedure(code)
    if procedure is None:
        return answered(Verdict.NOT_FOUND, f"Chưa có thủ tục {code} trong danh mục.", result=[])
    return answered(Verdict.DONE, "Thành công", result=[_procedure_shown(procedure)])


async def list_procedures(_: Envelope, intake: Intake) -> Response:
    """`LayDanhSachTTHC`: every procedure of the catalogue, in short."""
    found = [_listed(one) async for one in intake.pages("/v1/procedures")]
    return answered(Verdict.DONE, f"Thành công: {len(found)} thủ tục", result=found)


async def list_procedures_of_agency(_: Envelope, intake: Intake) -> Response:
    """`LayDanhSachTTHCDonVi`: the same, since the catalogue is one for every agency."""
    found = [_listed(one) async for one in intake.pages("/v1/procedures")]
    told = f"Thành công: {len(found)} thủ tục (danh mục dùng chung, không chia theo đơn vị)"
    return answered(Verdict.DONE, told, result=found)


async def list_agencies(_: Envelope, intake: Intake) -> Response:
    """`LayDanhMucCoQuan`: the directory of agencies."""
    found = [
        {
            "MADONVI": one["code"],
            "TENDONVI": one["name"],
            "CAPDONVI": one["kind"],
            "MADONVICHA": one["parent"] or "",
        }
        async for one in intake.pages("/v1/agencies")
    ]
    return answered(Verdict.DONE, f"Thành công: {len(found)} cơ quan", result=found)


async def list_fields(_: Envelope, intake: Intake) -> Response:
    """`LayDanhMucLinhVuc`: the fields that procedures of the catalogue belong to."""
    names = {
        one["field"]: one["field_name"] or one["field"]
        async for one in intake.pages("/v1/procedures")
    }
    found = [{"MALINHVUC": code, "TENLINHVUC": name} for code, name in sorted(names.items())]
    return answered(Verdict.DONE, f"Thành công: {len(found)} lĩnh vực", result=found)


LOOKUPS: dict[str, Callable[[Envelope, Intake], Awaitable[Response]]] = {
    "TraCuuHoSo": find_dossier,
    "LayThuTuc": find_procedure,
    "LayDanhSachTTHC": list_procedures,
    "LayDanhSachTTHCDonVi": list_procedures_of_agency,
    "LayDanhMucCoQuan": list_agencies,
    "LayDanhMucLinhVuc": list_fields,
}
"""Services that change nothing."""


def _expect_code(code: str, name: str) -> None:
    if not is_code(code) or "/" in code:
        raise DialectRefusal(Verdict.INVALID, f"{name}: phải là một mã.")


def _of_entry(envelope: Envelope, name: str) -> str:
    """A field of the only entry of `data`, where a sender puts it there."""
    if "data" not in envelope.members:
        return ""
    entry = envelope.entries[0]
    return str(entry.get(name, "")) if isinstance(entry, dict) else ""


def _listed(procedure: dict[str, Any]) -> dict[str, str]:
    return {
        "MATTHC": procedure["code"],
        "TENTTHC": procedure["name"],
        "MALINHVUC": procedure["field"],
        "TENLINHVUC": procedure["field_name"] or procedure["field"],
    }


def _procedure_shown(procedure: ProcedureView) -> dict[str, Any]:
    """A procedure by the portal's keys; what the catalogue does not hold is empty."""
    field = {
        "MALINHVUC": procedure.field,
        "TENLINHVUC": procedure.field_name or procedure.field,
    }
    channels = [Channel.COUNTER]
    channels += [Channel.ONLINE] if procedure.online_level > 2 else []  # noqa: PLR2004 - mức độ 3, 4
    channels += [Channel.POST] if procedure.by_post else []
    return {
        "MATTHC": procedure.code,
        "TENTTHC": procedure.name,
        "LINHVUCTHUCHIEN": [field],
        "MUCDO": str(procedure.online_level),
        "CACHTHUCTHUCHIEN": [_way(channel, procedure) for channel in channels],
        "SOQUYETDINHCONGBO": procedure.decision or "",
        **{key: [] for key in ("THANHPHANHOSO", "TRUONGHOP", "KETQUATHUCHIEN", "CANCUPHAPLY")},
        **dict.fromkeys(("MANGANH", "MADONVI", "TENDONVI", "CAPDONVI"), ""),
        **dict.fromkeys(("COQUANTHUCHIEN", "MACOQUANCONGBO", "MADOITUONG"), ""),
    }


def _way(channel: Channel, procedure: ProcedureView) -> dict[str, Any]:
    limit = procedure.time_limits.get(channel) or procedure.time_limit
    return {"KENH": CODE_OF_CHANNEL[channel], "THOIGIAN": [_limit(limit)] if limit else []}


def _limit(limit: TimeLimit) -> dict[str, Any]:
    return {
        "THOIGIANGIAIQUYET": str(limit.amount),
        "DONVITINH": UNITS[limit.unit],
        "MOTA": "",
        "PHILEPHI": [],
    }
