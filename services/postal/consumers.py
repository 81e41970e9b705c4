"""What postal hears: whose dossiers there are."""

from chassis.database import UnitOfWork
from chassis.inbox import Subscriptions
from contracts.intake import DossierFiled
from services.postal.tables import KnownDossier

on = Subscriptions()


@on(DossierFiled)
async def remember_dossier(event: DossierFiled, uow: UnitOfWork) -> None:
    """Know whose dossier it is; a dossier never changes hands, so the first word stands."""
    uow.keep(KnownDossier.of(code=event.code, agency=event.agency))
