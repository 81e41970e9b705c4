"""What postal looks up by more than a key."""

from collections.abc import Iterable

from sqlmodel import col

from chassis.database import UnitOfWork
from contracts.vocabulary import Carrier
from services.postal.tables import CarrierAccount, CarrierEventRow, CarrierOrder, Shipment


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


async def due_for_pull(limit: int, uow: UnitOfWork) -> list[Shipment]:
    """Shipments whose carrier is to be asked now, the longest waiting first."""
    due = col(Shipment.pull_at)
    return await uow.all(Shipment, due <= uow.now, order_by=(due,), limit=limit)


async def orders_of(shipments: Iterable[Shipment], uow: UnitOfWork) -> dict[str, CarrierOrder]:
    """The orders with carriers behind these shipments, by the shipment's id."""
    found = await uow.get_many(CarrierOrder, [(one.id,) for one in shipments])
    return {order.shipment: order for order in found.values()}


async def orders_to_send(limit: int, uow: UnitOfWork) -> list[CarrierOrder]:
    """Orders that are to be sent to their carriers now, the longest waiting first."""
    due = col(CarrierOrder.try_at)
    return await uow.all(CarrierOrder, due <= uow.now, order_by=(due,), limit=limit)
