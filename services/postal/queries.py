"""What postal looks up by more than a key."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import Carrier, CodeState, IncidentKind, IncidentState, ShipmentQueue
from services.postal.sending import OrderState
from services.postal.tables import (
    AWAITED,
    WAITS_SINCE,
    CarrierAccount,
    CarrierEventRow,
    CarrierFeed,
    CarrierMessage,
    CarrierOrder,
    InboundBatch,
    Incident,
    ItemCode,
    Shipment,
)


async def shipment_of_leg(dossier: str, leg: str, attempt: int, uow: UnitOfWork) -> Shipment | None:
    """The shipment of one attempt at a leg of a dossier."""
    found = await uow.all(
        Shipment,
        col(Shipment.dossier) == dossier,
        col(Shipment.leg) == leg,
        col(Shipment.attempt) == attempt,
    )
    return found[0] if found else None


async def shipments_of_dossier(dossier: str, uow: UnitOfWork) -> list[Shipment]:
    """A dossier's shipments, by leg and attempt."""
    order = (col(Shipment.leg), col(Shipment.attempt))
    return await uow.all(Shipment, col(Shipment.dossier) == dossier, order_by=order)


async def shipments_of_items(
    carrier: Carrier, items: Iterable[str], uow: UnitOfWork
) -> list[Shipment]:
    """The shipments whose papers travel in these items; an item may carry several dossiers."""
    return await uow.all(
        Shipment,
        col(Shipment.item_code).in_(sorted(set(items))),
        col(Shipment.carrier) == carrier,
        order_by=(col(Shipment.id),),
    )


async def events_of_items(
    carrier: Carrier, items: Iterable[str], uow: UnitOfWork
) -> list[CarrierEventRow]:
    """Everything that was said of these items."""
    row = CarrierEventRow
    return await uow.all(
        row, col(row.item_code).in_(sorted(set(items))), col(row.carrier) == carrier
    )


async def events_of_shipment(shipment: Shipment, uow: UnitOfWork) -> list[CarrierEventRow]:
    """Everything that was said of a shipment's item; nothing while it has no number."""
    if shipment.item_code is None:
        return []
    return await events_of_items(shipment.carrier, [shipment.item_code], uow)


async def accounts_with(carrier: Carrier, uow: UnitOfWork) -> list[CarrierAccount]:
    """Our accounts with a carrier's interface, by name."""
    name = col(CarrierAccount.name)
    return await uow.all(CarrierAccount, col(CarrierAccount.interface) == carrier, order_by=(name,))


async def said_of(
    shipments: Collection[Shipment], uow: UnitOfWork
) -> dict[str, list[CarrierEventRow]]:
    """Everything that was said of the items of these shipments, by the shipment's id."""
    by_item: dict[tuple[Carrier, str], list[CarrierEventRow]] = {}
    for carrier in sorted({one.carrier for one in shipments}):
        items = {one.item_code for one in shipments if one.carrier is carrier and one.item_code}
        for row in await events_of_items(carrier, items, uow):
            by_item.setdefault((carrier, row.item_code), []).append(row)
    return {one.id: by_item.get((one.carrier, one.item_code or ""), []) for one in shipments}


async def account(carrier: Carrier, name: str, uow: UnitOfWork) -> CarrierAccount | None:
    """Our account of this name with a carrier's interface."""
    return await uow.get(CarrierAccount, carrier, name)


async def free_codes(
    carrier: Carrier, account: str, without: Collection[str], limit: int, uow: UnitOfWork
) -> list[ItemCode]:
    """Free numbers of an account's pool, but for some, the lowest first."""
    row = ItemCode
    return await uow.all(
        row,
        col(row.carrier) == carrier,
        col(row.account) == account,
        col(row.state) == CodeState.FREE,
        col(row.code).not_in(sorted(without)),
        order_by=(col(row.code),),
        limit=limit,
    )


async def code_counts(uow: UnitOfWork) -> list[tuple[Carrier, str, CodeState, int]]:
    """How many numbers each account's pool has in each state."""
    kind = (col(ItemCode.carrier), col(ItemCode.account), col(ItemCode.state))
    found = await uow.select(select(*kind, func.count()).group_by(*kind))
    return [tuple(row) for row in found]


async def accounts(uow: UnitOfWork) -> list[CarrierAccount]:
    """All our accounts with carriers, by interface and name."""
    order = (col(CarrierAccount.interface), col(CarrierAccount.name))
    return await uow.all(CarrierAccount, order_by=order)


async def feeds(uow: UnitOfWork) -> list[CarrierFeed]:
    """Every carrier's list that is read."""
    order = (col(CarrierFeed.interface), col(CarrierFeed.account), col(CarrierFeed.feed))
    return await uow.all(CarrierFeed, order_by=order)


async def feeds_due(uow: UnitOfWork) -> list[CarrierFeed]:
    """Carriers' lists that are to be read now, the longest waiting first."""
    due = col(CarrierFeed.next_at)
    return await uow.all(CarrierFeed, due <= uow.now, order_by=(due,))


async def due_for_pull(
    carrier: Carrier, account: str, limit: int, uow: UnitOfWork, *, provisional: bool
) -> list[Shipment]:
    """Shipments the carrier is to be asked about now through an account, the longest waiting first.

    Those whose end is only claimed are apart from those that are on their way, or followed up.
    """
    due = col(Shipment.pull_at)
    return await uow.all(
        Shipment,
        col(Shipment.carrier) == carrier,
        col(Shipment.account) == account,
        col(Shipment.provisional) == provisional,
        due <= uow.now,
        order_by=(due,),
        limit=limit,
    )


async def messages_to_work_out(limit: int, uow: UnitOfWork) -> list[InboundBatch]:
    """Kept messages that are to be worked out now, the longest waiting first."""
    due = col(InboundBatch.work_at)
    return await uow.all(InboundBatch, due <= uow.now, order_by=(due,), limit=limit)


async def messages_waiting(uow: UnitOfWork) -> int:
    """How many kept messages are not worked out yet."""
    return await uow.count(InboundBatch, col(InboundBatch.work_at).is_not(None))


async def messages_before(moment: datetime, limit: int, uow: UnitOfWork) -> list[InboundBatch]:
    """Messages that came before a moment and are worked out."""
    came, due = col(InboundBatch.received_at), col(InboundBatch.work_at)
    return await uow.all(InboundBatch, came < moment, due.is_(None), order_by=(came,), limit=limit)


async def shipments_awaiting(
    queue: ShipmentQueue,
    agencies: Collection[str] | None,
    after: tuple[datetime, str] | None,
    limit: int,
    uow: UnitOfWork,
) -> list[Shipment]:
    """Shipments of these agencies (None: of all) that wait for a person, the longest first, after one."""
    where = awaited(queue, agencies, after, uow)
    order = (WAITS_SINCE[queue], col(Shipment.id))
    return await uow.all(Shipment, *where, order_by=order, limit=limit)


def awaited(
    queue: ShipmentQueue,
    agencies: Collection[str] | None,
    after: tuple[datetime, str] | None,
    uow: UnitOfWork,
) -> list[ColumnElement[bool]]:
    """Which shipments of these agencies (None: of all) wait for a person, of those after one."""
    where = [AWAITED[queue]]
    if agencies is not None:
        mine = Shipment.__table__.c.agency
        where.append(among(mine, agencies, postgres=uow.database.is_postgres))
    if after is not None:
        since, id_ = WAITS_SINCE[queue], col(Shipment.id)
        where.append(or_(since > after[0], and_(since == after[0], id_ > after[1])))
    return where


async def items_in_custody(
    uow: UnitOfWork,
    *,
    account: str,
    carrier: Carrier | None,
    period: tuple[datetime, datetime],
    agencies: Collection[str] | None,
    after: tuple[str, str],
    limit: int,
) -> list[tuple[Carrier, str]]:
    """Items of an account that the post took in a half-open period, by carrier and number, from after one."""
    key = (col(Shipment.carrier), col(Shipment.item_code))
    where = [
        col(Shipment.account) == account,
        col(Shipment.item_code).is_not(None),
        col(Shipment.accepted_at) >= period[0],
        col(Shipment.accepted_at) < period[1],
        or_(key[0] > after[0], and_(key[0] == after[0], key[1] > after[1])),
    ]
    if carrier is not None:
        where.append(key[0] == carrier)
    if agencies is not None:
        where.append(col(Shipment.agency).in_(sorted(agencies)))
    asked = select(*key).where(*where).distinct().order_by(*key).limit(limit)
    return [tuple(row) for row in await uow.select(asked)]


async def due_to_stall(limit: int, uow: UnitOfWork) -> list[Shipment]:
    """Shipments whose silence may be too long by now, the longest silent first."""
    due = col(Shipment.stalls_at)
    return await uow.all(Shipment, due <= uow.now, order_by=(due,), limit=limit)


async def orders_of(shipments: Iterable[Shipment], uow: UnitOfWork) -> dict[str, CarrierOrder]:
    """The orders with carriers behind these shipments, by the shipment's id."""
    found = await uow.get_many(CarrierOrder, [(one.id,) for one in shipments])
    return {order.shipment: order for order in found.values()}


async def orders_to_send(
    limit: int, uow: UnitOfWork, state: OrderState = OrderState.WAITING
) -> list[CarrierOrder]:
    """Orders of a state that their carriers are to be told of now, the longest waiting first."""
    due = col(CarrierOrder.try_at)
    is_of = col(CarrierOrder.state) == state
    return await uow.all(CarrierOrder, due <= uow.now, is_of, order_by=(due,), limit=limit)


async def numbers_before(instant: datetime, limit: int, uow: UnitOfWork) -> list[CarrierMessage]:
    """Numbers of messages that came before an instant, the oldest first."""
    received = col(CarrierMessage.received_at)
    return await uow.all(CarrierMessage, received < instant, order_by=(received,), limit=limit)


async def open_incident(shipment: str, kind: IncidentKind, uow: UnitOfWork) -> Incident | None:
    """The open incident of a kind of a shipment."""
    found = await uow.all(
        Incident,
        col(Incident.shipment) == shipment,
        col(Incident.kind) == kind,
        col(Incident.state) == IncidentState.OPEN,
    )
    return found[0] if found else None


async def incidents(
    agencies: frozenset[str] | None,
    state: IncidentState | None,
    after: Incident | None,
    limit: int,
    uow: UnitOfWork,
) -> list[Incident]:
    """Incidents of these agencies (of all when None), the longest open first, from after one."""
    told: list[ColumnElement[bool]] = []
    if agencies is not None:
        told.append(among(Incident.__table__.c.agency, agencies, postgres=uow.database.is_postgres))
    if state is not None:
        told.append(col(Incident.state) == state)
    if after is not None:
        opened_at, id_ = col(Incident.opened_at), col(Incident.id)
        later = and_(opened_at == after.opened_at, id_ > after.id)
        told.append(or_(opened_at > after.opened_at, later))
    order = (col(Incident.opened_at), col(Incident.id))
    return await uow.all(Incident, *told, order_by=order, limit=limit)
