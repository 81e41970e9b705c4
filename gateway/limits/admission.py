"""Admission by work, not by sockets: how much each service is given at once, and who goes first.

Each service has a compartment of its own, so that one which answers slowly fills up alone. In a compartment
the less urgent ranks may fill only a part, so that there is always room for the more urgent ones. What
finds no room waits for at most 50 ms, and is then told to come back. When the event loop is late, there is
less room; when it keeps time again, the room grows back.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.limits.kinds import Rank

SHARES: Final = {Rank.STATUS: 1.0, Rank.INTAKE: 0.9, Rank.READ: 0.7, Rank.EXPORT: 0.25}
"""How much of a compartment a rank and those below it may fill."""

LONGEST_WAIT: Final = 0.05
"""Seconds that a request waits for room."""

LONGEST_QUEUE: Final = 4
"""How many times a compartment's room may wait for it."""

LATE: Final = 0.04
"""Seconds of lag from which on there is less room."""

ADAPTS_EVERY: Final = 0.1
SHRINKS, GROWS, SMALLEST = 0.8, 0.05, 0.1


@dataclass(slots=True, eq=False)
class Waiting:
    """A request that waits for room."""

    units: int
    entered: asyncio.Future[bool]


class Compartment:
    """The work that is given to one service at once."""

    def __init__(
        self, units: int, lag: Callable[[], float], *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.units = units
        self.used = 0
        self.part = 1.0
        """How much of the room is given just now, by the lag of the loop."""
        self._lag = lag
        self._now = now
        self._adapted_at = now()
        self._waiting: dict[Rank, deque[Waiting]] = {rank: deque() for rank in Rank}
        self._queued = 0

    def enters(self, rank: Rank, units: int) -> bool:
        """Enter at once, if there is room and nobody as urgent waits already."""
        self._adapt()
        if self._queued and any(self._waiting[each] for each in Rank if each <= rank):
            return False
        if not self._fits(rank, units):
            return False
        self.used += units
        return True

    async def entered(self, rank: Rank, units: int) -> bool:
        """Wait for room, for `LONGEST_WAIT` at most; whether there was any."""
        if self._queued >= self.units * LONGEST_QUEUE:
            return False
        loop = asyncio.get_running_loop()
        waiting = Waiting(units, loop.create_future())
        self._waiting[rank].append(waiting)
        self._queued += 1
        timer = loop.call_later(LONGEST_WAIT, self._give_up, rank, waiting)
        try:
            return await waiting.entered
        except asyncio.CancelledError:
            if waiting.entered.cancelled():
                self._forget(rank, waiting)
            elif waiting.entered.result():
                # It was let in, and is gone: the room is somebody else's.
                self.leave(units)
            raise
        finally:
            timer.cancel()

    def leave(self, units: int) -> None:
        """The work is done; whoever waits enters, the most urgent first."""
        self.used -= units
        if not self._queued:
            return
        for rank in Rank:
            queue = self._waiting[rank]
            while queue:
                if not queue[0].entered.done():
                    if not self._fits(rank, queue[0].units):
                        return
                    self.used += queue[0].units
                    queue[0].entered.set_result(True)
                queue.popleft()
                self._queued -= 1

    def _give_up(self, rank: Rank, waiting: Waiting) -> None:
        if not waiting.entered.done():
            waiting.entered.set_result(False)
            self._forget(rank, waiting)

    def _forget(self, rank: Rank, waiting: Waiting) -> None:
        if waiting in self._waiting[rank]:
            self._waiting[rank].remove(waiting)
            self._queued -= 1

    def _fits(self, rank: Rank, units: int) -> bool:
        # Into an empty compartment everything fits: nothing is too large for ever.
        return not self.used or self.used + units <= self.units * self.part * SHARES[rank]

    def _adapt(self) -> None:
        now = self._now()
        looks = (now - self._adapted_at) / ADAPTS_EVERY
        if looks < 1:
            return
        self._adapted_at = now
        if self._lag() > LATE:
            self.part = max(self.part * SHRINKS, SMALLEST)
        else:
            self.part = min(self.part + GROWS * looks, 1.0)
