"""What the gateway hears: changes of dossiers; by the chassis, the directory and all that can be followed.

See `chassis.tenancy` and `chassis.journal`.
"""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from chassis.inbox import Heard, Subscriptions
from contracts.intake import DossierAmended, DossierFiled, DossierProgressed, DossierPurged
from gateway.portal import commands as portal

on = Subscriptions()


@on.batch(DossierFiled, DossierAmended, DossierProgressed, DossierPurged)
async def mark_for_the_portal(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Mark what the national portal is to be told of; the telling reads the rest when it comes."""
    await portal.mark(heard, uow)
