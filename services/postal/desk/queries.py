"""What the desk asks of the database: few rows, found by indexes of their own."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, String, and_, case, cast, exists, func, or_, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import Carrier, IncidentState, Reconciliation, ShipmentQueue
from services.postal import queries as shipments
from services.postal.reach import Reach
from services.postal.tables import (
    NOT_TRIED_AGAIN,
    ORPHANED,
    PULLED,
    UNMADE,
    UNMAPPED,
    WAITS_SINCE,
    CarrierEventRow,
    CarrierFeed,
    CarrierOrder,
    InboundBatch,
    Incident,
    Item,
    Shipment,
)

Place = tuple[datetime, str]
"""Since when a line waits, and its key: lines are in this order."""

Summed = tuple[int, datetime | None]
"""How many wait, and since when the first of them does."""

Summing = Callable[[Reach, UnitOfWork], Awaitable[Summed | None]]
"""None where there is nothing to count for this caller: the reason is left out."""
Listing = Callable[[Reach, Place | None, int, UnitOfWork], Awaitable[Sequence[Row[Any]]]]

_SHIPMENT = (
    col(Shipment.id).label("key"),
    *(Shipment.__table__.c[name] for name in ("carrier", "item_code", "status", "dossier")),
    *(Shipment.__table__.c[name] for name in ("agency", "leg", "attempt", "account")),
)
_ORDERED: ColumnElement[datetime] = col(Shipment.ordered_at).label("since")


def summing(queue: ShipmentQueue) -> Summing:
    """How many shipments wait in a queue: as many as its list has."""

    async def summed(reach: Reach, uow: UnitOfWork) -> Summed:
        first = func.min(WAITS_SINCE[queue])
        where = shipments.awaited(queue, reach.agencies, None, uow)
        return _summed(await uow.select(select(func.count(), first).where(*where)))

    return summed


def listing(queue: ShipmentQueue) -> Listing:
    """The shipments of a queue, after a place."""

    async def listed(
        reach: Reach, after: Place | None, limit: int, uow: UnitOfWork
    ) -> Sequence[Row[Any]]:
        since = WAITS_SINCE[queue]
        where = shipments.awaited(queue, reach.agencies, after, uow)
        found = select(since.label("since"), *_SHIPMENT).where(*where)
        return await uow.select(found.order_by(since, col(Shipment.id)).limit(limit))

    return listed


async def count_ended_orders(reach: Reach, uow: UnitOfWork) -> Summed:
    """How many orders were refused or given up, and have no item by now."""
    first = func.min(col(Shipment.ordered_at))
    found = select(func.count(), first).join(CarrierOrder, _ITS_ORDER)
    rows: Sequence[Row[Any]] = await uow.select(found.where(*_ended(reach, uow)))
    return _summed(rows)


async def ended_orders(
    reach: Reach, after: Place | None, limit: int, uow: UnitOfWork
) -> Sequence[Row[Any]]:
    """Orders that were refused or given up, with the problem that ended them."""
    since, key = col(Shipment.ordered_at), col(Shipment.id)
    found = select(_ORDERED, *_SHIPMENT, col(CarrierOrder.problem)).join(CarrierOrder, _ITS_ORDER)
    conditions = [*_ended(reach, uow), *_after(since, key, after)]
    return await uow.select(found.where(*conditions).order_by(since, key).limit(limit))


async def count_orphans(reach: Reach, uow: UnitOfWork) -> Summed | None:
    """How many items carriers speak of that nobody has registered; of no concern to a single agency."""
    if not reach.everything:
        return None
    first = func.min(col(Item.orphan_since))
    rows: Sequence[Row[Any]] = await uow.select(
        select(func.count(), first).where(ORPHANED, _UNREGISTERED)
    )
    return _summed(rows)


async def orphans(
    reach: Reach, after: Place | None, limit: int, uow: UnitOfWork
) -> Sequence[Row[Any]]:
    """Items carriers speak of that nobody has registered, with carrier and number."""
    if not reach.everything:
        return []
    since = col(Item.orphan_since)
    # Two carriers may use one number.
    key = col(Item.item_code) + "|" + cast(col(Item.carrier), String)
    conditions = [ORPHANED, _UNREGISTERED, *_after(since, key, after)]
    told: tuple[Any, ...] = (
        since.label("since"),
        key.label("key"),
        col(Item.carrier),
        col(Item.item_code),
    )
    return await uow.select(select(*told).where(*conditions).order_by(since, key).limit(limit))


async def last_heard(interface: Carrier, account: str, uow: UnitOfWork) -> datetime | None:
    """When a carrier was last heard of through an account: by its message, its list or its answer."""
    batch, feed = InboundBatch, CarrierFeed
    told = (
        select(func.max(col(batch.received_at))).where(
            col(batch.interface) == interface.value, col(batch.account) == account
        ),
        select(func.max(col(feed.heard_at))).where(
            col(feed.interface) == interface.value, col(feed.account) == account
        ),
        select(func.max(col(Shipment.heard_at))).where(
            PULLED,
            col(Shipment.carrier) == interface.value,
            col(Shipment.account) == account,
        ),
    )
    moments: list[datetime] = []
    for latest in told:
        rows: Sequence[Row[Any]] = await uow.select(latest)
        moments += [row[0] for row in rows if row[0] is not None]
    return max(moments, default=None)


async def open_incidents(reach: Reach, uow: UnitOfWork) -> Sequence[Row[Any]]:
    """Open incidents by kind: how many, and since when the first of them is open."""
    kind, opened_at = col(Incident.kind), col(Incident.opened_at)
    where = [col(Incident.state) == IncidentState.OPEN]
    if reach.agencies is not None:
        mine = Incident.__table__.c.agency
        where.append(among(mine, reach.agencies, postgres=uow.database.is_postgres))
    found = select(kind, func.count(), func.min(opened_at)).where(*where)
    return await uow.select(found.group_by(kind).order_by(kind))


async def postage(
    period: tuple[datetime, datetime], reach: Reach, uow: UnitOfWork
) -> Sequence[Row[Any]]:
    """Postage of the items taken in a half-open period, by carrier and account, summed by the database.

    Items, expected and charged in đồng, their difference over items of which both are known, items in
    dispute, and items nobody has stated an amount for. An item with several dossiers is charged for once.
    """
    state = col(Shipment.postage_state)
    disputed = case((state == Reconciliation.DISPUTED, 1), else_=0)
    settled = case((state.is_not(None) & (state != Reconciliation.OPEN), 1), else_=0)
    account = (col(Shipment.carrier), col(Shipment.account))
    taken_at = col(Shipment.accepted_at)
    item = (
        select(
            *account,
            func.max(col(Shipment.postage_expected)).label("expected"),
            func.max(col(Shipment.postage_charged)).label("charged"),
            func.max(disputed).label("disputed"),
            func.max(settled).label("settled"),
        )
        .where(taken_at >= period[0], taken_at < period[1], col(Shipment.item_code).is_not(None))
        .where(*_within(reach, uow))
        .group_by(*account, col(Shipment.item_code))
        .subquery()
        .c
    )
    sums = (
        *(func.count(), func.sum(item.expected), func.sum(item.charged)),
        func.sum(item.charged - item.expected),
        *(func.sum(item.disputed), func.sum(1 - item.settled)),
    )
    by = (item.carrier, item.account)
    return await uow.select(select(*by, *sums).group_by(*by).order_by(*by))


async def unmapped_codes(limit: int, uow: UnitOfWork) -> Sequence[Row[Any]]:
    """Codes that were told without a status, how often, and when last; the most frequent first."""
    row = CarrierEventRow
    count = func.count().label("count")
    return await uow.select(
        select(col(row.carrier), col(row.code), count, func.max(col(row.recorded_at)))
        .where(UNMAPPED)
        .group_by(col(row.carrier), col(row.code))
        .order_by(count.desc(), col(row.carrier), col(row.code))
        .limit(limit)
    )


_ITS_ORDER = col(CarrierOrder.shipment) == col(Shipment.id)
_UNREGISTERED = ~exists().where(
    col(Shipment.item_code) == col(Item.item_code), col(Shipment.carrier) == col(Item.carrier)
)


def _summed(rows: Any) -> Summed:
    count, first = rows[0]
    return count, first


def _column(name: str) -> ColumnElement[Any]:
    found: ColumnElement[Any] = Shipment.__table__.c[name]
    return found


def _ended(reach: Reach, uow: UnitOfWork) -> list[ColumnElement[bool]]:
    return [UNMADE, NOT_TRIED_AGAIN, col(Shipment.item_code).is_(None), *_within(reach, uow)]


def _within(reach: Reach, uow: UnitOfWork) -> list[ColumnElement[bool]]:
    if reach.agencies is None:
        return []
    return [among(_column("agency"), reach.agencies, postgres=uow.database.is_postgres)]


def _after(since: Any, key: Any, after: Place | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    at, last = after
    return [or_(since > at, and_(since == at, key > last))]
