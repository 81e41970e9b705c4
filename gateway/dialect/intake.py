"""Intake as the dialect asks it: under a token of the session's own client, agency and scopes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import Request

from chassis.running import Running
from contracts.intake import ProcedureView
from contracts.vocabulary import Scope
from gateway.admission import good_from
from gateway.dialect.answers import DialectRefusal, Verdict
from gateway.keys import SigningKey
from gateway.national import Hours
from gateway.tables import Client
from gateway.upstream import ask

PAGE = 200
AWAY = "Hệ thống tạm thời chưa phục vụ được; hãy gửi lại sau ít phút."
_BUSY = 500


@dataclass
class Intake:
    """What may be asked of intake on behalf of one session, within one request."""

    request: Request
    client: Client
    agency: str
    """The agency of the message (madonvi), or the session's own."""
    _headers: dict[str, str] = field(default_factory=dict)
    _procedures: dict[str, ProcedureView | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        held = set(self.client.scopes.split())
        # The catalogue is public; who may file a dossier may ask whether it is there.
        held.add(Scope.CATALOGUE_READ)
        if Scope.DOSSIERS_WRITE in held:
            held.add(Scope.DOSSIERS_READ)
        key = self.running.own(SigningKey)
        token = key.token(
            self.client.id, self.client.agency, held, good_from=good_from(self.client)
        )
        self._headers = {"Authorization": f"Bearer {token}"}

    @property
    def running(self) -> Running:
        """The gateway."""
        running: Running = self.request.app.state.running
        return running

    @property
    def hours(self) -> Hours:
        """The office's hours."""
        told = self.running.settings
        return Hours(told.morning_opens, told.afternoon_closes)

    @property
    def now(self) -> datetime:
        """This instant."""
        return self.running.database.now()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Intake's answer. Raises `DialectRefusal` where it gives none just now."""
        answer = await ask(
            self.request,
            "intake",
            method,
            path,
            headers={**self._headers, **(headers or {})},
            params=params,
            **({} if json is None else {"json": json}),
        )
        if answer.status_code >= _BUSY or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise DialectRefusal(Verdict.AWAY, AWAY)
        return answer

    async def expect_reach(self) -> None:
        """Raise `DialectRefusal` unless the agency of the message lies in the session's subtree."""
        if self.agency == self.client.agency:
            return
        asked = {"agency": self.agency, "limit": "1"}
        answer = await self.ask("GET", "/v1/dossiers", params=asked)
        if answer.status_code != httpx.codes.OK:
            raise DialectRefusal(
                Verdict.OUT_OF_REACH,
                f"madonvi {self.agency[:64]} không thuộc phạm vi của tài khoản; hãy ghi mã của "
                f"{self.client.agency} hoặc đơn vị trực thuộc.",
            )

    async def procedure(self, code: str) -> ProcedureView | None:
        """A procedure of the catalogue."""
        if code not in self._procedures:
            answer = await self.ask("GET", f"/v1/procedures/{in_path(code)}")
            found = answer.status_code == httpx.codes.OK
            self._procedures[code] = (
                ProcedureView.model_validate_json(answer.content) if found else None
            )
        return self._procedures[code]

    async def pages(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """Every item of a list."""
        params = {"limit": str(PAGE)}
        while True:
            answer = await self.ask("GET", path, params=params)
            if answer.status_code != httpx.codes.OK:
                raise refusal_of(answer)
            page = answer.json()
            for item in page["items"]:
                yield item
            if page["next_cursor"] is None:
                return
            params["cursor"] = page["next_cursor"]


def in_path(code: str) -> str:
    """A code as one step of an address."""
    return quote(code, safe="")


_VERDICTS = {
    "unknown-procedure": Verdict.NOT_FOUND,
    "unknown-dossier": Verdict.NOT_FOUND,
    "unknown-agency": Verdict.OUT_OF_REACH,
    "scope-missing": Verdict.OUT_OF_REACH,
    "receiving-agency-alone": Verdict.OUT_OF_REACH,
}
_SENTENCES = {
    "unknown-procedure": "MaTTHC chưa có trong danh mục thủ tục; hãy kiểm tra mã hoặc báo đơn vị vận hành "
    "công bố thủ tục.",
    "unknown-dossier": "Hồ sơ chưa có trong phạm vi của tài khoản; hãy gửi DongBoHoSoMC với isUpdating "
    '"False" trước.',
    "unknown-agency": "Đơn vị của hồ sơ không có trong danh bạ hoặc không thuộc phạm vi của tài khoản; "
    "hãy ghi madonvi của đơn vị mình.",
    "scope-missing": "Tài khoản chưa được cấp quyền gửi hồ sơ (dossiers:write).",
    "receiving-agency-fixed": "Không đổi được cơ quan đã tiếp nhận hồ sơ; hãy ghi MaDonVi của cơ quan đó.",
    "dossier-code-taken": "MaHoSo đã được dùng cho hồ sơ khác; hãy cấp mã khác.",
}


def refusal_of(answer: httpx.Response) -> DialectRefusal:
    """A problem of intake in the dialect's words."""
    try:
        problem = answer.json()
    except ValueError:
        return DialectRefusal(Verdict.AWAY, AWAY)
    code = str(problem.get("code", ""))
    # Titles are Vietnamese; details are English, and say no more than the places they are about.
    title = str(problem.get("title", ""))
    places = ", ".join(str(one.get("pointer", "")) for one in problem.get("errors", [])[:10])
    told = _SENTENCES.get(code) or (f"{title} ({places})" if places else title)
    return DialectRefusal(_VERDICTS.get(code, Verdict.INVALID), told)
