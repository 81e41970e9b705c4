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
from services.postal import queries, s10
from services.postal.carriers import interface_of
from services.postal.domain import Strength, TimeQuality, event_key
from services.postal.positions import hold, reposition
from services.postal.tables import CarrierAccount, CarrierEventRow, KnownDossier, Shipment

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


class ShipmentTaken(Conflict):
    """This leg and attempt is ordered already, otherwise."""

    title_vi = "Lần gửi này đã được đăng ký với nội dung khác"


class ItemCodeNeeded(Invalid):
    """The item's number is needed."""

    title_vi = "Cần mã bưu gửi"


class ItemCodeInvalid(Invalid):
    """The item's number cannot be right."""

    title_vi = "Mã bưu gửi không đúng"


@dataclass(frozen=True)
class Ordered:
    """A shipment as it stands after an order, what was said of it, and whether it stood there before."""

    shipment: Shipment
    said: list[CarrierEventRow]
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

    What the carrier has already said of the item counts at once. The same order again gives the shipment
    that is there. Raises `UnknownDossier`, `ShipmentTaken`, `ItemCodeNeeded`, `ItemCodeInvalid`.
    """
    dossier = await reachable_dossier(order.dossier, caller, uow)
    item_code = _item_code(order)
    earlier = await queries.shipment_of_leg(order.dossier, order.leg, order.attempt, uow)
    if earlier is not None:
        _refuse_other(earlier, order, item_code)
        said = await queries.events_of_items(earlier.carrier, [earlier.item_code], uow)
        return Ordered(earlier, said, repeated=True)
    await hold(order.carrier, [item_code], uow)
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

    Raises `UnknownShipment`.
    """
    shipment = await reachable_shipment(shipment_id, caller, uow)
    await hold(shipment.carrier, [shipment.item_code], uow)
    said = await queries.events_of_items(shipment.carrier, [shipment.item_code], uow)
    code = f"{OPERATOR}{confirmation.status}"
    key = event_key(
        carrier=shipment.carrier,
        item_code=shipment.item_code,
        code=code,
        time_quality=TimeQuality.EVENT,
        occurred_at=confirmation.occurred_at,
        slip=confirmation.slip_number,
    )
    if key in {row.event_key for row in said}:
        return Ordered(shipment, said, repeated=True)
    row = CarrierEventRow.of(
        event_key=key,
        carrier=shipment.carrier,
        item_code=shipment.item_code,
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
    )
    uow.add(row)
    said.append(row)
    for one in await queries.shipments_of_items(shipment.carrier, [shipment.item_code], uow):
        reposition(one, said, uow)
    return Ordered(shipment, said)


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


async def open_account(
    interface: str,
    name: str,
    *,
    public_key_pem: str | None,
    secret: str | None,
    base_url: str | None,
    username: str | None,
    password: str | None,
    customer_code: str | None,
    uow: UnitOfWork,
) -> CarrierAccount:
    """Open an account with a carrier, or replace what is known of it."""
    account = CarrierAccount.of(
        interface=interface_of(interface).name,
        name=name,
        public_key_pem=public_key_pem,
        secret=secret,
        base_url=base_url,
        username=username,
        password=password,
        customer_code=customer_code,
    )
    uow.put(account)
    return account


def _item_code(order: ShipmentOrder) -> str:
    if order.item_code is None:
        pointer = FieldError(pointer="/item_code", code="missing", detail="Send the item's number.")
        raise ItemCodeNeeded("Orders are not made with this carrier from here.", errors=[pointer])
    verdict = s10.check(order.item_code)
    if verdict is s10.Verdict.BAD_CHECK_DIGIT:
        detail = "Its check digit is wrong: a digit was mistyped."
        pointer = FieldError(pointer="/item_code", code="bad-check-digit", detail=detail)
        raise ItemCodeInvalid(detail, errors=[pointer])
    return s10.normalise(order.item_code)


def _refuse_other(earlier: Shipment, order: ShipmentOrder, item_code: str) -> None:
    wanted = {"carrier": order.carrier, "item_code": item_code}
    if order.account is not None:
        wanted["account"] = order.account
    differing = [name for name, value in wanted.items() if getattr(earlier, name) != value]
    if differing:
        errors = [FieldError(pointer=f"/{n}", code="differs", detail="Differs.") for n in differing]
        raise ShipmentTaken("Send a further attempt for another item.", errors=errors)


async def _only_account(carrier: Carrier, uow: UnitOfWork) -> str:
    accounts = await queries.accounts_with(carrier, uow)
    return accounts[0].name if len(accounts) == 1 else ""


def _new_shipment(
    order: ShipmentOrder, whose: KnownDossier, account: str, caller: Principal, uow: UnitOfWork
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
