"""The register of origins as a running gateway knows it: read again every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.problems import Unavailable
from gateway.queries import widget_origins

FRESH = 10.0
"""Seconds for which what was read is not read again."""


class Origins:
    """Knows which origins are registered."""

    def __init__(self, running: Running, now: Callable[[], float] = time.monotonic) -> None:
        self._running = running
        self._now = now
        self._read_at: float | None = None
        self._known: frozenset[str] = frozenset()

    async def allows(self, origin: str) -> bool:
        """Whether a site is registered; while the database is away, as it was last."""
        return origin in await self.known()

    async def known(self) -> frozenset[str]:
        """Every registered site; while the database is away, as it was last."""
        now = self._now()
        if self._read_at is None or now - self._read_at >= FRESH:
            # Before it is read: others go by what was known, instead of all reading at once.
            self._read_at = now
            try:
                entries = await widget_origins(UnitOfWork(self._running.database))
            except Unavailable:
                return self._known
            self._known = frozenset(entry.origin for entry in entries)
        return self._known


async def open_origins(running: Running) -> Origins:
    """The register of a gateway that opens."""
    return Origins(running)
