"""Noticing that nothing has been heard of an item for too long, once for each silence."""

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.postal import ShipmentStalled
from contracts.vocabulary import VIETNAM
from services.postal import queries
from services.postal.positions import event_of, position_of, telling, told_of
from services.postal.silence import (
    is_awaited,
    last_moment,
    last_word,
    silent_from,
    working_days_between,
)
from services.postal.tables import Shipment


async def notice(shipment_id: str, uow: UnitOfWork) -> bool:
    """Say that an item has fallen silent, if it has; returns whether it was said.

    Whoever is second finds nothing left to say, and a word that comes meanwhile is heard first. The status
    stays what it is.
    """
    shipment = await uow.get(Shipment, shipment_id)
    if shipment is None or shipment.stalls_at is None or shipment.stalls_at > uow.now:
        return False
    shipment.revision += 1
    said = told_of(shipment, await queries.events_of_shipment(shipment, uow))
    events = [event_of(row) for row in said if not row.quarantined]
    heard_at, moment = last_word(events), last_moment(events)
    if heard_at is None or moment is None or not is_awaited(position_of(shipment)):
        shipment.stalls_at = None
        return False
    shipment.word_at = heard_at
    # The moment is only when to look: the number of days may have been changed since it was set.
    due_at = silent_from(heard_at, running_of(uow).settings.postal_stalled_days)
    if due_at > uow.now:
        shipment.stalls_at = due_at
        return False
    shipment.stalls_at, shipment.stalled_at = None, uow.now
    passed = working_days_between(moment, uow.now)
    told = telling(shipment) | {"working_days": passed}
    told |= {"last_heard_at": moment.astimezone(VIETNAM)}
    uow.record(ShipmentStalled.model_validate(told), subject=shipment.id, agency=shipment.agency)
    return True
