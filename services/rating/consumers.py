"""What rating hears: dossiers and names to remember, and the two moments that put a result in a hand."""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from chassis.inbox import Heard, Subscriptions
from contracts.intake import DossierFiled, DossierReturned, ProcedurePublished
from contracts.postal import ShipmentDelivered
from services.rating import commands, domain
from services.rating.tables import KnownDossier, KnownProcedure

on = Subscriptions()


@on(DossierFiled)
async def remember_dossier(event: DossierFiled, uow: UnitOfWork) -> None:
    """Know whose dossier it is, and what it is about."""
    _remember(event, uow)


@on(DossierReturned)
async def invite_after_return(event: DossierReturned, uow: UnitOfWork) -> None:
    """Invite the citizen who has the result; with the post on its way the invitation waits for it."""
    _remember(event, uow)
    occasion = domain.occasion_of_return(event.return_mode)
    if occasion is not None:
        commands.invite(event.code, occasion, event.returned_at, uow)


@on(ShipmentDelivered)
async def invite_after_delivery(event: ShipmentDelivered, uow: UnitOfWork) -> None:
    """Invite the citizen whom the post has brought the result, whatever intake's news says so far."""
    occasion = domain.occasion_of_delivery(event.leg)
    if occasion is not None:
        commands.invite(event.dossier, occasion, event.delivered_at, uow)


@on.batch(ProcedurePublished)
async def remember_procedures(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Keep the newest name of each procedure; one row for each, however often a batch tells it."""
    events = sorted((one.event for one in heard), key=lambda event: int(event.revision))
    for event in {event.code: event for event in events}.values():
        uow.put(KnownProcedure.of(code=event.code, name=event.name, revision=event.revision))


def _remember(event: DossierFiled | DossierReturned, uow: UnitOfWork) -> None:
    # What is kept never changes after the filing, so the first to tell it is right for good.
    uow.keep(
        KnownDossier.of(
            code=event.code,
            agency=event.agency,
            procedure=event.procedure,
            channel=event.channel,
            return_mode=event.return_mode,
        )
    )
