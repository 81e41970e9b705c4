"""What kpi hears. Every event fills what it knows of a dossier's one fact, so order does not matter."""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from chassis.inbox import Heard, Subscriptions
from contracts.intake import DossierFiled, DossierProgressed, ProcedurePublished
from contracts.postal import ShipmentAccepted, ShipmentDelivered
from contracts.rating import RatingSubmitted
from services.kpi import commands
from services.kpi.tables import KnownProcedure

on = Subscriptions()


@on.batch(DossierFiled, DossierProgressed, ShipmentAccepted, ShipmentDelivered, RatingSubmitted)
async def count(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Move the facts of a whole batch, and the cells with them."""
    await commands.absorb([one.event for one in heard], uow)


@on(ProcedurePublished)
async def remember_procedure(event: ProcedurePublished, uow: UnitOfWork) -> None:
    """Keep the catalogue's newest entry: figures over procedures count those without dossiers too."""
    uow.put(KnownProcedure.of(**event.model_dump()))
