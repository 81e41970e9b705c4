"""The stand-in as an application: the adapter's addresses, their envelope, and the faults in between."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response

from suite.sandbox.breaking import Door, told, without_effect, written
from suite.sandbox.faults import INSERTS, LOGINS, READS, WITHOUT_EFFECT, WRITES, Fault, Faults
from suite.sandbox.national.catalogue import Catalogue
from suite.sandbox.national.ledger import NationalLedger
from suite.sandbox.national.services import (
    ERROR,
    INTEGRATE,
    SHARE,
    Refused,
    came_before,
    is_insert,
    read,
    rows_of,
    write,
)
from suite.sandbox.national.sessions import NationalAccount, Sessions
from suite.sandbox.national.watching import add_watching

ADAPTER = "/XrdAdapter/RestService/forward/mapi"
"""Where the adapter of the data exchange platform listens."""

LOGIN, GENERAL = f"{ADAPTER}/login", f"{ADAPTER}/g"
SHARE_ADDRESS, INTEGRATE_ADDRESS = f"{ADAPTER}/share", f"{ADAPTER}/integrate"
"""The portal's addresses for reading and writing are a setting of each installation; ``/g`` takes both."""

STATUS_OK = "200"
"""What ``Status`` is told as in the convention that has one; its values are not documented."""

SESSION_WORDS = "Phiên làm việc không hợp lệ hoặc đã hết hạn"


class NationalPortal:
    """The portal's state: its ledger, sessions, dictionaries and faults."""

    def __init__(
        self,
        ledger: NationalLedger,
        account: NationalAccount,
        faults: Faults,
        sessions: Sessions,
    ) -> None:
        self.ledger = ledger
        self.account = account
        self.faults = faults
        self.sessions = sessions
        self.catalogue = Catalogue()

    async def login(self, call: Mapping[str, Any], dstcode: str) -> Response:
        """Open a session for the account."""
        fault = self.faults.draw("login", str(call.get("username")), LOGINS)
        if fault in WITHOUT_EFFECT:
            return without_effect(fault, self.faults)
        if dstcode != self.account.dstcode:
            return self._refused("login", Refused("dstcode: không đúng"), {"dstcode": dstcode})
        if not self.account.is_of(call.get("username"), call.get("password")):
            wrong = Refused("Sai tên đăng nhập hoặc mật khẩu")
            return self._refused("login", wrong, {"username": call.get("username")})
        answer = {"session": self.sessions.open(), "error_code": "0", "message": "Thành công"}
        if fault is Fault.CODE_00:
            answer["error_code"] = "00"
        return await told(answer, fault, self.faults)

    async def serve(self, call: Mapping[str, Any], services: Collection[str]) -> Response:
        """Answer a call of one of the services, after whatever goes wrong with it first."""
        service = str(call.get("service"))
        fault = self.faults.draw(service, _subject_of(call), _possible(call))
        if fault is Fault.SESSION_EXPIRED:
            self.sessions.end(call.get("session"))
        elif fault in WITHOUT_EFFECT:
            return without_effect(fault, self.faults)
        if not self.sessions.is_open(call.get("session")):
            return written({"error_code": ERROR, "message": SESSION_WORDS})
        try:
            return await self._served(call, service, services, fault)
        except Refused as refused:
            return self._refused(service, refused, call)

    async def _served(
        self, call: Mapping[str, Any], service: str, services: Collection[str], fault: Fault | None
    ) -> Response:
        if service not in services:
            raise Refused(f"service: không có dịch vụ {service} ở địa chỉ này")
        if not str(call.get("madonvi") or "").strip():
            raise Refused("madonvi: bắt buộc")
        if service in SHARE:
            result = read(call, self.ledger, self.catalogue)
            return await told(_success("Thành công", fault, result), fault, self.faults)
        if fault is Fault.EXISTS:
            there = came_before(call, self.ledger)
            return written({"error_code": there.code, "message": there.message})
        message = write(call, self.ledger)
        answer = _success(message, fault)
        if fault is Fault.ERROR_AFTER:
            answer = {"error_code": ERROR, "message": "Có lỗi xảy ra trong quá trình xử lý"}
        return await told(answer, fault, self.faults)

    def _refused(self, service: str, refused: Refused, call: Mapping[str, Any]) -> Response:
        self.ledger.refuse(service, refused.message, call)
        return written({"error_code": refused.code, "message": refused.message})


def create_national(
    ledger: NationalLedger,
    account: NationalAccount | None = None,
    *,
    faults: Faults | None = None,
    sessions: Sessions | None = None,
) -> FastAPI:
    """The stand-in as an application."""
    app = FastAPI(title="Stand-in of the national portal", openapi_url=None)
    portal = NationalPortal(
        ledger, account or NationalAccount(), faults or Faults(), sessions or Sessions()
    )
    _add_adapter(app, portal)
    add_watching(app, ledger, portal.faults)
    app.add_middleware(Door, faults=portal.faults, behind=(ADAPTER,))
    return app


def create_national_in(
    folder: Path, account: NationalAccount | None = None, *, faults: Faults | None = None
) -> FastAPI:
    """The stand-in with its memory in a folder, so that it survives a restart."""
    return create_national(NationalLedger(folder), account, faults=faults)


def _add_adapter(app: FastAPI, portal: NationalPortal) -> None:
    @app.post(LOGIN)
    async def login(request: Request) -> Response:
        dstcode = request.headers.get("dstcode") or request.query_params.get("dstcode", "")
        call = await _call_of(request)
        return await portal.login(call, dstcode) if call is not None else _unreadable()

    for address, services in (
        (SHARE_ADDRESS, SHARE),
        (INTEGRATE_ADDRESS, INTEGRATE),
        (GENERAL, SHARE | INTEGRATE),
    ):
        _add_address(app, portal, address, services)


def _add_address(
    app: FastAPI, portal: NationalPortal, address: str, services: Collection[str]
) -> None:
    @app.post(address)
    async def serve(request: Request) -> Response:
        call = await _call_of(request)
        return await portal.serve(call, services) if call is not None else _unreadable()


async def _call_of(request: Request) -> dict[str, Any] | None:
    try:
        call = json.loads((await request.body()).decode())
    except ValueError:
        return None
    return call if isinstance(call, dict) else None


def _unreadable() -> Response:
    return written({"error_code": ERROR, "message": "Nội dung không phải JSON UTF-8"}, 400)


def _subject_of(call: Mapping[str, Any]) -> str:
    """What a call is about: the first dossier it names."""
    try:
        row = rows_of(call)[0]
    except Refused:
        row = call
    named = row if isinstance(row, Mapping) else {}
    return str(named.get("MaHoSo") or named.get("mahoso") or named.get("maTTHC") or "")


def _possible(call: Mapping[str, Any]) -> Collection[Fault]:
    if call.get("service") not in INTEGRATE:
        return READS
    return INSERTS if is_insert(call) else WRITES


def _success(
    message: str, fault: Fault | None, result: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """A success in the convention of the fault, "0" without one."""
    if fault is Fault.RESPONSE_CODE:
        return {"response_code": "00", "response_data": message if result is None else result}
    if fault is Fault.STATUS_ONLY:
        return {"Status": STATUS_OK, "Message": message}
    if fault is Fault.TEXT_ONLY:
        return {"message": message}
    answer = {"error_code": "00" if fault is Fault.CODE_00 else "0", "message": message}
    return answer if result is None else answer | {"result": result}
