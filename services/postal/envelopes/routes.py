"""Reports about sealed envelopes over HTTP."""

from fastapi import APIRouter, Response

from chassis.edge import StrictRoute
from chassis.permissions import ShipmentWriter
from chassis.web import Works, refusals
from contracts.post_papers import OpeningReport, PickupReport
from contracts.postal import ShipmentView
from contracts.wire import Code
from services.postal import views
from services.postal.commands import UnknownShipment
from services.postal.envelopes import commands
from services.postal.envelopes.commands import Reported

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["shipments"])


@router.post(
    "/shipments/{id}/pickup",
    status_code=201,
    response_model=ShipmentView,
    responses=refusals(
        UnknownShipment, commands.LegNotInbound, commands.PickupTaken, commands.NotYetHappened
    ),
)
async def record_pickup(
    id: Code, report: PickupReport, caller: ShipmentWriter, work: Works
) -> Response:
    """Record what the postman counted and took from a citizen (phiếu hồ sơ).

    The same again answers 200. It is no custody by itself: whoever answers for that confirms it.
    """
    return await work.answer(commands.record_pickup, id, report, caller, show=_shown)


@router.post(
    "/shipments/{id}/opening",
    status_code=201,
    response_model=ShipmentView,
    responses=refusals(
        UnknownShipment, commands.LegNotInbound, commands.OpeningTaken, commands.NotYetHappened
    ),
)
async def record_opening(
    id: Code, report: OpeningReport, caller: ShipmentWriter, work: Works
) -> Response:
    """Record what the counter found in an envelope (mở niêm phong), and where that differs from the pickup.

    The same again answers 200.
    """
    return await work.answer(commands.record_opening, id, report, caller, show=_shown)


def _shown(told: Reported) -> tuple[int, ShipmentView]:
    shown = views.shipment(told.shipment, told.said, told.asked, told.envelope)
    return (200 if told.repeated else 201), shown
