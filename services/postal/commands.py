"""What can be done with shipments: order one, hear of it from the post or an operator."""

import secrets
from dataclasses import dataclass, replace

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.incidents import IncidentReport
from contracts.postal import ShipmentConfirmation, ShipmentOrder
from contracts.problems import Conflict, FieldError, Invalid, NotFound
from contracts.vocabulary import Carrier, Milestone, Proof, ShipmentStatus
from services.postal import codes, incidents, orders, queries, s10
from services.postal.envelopes.recorded import Envelope, envelope_of
from services.postal.positions import (
    TRIAL_ITEMS,
    announce_order,
    first_question,
    hold,
    operators_row,
    reposition,
)
from services.postal.sending import CALLED_OFF, OrderState
from services.postal.tables import CarrierEventRow, CarrierOrder, Item, KnownDossier, Shipment

OPERATOR = "operator:"
"""What the codes of operators' own words begin with, so that no carrier's code equals one."""


class UnknownDossier(NotFound):
    """No such dossier is within your reach."""

    title_vi = "Không tìm thấy hồ sơ"


class UnknownShipment(NotFound):
    """No such shipment is within your reach."""

    title_vi = "Không tìm thấy bưu gửi"


class ItemCodeTaken(Conflict):
    """The item of this number carries papers that are not within your reach."""

    title_vi = "Mã bưu gửi đã được dùng"


class ItemWithoutCode(Conflict):
    """The item has no number yet."""

    title_vi = "Bưu gửi chưa có mã"


class ItemCodeInvalid(Invalid):
    """The item's number cannot be right."""

    title_vi = "Mã bưu gửi không đúng"


@dataclass(frozen=True)
class Ordered:
    """A shipment as it stands after an order, what was said of it, and whether it stood there before."""

    shipment: Shipment
    said: list[CarrierEventRow]
    asked: CarrierOrder | None = None
    """The order with the carrier behind it, where one is made from here."""
    repeated: bool = False
    envelope: Envelope | None = None
    """What is recorded of its envelope."""


async def order_shipment(order: ShipmentOrder, caller: Principal, uow: UnitOfWork) -> Ordered:
    """Register an item of the post for a leg of a dossier (đăng ký gửi qua bưu chính).

    What the carrier has already said of the item counts at once. Without the item's number an order with the
    carrier is recorded, for the worker to send. The same order again gives the shipment that is there; a
    number sent for one that has none is taken. Raises `UnknownDossier`, `ShipmentTaken`, `ItemCodeTaken`,
    `ItemCodeNeeded`, `ItemCodeInvalid`, `ItemCodesExhausted`.
    """
    dossier = await reachable_dossier(order.dossier, caller, uow)
    item_code = _item_code(order)
    if item_code is not None and await running_of(uow).tree.in_sandbox(dossier.agency):
        _expect_trial(item_code)
    earlier = await queries.shipment_of_leg(order.dossier, order.leg, order.attempt, uow)
    if earlier is not None:
        envelope = await envelope_of(earlier, uow)
        return replace(await _again(earlier, order, item_code, caller, uow), envelope=envelope)
    if order.from_pool:
        return await _from_pool(order, dossier, caller, uow)
    if item_code is None:
        through = await orders.account_for(order, dossier.agency, uow)
        shipment = _new_shipment(order, dossier, through.name, caller, uow)
        uow.add(shipment)
        announce_order(shipment, uow)
        return Ordered(shipment, [], orders.ask(shipment, order, uow))
    [item] = await hold(order.carrier, [item_code], uow)
    await _refuse_taken(order.carrier, item_code, caller, uow)
    item.orphan_since = None
    account = order.account or await _only_account(order.carrier, uow)
    shipment = _new_shipment(order, dossier, account, caller, uow)
    shipment.item_code = item_code
    shipment.pull_at = first_question(order.carrier, item_code, uow)
    uow.add(shipment)
    await codes.note_use(shipment.id, order.carrier, item_code, uow)
    announce_order(shipment, uow)
    said = await queries.events_of_items(order.carrier, [item_code], uow)
    if said:
        reposition(shipment, said, uow)
    return Ordered(shipment, said)


async def confirm(
    shipment_id: str, confirmation: ShipmentConfirmation, caller: Principal, uow: UnitOfWork
) -> Ordered:
    """Take an operator's own proof of what happened to an item (xác nhận của cán bộ).

    It counts for those of the item's shipments that are within the caller's reach. Raises `UnknownShipment`
    and `ItemWithoutCode`.
    """
    shipment = await reachable_shipment(shipment_id, caller, uow)
    carrier, item_code = shipment.carrier, shipment.item_code
    if item_code is None:
        raise ItemWithoutCode("Wait for the carrier's number, or send the order again with it.")
    [item] = await hold(carrier, [item_code], uow)
    said = await queries.events_of_items(carrier, [item_code], uow)
    aboard = await within_reach(
        await queries.shipments_of_items(carrier, [item_code], uow), caller, uow
    )
    known = {row.event_key for row in said}
    words = [
        _operators_word(confirmation, item, agency, caller, uow)
        for agency in sorted({one.agency for one in aboard})
    ]
    new = [row for row in words if row.event_key not in known]
    for row in new:
        uow.add(row)
        said.append(row)
    moved = {row.agency for row in new}
    for one in aboard:
        if one.agency in moved:
            reposition(one, said, uow)
    asked = await uow.get(CarrierOrder, shipment.id)
    envelope = await envelope_of(shipment, uow)
    return Ordered(shipment, said, asked, repeated=not new, envelope=envelope)


async def report_incident(
    shipment_id: str, told: IncidentReport, caller: Principal, uow: UnitOfWork
) -> incidents.Reported:
    """Take an officer's word of an incident (báo sự cố bưu gửi). Raises `UnknownShipment`."""
    shipment = await reachable_shipment(shipment_id, caller, uow)
    return await incidents.report(shipment, told, caller, uow)


async def reachable_dossier(code: str, caller: Principal, uow: UnitOfWork) -> KnownDossier:
    """The dossier of this code, if the caller may see it; otherwise it is unknown to them."""
    dossier = await uow.get(KnownDossier, code)
    if dossier is None or not await running_of(uow).tree.covers(caller, dossier.agency):
        raise UnknownDossier("No dossier of this code is within your reach.")
    return dossier


async def reachable_shipment(shipment_id: str, caller: Principal, uow: UnitOfWork) -> Shipment:
    """The shipment of this id, if the caller may see it; otherwise it is unknown to them."""
    shipment = await uow.get(Shipment, shipment_id)
    if shipment is None or not await running_of(uow).tree.covers(caller, shipment.agency):
        raise UnknownShipment("No shipment of this id is within your reach.")
    return shipment


def _operators_word(
    confirmation: ShipmentConfirmation,
    item: Item,
    agency: str,
    caller: Principal,
    uow: UnitOfWork,
) -> CarrierEventRow:
    return operators_row(
        (item.carrier, item.item_code),
        agency,
        caller,
        uow,
        code=f"{OPERATOR}{confirmation.status}",
        occurred_at=confirmation.occurred_at,
        text=confirmation.note,
        status=confirmation.status,
        receiver_name=confirmation.receiver_name,
        slip=confirmation.slip_number,
        receiver_relation=confirmation.receiver_relation,
        identity_shown=confirmation.identity_shown,
    )


async def within_reach(
    shipments: list[Shipment], caller: Principal, uow: UnitOfWork
) -> list[Shipment]:
    """Of these shipments, those the caller may speak for."""
    tree = running_of(uow).tree
    return [one for one in shipments if await tree.covers(caller, one.agency)]


async def _refuse_taken(
    carrier: Carrier, item_code: str, caller: Principal, uow: UnitOfWork
) -> None:
    aboard = await queries.shipments_of_items(carrier, [item_code], uow)
    if len(await within_reach(aboard, caller, uow)) < len(aboard):
        detail = "Check the number; if it is on your own slip, tell the operator."
        pointer = FieldError(pointer="/item_code", code="taken", detail=detail)
        raise ItemCodeTaken(detail, errors=[pointer])


def _item_code(order: ShipmentOrder) -> str | None:
    if order.item_code is None:
        return None
    if order.from_pool:
        detail = "Send the item's number, or take one from the pool, not both."
        pointer = FieldError(pointer="/from_pool", code="both", detail=detail)
        raise ItemCodeInvalid(detail, errors=[pointer])
    verdict = s10.check(order.item_code)
    if verdict is s10.Verdict.BAD_CHECK_DIGIT:
        detail = "Its check digit is wrong: a digit was mistyped."
        pointer = FieldError(pointer="/item_code", code="bad-check-digit", detail=detail)
        raise ItemCodeInvalid(detail, errors=[pointer])
    return s10.normalise(order.item_code)


def _expect_trial(item_code: str) -> None:
    """A trial never lays hold of an item that may really be on its way."""
    if not item_code.startswith(TRIAL_ITEMS):
        detail = f"In a sandbox, numbers of items begin with {TRIAL_ITEMS}."
        pointer = FieldError(pointer="/item_code", code="not-a-trial", detail=detail)
        raise ItemCodeInvalid(detail, errors=[pointer])


async def _from_pool(
    order: ShipmentOrder, dossier: KnownDossier, caller: Principal, uow: UnitOfWork
) -> Ordered:
    ordered = order.sender is not None or order.receiver is not None
    find = orders.account_for if ordered else orders.account_open_to
    through = await find(order, dossier.agency, uow)
    shipment = _new_shipment(order, dossier, through.name, caller, uow)
    shipment.item_code = await codes.take(shipment.id, order.carrier, through.name, uow)
    if await running_of(uow).tree.in_sandbox(dossier.agency):
        _expect_trial(shipment.item_code)
    uow.add(shipment)
    announce_order(shipment, uow)
    return Ordered(shipment, [], orders.ask(shipment, order, uow) if ordered else None)


async def _again(
    earlier: Shipment,
    order: ShipmentOrder,
    item_code: str | None,
    caller: Principal,
    uow: UnitOfWork,
) -> Ordered:
    asked = await uow.get(CarrierOrder, earlier.id)
    new_number = asked is not None and earlier.item_code is None and item_code is not None
    _refuse_other(earlier, order, None if new_number else item_code or earlier.item_code)
    if asked is not None and asked.state in CALLED_OFF:
        raise orders.ShipmentTaken("Its order was cancelled: send a further attempt.")
    if order.from_pool and not await codes.is_of(earlier, uow):
        raise orders.ShipmentTaken("It was ordered otherwise than with a number of the pool.")
    if asked is None:
        if item_code is None and not order.from_pool:
            detail = "It was registered with the item's number: send that, or a further attempt."
            raise orders.ShipmentTaken(detail)
        return Ordered(earlier, await queries.events_of_shipment(earlier, uow), repeated=True)
    if item_code is None:
        orders.repeat(earlier, asked, order, uow)
    elif new_number:
        if asked.state is OrderState.WAITING:
            raise orders.ShipmentTaken("An order is on its way to the carrier: wait for its end.")
        [item] = await hold(earlier.carrier, [item_code], uow)
        item.orphan_since = None
        await _refuse_taken(earlier.carrier, item_code, caller, uow)
        said = await queries.events_of_items(earlier.carrier, [item_code], uow)
        await codes.note_use(earlier.id, earlier.carrier, item_code, uow)
        orders.number_by_hand(earlier, asked, item_code, said, uow)
        return Ordered(earlier, said, asked, repeated=True)
    return Ordered(earlier, await queries.events_of_shipment(earlier, uow), asked, repeated=True)


def _refuse_other(earlier: Shipment, order: ShipmentOrder, item_code: str | None) -> None:
    wanted: dict[str, object] = {"carrier": order.carrier, "item_code": item_code}
    if order.account is not None:
        wanted["account"] = order.account
    differing = [name for name, value in wanted.items() if getattr(earlier, name) != value]
    if differing:
        errors = [FieldError(pointer=f"/{n}", code="differs", detail="Differs.") for n in differing]
        raise orders.ShipmentTaken("Send a further attempt for another item.", errors=errors)


async def _only_account(carrier: Carrier, uow: UnitOfWork) -> str:
    accounts = await queries.accounts_with(carrier, uow)
    return accounts[0].name if len(accounts) == 1 else ""


def _new_shipment(
    order: ShipmentOrder,
    whose: KnownDossier,
    account: str,
    caller: Principal,
    uow: UnitOfWork,
) -> Shipment:
    return Shipment.of(
        id=secrets.token_hex(16),
        dossier=whose.code,
        agency=whose.agency,
        leg=order.leg,
        attempt=order.attempt,
        carrier=order.carrier,
        account=account,
        ordered_at=uow.now,
        ordered_by=caller.client,
        status=ShipmentStatus.REGISTERED,
        milestone=Milestone.PRE,
        proof=Proof.NONE,
    )
