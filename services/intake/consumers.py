"""What intake hears: the post and its incidents. All else it knows is told to it over HTTP."""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from chassis.inbox import Heard, Subscriptions
from contracts.incidents import IncidentClosed, IncidentOpened
from contracts.postal import (
    ShipmentAccepted,
    ShipmentContested,
    ShipmentDelivered,
    ShipmentMoved,
    ShipmentStalled,
)
from services.intake.commands.post import hear_post

on = Subscriptions()


@on.batch(
    *(ShipmentAccepted, ShipmentContested, ShipmentDelivered, ShipmentMoved, ShipmentStalled),
    *(IncidentOpened, IncidentClosed),
)
async def follow_the_post(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Let the dossiers of a whole batch hear what the post said of their items."""
    await hear_post([one.event for one in heard], uow)
