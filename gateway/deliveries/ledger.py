"""What has ended is stored for many endpoints in one transaction: a thousand would wait for each other."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from itertools import islice

from chassis.database import Database, Overloaded
from contracts.problems import Unavailable
from gateway.deliveries import serving
from gateway.deliveries.lanes import Lane

log = logging.getLogger("motcua.webhooks")

AT_ONCE = 100
"""Endpoints in one transaction."""

PAUSE = 1.0
"""Seconds until what could not be stored is tried again."""


class Ledger:
    """Stores the attempts of a worker's lanes; one endpoint whose results are refused holds up no other.

    `stored` is called after each transaction, `lost` for each lane that another worker serves now.
    """

    def __init__(
        self, database: Database, stored: Callable[[], None], lost: Callable[[Lane], None]
    ) -> None:
        self._database = database
        self._stored = stored
        self._lost = lost
        self._waiting: dict[str, Lane] = {}
        self._refused: dict[str, Lane] = {}
        self._again_at = 0.0

    def add(self, lane: Lane) -> None:
        """Something of this lane has ended."""
        self._waiting[lane.webhook.id] = lane

    async def empty(self) -> None:
        """Store until nothing is left."""
        while self._waiting or self._refused:
            pause = self._again_at - time.monotonic()
            if self._refused and pause <= 0:
                self._waiting |= self._refused
                self._refused = {}
            if not self._waiting:
                await asyncio.sleep(pause)
                continue
            lanes = list(islice(self._waiting.values(), AT_ONCE))
            for lane in lanes:
                del self._waiting[lane.webhook.id]
            await self._store([lane for lane in lanes if lane.ended and not lane.lost])

    async def _store(self, lanes: Sequence[Lane]) -> None:
        if not lanes:
            return
        results = []
        for lane in lanes:
            batch = list(lane.ended)
            settled = lane.settled_with(batch)
            results.append(serving.Results(lane.webhook.id, lane.token, settled, batch))
        try:
            stored = await self._database.run(serving.store, results)
        except Exception as refused:
            if len(lanes) > 1 and _is_of_one(refused):
                for lane in lanes:
                    await self._store([lane])
                return
            if not isinstance(refused, Unavailable):
                log.exception("results cannot be stored", extra={"webhook": lanes[0].webhook.id})
            self._refused |= {lane.webhook.id: lane for lane in lanes}
            self._again_at = time.monotonic() + PAUSE
            return
        for lane, one in zip(lanes, results, strict=True):
            if (progress := stored.get(one.webhook)) is None:
                self._lost(lane)
                continue
            del lane.ended[: len(one.attempts)]
            lane.done.update(attempt.delivery.event for attempt in one.attempts)
            lane.learn(progress)
        self._stored()


def _is_of_one(refused: Exception) -> bool:
    """Whether the results of one endpoint may be what was refused, not all that is stored now."""
    return isinstance(refused, Overloaded) or not isinstance(refused, Unavailable)
