"""CORS for registered sites on the rating routes; everybody and everything else gets no such header."""

from __future__ import annotations

import re
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.origins.register import Origins
from gateway.origins.strangers import Strangers, Surface, is_our_own

ROUTES: Final = (
    (re.compile(r"/v1/rating-forms/[^/]+"), "GET"),
    (re.compile(r"/v1/ratings"), "POST"),
    (re.compile(r"/v1/rating-refusals"), "POST"),
)
"""What the widget calls, see `docs/portals/widget.md`."""

SENT: Final = "Accept-Language, Content-Type, Idempotency-Key, Motcua-Device"
READABLE: Final = b"RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
KEPT_SECONDS: Final = "600"


class WidgetCors:
    """Answers preflights, and lets registered sites read what the rating routes answer."""

    def __init__(self, app: ASGIApp, origins: Origins, strangers: Strangers) -> None:
        self.app = app
        self._origins = origins
        self._strangers = strangers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        method = _taken(scope)
        if method is None:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        allowed = bool(origin) and await self._origins.allows(origin)
        if origin and not allowed and not is_our_own(origin, headers):
            self._strangers.note(origin, Surface.API)
        added = [(b"vary", b"Origin")]
        if allowed:
            added.append((b"access-control-allow-origin", origin.encode("latin-1")))
            if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
                await _preflight(origin, method)(scope, receive, send)
                return
            added.append((b"access-control-expose-headers", READABLE))

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *added]
            await send(message)

        await self.app(scope, receive, told)


def _taken(scope: Scope) -> str | None:
    """The method that a route of the widget takes; None where the address is none of them."""
    if scope["type"] != "http" or not scope["path"].startswith("/v1/rating"):
        return None
    return next((method for route, method in ROUTES if route.fullmatch(scope["path"])), None)


def _preflight(origin: str, method: str) -> Response:
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": method,
            "Access-Control-Allow-Headers": SENT,
            "Access-Control-Max-Age": KEPT_SECONDS,
            "Vary": "Origin",
        },
    )
