"""Postal over HTTP: shipments for partners, one address of each carrier's own."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from chassis.auth import public_access
from chassis.edge import LIMIT_KEY, StrictRoute
from chassis.permissions import ShipmentReader, ShipmentWriter
from chassis.web import Reading, Work, Works, entity_tag, refusals
from contracts.postal import (
    CarrierAnswer,
    ShipmentConfirmation,
    ShipmentList,
    ShipmentOrder,
    ShipmentView,
)
from contracts.wire import Code
from services.postal import commands, messages, orders, queries, views
from services.postal.carriers import UnknownCarrierInterface, interface_of
from services.postal.carriers.base import (
    MAX_BODY,
    CarrierMessageTooLarge,
    CarrierSignatureInvalid,
    UnreadableCarrierMessage,
)

router = APIRouter(prefix="/v1", route_class=StrictRoute)
SIGNED = [public_access("a carrier shows who it is by its own signature, which is checked first")]
_BODY: dict[str, Any] = {
    LIMIT_KEY: MAX_BODY,
    "requestBody": {
        "required": True,
        "description": "The carrier's own message, in its own format.",
        "content": {"application/json": {"schema": {}}},
    },
}
Interface = Annotated[str, Path(max_length=40, description="E.g. vnpost-d.")]
CARRIER_REFUSALS = refusals(
    UnknownCarrierInterface,
    messages.UnknownCarrierAccount,
    UnreadableCarrierMessage,
    CarrierSignatureInvalid,
    CarrierMessageTooLarge,
)


@router.post(
    "/shipments",
    tags=["shipments"],
    status_code=201,
    response_model=ShipmentView,
    responses=refusals(
        commands.UnknownDossier,
        orders.ShipmentTaken,
        commands.ItemCodeTaken,
        orders.ItemCodeNeeded,
        commands.ItemCodeInvalid,
    ),
)
async def order_shipment(order: ShipmentOrder, caller: ShipmentWriter, work: Works) -> Response:
    """Register an item of the public post for a dossier, or order one from the carrier.

    Without `item_code` the order is sent to the carrier after the answer; `order` in the shipment tells how
    far it is. The same order again answers 200, and is sent again if it had failed.
    """
    await commands.heard_of(order.dossier, caller, work.running)
    return await work.answer(commands.order_shipment, order, caller, show=views.ordered)


@router.get("/shipments/{id}", tags=["shipments"], responses=refusals(commands.UnknownShipment))
async def read_shipment(
    id: Code, caller: ShipmentReader, uow: Reading, response: Response
) -> ShipmentView:
    """An item of the post, where it stands, and everything said of it."""
    shipment = await commands.reachable_shipment(id, caller, uow)
    response.headers["ETag"] = entity_tag(shipment.revision)
    said = await queries.events_of_shipment(shipment, uow)
    asked = await queries.orders_of([shipment], uow)
    return views.shipment(shipment, said, asked.get(shipment.id))


@router.post(
    "/shipments/{id}/confirm",
    tags=["shipments"],
    response_model=ShipmentView,
    responses=refusals(commands.UnknownShipment, commands.ItemWithoutCode),
)
async def confirm_shipment(
    id: Code, confirmation: ShipmentConfirmation, caller: ShipmentWriter, work: Works
) -> Response:
    """Confirm with one's own proof what happened to an item (xác nhận của cán bộ)."""
    return await work.answer(commands.confirm, id, confirmation, caller, show=views.confirmed)


@router.get(
    "/dossiers/{code}/shipments", tags=["shipments"], responses=refusals(commands.UnknownDossier)
)
async def list_shipments(
    code: Code, caller: ShipmentReader, uow: Reading, work: Works
) -> ShipmentList:
    """The items of the post of one dossier."""
    await commands.heard_of(code, caller, work.running)
    await commands.reachable_dossier(code, caller, uow)
    found = await queries.shipments_of_dossier(code, uow)
    asked = await queries.orders_of(found, uow)
    items = [
        views.shipment(one, await queries.events_of_shipment(one, uow), asked.get(one.id))
        for one in found
    ]
    return ShipmentList(items=items)


@router.post(
    "/carriers/{interface}/events",
    tags=["carriers"],
    response_model=CarrierAnswer,
    responses=CARRIER_REFUSALS,
    dependencies=SIGNED,
    openapi_extra=_BODY,
)
async def take_message(interface: Interface, request: Request, work: Works) -> Response:
    """Take a carrier's message about items, for whichever of our accounts it is signed."""
    return await _take(interface, None, request, work)


@router.post(
    "/carriers/{interface}/{account}/events",
    tags=["carriers"],
    response_model=CarrierAnswer,
    responses=CARRIER_REFUSALS,
    dependencies=SIGNED,
    openapi_extra=_BODY,
)
async def take_message_for(
    interface: Interface, account: Code, request: Request, work: Works
) -> Response:
    """Take a carrier's message about items, for one of our accounts."""
    return await _take(interface, account, request, work)


async def _take(interface: str, account: str | None, request: Request, work: Work) -> Response:
    raw = await request.body()
    headers = {name.lower(): value for name, value in request.headers.items()}
    outcomes = await work(messages.take_message, interface, account, raw, headers)
    own = interface_of(interface).acknowledge(outcomes)
    if own is not None:
        return JSONResponse(own)
    body = CarrierAnswer(items=outcomes).model_dump_json()
    return Response(body, media_type="application/json")
