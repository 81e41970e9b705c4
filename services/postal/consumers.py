"""What postal hears: whose dossiers there are, and which deliveries broke their procedure's rule."""

from chassis.database import UnitOfWork
from chassis.inbox import Subscriptions
from contracts.intake import DossierFiled, DossierMisreceived
from contracts.vocabulary import IncidentKind
from services.postal.incidents import open_once
from services.postal.tables import KnownDossier, Shipment

on = Subscriptions()


@on(DossierFiled)
async def remember_dossier(event: DossierFiled, uow: UnitOfWork) -> None:
    """Know whose dossier it is; a dossier never changes hands, so the first word stands."""
    uow.keep(KnownDossier.of(code=event.code, agency=event.agency))


@on(DossierMisreceived)
async def open_incident(event: DossierMisreceived, uow: UnitOfWork) -> None:
    """Open an incident where who took the result is not whom its procedure allows (sai người nhận)."""
    shipment = await uow.get(Shipment, event.shipment)
    if shipment is not None:
        open_once(shipment, IncidentKind.WRONG_RECEIVER, uow)
        # The revision keeps an incident opened meanwhile from being overlooked.
        shipment.revision += 1
