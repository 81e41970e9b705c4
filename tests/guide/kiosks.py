"""What kiosks, those who run them, and the counters beside them ask; they have no page in the guide."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from chassis.settings import Settings
from suite.partners import add_partner
from tests.guide.recording import Exchange
from tests.rating.kiosk_device import Key, Kiosk

AGENCY, DOSSIER = "000.00.19.H29", "000.00.19.H29-250915-0001"
SCOPES = ("ratings:write", "partners:admin")
WHY = "kiosks, their operators and counters call it: docs/portals/kiosk.md"
KIOSK_CALLS: Mapping[str, str] = dict.fromkeys(
    (
        "POST /v1/kiosks/enrolments",
        "GET /v1/kiosks",
        "POST /v1/kiosks",
        "GET /v1/kiosks/self/ticket",
        "POST /v1/kiosks/self/ratings",
        "POST /v1/kiosks/self/heartbeat",
        "POST /v1/kiosks/self/key",
        "DELETE /v1/kiosks/{id}",
        "POST /v1/kiosks/{id}/release",
        "PUT /v1/kiosks/{id}/ticket",
        "DELETE /v1/kiosks/{id}/ticket",
    ),
    WHY,
)


async def kiosk_calls(url: str, settings: Settings) -> list[Exchange]:
    """A kiosk from its enrolment to its end; each call with its answer."""
    told: list[Exchange] = []

    async def heard(answer: httpx.Response) -> None:
        await answer.aread()
        asked = answer.request
        told.append(
            Exchange(
                *(asked.method, asked.url.path, {}, "", asked.content),
                *(asked.headers.get("content-type", ""), answer.status_code),
                *(dict(answer.headers), answer.content),
            )
        )
        assert answer.status_code < 400, answer.text

    hooks: dict[str, Any] = {"response": [heard]}
    made = await add_partner(settings, "Một cửa Sở A", "H29", SCOPES)
    async with (
        httpx.AsyncClient(base_url=url, timeout=60) as plain,
        httpx.AsyncClient(base_url=url, timeout=60, event_hooks=hooks) as operator,
        httpx.AsyncClient(base_url=url, timeout=60, event_hooks=hooks) as browser,
    ):
        form = {"grant_type": "client_credentials"}
        credentials = (made.client_id, made.client_secret)
        token = (await plain.post("/oauth/token", data=form, auth=credentials)).json()
        operator.headers["Authorization"] = f"Bearer {token['access_token']}"
        kiosk = await Kiosk.enrolled(operator, browser, _now, AGENCY)
        ticket = f"/v1/kiosks/{kiosk.id}/ticket"
        await operator.put(ticket, json={"dossier": DOSSIER, "occasion": "received"})
        shown = (await kiosk.screen())["ticket"]
        await kiosk.hand_over(kiosk.tapped("5", shown["id"]))
        await operator.delete(ticket)
        await kiosk.beat()
        key = Key()
        wanted = {"public_key": key.public, "proof": key.held(kiosk.id)}
        await kiosk.call("POST", "/v1/kiosks/self/key", wanted)
        reason = {"reason": "Đoàn khách 6 người, cán bộ xác nhận"}
        await operator.post(f"/v1/kiosks/{kiosk.id}/release", json=reason)
        await operator.get("/v1/kiosks")
        await operator.delete(f"/v1/kiosks/{kiosk.id}")
    return [_without_secrets(one) for one in told]


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _without_secrets(one: Exchange) -> Exchange:
    """Signatures and drawings make an example long, and tell a reader nothing."""
    from dataclasses import replace

    return replace(one, sent=_shortened(one.sent), body=_shortened(one.body))


def _shortened(raw: bytes) -> bytes:
    return json.dumps(_short(json.loads(raw)), ensure_ascii=False).encode() if raw else raw


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_short(one) for one in value]
    if isinstance(value, str) and value.startswith(("eyJ", "M0 0h7", "http")):
        return value[:2] + "…"
    return value
