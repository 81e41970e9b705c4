"""A shipment's position, folded anew from everything said of its item, and what changed of it."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import timedelta

from chassis.database import UnitOfWork
from contracts.postal import (
    ShipmentAccepted,
    ShipmentContested,
    ShipmentDelivered,
    ShipmentMoved,
)
from contracts.vocabulary import Carrier
from services.postal.domain import CarrierEvent, Position, fold
from services.postal.tables import CarrierEventRow, Item, Shipment

FIRST_PULL = timedelta(0)
EVENT_FIELDS = tuple(field.name for field in fields(CarrierEvent))
KEPT = ("status", "milestone", "accepted_at", "delivered_at", "provisional", "contested", "proof")


async def hold(carrier: Carrier, items: Iterable[str], uow: UnitOfWork) -> list[Item]:
    """Hold items for this unit of work; call it before anything of them is read."""
    keys = [(carrier, item) for item in sorted(set(items))]
    known = await uow.get_many(Item, keys)
    for key in keys:
        if key in known:
            known[key].revision += 1
        else:
            known[key] = Item.of(carrier=key[0], item_code=key[1])
            uow.add(known[key])
    return [known[key] for key in keys]


def event_of(row: CarrierEventRow) -> CarrierEvent:
    """A remembered event as a value."""
    return CarrierEvent(**{name: getattr(row, name) for name in EVENT_FIELDS})


def position_of(shipment: Shipment) -> Position:
    """Where a shipment stood when it was read."""
    return Position(**{name: getattr(shipment, name) for name in KEPT})


def told_of(shipment: Shipment, said: Iterable[CarrierEventRow]) -> list[CarrierEventRow]:
    """Of everything said of an item, what counts for one of its shipments, and may be shown with it.

    An item may carry papers of several agencies; an operator's word binds their own agency alone.
    """
    return [row for row in said if row.agency in {None, shipment.agency}]


def reposition(
    shipment: Shipment, said: Iterable[CarrierEventRow], uow: UnitOfWork, *, late: bool = False
) -> Position:
    """Fold a shipment's position anew and tell what changed; returns where it stands now.

    Its item must be held (`hold`), so that nothing said meanwhile is left out.
    """
    before = position_of(shipment)
    counted = (row for row in told_of(shipment, said) if not row.quarantined)
    after = fold([event_of(row) for row in counted], shipment.leg)
    for name in KEPT:
        setattr(shipment, name, getattr(after, name))
    shipment.revision += 1
    if not after.provisional:
        shipment.pull_at = None
    elif not before.provisional:
        shipment.pull_at, shipment.pull_attempts = uow.now + FIRST_PULL, 0
    for event in _news(shipment, before, after, late=late):
        uow.record(event, subject=shipment.id)
    return after


def _news(
    shipment: Shipment, before: Position, after: Position, *, late: bool
) -> Sequence[ShipmentMoved | ShipmentAccepted | ShipmentDelivered | ShipmentContested]:
    told: list[ShipmentMoved | ShipmentAccepted | ShipmentDelivered | ShipmentContested] = []
    if any(getattr(before, name) != getattr(after, name) for name in KEPT):
        told.append(ShipmentMoved.model_validate(telling(shipment) | {"late": late}))
    if after.accepted_at is not None and after.accepted_at != before.accepted_at:
        told.append(ShipmentAccepted.model_validate(telling(shipment)))
    if _confirmed(after) and not (_confirmed(before) and before.delivered_at == after.delivered_at):
        told.append(ShipmentDelivered.model_validate(telling(shipment)))
    if after.contested and not before.contested:
        told.append(ShipmentContested.model_validate(telling(shipment)))
    return told


def _confirmed(position: Position) -> bool:
    return position.delivered_at is not None and not (position.provisional or position.contested)


def telling(shipment: Shipment) -> dict[str, object]:
    """A shipment's part of an event about it."""
    return shipment.__dict__ | {"shipment": shipment.id}
