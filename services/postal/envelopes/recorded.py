"""What is recorded of envelopes, by shipment."""

from collections.abc import Iterable
from dataclasses import dataclass

from chassis.database import UnitOfWork
from services.postal.tables import Opening, Pickup, Shipment


@dataclass(frozen=True)
class Envelope:
    """What is recorded of a shipment's envelope."""

    pickup: Pickup | None = None
    opening: Opening | None = None


async def envelopes_of(shipments: Iterable[Shipment], uow: UnitOfWork) -> dict[str, Envelope]:
    """What is recorded of these shipments' envelopes, by the shipment's id."""
    keys = [(one.id,) for one in shipments]
    pickups, openings = await uow.get_many(Pickup, keys), await uow.get_many(Opening, keys)
    return {key[0]: Envelope(pickups.get(key), openings.get(key)) for key in keys}


async def envelope_of(shipment: Shipment, uow: UnitOfWork) -> Envelope:
    """What is recorded of one shipment's envelope."""
    return (await envelopes_of([shipment], uow))[shipment.id]
