"""The items of a dossier over HTTP, for the gateway's tracking page."""

from fastapi import APIRouter

from chassis.edge import StrictRoute
from chassis.permissions import ShipmentReader
from chassis.running import running_of
from chassis.web import Reading, refusals
from contracts.post_desk import PostTrackView
from contracts.wire import Code
from services.postal import commands, queries
from services.postal.tracked import tracked

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["shipments"])


@router.get("/dossiers/{code}/post", responses=refusals(commands.UnknownDossier))
async def read_post(code: Code, caller: ShipmentReader, uow: Reading) -> PostTrackView:
    """Where the items of a dossier are, as its citizen is told: no names, no addresses."""
    await commands.reachable_dossier(code, caller, uow)
    found = await queries.shipments_of_dossier(code, uow)
    hold_days = running_of(uow).settings.post_hold_days
    return tracked([(one, await queries.events_of_shipment(one, uow)) for one in found], hold_days)
