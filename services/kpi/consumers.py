"""What kpi hears. Every event fills what it knows of a dossier's one fact, so order does not matter."""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from chassis.inbox import Heard, Subscriptions
from contracts.channels import ChannelClosed, ChannelOpened, SiteRegistered, SiteRemoved
from contracts.intake import (
    DossierAmended,
    DossierFiled,
    DossierProgressed,
    FieldEntered,
    ProcedurePublished,
)
from contracts.postal import ShipmentAccepted, ShipmentDelivered, ShipmentMoved
from contracts.rating import RatingSubmitted, RatingVoided
from contracts.syncing import DossierMissed, DossierSynchronised
from services.kpi import catalogue, commands, fields
from services.kpi.reports import channels

on = Subscriptions()


@on.batch(
    *(DossierFiled, DossierAmended, DossierProgressed),
    *(ShipmentAccepted, ShipmentDelivered, ShipmentMoved),
    *(RatingSubmitted, RatingVoided, DossierSynchronised, DossierMissed),
)
async def count(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Move the facts of a whole batch, and the cells with them."""
    await commands.absorb([one.event for one in heard], uow)


@on.batch(ProcedurePublished)
async def remember_procedures(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Keep the catalogue with its history: figures over procedures count those without dossiers too."""
    await catalogue.remember([one.event for one in heard], uow)


@on.batch(FieldEntered)
async def remember_fields(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Keep what fields are called, and which took the place of which."""
    await fields.remember([one.event for one in heard], uow)


@on.batch(ChannelOpened, ChannelClosed, SiteRegistered, SiteRemoved)
async def remember_channels(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Keep where citizens can rate: an agency without ratings may have a kiosk already."""
    await channels.remember([one.event for one in heard], uow)
