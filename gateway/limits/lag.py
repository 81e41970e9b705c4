"""How late the event loop is: the one sign of overload that needs nobody to be asked."""

from __future__ import annotations

import asyncio

from chassis.running import Running

BEAT = 0.02
"""Seconds between two looks."""

FADES = 0.8
"""How much of a lag is still remembered at the next look."""


class Lag:
    """Looks at the clock again and again, and remembers how late it was called."""

    def __init__(self) -> None:
        self.seconds = 0.0
        """How late the loop has been lately."""
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def start(self) -> None:
        """Begin to look."""
        if self._timer is None:
            self._again()

    async def aclose(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _again(self) -> None:
        loop = asyncio.get_running_loop()
        self._due = loop.time() + BEAT
        self._timer = loop.call_at(self._due, self._look)

    def _look(self) -> None:
        late = max(asyncio.get_running_loop().time() - self._due, 0.0)
        self.seconds = max(late, self.seconds * FADES)
        self._again()


async def open_lag(_: Running) -> Lag:
    """The lag of a gateway that opens; it looks from the first request on."""
    return Lag()
