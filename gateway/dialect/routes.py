"""The addresses of the dialect: log in, one address for every service, and the national portal's own."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from math import ceil
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response

from chassis.auth import public_access
from chassis.database import CALLER
from chassis.web import Works
from contracts.problems import Unavailable
from gateway.commands.dialect import LoginRefused, TooManyLogins, dialect_client
from gateway.dialect.answers import DialectRefusal, PortalVerdict, Verdict, answered, answered_each
from gateway.dialect.catalogue import LOOKUPS
from gateway.dialect.dossiers import sync_dossier
from gateway.dialect.envelope import Envelope, read_envelope
from gateway.dialect.intake import AWAY, Intake
from gateway.dialect.portal import receive_from_portal
from gateway.dialect.sessions import open_session, session_client
from gateway.dialect.steps import sync_portal_status, sync_progress
from gateway.dialect.weighing import (
    Weighing,
    Weight,
    a_lookup,
    begin,
    each_dossier,
    each_dossier_told_of,
    each_status,
)
from gateway.limits.callers import claimed
from gateway.limits.kinds import MAPI, WRITE
from gateway.limits.passage import NotNow, passage_of
from gateway.limits.refusal import dialect_refused
from gateway.national.fields import PORTAL_STATUS
from gateway.tables import Client

router = APIRouter(
    prefix="/dvcqg",
    tags=["national dialect"],
    dependencies=[public_access("systems that know the national adapter log in by its own means")],
)
ADAPTER = MAPI[1].removeprefix(router.prefix)
"""The path of the national adapter, for systems in which only the host can be changed."""


async def sync_dossiers(envelope: Envelope, intake: Intake) -> Response:
    """`DongBoHoSoMC`."""
    updating = envelope.updating
    outcomes = [await sync_dossier(one, intake, updating=updating) for one in envelope.entries]
    return answered_each(outcomes, "hồ sơ")


async def sync_rows(envelope: Envelope, intake: Intake) -> Response:
    """`CapNhatTienDoHoSoMC`."""
    return answered_each(await sync_progress(envelope.entries, intake), "dòng tiến độ")


async def sync_statuses(envelope: Envelope, intake: Intake) -> Response:
    """`DongBoTrangThaiHoSo`, its fields in `data` or beside the envelope's own."""
    has_entries = "data" in envelope.members
    entries = envelope.entries if has_entries else [envelope.own(*PORTAL_STATUS)]
    outcomes = [await sync_portal_status(one, intake) for one in entries]
    return answered_each(outcomes, "hồ sơ")


class Service(NamedTuple):
    """How a service is done, and what it counts for."""

    serve: Callable[[Envelope, Intake], Awaitable[Response]]
    weigh: Weighing


SERVICES: dict[str, Service] = {
    "DongBoHoSoMC": Service(sync_dossiers, each_dossier),
    "CapNhatTienDoHoSoMC": Service(sync_rows, each_dossier_told_of),
    "DongBoTrangThaiHoSo": Service(sync_statuses, each_status),
    **{name: Service(look_up, a_lookup) for name, look_up in LOOKUPS.items()},
}
"""Services by name."""

NOT_HERE = frozenset(
    {"LayQDCB", "LayDanhMucLoaiThuTuc", "LayDanhMucNhomThuTuc", "LayDanhMucThuTucThuocLoai"}
    | {"TraCuuTechID", "DongBoHoiDap", "LayDanhSachHoiDapGuiTuDVCQG", "LayDanhSachHoiDapBoCoQuan"}
    | {"DongBoKetQuaHoiDapGuiTuDVCQG", "LayNoiDungTraLoiTheoCauHoi"}
)
"""Services of the national portal whose content lives there alone."""

_BY_NAME = {name.lower(): serve for name, serve in SERVICES.items()}
_NOT_HERE = {name.lower() for name in NOT_HERE}


def _schema(**members: str) -> dict[str, Any]:
    told = {name: {"description": about} for name, about in members.items()}
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object", "properties": told}}},
        }
    }


@router.post(
    "/mapi/login",
    openapi_extra=_schema(
        username="As `motcua partner add --dialect` told it.",
        password="As told with it.",  # noqa: S106 - a description
    ),
)
@router.post(f"{ADAPTER}/login", include_in_schema=False)
async def log_in(request: Request, work: Works) -> Response:
    """Log in (đăng nhập); `dstcode` may stand in a header or in the address, and is not looked at."""
    try:
        envelope = await read_envelope(request)
        username, password = envelope.text("username"), envelope.text("password")
        _spend_login(request, username)
        session = await work(open_session, username, password, _address(request))
    except DialectRefusal as refused:
        return answered(refused.verdict, refused.message, session="")
    except NotNow as refused:
        return dialect_refused(request.url.path, refused.wait)
    except LoginRefused:
        message = (
            "Không đăng nhập được: hãy kiểm tra username, password, thời hạn của tài khoản và mạng "
            "gọi đến."
        )
        return answered(Verdict.LOGIN, message, session="")
    except TooManyLogins as limited:
        message = f"Đăng nhập sai quá nhiều lần; hãy chờ {ceil(limited.retry_after or 60)} giây."
        return answered(Verdict.LOGIN, message, session="")
    except Unavailable:
        return answered(Verdict.AWAY, AWAY, session="")
    return answered(Verdict.DONE, "Đăng nhập thành công", session=session)


@router.post(
    "/mapi/g",
    openapi_extra=_schema(
        session="As `login` answered it.",
        madonvi="The agency the message is of; the account's own when left out.",
        service=f"One of {', '.join(SERVICES)}.",
        isUpdating='Of `DongBoHoSoMC`: "True" or "False".',
        data="The entries of `DongBoHoSoMC`, `CapNhatTienDoHoSoMC`, `DongBoTrangThaiHoSo`.",
        mahoso="Of `TraCuuHoSo`.",
        maTTHC="Of `LayThuTuc`.",
    ),
)
@router.post(f"{ADAPTER}/g", include_in_schema=False)
async def serve(request: Request, work: Works) -> Response:
    """Every service of the dialect, by its name in `service`: share and integrate, with one envelope."""
    try:
        envelope = await read_envelope(request)
        client = await _of_session(request, envelope, work)
        named = _service(envelope.text("service"))
        await begin(request, client, named.weigh(envelope))
        return await named.serve(envelope, await _intake(request, envelope, client))
    except DialectRefusal as refused:
        return answered(refused.verdict, refused.message)
    except NotNow as refused:
        return dialect_refused(request.url.path, refused.wait)
    except Unavailable:
        return answered(Verdict.AWAY, AWAY)


@router.post(
    "/nhanhsdvcqg",
    openapi_extra=_schema(
        session="As `login` answered it; or the account's user name and password by HTTP Basic.",
        refId="The portal's reference; a second time it is answered with 1.",
        madonvi="The agency that is to handle the dossier.",
        data="The dossier, by the fields of `DongBoHoSoMC`.",
    ),
)
async def receive(request: Request, work: Works) -> Response:
    """Take in a dossier that was filed on the national portal: 0 taken, 1 taken before, -1 refused."""
    try:
        envelope = await read_envelope(request)
        client = await _caller(request, envelope, work)
        await begin(request, client, Weight(WRITE))
        return await receive_from_portal(envelope, await _intake(request, envelope, client))
    except DialectRefusal as refused:
        return answered(PortalVerdict.REFUSED, refused.message)
    except LoginRefused:
        return answered(PortalVerdict.REFUSED, "Tài khoản không dùng được.")
    except TooManyLogins as limited:
        wait = ceil(limited.retry_after or 60)
        return answered(PortalVerdict.REFUSED, f"Sai quá nhiều lần; hãy chờ {wait} giây.")
    except NotNow as refused:
        return dialect_refused(request.url.path, refused.wait)
    except Unavailable:
        return answered(PortalVerdict.REFUSED, AWAY)


async def _caller(request: Request, envelope: Envelope, work: Works) -> Client:
    """Whose message it is, by its session or by HTTP Basic."""
    address = _address(request)
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise DialectRefusal(Verdict.UNREADABLE, "Không đọc được tài khoản.") from None
        username, _, password = decoded.partition(":")
        _spend_login(request, username)
        return await work(dialect_client, username, password, address)
    return await _of_session(request, envelope, work)


async def _of_session(request: Request, envelope: Envelope, work: Works) -> Client:
    client = await work(session_client, envelope.text("session"), _address(request))
    if client is None:
        message = "Phiên làm việc không hợp lệ hoặc đã hết hạn; hãy đăng nhập lại."
        raise DialectRefusal(Verdict.SESSION, message)
    return client


async def _intake(request: Request, envelope: Envelope, client: Client) -> Intake:
    CALLER.set(client.id)
    intake = Intake(request, client, envelope.text("madonvi") or client.agency)
    await intake.expect_reach()
    return intake


def _service(service: str) -> Service:
    """A service by its name. Raises `DialectRefusal`."""
    if (named := _BY_NAME.get(service.lower())) is not None:
        return named
    if service.lower() in _NOT_HERE:
        message = f"Dịch vụ {service} chỉ có ở Cổng DVCQG; hệ thống này không lưu dữ liệu đó."
    else:
        message = f"Không có dịch vụ này; service phải là một trong: {', '.join(SERVICES)}."
    raise DialectRefusal(Verdict.NO_SERVICE, message)


def _spend_login(request: Request, username: str) -> None:
    passage_of(request).spend(claimed("dialect", username, _address(request)))


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None
