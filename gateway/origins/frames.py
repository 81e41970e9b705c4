"""Which pages may show the rating form in a frame: those of registered sites, each only as itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.origins.register import Origins
from gateway.origins.strangers import Strangers, Surface, is_our_own

PLACE: Final = "/embed/"
"""What the addresses of pages for frames begin with."""

FRAME: Final = "motcua.frame"
"""Where a request's `Frame` is found in its scope."""

ANCESTORS: Final = re.compile(rb"frame-ancestors [^;]*")
LONGEST_LIST: Final = 4096
"""Bytes of registered sites that a header may hold; beyond, a page must say where it is shown."""

TOLD_AT_MOST: Final = 2
"""Sites an address may name before the rest is not looked at: one is right, two are wrong already."""

IN_FRAMES: Final = frozenset({b"iframe", b"frame"})


@dataclass(frozen=True)
class Frame:
    """Where a page is shown, as far as that is known and registered."""

    parent: str | None = None
    """The one site that is told anything."""
    stranger: bool = False
    """Whether the site that shows it, or is said to, is not registered."""


class Framed:
    """Finds out who shows a page for frames, and lets its browser show it to nobody else."""

    def __init__(self, app: ASGIApp, origins: Origins, strangers: Strangers) -> None:
        self.app = app
        self._origins = origins
        self._strangers = strangers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PLACE):
            await self.app(scope, receive, send)
            return
        known = await self._origins.known()
        scope[FRAME] = frame = self._frame(scope, known)
        ancestors = b"frame-ancestors " + _ancestors(frame, known).encode("ascii")

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (name, ANCESTORS.sub(ancestors, value) if name == POLICY else value)
                    for name, value in message.get("headers", ())
                    if name not in REPLACED
                ] + list(REPLACED.items())
            await send(message)

        await self.app(scope, receive, told)

    def _frame(self, scope: Scope, known: frozenset[str]) -> Frame:
        headers = dict(scope["headers"])
        around = _around(headers)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("parent", [])[:TOLD_AT_MOST]
        seen = [*asked, *([around] if around else [])]
        strange = [origin for origin in seen if origin not in known]
        for origin in dict.fromkeys(strange):
            self._strangers.note(origin, Surface.FRAME)
        if strange:
            return Frame(stranger=True)
        return Frame(parent=seen[0] if seen else None)


POLICY: Final = b"content-security-policy"
REPLACED: Final = {
    b"cross-origin-resource-policy": b"cross-origin",
    b"cross-origin-embedder-policy": b"require-corp",
}
"""So that a site which isolates itself can show the frame too; the page loads nothing from elsewhere."""


def _around(headers: dict[bytes, bytes]) -> str | None:
    """The site whose page holds the frame, as the browser tells where a frame is first opened."""
    if headers.get(b"sec-fetch-dest") not in IN_FRAMES:
        return None
    found = urlsplit(headers.get(b"referer", b"").decode("latin-1"))
    if not found.scheme or not found.netloc:
        return None
    origin = f"{found.scheme}://{found.netloc}"
    return None if is_our_own(origin, headers) else origin


def _ancestors(frame: Frame, known: frozenset[str]) -> str:
    if frame.stranger:
        return "'none'"
    if frame.parent is not None:
        return frame.parent
    told = " ".join(sorted(known))
    return told if known and len(told) <= LONGEST_LIST else "'none'"
