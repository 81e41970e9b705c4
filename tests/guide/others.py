"""What others than partners ask, or with other programs than curl, who have no page in the guide."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import openpyxl

from chassis.database import UnitOfWork
from chassis.settings import Settings
from contracts.lgsp import LgspKind, PushState
from gateway.tables import LgspPush
from suite.partners import add_partner
from suite.sandbox.signing import post_key, signed_callback
from suite.tasks import at_hand
from tests.gateway.deliveries.receivers import receiving
from tests.guide.kiosks import kiosk_calls
from tests.guide.recording import Exchange

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SCOPES = (
    *("dossiers:write", "indicators:read", "partners:admin", "ratings:write"),
    "webhooks:manage",
)
PUSH = "4b1f0c7e2a9d4d6f8e3a5c7b9d0e1f2a"
PATIENCE = 20.0
"""Seconds within which a webhook gives its challenge back."""

Ask = Callable[..., Awaitable[Exchange]]


def others(url: str, data: Path) -> list[Exchange]:
    """What operators' probes, the post, a spreadsheet's owner and operators are answered."""
    return asyncio.run(_asked(url, data))


async def _asked(url: str, data: Path) -> list[Exchange]:
    settings = Settings(data=data)
    told: list[Exchange] = []
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=60))

        async def ask(method: str, path: str, sent: bytes = b"", kind: str = "") -> Exchange:
            headers = {"content-type": kind} if kind else {}
            answer = await http.request(method, path, content=sent, headers=headers)
            found = Exchange(
                *(method, path, {}, "", sent, kind, answer.status_code),
                *(dict(answer.headers), answer.content),
            )
            told.append(found)
            return found

        for path in ("/health/live", "/health/ready"):
            await ask("GET", path)
        await _report_as_the_post(ask, data)
        made = await add_partner(settings, "Vận hành", "H29", SCOPES)
        form = {"grant_type": "client_credentials"}
        credentials = (made.client_id, made.client_secret)
        token = (await http.post("/oauth/token", data=form, auth=credentials)).json()
        http.headers["Authorization"] = f"Bearer {token['access_token']}"
        await ask("POST", "/v1/dossiers/import", _spreadsheet(), XLSX)
        await _enter_slips(ask)
        await _push_again(ask, settings)
        told += await kiosk_calls(url, settings)
        told.append(await _test_a_webhook(ask))
    # The rest of what a webhook is asked stands in the guide.
    return [one for one in told if not one.path.startswith("/v1/webhooks")] + told[-1:]


async def _report_as_the_post(ask: Ask, data: Path) -> None:
    record = {"itemCode": "CV497960035VN", "status": 110}
    message = signed_callback([record], datetime.now(UTC), post_key(data / "sandbox"))
    for path in ("/v1/carriers/vnpost-d/events", "/v1/carriers/vnpost-d/city/events"):
        await ask("POST", path, message, "application/json")


def _spreadsheet() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["code", "procedure", "agency", "channel", "applicant.kind", "received_at"])
    code, agency = "000.00.19.H29-250910-0005", "000.00.19.H29"
    book.active.append([code, "1.001612", agency, "counter", "citizen", "10/09/2025 08:30"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def _enter_slips(ask: Ask) -> None:
    """Slips in a spreadsheet and in NDJSON, and what the operator has asked from then on."""
    slip = {"slip": "3", "agency": "000.00.19.H29", "day": "2025-09-15", "provenance": "paper"}
    slip |= {"questionnaire": "overall-5/1", "overall": "4"}
    book = openpyxl.Workbook()
    book.active.append(list(slip))
    book.active.append(list(slip.values()))
    file = io.BytesIO()
    book.save(file)
    await ask("POST", "/v1/rating-imports", file.getvalue(), XLSX)
    line = json.dumps(slip | {"slip": "4"}).encode()
    await ask("POST", "/v1/rating-imports", line, "application/x-ndjson")
    chosen = json.dumps({"questionnaire": "overall-3/1"}).encode()
    await ask("PUT", "/v1/rating-questionnaires/choices/000.00.19.H29/received", chosen, JSON)


async def _push_again(ask: Ask, settings: Settings) -> None:
    """A push that a bus has, as the gateway's worker leaves it; the guide is connected to none."""

    async def leave(uow: UnitOfWork) -> None:
        push = LgspPush.of(
            id=PUSH,
            kind=LgspKind.STATISTIC,
            agency="H29",
            month="2025-09",
            state=PushState.SENT,
            attempts=1,
            sent_at=uow.now,
        )
        uow.add(push)

    async with at_hand(settings, "gateway") as (gateway,):
        await gateway.do(leave)
    await ask("POST", f"/v1/lgsp/pushes/{PUSH}/resend")


async def _test_a_webhook(ask: Ask) -> Exchange:
    async with receiving() as receiver:
        order = {"url": receiver.url, "types": ["dossier.filed"], "networks": ["127.0.0.0/8"]}
        made = _json(await ask("POST", "/v1/webhooks", json.dumps(order).encode(), JSON))
        end = asyncio.get_running_loop().time() + PATIENCE
        while _json(await ask("GET", f"/v1/webhooks/{made['id']}"))["state"] != "active":
            assert asyncio.get_running_loop().time() < end, "the challenge is not given back"
            await asyncio.sleep(0.2)
        tested = await ask("POST", f"/v1/webhooks/{made['id']}/test")
        await ask("DELETE", f"/v1/webhooks/{made['id']}")
        return tested


JSON = "application/json"


def _json(exchange: Exchange) -> Any:
    assert exchange.status < 400, exchange.body
    return json.loads(exchange.body)
