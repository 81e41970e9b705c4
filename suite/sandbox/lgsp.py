"""The stand-in of a provincial bus (LGSP): tokens, ``/Statistic`` and ``/Vote``, and what it kept of them.

What it answers was inferred from a public one-stop system; ``docs/operations/sandbox.md`` says what is
unverified.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response

from suite.sandbox.breaking import Door, told, without_effect, written
from suite.sandbox.faults import (
    GARBLED,
    LOGINS,
    UNANSWERED_AFTER,
    WITHOUT_EFFECT,
    Fault,
    Faults,
)
from suite.sandbox.kept import Kept, keep, lines_of

AT = "/lgsp"
PUSHES = WITHOUT_EFFECT | GARBLED | UNANSWERED_AFTER | {Fault.SLOW, Fault.TEXT_ONLY}
"""Faults of a push: the bus has one convention of its own, so the others cannot happen."""

DONE, FAILED = "200", "400"
"""What ``Status`` is told as; its values are not documented."""

COUNTS = (
    *("NewReception", "PreExtisting", "Total", "TotalSolved", "SolvedInTime", "SolvedLate"),
    *("TotalPending", "Pending", "PendingLate"),
)
AGENCY = "OrganizationInchargeIdlevel1"


@dataclass(frozen=True)
class BusAccount:
    """The one client the stand-in knows."""

    client_id: str = "motcua"
    client_secret: str = field(default="sandbox", repr=False)


class BusLedger:
    """Every aggregate that took effect, and how often each was sent; in a folder or in memory only."""

    def __init__(self, folder: Path | None = None) -> None:
        self.kept: dict[str, list[Kept]] = {"Statistic": [], "Vote": []}
        self.refusals: list[dict[str, Any]] = []
        self._count = 0
        self._file = folder / "lgsp.jsonl" if folder else None
        for line in lines_of(self._file):
            self._place(**line)

    def keep(self, service: str, content: dict[str, Any]) -> None:
        """Let an aggregate take effect; the same again is counted."""
        keep(self._file, [{"service": service, "content": content}])
        self._place(service, content)

    def _place(self, service: str, content: dict[str, Any]) -> None:
        self._count += 1
        again = next((one for one in self.kept[service] if one.content == content), None)
        if again is None:
            self.kept[service].append(Kept(self._count, content))
        else:
            again.times += 1


def create_lgsp(
    ledger: BusLedger, account: BusAccount | None = None, *, faults: Faults | None = None
) -> FastAPI:
    """The stand-in as an application."""
    app = FastAPI(title="Stand-in of a provincial bus", openapi_url=None)
    faults = faults or Faults()
    add_lgsp(app, ledger, account or BusAccount(), faults)
    app.add_middleware(Door, faults=faults, behind=(f"{AT}/",))
    return app


class Bus:
    """The bus's state: what it kept, its client, its tokens and its faults."""

    def __init__(self, ledger: BusLedger, account: BusAccount, faults: Faults) -> None:
        self.ledger = ledger
        self.account = account
        self.faults = faults
        self._tokens: set[str] = set()

    async def give_token(self, asked: Mapping[str, Any]) -> Response:
        """A token for the client (OAuth 2.0 client credentials)."""
        fault = self.faults.draw("token", str(asked.get("client_id")), LOGINS - {Fault.CODE_00})
        if fault in WITHOUT_EFFECT:
            return without_effect(fault, self.faults)
        known = ("client_credentials", self.account.client_id, self.account.client_secret)
        if known != tuple(asked.get(n) for n in ("grant_type", "client_id", "client_secret")):
            return written({"error": "invalid_client"}, 401)
        token = secrets.token_hex(16)
        self._tokens.add(token)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": ""}
        return await told(answer, fault, self.faults)

    async def take(self, service: str, token: str, content: dict[str, Any]) -> Response:
        """An aggregate, after whatever goes wrong with it first."""
        about = f"{content.get(AGENCY)} {content.get('Year')}-{content.get('Month')}"
        fault = self.faults.draw(service, about, PUSHES)
        if fault is Fault.SESSION_EXPIRED:
            self._tokens.discard(token)
        elif fault in WITHOUT_EFFECT:
            return without_effect(fault, self.faults)
        if token not in self._tokens:
            return written({"error": "invalid_token"}, 401)
        if wrong := _wrong_in(service, content):
            self.ledger.refusals.append({"service": service, "reason": wrong, "sent": content})
            return written({"Status": FAILED, "Message": wrong})
        self.ledger.keep(service, content)
        return await told(_said(fault), fault, self.faults)


def add_lgsp(app: FastAPI, ledger: BusLedger, account: BusAccount, faults: Faults) -> None:
    """Open the bus's addresses, and what it kept, in an application."""
    bus = Bus(ledger, account, faults)

    @app.post(f"{AT}/token")
    async def give_token(request: Request) -> Response:
        return await bus.give_token(await _body(request))

    @app.post(f"{AT}/Statistic")
    async def take_statistic(request: Request) -> Response:
        return await bus.take("Statistic", _token(request), await _body(request))

    @app.post(f"{AT}/Vote")
    async def take_vote(request: Request) -> Response:
        return await bus.take("Vote", _token(request), await _body(request))

    @app.get("/sandbox/lgsp")
    async def kept() -> dict[str, Any]:
        shown = {name: [asdict(one) for one in rows] for name, rows in ledger.kept.items()}
        return shown | {"refusals": ledger.refusals}


def _said(fault: Fault | None) -> dict[str, str]:
    if fault is Fault.TEXT_ONLY:
        return {"Message": "Thành công"}
    if fault is Fault.ERROR_AFTER:
        return {"Status": FAILED, "Message": "Có lỗi xảy ra"}
    return {"Status": DONE, "Message": "Thành công"}


def _token(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


async def _body(request: Request) -> dict[str, Any]:
    """JSON, or the form that OAuth clients send a token request as."""
    body = (await request.body()).decode(errors="replace")
    try:
        content = json.loads(body)
    except ValueError:
        return {name: values[0] for name, values in parse_qs(body).items()}
    return content if isinstance(content, dict) else {}


def _wrong_in(service: str, content: Mapping[str, Any]) -> str:
    """What is wrong with an aggregate, in a sentence; empty when nothing is."""
    if not isinstance(content.get(AGENCY), str) or not content[AGENCY]:
        return f"{AGENCY}: bắt buộc"
    counts = COUNTS if service == "Statistic" else ("TotalVoted",)
    for name in (*counts, *(("Month", "Year") if service == "Statistic" else ())):
        if type(content.get(name)) is not int or content[name] < 0:
            return f"{name}: phải là số nguyên không âm"
    for name, value in content.items():
        if "Percent" in name and not (type(value) in {int, float} and 0 <= value <= 100):  # noqa: PLR2004 - a percentage
            return f"{name}: phải từ 0 đến 100"
    if service == "Statistic" and not _balanced(content):
        return "Số liệu không cân đối"
    return ""


def _balanced(told_of: Mapping[str, Any]) -> bool:
    n = {name: told_of[name] for name in COUNTS}
    return bool(
        n["Total"] == n["NewReception"] + n["PreExtisting"] == n["TotalSolved"] + n["TotalPending"]
        and n["TotalSolved"] == n["SolvedInTime"] + n["SolvedLate"]
        and n["TotalPending"] == n["Pending"] + n["PendingLate"]
    )
