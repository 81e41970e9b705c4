"""The relay: events leave the outbox in batches, and are marked sent only when they are safe.

One relay for each service holds a lock, so that events leave in the order they were recorded; a second
one waits for the lock. It wakes by signal and looks once a second anyway. Whatever goes wrong on the bus
(broker gone, alarm, black hole, no queue) it tries again with growing pauses, with the same event ids.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from chassis import journal, telemetry
from chassis.bus import Bus, Parcel, Undeliverable
from chassis.database import Database
from chassis.database.postgres import PostgresEngine
from contracts.problems import Unavailable

log = logging.getLogger("motcua.relay")

BATCH = 200
LONGEST_PAUSE = 30.0
"""Seconds between two tries at most, while the bus is away."""

HELD_LIMIT = 1_000
"""Events held back one by one; with more, the bus as a whole is in trouble."""

PRUNE_EVERY = 600.0
"""Seconds between two removals of what was sent long ago."""


class Relay:
    """Carries one service's events from its outbox to the bus."""

    def __init__(
        self,
        service: str,
        database: Database,
        bus: Bus,
        *,
        keep_days: int = 7,
        journal_days: int = 400,
        journals: bool = False,
    ) -> None:
        self.service = service
        self._database = database
        self._bus = bus
        self._keep = timedelta(days=keep_days)
        self._journal_keep = timedelta(days=journal_days)
        self._journals = journals
        self._pruned_at = time.monotonic()
        self._held: dict[int, float] = {}
        self._refusals: dict[int, float] = {}
        self.alive_at = time.monotonic()
        """When it last looked; health tells from it whether it is alive."""
        self.holding = False
        """Whether it is the one that relays."""
        self.troubled: str | None = None
        """What stands in its way, if anything."""
        self.placed = asyncio.Event()
        """Set when entries of the journal have been given their places; whoever waits for it clears it."""

    async def run(self) -> None:
        """Relay until cancelled."""
        while True:
            self.alive_at = time.monotonic()
            try:
                async with self._database.lock(f"relay-{self.service}") as wait:
                    self.holding = wait is not None
                    if wait is None:
                        await asyncio.sleep(1)
                        continue
                    await self._hold(wait)
            except (Unavailable, OSError) as away:
                self.troubled = str(away)
                log.warning("relay waits for its database", extra={"service": self.service})
                await asyncio.sleep(1)
            finally:
                self.holding = False

    async def _hold(self, wait: Any) -> None:
        pause = 0.0
        while True:
            self.alive_at = time.monotonic()
            self._database.recorded.clear()
            await self._place()
            try:
                moved = await self.round()
                self.troubled, pause = None, 0.0
            except Undeliverable as trouble:
                self.troubled = str(trouble)
                pause = min(LONGEST_PAUSE, max(0.5, pause * 2))
                telemetry.RELAY_FAILURES.labels(self.service).inc()
                log.warning("relay pauses", extra={"service": self.service, "reason": str(trouble)})
                await self._sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter
                continue
            if moved == 0:
                await wait()
            await self._prune()

    async def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.alive_at = time.monotonic()
            # A bus that is away keeps nobody from following the journal.
            await self._place()
            await asyncio.sleep(min(left, 1.0))

    async def _place(self) -> None:
        if self._journals and await journal.place(self._database):
            self.placed.set()

    async def round(self) -> int:
        """Carry one batch; return how many events are safe now.

        Two statements, whatever the batch: read, and mark. Raises `Undeliverable` when the bus as a
        whole takes nothing.
        """
        rows = await self._waiting()
        if not rows:
            return 0
        parcels = [Parcel(row[1], row[2], row[3]) for row in rows]
        safe = set(await self._bus.publish(parcels))
        ids = [row[0] for row in rows if row[1] in safe]
        self._hold_back([(row[0], row[2]) for row in rows if row[1] not in safe])
        if ids:
            await self._mark(ids)
            self._refusals = {k: v for k, v in self._refusals.items() if k not in ids}
            telemetry.RELAYED.labels(self.service).inc(len(ids))
        return len(ids)

    async def _waiting(self) -> list[Any]:
        """The next events to carry; those the bus refused one by one are left alone for a while."""
        now = time.monotonic()
        self._held = {number: until for number, until in self._held.items() if until > now}
        apart = f" AND id NOT IN ({', '.join(map(str, self._held))})" if self._held else ""
        return await self._database.engine.execute(
            "SELECT id, event_id, topic, envelope FROM outbox "
            f"WHERE sent_at IS NULL{apart} ORDER BY id LIMIT {BATCH}"
        )

    def _hold_back(self, refused: Sequence[tuple[int, str]]) -> None:
        """An event nobody can take must not keep its neighbours waiting."""
        for number, topic in refused:
            self._refusals[number] = pause = min(
                LONGEST_PAUSE, self._refusals.get(number, 0.25) * 2
            )
            self._held[number] = time.monotonic() + pause
            telemetry.RELAY_FAILURES.labels(self.service).inc()
            log.error("event not routed", extra={"service": self.service, "topic": topic})
        if len(self._held) >= HELD_LIMIT:
            raise Undeliverable(f"{len(self._held)} events cannot be routed.")

    async def _mark(self, ids: Sequence[int]) -> None:
        engine, now = self._database.engine, self._database.now()
        if isinstance(engine, PostgresEngine):
            await engine.execute("UPDATE outbox SET sent_at = $1 WHERE id = ANY($2)", now, ids)
            return
        sent_at = self._database.codec("outbox").bind("sent_at", now)
        marks = ", ".join("?" * len(ids))
        await engine.execute(f"UPDATE outbox SET sent_at = ? WHERE id IN ({marks})", sent_at, *ids)

    async def _prune(self) -> None:
        if time.monotonic() - self._pruned_at < PRUNE_EVERY:
            return
        self._pruned_at = time.monotonic()
        codec = self._database.codec("outbox")
        before = codec.bind("sent_at", self._database.now() - self._keep)
        mark = "$1" if self._database.is_postgres else "?"
        await self._database.engine.execute(f"DELETE FROM outbox WHERE sent_at < {mark}", before)
        await self._database.engine.execute(
            f"DELETE FROM inbox WHERE heard_at < {mark}",
            codec.bind("sent_at", self._database.now() - 5 * self._keep),
        )
        await self._database.engine.execute(
            f"DELETE FROM idempotency WHERE answered_at < {mark}",
            codec.bind("sent_at", self._database.now() - timedelta(hours=72)),
        )
        if self._journals:
            await journal.trim(self._database, self._database.now() - self._journal_keep)


async def backlog(database: Database) -> int:
    """How many events wait to be relayed."""
    rows = await database.engine.execute("SELECT count(*) FROM outbox WHERE sent_at IS NULL")
    return int(rows[0][0])


async def replay(database: Database, *, since: Any) -> int:
    """Mark what was sent since an instant as not yet sent; consumers recognise what they know."""
    mark = "$1" if database.is_postgres else "?"
    bound = database.codec("outbox").bind("sent_at", since)
    rows = await database.engine.execute(
        f"UPDATE outbox SET sent_at = NULL WHERE sent_at >= {mark} RETURNING id", bound
    )
    database.recorded.set()
    return len(rows)
