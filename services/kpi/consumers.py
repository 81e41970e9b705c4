"""What kpi hears. Every event fills what it knows of a dossier's one fact, so order does not matter."""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from chassis.inbox import Heard, Subscriptions
from contracts.intake import DossierFiled, DossierProgressed, ProcedurePublished
from contracts.postal import ShipmentAccepted, ShipmentDelivered
from contracts.rating import RatingSubmitted
from services.kpi import catalogue, commands

on = Subscriptions()


@on.batch(DossierFiled, DossierProgressed, ShipmentAccepted, ShipmentDelivered, RatingSubmitted)
async def count(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Move the facts of a whole batch, and the cells with them."""
    await commands.absorb([one.event for one in heard], uow)


@on.batch(ProcedurePublished)
async def remember_procedures(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Keep the catalogue with its history: figures over procedures count those without dossiers too."""
    await catalogue.remember([one.event for one in heard], uow)
