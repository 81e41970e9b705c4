"""Web sites that ask without being registered: counted and told to operators, not only refused.

A missing entry looks to citizens as if rating did not work, and to the office as if nobody rated.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Final

from chassis import telemetry
from chassis.running import Running
from contracts.problems import Unavailable
from gateway.origins import commands
from gateway.origins.domain import NO_ORIGIN, named_origin

log = logging.getLogger("motcua.origins")

WRITTEN_AFTER: Final = 5.0
"""Seconds that what was counted may wait, so that many requests are written at once."""

SAID_EVERY: Final = 3600.0
"""Seconds between two lines of the log about one site."""

LINES_A_MINUTE: Final = 10
"""About all of them together: a stranger can invent any number of sites."""


class Surface(StrEnum):
    """Where a site asked."""

    API = "api"
    FRAME = "frame"


class Strangers:
    """Counts requests of sites that are not registered, and writes them down soon after."""

    def __init__(self, running: Running, now: Callable[[], float] = time.monotonic) -> None:
        self._running = running
        self._now = now
        self._counted: Counter[str] = Counter()
        self._said: OrderedDict[str, float] = OrderedDict()
        self._lines: deque[float] = deque(maxlen=LINES_A_MINUTE)
        self._writing: asyncio.Task[None] | None = None

    def note(self, origin: str, surface: Surface) -> None:
        """Count one request; whatever it calls itself, what is kept of it is bounded."""
        telemetry.STRANGERS.labels(surface).inc()
        name = named_origin(origin)
        if name in self._counted or len(self._counted) < commands.KEPT_STRANGERS:
            self._counted[name] += 1
        if self._to_be_said(name):
            log.warning(
                "a web site that is not registered asks for rating forms",
                extra={"origin": name, "surface": surface.value, "next": "motcua origin list"},
            )
        if self._writing is None or self._writing.done():
            self._writing = asyncio.ensure_future(self._write_soon())

    async def write(self) -> None:
        """Write down what was counted; while the database is away it waits."""
        counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            await self._running.do(commands.note_strangers, dict(counted))
        except Unavailable:
            self._counted.update(counted)

    async def aclose(self) -> None:
        """Write down the rest."""
        if self._writing is not None:
            self._writing.cancel()
            with suppress(asyncio.CancelledError):
                await self._writing
        await self.write()

    def _to_be_said(self, name: str) -> bool:
        now = self._now()
        if self._said.get(name, float("-inf")) + SAID_EVERY > now:
            return False
        if len(self._lines) == LINES_A_MINUTE and self._lines[0] > now - 60:
            return False
        self._lines.append(now)
        self._said[name] = now
        self._said.move_to_end(name)
        while len(self._said) > commands.KEPT_STRANGERS:
            self._said.popitem(last=False)
        return True

    async def _write_soon(self) -> None:
        while self._counted:
            await asyncio.sleep(WRITTEN_AFTER)
            await self.write()


def is_our_own(origin: str, headers: dict[bytes, bytes]) -> bool:
    """Whether a request comes from a page of the gateway itself, as its browser tells.

    >>> is_our_own("https://a.vn", {b"host": b"a.vn"}), is_our_own("https://b.vn", {b"host": b"a.vn"})
    (True, False)
    """
    if headers.get(b"sec-fetch-site") == b"same-origin":
        return True
    host = headers.get(b"host", b"").decode("latin-1")
    return origin != NO_ORIGIN and origin.partition("://")[2] == host


async def open_strangers(running: Running) -> Strangers:
    """What a gateway that opens has counted: nothing yet."""
    return Strangers(running)
