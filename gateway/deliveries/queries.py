"""What the webhooks ask of the database, and of the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, func, select, tuple_
from sqlmodel import col

from chassis.database import Database, UnitOfWork
from chassis.database.among import among
from contracts.envelope import EVERYBODY
from contracts.vocabulary import VIETNAM
from contracts.webhooks import DeliveryKind, DeliveryState
from gateway.tables import (
    Client,
    ClientGrant,
    Webhook,
    WebhookDelivery,
    WebhookProgress,
    WebhookWorker,
)

TAKEN_AWAY = 1_000
"""Deliveries that one statement deletes."""

LEFT_BEHIND = """
WITH RECURSIVE told (webhook) AS (
    SELECT min(webhook) FROM webhook_delivery
    UNION ALL
    SELECT (SELECT min(d.webhook) FROM webhook_delivery AS d WHERE d.webhook > told.webhook)
    FROM told WHERE told.webhook IS NOT NULL
)
SELECT webhook FROM told
WHERE webhook IS NOT NULL AND NOT EXISTS (SELECT 1 FROM webhook AS w WHERE w.id = told.webhook)
"""
"""Goes from subscription to subscription along the key, however many deliveries each of them has."""

READ = 1_000
"""Entries of the journal read in one question."""

WINDOW = 50_000
"""Places looked at in one question, however few of their entries are wanted."""


async def edition(database: Database) -> tuple[Any, ...]:
    """Something that differs whenever a subscription was made, changed or taken away."""
    told = (func.count(), func.sum(col(Webhook.revision)), func.max(col(Webhook.added_at)))
    return tuple((await database.select(select(*told)))[0])


async def webhooks(uow: UnitOfWork, ids: Collection[str] | None = None) -> list[Webhook]:
    """Subscriptions, all of them or these."""
    where = []
    if ids is not None:
        told = Webhook.__table__.c.id
        where.append(among(told, ids, postgres=uow.database.is_postgres))
    order = (col(Webhook.added_at), col(Webhook.id))
    return await uow.all(Webhook, *where, order_by=order)


async def webhooks_of(clients_or_all: str | None, uow: UnitOfWork) -> list[Webhook]:
    """The subscriptions of a client; all of them when None."""
    where = [] if clients_or_all is None else [col(Webhook.client) == clients_or_all]
    order = (col(Webhook.added_at), col(Webhook.id))
    return await uow.all(Webhook, *where, order_by=order)


async def holders(uow: UnitOfWork) -> Sequence[Row[Any]]:
    """Every subscription with the worker that serves it."""
    told = (col(WebhookProgress.webhook), col(WebhookProgress.holder))
    return await uow.select(select(*told).order_by(col(WebhookProgress.webhook)))


async def workers_seen_since(instant: datetime, uow: UnitOfWork) -> list[WebhookWorker]:
    """Workers that were heard of since."""
    return await uow.all(WebhookWorker, col(WebhookWorker.seen_at) > instant)


async def workers_not_seen_since(instant: datetime, uow: UnitOfWork) -> list[WebhookWorker]:
    """Workers that were not heard of since."""
    return await uow.all(WebhookWorker, col(WebhookWorker.seen_at) <= instant)


async def clients(ids: Collection[str], uow: UnitOfWork) -> dict[str, Client]:
    """Clients by their ids."""
    told = Client.__table__.c.id
    found = await uow.all(Client, among(told, ids, postgres=uow.database.is_postgres))
    return {client.id: client for client in found}


async def agencies_of(ids: Collection[str], uow: UnitOfWork) -> dict[str, list[str]]:
    """The agencies that clients may speak for today."""
    told = ClientGrant.__table__.c.client
    today = uow.now.astimezone(VIETNAM).date()
    until = col(ClientGrant.valid_to)
    grants = await uow.all(
        ClientGrant,
        among(told, ids, postgres=uow.database.is_postgres),
        col(ClientGrant.valid_from) <= today,
        until.is_(None) | (until > today),
    )
    found: dict[str, list[str]] = {}
    for grant in grants:
        found.setdefault(grant.client, []).append(grant.agency)
    return found


# the journal


async def ends(database: Database) -> tuple[int, int]:
    """The first and the last place of the journal; 0 when it is empty."""
    journal = database.metadata.tables["journal"]
    both = select(func.min(journal.c.place), func.max(journal.c.place))
    first, last = tuple((await database.select(both))[0])
    return first or 0, last or 0


async def entries(database: Database, after: int) -> Sequence[Row[Any]]:
    """The next entries of the journal, whoever they are for."""
    journal = database.metadata.tables["journal"]
    return await database.select(
        select(journal).where(journal.c.place > after).order_by(journal.c.place).limit(READ)
    )


async def entries_for(
    webhook: Webhook,
    agencies: frozenset[str] | None,
    after: int,
    limit: int,
    database: Database,
) -> Sequence[Row[Any]]:
    """The next entries for one subscription within a window, less those it has deliveries of."""
    journal = database.metadata.tables["journal"]
    where = [journal.c.place > after, journal.c.place <= after + WINDOW]
    if agencies is not None:
        among_them = {*agencies, EVERYBODY}
        where.append(among(journal.c.agency, among_them, postgres=database.is_postgres))
    if webhook.topics is not None:
        where.append(among(journal.c.topic, webhook.topics, postgres=database.is_postgres))
    stored = exists().where(
        col(WebhookDelivery.webhook) == webhook.id,
        col(WebhookDelivery.event) == journal.c.event_id,
    )
    found = select(journal).where(*where, ~stored).order_by(journal.c.place).limit(limit)
    return await database.select(found)


async def recorded_between(
    webhook: Webhook,
    agencies: frozenset[str] | None,
    span: tuple[datetime, datetime],
    *,
    upto: int,
    limit: int,
    database: Database,
) -> Sequence[Row[Any]]:
    """Entries for one subscription recorded within a span of time, up to a place."""
    journal = database.metadata.tables["journal"]
    where = [journal.c.at >= span[0], journal.c.at < span[1], journal.c.place <= upto]
    if agencies is not None:
        among_them = {*agencies, EVERYBODY}
        where.append(among(journal.c.agency, among_them, postgres=database.is_postgres))
    if webhook.topics is not None:
        where.append(among(journal.c.topic, webhook.topics, postgres=database.is_postgres))
    return await database.select(
        select(journal).where(*where).order_by(journal.c.place).limit(limit)
    )


# deliveries


async def due(holder: str, now: datetime, limit: int, uow: UnitOfWork) -> list[WebhookDelivery]:
    """Stored deliveries of a worker's endpoints whose next attempt is due, least tried first.

    Of each endpoint a few: one with a long queue must not hide the others'.
    """
    not_before = col(WebhookProgress.not_before)
    mine = select(col(WebhookProgress.webhook)).where(
        col(WebhookProgress.holder) == holder, not_before.is_(None) | (not_before <= now)
    )
    rank = (
        func.row_number()
        .over(
            partition_by=col(WebhookDelivery.webhook),
            order_by=(col(WebhookDelivery.attempts), col(WebhookDelivery.next_at)),
        )
        .label("rank")
    )
    waiting = (
        select(col(WebhookDelivery.webhook), col(WebhookDelivery.event), rank)
        .where(
            col(WebhookDelivery.state) == DeliveryState.WAITING,
            col(WebhookDelivery.next_at) <= now,
            col(WebhookDelivery.webhook).in_(mine),
        )
        .subquery()
    )
    first = select(waiting.c.webhook, waiting.c.event).where(waiting.c.rank <= limit)
    key = tuple_(col(WebhookDelivery.webhook), col(WebhookDelivery.event))
    return await uow.all(WebhookDelivery, key.in_(first))


async def waiting_of(webhook: str, after: datetime, uow: UnitOfWork) -> list[WebhookDelivery]:
    """Deliveries that would be tried again later."""
    return await uow.all(
        WebhookDelivery,
        col(WebhookDelivery.webhook) == webhook,
        col(WebhookDelivery.state) == DeliveryState.WAITING,
        col(WebhookDelivery.next_at) > after,
        limit=2_000,
    )


async def parked_of(webhook: str, limit: int, uow: UnitOfWork) -> list[WebhookDelivery]:
    """Events whose schedule is over, oldest first."""
    return await uow.all(
        WebhookDelivery,
        col(WebhookDelivery.webhook) == webhook,
        col(WebhookDelivery.state) == DeliveryState.PARKED,
        col(WebhookDelivery.kind) == DeliveryKind.EVENT,
        order_by=(col(WebhookDelivery.recorded_at), col(WebhookDelivery.event)),
        limit=limit,
    )


async def counts(ids: Collection[str], uow: UnitOfWork) -> dict[tuple[str, DeliveryState], int]:
    """How many deliveries wait, and how many are parked."""
    told = WebhookDelivery.__table__.c
    rows = await uow.select(
        select(told.webhook, told.state, func.count())
        .where(
            among(told.webhook, ids, postgres=uow.database.is_postgres),
            told.state.in_([DeliveryState.WAITING, DeliveryState.PARKED]),
            told.kind == DeliveryKind.EVENT,
        )
        .group_by(told.webhook, told.state)
    )
    return {(webhook, state): count for webhook, state, count in map(tuple, rows)}


async def deliveries(
    webhook: str,
    state: DeliveryState | None,
    before: tuple[datetime, str] | None,
    limit: int,
    uow: UnitOfWork,
) -> list[WebhookDelivery]:
    """Deliveries of a subscription, latest change first."""
    where = [col(WebhookDelivery.webhook) == webhook]
    if state is not None:
        where.append(col(WebhookDelivery.state) == state)
    at, event = col(WebhookDelivery.recorded_at), col(WebhookDelivery.event)
    if before is not None:
        where.append((at < before[0]) | and_(at == before[0], event < before[1]))
    return await uow.all(WebhookDelivery, *where, order_by=(at.desc(), event.desc()), limit=limit)


async def forget(database: Database, delivered: datetime, parked: datetime) -> None:
    """Take away deliveries that ended before an instant."""
    codec = database.codec("webhook_delivery")
    mark = "$1" if database.is_postgres else "?"
    for state, before in ((DeliveryState.DELIVERED, delivered), (DeliveryState.PARKED, parked)):
        where = f"state = '{state.value}' AND ended_at < {mark} ORDER BY ended_at"
        await _take_away(database, where, codec.bind("ended_at", before))


async def forget_left_behind(database: Database) -> None:
    """Take away deliveries whose subscription is no more."""
    mark = "$1" if database.is_postgres else "?"
    for (webhook,) in await database.engine.execute(LEFT_BEHIND):
        await _take_away(database, f"webhook = {mark} ORDER BY event", webhook)


async def _take_away(database: Database, where: str, bound: Any) -> None:
    """Delete deliveries, a few at a time: whoever else stores something waits for no more than that."""
    some = f"SELECT webhook, event FROM webhook_delivery WHERE {where} LIMIT {TAKEN_AWAY}"  # noqa: S608 - our own words
    statement = f"DELETE FROM webhook_delivery WHERE (webhook, event) IN ({some}) RETURNING 1"  # noqa: S608 - as above
    while len(await database.engine.execute(statement, bound)) == TAKEN_AWAY:
        pass


async def named(webhook: str, ids: Collection[str], uow: UnitOfWork) -> list[WebhookDelivery]:
    """Events of a subscription by their ids."""
    told = WebhookDelivery.__table__.c.event
    return await uow.all(
        WebhookDelivery,
        col(WebhookDelivery.webhook) == webhook,
        col(WebhookDelivery.kind) == DeliveryKind.EVENT,
        among(told, ids, postgres=uow.database.is_postgres),
    )


async def last_challenge(webhook: Webhook, uow: UnitOfWork) -> WebhookDelivery | None:
    """The last challenge of a subscription: the one for its address as it stands."""
    found = await uow.all(
        WebhookDelivery,
        col(WebhookDelivery.webhook) == webhook.id,
        col(WebhookDelivery.kind) == DeliveryKind.CHALLENGE,
        order_by=(col(WebhookDelivery.recorded_at).desc(),),
        limit=1,
    )
    return found[0] if found else None


async def was_verified(webhook: Webhook, uow: UnitOfWork) -> bool:
    """Whether the last challenge of a subscription was answered."""
    last = await last_challenge(webhook, uow)
    return last is not None and last.state is DeliveryState.DELIVERED
