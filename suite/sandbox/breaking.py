"""How an answer fails on the wire: late, never, cut short, in the wrong letters, or with the connection.

Served without a socket (httpx's ASGI transport), a connection that ends and an answer that never comes
raise what httpx raises for them on a real one.
"""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections.abc import Sequence
from typing import Any

import httpx
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from suite.sandbox.faults import Fault, Faults

JSON = "application/json; charset=utf-8"

MAINTENANCE_PAGE = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Bảo trì hệ thống</title></head>
<body><h1>Hệ thống đang được bảo trì</h1><p>Xin vui lòng quay lại sau.</p></body></html>
"""


class Hanging(Response):
    """Never answers; ends when the caller has gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing is sent
        """Wait until the caller gives up."""
        if _transport_of(receive) is None:
            raise httpx.ReadTimeout("The stand-in never answers this call.")
        await _until_gone(receive)


class Cutting(Response):
    """Ends the connection without an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing is sent
        """Drop the connection."""
        await cut(receive)


async def cut(receive: Receive) -> None:
    """End the connection of a call without an answer."""
    transport = _transport_of(receive)
    if transport is None:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
    transport.abort()
    await _until_gone(receive)


class Door:
    """Addresses behind connections that end without an answer while the stand-in is down."""

    def __init__(self, app: ASGIApp, faults: Faults, behind: Sequence[str]) -> None:
        self.app = app
        self.faults = faults
        self.behind = tuple(behind)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or hang up."""
        if self.faults.down and scope["type"] == "http" and scope["path"].startswith(self.behind):
            await cut(receive)
            return
        await self.app(scope, receive, send)


def written(answer: Any, status: int = 200) -> Response:
    """An answer as it should be."""
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return Response(body.encode(), status, {"content-type": JSON})


def without_effect(fault: Fault, faults: Faults) -> Response:
    """The answer of a call that did nothing; not for an expired session, which has words of its own."""
    if fault is Fault.TIMEOUT:
        return Hanging()
    if fault is Fault.SERVER_ERROR:
        return Response("Internal Server Error", 500, {"content-type": "text/plain"})
    if fault is Fault.RATE_LIMIT:
        return Response(b"", 429, {"retry-after": str(faults.retry_after)})
    if fault is Fault.RATE_LIMIT_SILENT:
        return Response(b"", 429)
    return Response(MAINTENANCE_PAGE, 200, {"content-type": "text/html; charset=utf-8"})


async def told(answer: Any, fault: Fault | None, faults: Faults) -> Response:
    """The answer of a call that was done, in the way the fault leaves it."""
    if fault is Fault.SLOW:
        await asyncio.sleep(faults.slow_seconds)
    if fault is Fault.TIMEOUT_AFTER:
        return Hanging()
    if fault is Fault.RESET_AFTER:
        return Cutting()
    whole = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return Response(_garbled(whole, fault), 200, {"content-type": JSON})


def _garbled(whole: str, fault: Fault | None) -> bytes:
    if fault is Fault.UTF_16:
        return whole.encode("utf-16")
    if fault is Fault.WINDOWS_1258:
        # That code page writes a tone as a mark of its own after the letter.
        return "".join(_with_loose_tones(letter) for letter in whole).encode("cp1258", "replace")
    encoded = whole.encode()
    return encoded[: len(encoded) * 2 // 3] if fault is Fault.TRUNCATED else encoded


def _with_loose_tones(letter: str) -> str:
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        base, *marks = list(unicodedata.normalize("NFD", letter))
        tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
        shape = base + "".join(mark for mark in marks if mark not in tones)
        return unicodedata.normalize("NFC", shape) + "".join(tones)
    return letter


def _transport_of(receive: Receive) -> Any:
    """The socket behind a call: the server hands its own method down, and nothing here wraps it."""
    return getattr(getattr(receive, "__self__", None), "transport", None)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
