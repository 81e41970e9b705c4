"""The worker's part: it reads the journal once for all of its endpoints, and keeps each of them going.

Endpoints are apart from each other: each has its lane, with a limit of its own, and those that fail as a
whole share a quarter of the sockets. So a slow or dead endpoint delays nobody but itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

from chassis.running import Running
from contracts.problems import Unavailable
from gateway.deliveries import queries, reading, serving
from gateway.deliveries.lanes import Lane
from gateway.deliveries.ledger import Ledger
from gateway.deliveries.lookups import on_behalf_of
from gateway.deliveries.message import CONTENT_TYPE, body_of
from gateway.deliveries.posting import Outcome, Poster
from gateway.deliveries.signing import EndpointKeys, WebhookKeyMissing, signed_headers
from gateway.deliveries.targets import WebhookUrlRefused, target_of
from gateway.tables import Webhook, WebhookDelivery

log = logging.getLogger("motcua.webhooks")

BEAT_EVERY = 2.0
"""Seconds between two signs of life."""

STALE_AFTER = 8.0
"""Seconds since the last sign of life after which nothing is sent: others may have taken over at 15."""

LOOK_EVERY = 0.5
"""Seconds between two looks at the journal; a signal comes earlier where the entries are placed here."""

PLACES_EVERY = 60.0
STALE_PLACES = 1_000
"""Places that an endpoint without news may have gone ahead of what is stored of it."""

DUE_AT_ONCE = 32
"""Stored deliveries of one endpoint that are looked up at once."""

CLOSING_SECONDS = 5.0
"""Seconds that what has ended may take to be stored when the worker stops."""

UNSTORED = 100
"""Attempts of one endpoint that may wait to be stored before it is sent no more."""


class Deliverer:
    """Serves this worker's share of the endpoints."""

    def __init__(self, running: Running, name: str | None = None) -> None:
        self.name = name or uuid4().hex
        self.lanes: dict[str, Lane] = {}
        self._running = running
        self._database = running.database
        self._poster = running.own(Poster)
        self._keys = running.own(EndpointKeys)
        self._reader = reading.Reader(running)
        self._edition: object = None
        self._beaten = float("-inf")
        self._kept = time.monotonic()
        self._busy = self._suspect = 0
        self._short = False
        """Whether a lane was left waiting because all sockets were taken."""
        relay = running.relay
        self._look = relay.placed if relay is not None else asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ledger = Ledger(self._database, stored=self._look.set, lost=self._lose)
        self._storing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Deliver until cancelled, then leave everything in order."""
        try:
            while True:
                try:
                    if not await self.round():
                        await self._wait()
                except Unavailable:
                    log.warning("webhooks wait for the database")
                    await asyncio.sleep(1)
        finally:
            await self.close()

    async def round(self) -> bool:
        """Look once at everything there is to do; whether there may be more at once."""
        if time.monotonic() - self._beaten >= BEAT_EVERY:
            await self.beat()
        await self._refresh()
        more = await self._reader.read(self.lanes)
        await self._take_due()
        await self._check_grants()
        self._short = False
        for lane in self._in_turn():
            self.pump(lane)
        if time.monotonic() - self._kept >= PLACES_EVERY:
            await self._keep_places()
        return more

    async def beat(self) -> None:
        """Tell that this worker is alive, and take its share; leave what is too much."""
        share = await self._database.run(serving.take_share, self.name, list(self.lanes))
        self._beaten = time.monotonic()
        for one in share.lost & self.lanes.keys():
            self._lose(self.lanes[one])
        for webhook, progress in share.taken:
            self.lanes[webhook.id] = lane = Lane.of(webhook, progress)
            self._load_keys(lane)
        if share.surplus:
            idle = [lane for lane in self.lanes.values() if lane.idle][: share.surplus]
            await self._leave(idle)

    async def close(self) -> None:
        """Send nothing more, store what has ended, and leave the endpoints to others."""
        sending = self._tasks - {self._storing}
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                if self._storing is not None:
                    await asyncio.gather(self._storing, return_exceptions=True)
        places = [(lane.webhook.id, lane.token, lane.settled) for lane in self.lanes.values()]
        self.lanes.clear()
        with suppress(Unavailable):
            await self._database.run(_leave_for_good, self.name, places)

    # what goes out

    def pump(self, lane: Lane) -> None:
        """Send what may go out to an endpoint now."""
        if time.monotonic() - self._beaten > STALE_AFTER or len(lane.ended) > UNSTORED:
            return
        while self._has_socket(lane) and (found := lane.next(self._database.now())) is not None:
            self._busy += 1
            self._suspect += lane.suspect
            self._spawn(self._deliver(lane, found, suspect=lane.suspect))

    def _has_socket(self, lane: Lane) -> bool:
        most = self._running.settings.webhook_sockets
        free = self._busy < most and (not lane.suspect or self._suspect < most // 4)
        self._short = self._short or not free
        return free

    async def _deliver(self, lane: Lane, delivery: WebhookDelivery, *, suspect: bool) -> None:
        try:
            outcome = await self._attempt(lane, delivery)
        finally:
            self._busy -= 1
            self._suspect -= suspect
        lane.end(delivery, outcome, self._database.now())
        self._ledger.add(lane)
        if self._storing is None:
            self._storing = self._spawn(self._store())
        if self._short:
            # Others wait for a socket: who comes next is settled in turn, not by who is quickest.
            self._look.set()
        elif outcome.delivered:
            self.pump(lane)

    async def _attempt(self, lane: Lane, delivery: WebhookDelivery) -> Outcome:
        try:
            target = target_of(
                lane.webhook.url,
                lane.webhook.networks,
                loopback=self._running.settings.webhook_loopback,
            )
        except WebhookUrlRefused as refused:
            return Outcome(None, 0, refused.reason)
        if not lane.keys:
            return Outcome(None, 0, WebhookKeyMissing.code())
        body = body_of(delivery, self._running.settings.public_url)
        timestamp = int(self._database.now().timestamp())
        headers = signed_headers(lane.webhook.signing, lane.keys, delivery.event, timestamp, body)
        told = headers | {"Content-Type": CONTENT_TYPE}
        with on_behalf_of(lane.webhook.client):
            outcome = await self._poster.post(target, told, body)
        if outcome.delivered and not serving.is_answered(delivery, outcome.answer):
            return Outcome(
                outcome.status, outcome.duration_ms, "challenge not given back", outcome.answer
            )
        return outcome

    async def _store(self) -> None:
        try:
            await self._ledger.empty()
        finally:
            self._storing = None

    async def _take_due(self) -> None:
        for lane in self.lanes.values():
            lane.done.clear()
        now = self._database.now()
        for delivery in await queries.due(self.name, now, DUE_AT_ONCE, self._reading()):
            if delivery.webhook in self.lanes:
                self.lanes[delivery.webhook].take_again(delivery)

    # who may hear what

    async def _check_grants(self) -> None:
        """Stop what a client may no longer hear of, before any of it goes out."""
        pending = [lane for lane in self.lanes.values() if lane.fresh or lane.again]
        clients = await reading.granted(pending, self._running) if pending else set()
        for lane in pending:
            if lane.webhook.id not in clients:
                lane.change(lane.webhook)
                await self._database.run(serving.end_for_grant, lane.webhook.id)

    async def _refresh(self) -> None:
        """Learn what was changed of the subscriptions."""
        edition = await queries.edition(self._database)
        now = self._database.now()
        if edition != self._edition:
            found = await queries.webhooks(self._reading(), list(self.lanes))
            told: dict[str, Webhook] = {webhook.id: webhook for webhook in found}
            for lane in list(self.lanes.values()):
                webhook = told.get(lane.webhook.id)
                if webhook is None:
                    self._lose(lane)
                elif webhook.revision != lane.webhook.revision:
                    lane.change(webhook)
                    self._load_keys(lane)
            self._reader.forget()
            self._edition = edition
        for lane in self.lanes.values():
            until = lane.webhook.former_until
            if until is not None and until <= now and len(lane.keys) > 1:
                del lane.keys[1:]

    def _load_keys(self, lane: Lane) -> None:
        webhook = lane.webhook
        sealed = [webhook.key]
        until = webhook.former_until
        if webhook.former_key and until is not None and until > self._database.now():
            sealed.append(webhook.former_key)
        try:
            lane.keys = [self._keys.opened(one, webhook.id, webhook.agency) for one in sealed]
        except WebhookKeyMissing:
            log.exception("key of a webhook does not open", extra={"webhook": webhook.id})
            lane.keys = []

    # order in the house

    def _in_turn(self) -> list[Lane]:
        """The lanes, those that got nothing under way first."""
        return sorted(self.lanes.values(), key=lambda lane: len(lane.under_way))

    def _lose(self, lane: Lane) -> None:
        lane.lost = True
        self.lanes.pop(lane.webhook.id, None)

    async def _leave(self, lanes: list[Lane]) -> None:
        places = [(lane.webhook.id, lane.token, lane.settled) for lane in lanes]
        for lane in lanes:
            self._lose(lane)
        await self._database.run(serving.leave, self.name, places)

    async def _keep_places(self) -> None:
        self._kept = time.monotonic()
        ahead = [lane for lane in self.lanes.values() if lane.settled - lane.stored > STALE_PLACES]
        places = [(lane.webhook.id, lane.token, lane.settled) for lane in ahead]
        if places:
            await self._database.run(serving.keep_places, places)
            for lane, (_, _, place) in zip(ahead, places, strict=True):
                lane.stored = place

    async def _wait(self) -> None:
        # Not `wait_for`: before Python 3.12 it can swallow a cancellation.
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await self._look.wait()
        self._look.clear()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name="webhook")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _reading(self) -> Any:
        return reading.looking(self._database)


async def _leave_for_good(name: str, places: list[tuple[str, int, int]], uow: Any) -> None:
    await serving.leave(name, places, uow, last=True)


async def deliver(running: Running) -> None:
    """Deliver webhooks until cancelled; the worker's duty."""
    await Deliverer(running).run()


async def forget_deliveries(running: Running) -> None:
    """Take away deliveries that ended long ago, and those of subscriptions that are no more."""
    now, settings = running.database.now(), running.settings
    delivered = now - timedelta(days=settings.webhook_keep_days)
    parked = now - timedelta(days=settings.journal_keep_days)
    await queries.forget(running.database, delivered, parked)
    await queries.forget_left_behind(running.database)
