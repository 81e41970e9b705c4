"""Orders with carriers: recorded first, sent by the worker until the carrier answers, then numbered."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.postal import ShipmentMoved, ShipmentOrder
from contracts.problems import Conflict, FieldError, Invalid, Problem
from contracts.vocabulary import Carrier, ShipmentStatus
from services.postal import codes, queries
from services.postal.accounts import account_of
from services.postal.carriers import INTERFACES
from services.postal.carriers.base import (
    Account,
    CreatedOrder,
    Order,
    OrderRefusedByCarrier,
    TakesOrders,
)
from services.postal.domain import Strength, TimeQuality, event_key
from services.postal.places import PLACES
from services.postal.positions import hold, reposition, telling
from services.postal.sending import (
    CALLED_OFF,
    CLAIMED_FOR,
    PARTIES,
    OrderState,
    content_of,
    order_of,
    pause_after,
    prints_of,
)
from services.postal.tables import CarrierAccount, CarrierEventRow, CarrierOrder, Shipment

log = logging.getLogger("motcua.postal")

MADE = "order:made"
"""The code of what a carrier's answer to an order says of the item; no carrier's own code equals it."""

CANCELLED = "order:cancelled"
"""The code of what a cancelled order says of the item; no carrier's own code equals it."""


class ItemCodeNeeded(Invalid):
    """The item's number is needed."""

    title_vi = "Cần mã bưu gửi"


class ShipmentTaken(Conflict):
    """This leg and attempt is ordered already, otherwise."""

    title_vi = "Lần gửi này đã được đăng ký với nội dung khác"


@dataclass(frozen=True)
class Sending:
    """An order that is this worker's to send, and the account to send it through."""

    shipment: str
    carrier: Carrier
    order: Order
    account: Account | None
    """None when the account has been taken away since."""


async def account_open_to(order: ShipmentOrder, agency: str, uow: UnitOfWork) -> CarrierAccount:
    """The one account with the carrier that this agency may use, or the one of them that is named.

    Raises `ItemCodeNeeded`, which says what to name or to open.
    """
    lineage = await running_of(uow).tree.lineage(agency)
    # A sandbox orders through accounts of its own alone: what is tried out there reaches no carrier.
    trial = await running_of(uow).tree.in_sandbox(agency)
    whose = {*lineage} if trial else {None, *lineage}
    found = [
        row
        for row in await queries.accounts_with(order.carrier, uow)
        if row.agency in whose and order.account in {None, row.name}
    ]
    if not found:
        opening = f"Open one with `motcua carrier add {order.carrier}`, or send the item's number."
        raise _needed("/account", f"No such account is open for this agency. {opening}")
    if len(found) > 1:
        raise _needed("/account", "There are several accounts with this carrier: name one.")
    return found[0]


async def account_for(order: ShipmentOrder, agency: str, uow: UnitOfWork) -> CarrierAccount:
    """The account an order of this agency is made through.

    Raises `ItemCodeNeeded`, which says what to send or to configure, when there is none.
    """
    interface = INTERFACES.get(order.carrier)
    if not isinstance(interface, TakesOrders):
        raise _needed("/item_code", "Orders are not made with this carrier from here.")
    if order.from_pool and not interface.carries_item_codes:
        other = "Leave sender and receiver out to register the item under a number of the pool."
        raise _needed("/from_pool", f"This carrier's orders carry no number of ours. {other}")
    account = await account_open_to(order, agency, uow)
    missing = interface.missing_for_orders(account_of(account))
    if missing:
        adding = f"`motcua carrier add {order.carrier} --account {account.name}`"
        given = "`--base-url` and `--credentials`"
        lacks = f"The account {account.name} lacks {', '.join(missing)} for orders."
        telling_how = f"Give them with {adding}, {given}, or send the item's number."
        raise _needed("/item_code", f"{lacks} {telling_how}")
    absent = [name for name in PARTIES if getattr(order, name) is None]
    if absent:
        detail = "Needed to create an order with the carrier; or send the item's number."
        errors = [FieldError(pointer=f"/{name}", code="missing", detail=detail) for name in absent]
        raise ItemCodeNeeded(detail, errors=errors)
    return account


def ask(shipment: Shipment, order: ShipmentOrder, uow: UnitOfWork) -> CarrierOrder:
    """Record an order for a new shipment; the worker sends it."""
    content = content_of(order)
    asked = CarrierOrder.of(
        shipment=shipment.id,
        state=OrderState.WAITING,
        content=content,
        prints=prints_of(shipment.id, content),
        try_at=uow.now,
        item_code=shipment.item_code,
    )
    uow.add(asked)
    return asked


def repeat(shipment: Shipment, asked: CarrierOrder, order: ShipmentOrder, uow: UnitOfWork) -> None:
    """Take an order that is there already: one that failed is sent again, with what is told now.

    Raises `ShipmentTaken` for other content, unless the carrier refused the earlier one, and
    `ItemCodeNeeded` without sender or receiver.
    """
    absent = [name for name in PARTIES if getattr(order, name) is None]
    if absent:
        raise _needed(f"/{absent[0]}", "Needed to create an order with the carrier.")
    content = content_of(order)
    prints = prints_of(shipment.id, content)
    differing = [name for name, print_ in prints.items() if asked.prints[name] != print_]
    if differing and asked.state is not OrderState.REFUSED:
        errors = [FieldError(pointer=f"/{n}", code="differs", detail="Differs.") for n in differing]
        raise ShipmentTaken("Send a further attempt for another item.", errors=errors)
    if asked.state not in {OrderState.REFUSED, OrderState.GIVEN_UP}:
        return
    if shipment.item_code != asked.item_code:
        return
    asked.state, asked.try_at, asked.attempts = OrderState.WAITING, uow.now, 0
    asked.content, asked.prints = content, prints
    asked.problem = asked.detail = None
    asked.revision += 1
    shipment.revision += 1


async def claim(shipment_id: str, uow: UnitOfWork) -> Sending | None:
    """Take an order to send, if it is still to be sent; for a while nobody else will.

    The attempt is counted before it is made, so that one which ends this process is counted too.
    """
    asked = await uow.get(CarrierOrder, shipment_id)
    shipment = await uow.get(Shipment, shipment_id)
    if asked is None or shipment is None or asked.state is not OrderState.WAITING:
        return None
    if asked.try_at is None or asked.try_at > uow.now:
        return None
    if asked.attempts >= running_of(uow).settings.carrier_order_attempts:
        _end(asked, OrderState.GIVEN_UP, shipment)
        log.warning("order given up", extra={"carrier": shipment.carrier})
        return None
    asked.attempts += 1
    asked.try_at = uow.now + CLAIMED_FOR
    asked.revision += 1
    row = await uow.get(CarrierAccount, shipment.carrier, shipment.account)
    account = account_of(row) if row is not None else None
    sent = order_of(shipment.id, asked.content, asked.item_code)
    return Sending(shipment.id, shipment.carrier, sent, account)


async def made(shipment_id: str, created: CreatedOrder, uow: UnitOfWork) -> None:
    """Remember that the carrier has an order, and the item's number if it gave one.

    One that was called off meanwhile is cancelled with the carrier now that it has it.
    """
    shipment, asked = await _waiting(shipment_id, uow, called_off=True)
    if shipment is None or asked is None:
        return
    if asked.state is OrderState.CANCELLED:
        asked.state, asked.attempts, asked.try_at = OrderState.CANCELLING, 0, uow.now
    asked.reference = created.carrier_reference
    item_code = created.item_code or asked.item_code
    if asked.item_code not in {None, item_code}:
        log.warning("the carrier gave another number", extra={"carrier": shipment.carrier})
        await codes.void(shipment.carrier, str(asked.item_code), uow)
    if item_code is None:
        _made(asked, uow)
        if asked.state in CALLED_OFF:
            return
        shipment.status = ShipmentStatus.ORDER_CREATED
        shipment.milestone = PLACES[shipment.status].milestone
        shipment.revision += 1
        moved = ShipmentMoved.model_validate(telling(shipment) | {"late": False})
        uow.record(moved, subject=shipment.id, agency=shipment.agency)
        return
    [item] = await hold(shipment.carrier, [item_code], uow)
    item.orphan_since = None
    said = await queries.events_of_items(shipment.carrier, [item_code], uow)
    number(shipment, asked, item_code, said, uow)
    for other in await queries.shipments_of_items(shipment.carrier, [item_code], uow):
        if other is not shipment:
            reposition(other, said, uow)


async def failed(shipment_id: str, problem: Problem, uow: UnitOfWork) -> OrderState | None:
    """Remember why an order was not made; returns what becomes of it, none if it was settled meanwhile."""
    shipment, asked = await _waiting(shipment_id, uow)
    if shipment is None or asked is None:
        return None
    asked.problem, asked.detail = problem.code(), problem.detail
    asked.try_at = uow.now + pause_after(asked.attempts)
    if isinstance(problem, OrderRefusedByCarrier):
        _end(asked, OrderState.REFUSED, shipment)
    elif asked.attempts >= running_of(uow).settings.carrier_order_attempts:
        _end(asked, OrderState.GIVEN_UP, shipment)
    else:
        asked.revision += 1
        shipment.revision += 1
    return asked.state


def number(
    shipment: Shipment,
    asked: CarrierOrder,
    item_code: str,
    said: list[CarrierEventRow],
    uow: UnitOfWork,
) -> None:
    """Give an order the number of its item, which must be held, by the carrier's own word."""
    _made(asked, uow)
    number_by_hand(shipment, asked, item_code, said, uow)


def number_by_hand(
    shipment: Shipment,
    asked: CarrierOrder,
    item_code: str,
    said: list[CarrierEventRow],
    uow: UnitOfWork,
) -> None:
    """Give a shipment the number of its item, which must be held; `said` is everything said of it."""
    shipment.item_code = item_code
    rows = [_made_row(shipment, item_code, uow)] if asked.state is OrderState.MADE else []
    if asked.cancelled_at is not None:
        rows.append(cancelled_row(shipment, asked, Strength.PULL, uow))
    for row in rows:
        if row.event_key not in {known.event_key for known in said}:
            uow.add(row)
            said.append(row)
    reposition(shipment, said, uow)


async def without_item(
    numbers: Collection[str], carrier: Carrier, account: str, uow: UnitOfWork
) -> list[tuple[Shipment, CarrierOrder]]:
    """Orders of these numbers, made through this account, whose item has no number yet.

    A carrier's message is a hint and partly unsigned, but our numbers cannot be guessed: who knows one has
    it from the carrier.
    """
    if not numbers:
        return []
    found = await uow.get_many(Shipment, [(number,) for number in numbers])
    mine = [
        one
        for one in found.values()
        if one.item_code is None and (one.carrier, one.account) == (carrier, account)
    ]
    asked = await queries.orders_of(mine, uow)
    return [(one, asked[one.id]) for one in mine if one.id in asked]


def cancelled_row(
    shipment: Shipment, asked: CarrierOrder, strength: Strength, uow: UnitOfWork
) -> CarrierEventRow:
    """What a cancelled order says of its item: by the carrier's word, or by ours where it never had it."""
    agency = shipment.agency if strength is Strength.OPERATOR else None
    told: dict[str, Any] = {
        "carrier": shipment.carrier,
        "item_code": str(shipment.item_code),
        "code": CANCELLED,
        "time_quality": TimeQuality.EVENT,
        "occurred_at": asked.cancelled_at,
        "agency": agency,
    }
    return CarrierEventRow.of(
        event_key=event_key(**told),
        status=ShipmentStatus.CANCELLED,
        strength=strength,
        recorded_at=uow.now,
        said_by=shipment.account,
        **told,
    )


async def _waiting(
    shipment_id: str, uow: UnitOfWork, *, called_off: bool = False
) -> tuple[Shipment | None, CarrierOrder | None]:
    asked = await uow.get(CarrierOrder, shipment_id)
    wanted = {OrderState.WAITING, *(CALLED_OFF if called_off else ())}
    if asked is None or asked.state not in wanted:
        return None, None
    return await uow.get(Shipment, shipment_id), asked


def _made(asked: CarrierOrder, uow: UnitOfWork) -> None:
    if asked.state in CALLED_OFF:
        asked.made_at = asked.made_at or uow.now
        asked.revision += 1
        return
    if asked.state is not OrderState.MADE:
        asked.state, asked.made_at = OrderState.MADE, uow.now
    asked.content = asked.try_at = asked.problem = asked.detail = None
    asked.revision += 1


def _end(asked: CarrierOrder, state: OrderState, shipment: Shipment) -> None:
    asked.state = state
    asked.content = asked.try_at = None
    asked.revision += 1
    shipment.revision += 1


def _made_row(shipment: Shipment, item_code: str, uow: UnitOfWork) -> CarrierEventRow:
    # Without a time of its own it moves nothing backwards that the carrier has said before our answer came.
    quality = TimeQuality.RECEIVED
    key = event_key(carrier=shipment.carrier, item_code=item_code, code=MADE, time_quality=quality)
    return CarrierEventRow.of(
        event_key=key,
        carrier=shipment.carrier,
        item_code=item_code,
        code=MADE,
        status=ShipmentStatus.ORDER_CREATED,
        time_quality=quality,
        strength=Strength.PULL,
        recorded_at=uow.now,
        said_by=shipment.account,
    )


def _needed(pointer: str, detail: str) -> ItemCodeNeeded:
    return ItemCodeNeeded(
        detail, errors=[FieldError(pointer=pointer, code="missing", detail=detail)]
    )
