"""What can be done with shipments: order one, hear of it from the post or an operator."""

import asyncio
import secrets
import time
from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import Running, running_of
from contracts.postal import ShipmentConfirmation, ShipmentOrder
from contracts.problems import Conflict, FieldError, Invalid, NotFound
from contracts.vocabulary import Carrier, Milestone, Proof, ShipmentStatus
from services.postal import orders, queries, s10
from services.postal.domain import Strength, TimeQuality, event_key
from services.postal.positions import hold, reposition
from services.postal.sending import OrderState
from services.postal.tables import CarrierEventRow, CarrierOrder, Item, KnownDossier, Shipment

LOOK_EVERY = 0.02
"""Seconds between two looks for a dossier whose news is still on its way."""

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


async def heard_of(code: str, caller: Principal, running: Running) -> None:
    """Wait, at most `settle_seconds`, for the news of a dossier another service has just accepted.

    One that is out of reach is waited for like one that is not there: the time it takes tells nothing.
    """
    until = time.monotonic() + running.settings.settle_seconds
    while time.monotonic() < until:
        dossier = await UnitOfWork(running.database).get(KnownDossier, code)
        if dossier is not None and await running.tree.covers(caller, dossier.agency):
            return
        await asyncio.sleep(LOOK_EVERY)


async def order_shipment(order: ShipmentOrder, caller: Principal, uow: UnitOfWork) -> Ordered:
    """Register an item of the post for a leg of a dossier (đăng ký gửi qua bưu chính).

    What the carrier has already said of the item counts at once. Without the item's number an order with the
    carrier is recorded, for the worker to send. The same order again gives the shipment that is there; a
    number sent for one that has none is taken. Raises `UnknownDossier`, `ShipmentTaken`, `ItemCodeTaken`,
    `ItemCodeNeeded`, `ItemCodeInvalid`.
    """
    dossier = await reachable_dossier(order.dossier, caller, uow)
    item_code = _item_code(order)
    earlier = await queries.shipment_of_leg(order.dossier, order.leg, order.attempt, uow)
    if earlier is not None:
        return await _again(earlier, order, item_code, caller, uow)
    if item_code is None:
        through = await orders.account_for(order, dossier.agency, uow)
        shipment = _new_shipment(order, dossier, through.name, caller, uow)
        uow.add(shipment)
        return Ordered(shipment, [], orders.ask(shipment, order, uow))
    await hold(order.carrier, [item_code], uow)
    await _refuse_taken(order.carrier, item_code, caller, uow)
    account = order.account or await _only_account(order.carrier, uow)
    shipment = _new_shipment(order, dossier, account, caller, uow)
    uow.add(shipment)
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
    aboard = await _within_reach(
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
    return Ordered(shipment, said, asked, repeated=not new)


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
    code = f"{OPERATOR}{confirmation.status}"
    key = event_key(
        carrier=item.carrier,
        item_code=item.item_code,
        code=code,
        time_quality=TimeQuality.EVENT,
        occurred_at=confirmation.occurred_at,
        slip=confirmation.slip_number,
        agency=agency,
    )
    return CarrierEventRow.of(
        event_key=key,
        carrier=item.carrier,
        item_code=item.item_code,
        code=code,
        text=confirmation.note,
        status=confirmation.status,
        time_quality=TimeQuality.EVENT,
        strength=Strength.OPERATOR,
        recorded_at=uow.now,
        occurred_at=confirmation.occurred_at,
        receiver_name=confirmation.receiver_name,
        slip=confirmation.slip_number,
        said_by=caller.client,
        agency=agency,
    )


async def _within_reach(
    shipments: list[Shipment], caller: Principal, uow: UnitOfWork
) -> list[Shipment]:
    tree = running_of(uow).tree
    return [one for one in shipments if await tree.covers(caller, one.agency)]


async def _refuse_taken(
    carrier: Carrier, item_code: str, caller: Principal, uow: UnitOfWork
) -> None:
    aboard = await queries.shipments_of_items(carrier, [item_code], uow)
    if len(await _within_reach(aboard, caller, uow)) < len(aboard):
        detail = "Check the number; if it is on your own slip, tell the operator."
        pointer = FieldError(pointer="/item_code", code="taken", detail=detail)
        raise ItemCodeTaken(detail, errors=[pointer])


def _item_code(order: ShipmentOrder) -> str | None:
    if order.item_code is None:
        return None
    verdict = s10.check(order.item_code)
    if verdict is s10.Verdict.BAD_CHECK_DIGIT:
        detail = "Its check digit is wrong: a digit was mistyped."
        pointer = FieldError(pointer="/item_code", code="bad-check-digit", detail=detail)
        raise ItemCodeInvalid(detail, errors=[pointer])
    return s10.normalise(order.item_code)


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
    if asked is None:
        if item_code is None:
            detail = "It was registered with the item's number: send that, or a further attempt."
            raise orders.ShipmentTaken(detail)
        return Ordered(earlier, await queries.events_of_shipment(earlier, uow), repeated=True)
    if item_code is None:
        orders.repeat(earlier, asked, order, uow)
    elif new_number:
        if asked.state is OrderState.WAITING:
            raise orders.ShipmentTaken("An order is on its way to the carrier: wait for its end.")
        await hold(earlier.carrier, [item_code], uow)
        await _refuse_taken(earlier.carrier, item_code, caller, uow)
        said = await queries.events_of_items(earlier.carrier, [item_code], uow)
        orders.number_by_hand(earlier, asked, item_code, said, uow)
        return Ordered(earlier, said, asked, repeated=True)
    return Ordered(earlier, await queries.events_of_shipment(earlier, uow), asked, repeated=True)


def _refuse_other(earlier: Shipment, order: ShipmentOrder, item_code: str | None) -> None:
    wanted = {"carrier": order.carrier, "item_code": item_code}
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
        item_code=_item_code(order),
        ordered_at=uow.now,
        ordered_by=caller.client,
        status=ShipmentStatus.REGISTERED,
        milestone=Milestone.PRE,
        proof=Proof.NONE,
    )
