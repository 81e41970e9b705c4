"""Postal over HTTP: shipments for partners, one address of each carrier's own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from chassis.auth import public_access
from chassis.database import UnitOfWork
from chassis.edge import LIMIT_KEY, StrictRoute
from chassis.hearing import heard_of
from chassis.permissions import ShipmentReader, ShipmentWriter
from chassis.web import Reading, Work, Works, entity_tag, refusals
from contracts.lgsp import Month
from contracts.post_money import ReconciliationList, ShipmentReconciliation
from contracts.postal import (
    CarrierAnswer,
    ItemCodeLevels,
    ShipmentConfirmation,
    ShipmentCorrection,
    ShipmentList,
    ShipmentOrder,
    ShipmentPrice,
    ShipmentView,
)
from contracts.vocabulary import Carrier, ShipmentQueue
from contracts.wire import Code
from services.postal import (
    cancelling,
    codes,
    commands,
    corrections,
    inbound,
    orders,
    pricing,
    queries,
    reconciling,
    replays,
    views,
)
from services.postal.carriers import UnknownCarrierInterface, messages_through
from services.postal.carriers.base import (
    ADDRESS_SECRET,
    MAX_BODY,
    CarrierAccountIncomplete,
    CarrierMessageTooLarge,
    CarrierSignatureInvalid,
    CarrierUnavailable,
    OrderRefusedByCarrier,
    UnreadableCarrierMessage,
)
from services.postal.carriers.native import NoEventUsable
from services.postal.cursors import CursorUnknown
from services.postal.envelopes.recorded import envelope_of, envelopes_of
from services.postal.folding import Folding
from services.postal.spreadsheet import reconciliation_csv
from services.postal.tables import KnownDossier, Shipment

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
AddressSecret = Annotated[
    str | None,
    Query(description="The secret of the account, from carriers that sign nothing."),
]
_CSV = {"text/csv": {"schema": {"type": "string"}}}


def _month_of_account(
    account: Annotated[Code, Query(description="What we call the account with the carrier.")],
    month: Annotated[Month, Query(description="Of the custody, in Vietnam, e.g. 2025-09.")],
    carrier: Annotated[
        Carrier | None, Query(description="Where accounts of several are called the same.")
    ] = None,
    cursor: Annotated[
        str | None, Query(max_length=100, description="`next_cursor` of the part before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Items in one part.")] = 500,
) -> reconciling.MonthOfAccount:
    return reconciling.MonthOfAccount(account, month, carrier, cursor, limit)


OfMonth = Annotated[reconciling.MonthOfAccount, Depends(_month_of_account)]
CARRIER_REFUSALS = refusals(
    UnknownCarrierInterface,
    inbound.UnknownCarrierAccount,
    UnreadableCarrierMessage,
    CarrierSignatureInvalid,
    CarrierMessageTooLarge,
    NoEventUsable,
    replays.CarrierMessageIdReused,
)


@dataclass(frozen=True)
class _Message:
    """A carrier's message as it came in."""

    request: Request
    secret: str | None = field(default=None, repr=False)

    def headers(self) -> dict[str, str]:
        """Its headers by names in small letters, with the secret of its address among them."""
        told = {name.lower(): value for name, value in self.request.headers.items()}
        # Only the address may say it: a header can come from anybody who can reach us by another way.
        told.pop(ADDRESS_SECRET, None)
        return told if self.secret is None else told | {ADDRESS_SECRET: self.secret}


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
        codes.ItemCodesExhausted,
    ),
)
async def order_shipment(order: ShipmentOrder, caller: ShipmentWriter, work: Works) -> Response:
    """Register an item of the public post for a dossier, or order one from the carrier.

    Without `item_code` the order is sent to the carrier after the answer; `order` in the shipment tells how
    far it is. The same order again answers 200, and is sent again if it had failed.
    """
    await heard_of(KnownDossier, order.dossier, caller, work.running)
    return await work.answer(commands.order_shipment, order, caller, show=views.ordered)


@router.post(
    "/shipments/price",
    tags=["shipments"],
    responses=refusals(
        commands.UnknownDossier,
        orders.ItemCodeNeeded,
        pricing.PriceNotTold,
        OrderRefusedByCarrier,
        CarrierAccountIncomplete,
        CarrierUnavailable,
    ),
)
async def price_shipment(
    order: ShipmentOrder, caller: ShipmentWriter, work: Works
) -> ShipmentPrice:
    """Ask the carrier what an order would cost; nothing is ordered or kept."""
    await heard_of(KnownDossier, order.dossier, caller, work.running)
    return await pricing.price_of(order, caller, work.running)


@router.get("/shipments", tags=["shipments"], responses=refusals(CursorUnknown))
async def list_waiting_shipments(
    caller: ShipmentReader,
    uow: Reading,
    queue: Annotated[ShipmentQueue, Query(description="Why a person should look at them.")],
    cursor: Annotated[
        str | None, Query(max_length=300, description="`next_cursor` of the part before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Shipments in one part.")] = 50,
) -> ShipmentList:
    """Shipments within reach that wait for a person, e.g. delivered without proof; the longest first."""
    found, more = await reconciling.awaiting(queue, (cursor, limit), caller, uow)
    return ShipmentList(items=await _shown(found, uow), next_cursor=more)


@router.get("/shipments/{id}", tags=["shipments"], responses=refusals(commands.UnknownShipment))
async def read_shipment(
    id: Code, caller: ShipmentReader, uow: Reading, response: Response
) -> ShipmentView:
    """An item of the post, where it stands, and everything said of it."""
    shipment = await commands.reachable_shipment(id, caller, uow)
    response.headers["ETag"] = entity_tag(shipment.revision)
    said = await queries.events_of_shipment(shipment, uow)
    asked = await queries.orders_of([shipment], uow)
    envelope = await envelope_of(shipment, uow)
    return views.shipment(shipment, said, asked.get(shipment.id), envelope)


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


@router.post(
    "/shipments/{id}/corrections",
    tags=["shipments"],
    response_model=ShipmentView,
    responses=refusals(
        commands.UnknownShipment, commands.ItemWithoutCode, corrections.UnknownShipmentEvent
    ),
)
async def correct_shipment(
    id: Code, correction: ShipmentCorrection, caller: ShipmentWriter, work: Works
) -> Response:
    """Withdraw something that was said of an item, with one's reason (đính chính).

    The event stays in the log as `retracted`; a correction may be withdrawn in turn.
    """
    return await work.answer(corrections.correct, id, correction, caller, show=views.confirmed)


@router.post(
    "/shipments/{id}/cancel",
    tags=["shipments"],
    response_model=ShipmentView,
    responses=refusals(
        commands.UnknownShipment, cancelling.ShipmentUnderWay, cancelling.OrderNotCancellable
    ),
)
async def cancel_shipment(id: Code, caller: ShipmentWriter, work: Works) -> Response:
    """Cancel the order behind a shipment that the post has not taken yet (hủy đơn gửi).

    One that was never sent is cancelled at once; else the carrier is asked after the answer, and `order`
    tells how far that is. Asking again changes nothing.
    """
    return await work.answer(cancelling.cancel, id, caller, show=views.confirmed)


@router.get(
    "/dossiers/{code}/shipments", tags=["shipments"], responses=refusals(commands.UnknownDossier)
)
async def list_shipments(
    code: Code, caller: ShipmentReader, uow: Reading, work: Works
) -> ShipmentList:
    """The items of the post of one dossier."""
    await heard_of(KnownDossier, code, caller, work.running)
    await commands.reachable_dossier(code, caller, uow)
    found = await queries.shipments_of_dossier(code, uow)
    return ShipmentList(items=await _shown(found, uow))


@router.post(
    "/shipments/{id}/reconcile",
    tags=["shipments"],
    response_model=ShipmentView,
    responses=refusals(
        commands.UnknownShipment, commands.ItemWithoutCode, reconciling.StatementTwofold
    ),
)
async def reconcile_shipment(
    id: Code, statement: ShipmentReconciliation, caller: ShipmentWriter, work: Works
) -> Response:
    """State what was charged or received for an item (đối soát); a later statement corrects it."""
    return await work.answer(reconciling.reconcile, id, statement, caller, show=views.confirmed)


@router.get("/reconciliations", tags=["shipments"], responses=refusals(CursorUnknown))
async def list_reconciliations(
    caller: ShipmentReader, wanted: OfMonth, uow: Reading
) -> ReconciliationList:
    """What the items cost and brought that an account had accepted in a month, and what was expected."""
    return await reconciling.month_of_account(wanted, caller, uow)


@router.get(
    "/reconciliations.csv",
    tags=["shipments"],
    response_class=Response,
    responses=refusals(CursorUnknown) | {200: {"content": _CSV}},
)
async def reconciliation_file(
    caller: ShipmentReader, wanted: OfMonth, uow: Reading, request: Request
) -> Response:
    """The same for a spreadsheet; `Link` leads to the rest."""
    found = await reconciling.month_of_account(wanted, caller, uow)
    name = f"reconciliation-{found.account}-{found.month}.csv".replace("/", "_")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if found.next_cursor is not None:
        rest = request.url.include_query_params(cursor=found.next_cursor)
        headers["Link"] = f'<{rest.path}?{rest.query}>; rel="next"'
    return Response(
        reconciliation_csv(found), headers=headers, media_type="text/csv; charset=utf-8"
    )


@router.get("/item-codes/level", tags=["shipments"])
async def read_item_code_levels(caller: ShipmentReader, uow: Reading) -> ItemCodeLevels:
    """How full the pools of numbers are that carriers gave in advance (dải mã bưu gửi)."""
    return ItemCodeLevels(items=await codes.levels_for(caller, uow))


@router.post(
    "/carriers/{interface}/events",
    tags=["carriers"],
    response_model=CarrierAnswer,
    responses=CARRIER_REFUSALS,
    dependencies=SIGNED,
    openapi_extra=_BODY,
)
async def take_message(
    interface: Interface, request: Request, work: Works, secret: AddressSecret = None
) -> Response:
    """Take a carrier's message about items, for whichever of our accounts it is signed."""
    return await _take(interface, None, _Message(request, secret), work)


@router.post(
    "/carriers/{interface}/{account}/events",
    tags=["carriers"],
    response_model=CarrierAnswer,
    responses=CARRIER_REFUSALS,
    dependencies=SIGNED,
    openapi_extra=_BODY,
)
async def take_message_for(
    interface: Interface,
    account: Code,
    request: Request,
    work: Works,
    secret: AddressSecret = None,
) -> Response:
    """Take a carrier's message about items, for one of our accounts."""
    return await _take(interface, account, _Message(request, secret), work)


async def _take(interface: str, account: str | None, sent: _Message, work: Work) -> Response:
    raw = await sent.request.body()
    headers = sent.headers()
    kept = await work(inbound.keep_message, interface, account, raw, headers)
    outcomes = await work.running.own(Folding).outcomes_of(kept)
    own = messages_through(interface).acknowledge(outcomes, headers)
    if own is not None:
        return JSONResponse(own)
    body = CarrierAnswer(items=outcomes).model_dump_json()
    return Response(body, media_type="application/json")


async def _shown(found: Sequence[Shipment], uow: UnitOfWork) -> list[ShipmentView]:
    asked = await queries.orders_of(found, uow)
    said = await queries.said_of(found, uow)
    recorded = await envelopes_of(found, uow)
    return [views.shipment(one, said[one.id], asked.get(one.id), recorded[one.id]) for one in found]
