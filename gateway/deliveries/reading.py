"""How a worker reads the journal: once for all endpoints at the present, and for those behind, each alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row

from chassis.database import Database, UnitOfWork
from chassis.running import Running
from contracts.envelope import EVERYBODY
from contracts.vocabulary import Scope
from contracts.webhooks import DeliveryKind, DeliveryState
from gateway.deliveries import queries, serving
from gateway.deliveries.lanes import MOST_FRESH, Lane
from gateway.tables import Client, WebhookDelivery

BEHIND_AT_ONCE = 20
"""Endpoints behind the present that are read for in one round."""


class Reader:
    """Takes entries from the journal into the lanes they are for."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._database = running.database
        self._head: int | None = None
        """The place that the endpoints at the present have reached."""
        self._by_agency: dict[str, list[Lane]] = {}
        self._indexed: dict[str, Lane] = {}

    def forget(self) -> None:
        """Subscriptions have changed."""
        self._indexed = {}

    async def read(self, lanes: Mapping[str, Lane]) -> bool:
        """Take what is new; whether there is more."""
        if not any(lane.open for lane in lanes.values()):
            return False
        first, last = await queries.ends(self._database)
        if self._head is None or self._head > last:
            self._head = last
        behind = [lane for lane in lanes.values() if lane.reached < self._head and lane.has_room]
        behind.sort(key=lambda lane: lane.reached)
        for lane in behind[:BEHIND_AT_ONCE]:
            await self._catch_up(lane, first, self._head)
        more = len(behind) > BEHIND_AT_ONCE or any(lane.reached < self._head for lane in behind)
        if last > self._head:
            await self._take_news(lanes)
            more = more or last > self._head
        return more

    async def _take_news(self, lanes: Mapping[str, Lane]) -> None:
        """Read once for every endpoint that has reached the present."""
        head = self._head or 0
        rows = await queries.entries(self._database, head)
        if not rows:
            return
        present = {one for one, lane in lanes.items() if lane.reached == head and lane.has_room}
        await self._index(lanes)
        for row in rows:
            for lane in await self._concerned(row.agency):
                one = lane.webhook.id
                if one not in present or not _wants(lane, row):
                    continue
                if not lane.take(delivery_of(row, one)):
                    lane.reached = row.place - 1
                    present.discard(one)
        self._head = rows[-1].place
        for one in present:
            lanes[one].reached = rows[-1].place

    async def _catch_up(self, lane: Lane, first: int, head: int) -> None:
        """Read for one endpoint that is behind."""
        if lane.reached + 1 < first and first > 1:
            try:
                await self._database.run(serving.miss, lane.webhook.id, lane.token, first - 1)
            except serving.LaneLost:
                lane.lost = True
                return
            lane.reached = first - 1
        room = MOST_FRESH - len(lane.fresh)
        agencies = await self._running.tree.reach(lane.webhook.agency)
        rows = await queries.entries_for(lane.webhook, agencies, lane.reached, room, self._database)
        rows = [row for row in rows if row.place <= head]
        for row in rows:
            lane.take(delivery_of(row, lane.webhook.id))
        if len(rows) == room:
            lane.reached = rows[-1].place
        else:
            lane.reached = min(lane.reached + queries.WINDOW, head)

    async def _concerned(self, agency: str) -> Iterable[Lane]:
        if agency == EVERYBODY:
            return [lane for lanes in self._by_agency.values() for lane in lanes]
        line = await self._running.tree.lineage(agency)
        return [lane for above in line for lane in self._by_agency.get(above, ())]

    async def _index(self, lanes: Mapping[str, Lane]) -> None:
        if len(lanes) == len(self._indexed) and all(
            self._indexed.get(one) is lane for one, lane in lanes.items()
        ):
            return
        self._by_agency = {}
        for lane in lanes.values():
            own = await self._running.tree.canonical(lane.webhook.agency)
            self._by_agency.setdefault(own, []).append(lane)
        self._indexed = dict(lanes)


def _wants(lane: Lane, row: Row[Any]) -> bool:
    topics = lane.webhook.topics
    return topics is None or row.topic in topics


def delivery_of(row: Row[Any], webhook: str) -> WebhookDelivery:
    """The delivery of an entry of the journal to an endpoint, not tried yet."""
    return WebhookDelivery.of(
        webhook=webhook,
        event=row.event_id,
        kind=DeliveryKind.EVENT,
        topic=row.topic,
        subject=row.subject,
        agency=row.agency,
        subject_revision=row.revision,
        recorded_at=row.at,
        place=row.place,
        state=DeliveryState.WAITING,
    )


async def granted(lanes: Collection[Lane], running: Running) -> set[str]:
    """Of these endpoints, those whose client may still hear of their agency."""
    told = {lane.webhook.client for lane in lanes}
    uow = looking(running.database)
    clients = await queries.clients(told, uow)
    grants = await queries.agencies_of(told, uow)
    found = set()
    for lane in lanes:
        client = clients.get(lane.webhook.client)
        agencies = grants.get(lane.webhook.client, ())
        if await may_hear(client, agencies, lane.webhook.agency, running):
            found.add(lane.webhook.id)
    return found


async def may_hear(
    client: Client | None, granted: Collection[str], agency: str, running: Running
) -> bool:
    """Whether a client may be told of the changes of an agency, by the agencies it is granted today."""
    if client is None or client.disabled_at is not None:
        return False
    if client.expires_at is not None and client.expires_at <= running.database.now():
        return False
    if Scope.WEBHOOKS_MANAGE not in client.scopes.split():
        return False
    line = await running.tree.lineage(agency)
    return any([await running.tree.canonical(one) in line for one in granted])


def looking(database: Database) -> UnitOfWork:
    """A unit of work that is only read from."""
    return UnitOfWork(database)
