"""What rating hears: dossiers and names to remember, and what puts a result in a hand or in doubt."""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from chassis.inbox import Heard, Subscriptions
from contracts.incidents import IncidentClosed, IncidentOpened
from contracts.intake import (
    DossierAmended,
    DossierFiled,
    DossierProgressed,
    DossierReturned,
    ProcedurePublished,
)
from contracts.postal import ShipmentContested, ShipmentDelivered, ShipmentMoved
from services.rating import hearing, pacing
from services.rating.tables import KnownProcedure

on = Subscriptions()


@on.batch(DossierFiled, DossierProgressed)
async def keep_pace(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Know when each dossier came, was due and was done, for the criteria that are reckoned from it."""
    pacing.keep([one.event for one in heard], uow)


@on.batch(
    *(DossierFiled, DossierAmended, DossierProgressed, DossierReturned),
    *(ShipmentMoved, ShipmentDelivered, ShipmentContested),
    *(IncidentOpened, IncidentClosed),
)
async def follow(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Invite the citizen who has the result; with the post on its way the invitation waits for it.

    While a delivery is contested, an incident is open, or the dossier is withdrawn, nobody is invited,
    and what was not used is void.
    """
    await hearing.hear([one.event for one in heard], uow)


@on.batch(ProcedurePublished)
async def remember_procedures(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Keep the newest name of each procedure; one row for each, however often a batch tells it."""
    events = sorted((one.event for one in heard), key=lambda event: int(event.revision))
    for event in {event.code: event for event in events}.values():
        uow.put(KnownProcedure.of(code=event.code, name=event.name, revision=event.revision))
