"""Cancelling orders (hủy đơn gửi): recorded first, sent by the worker until the carrier answers.

Only what the post does not have yet is cancelled; later it is a return.
"""

import logging
from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.postal import ShipmentMoved
from contracts.problems import Conflict, Problem
from contracts.vocabulary import Carrier, Milestone, ShipmentStatus
from services.postal import codes, queries
from services.postal.accounts import account_of
from services.postal.carriers import INTERFACES
from services.postal.carriers.base import Account, CancelsOrders, OrderRefusedByCarrier
from services.postal.commands import Ordered, reachable_shipment
from services.postal.domain import Strength
from services.postal.orders import cancelled_row
from services.postal.places import PLACES
from services.postal.positions import hold, reposition, telling
from services.postal.sending import CLAIMED_FOR, OrderState, pause_after
from services.postal.tables import CarrierAccount, CarrierEventRow, CarrierOrder, Shipment

log = logging.getLogger("motcua.postal")


class ShipmentUnderWay(Conflict):
    """The post has the item already."""

    title_vi = "Bưu gửi đã được bưu điện chấp nhận, không hủy được"


class OrderNotCancellable(Conflict):
    """The order cannot be cancelled from here."""

    title_vi = "Không hủy được đơn gửi từ hệ thống này"


@dataclass(frozen=True)
class Cancelling:
    """A cancellation that is this worker's to send, and the account to send it through."""

    shipment: str
    carrier: Carrier
    item_code: str | None
    reference: str | None
    account: Account | None
    """None when the account has been taken away since."""


async def cancel(shipment_id: str, caller: Principal, uow: UnitOfWork) -> Ordered:
    """Cancel the order behind a shipment; one that was never sent is cancelled at once.

    Asking again changes nothing. Raises `UnknownShipment`, `ShipmentUnderWay`, `OrderNotCancellable`.
    """
    shipment = await reachable_shipment(shipment_id, caller, uow)
    if shipment.item_code is not None:
        await hold(shipment.carrier, [shipment.item_code], uow)
    said = await queries.events_of_shipment(shipment, uow)
    asked = await uow.get(CarrierOrder, shipment.id)
    if asked is None:
        how = "Cancel it with the carrier, and confirm it as cancelled."
        raise OrderNotCancellable(f"It was not ordered from here. {how}")
    if asked.state in {OrderState.CANCELLING, OrderState.CANCELLED}:
        return Ordered(shipment, said, asked, repeated=True)
    if _is_under_way(shipment):
        how = "Ask the carrier to bring it back; it is told as a return."
        raise ShipmentUnderWay(f"The post has taken it. {how}")
    if asked.state is not OrderState.MADE and shipment.item_code != asked.item_code:
        how = "Cancel it with the carrier, and confirm it as cancelled."
        raise OrderNotCancellable(f"It was ordered by hand in the end. {how}")
    never_sent = asked.state is OrderState.WAITING and asked.attempts == 0
    if never_sent or asked.state is OrderState.REFUSED:
        return Ordered(shipment, await _settle(shipment, asked, Strength.OPERATOR, uow), asked)
    if not isinstance(INTERFACES.get(shipment.carrier), CancelsOrders):
        how = "Cancel it with the carrier, and confirm it as cancelled."
        raise OrderNotCancellable(f"This carrier takes no cancellations from here. {how}")
    # One that may be on its way to the carrier just now must arrive there before what cancels it.
    wait = asked.state is OrderState.WAITING
    asked.try_at = uow.now + CLAIMED_FOR if wait else uow.now
    asked.state, asked.attempts = OrderState.CANCELLING, 0
    asked.content = asked.problem = asked.detail = None
    asked.revision += 1
    shipment.revision += 1
    return Ordered(shipment, said, asked)


async def claim(shipment_id: str, uow: UnitOfWork) -> Cancelling | None:
    """Take a cancellation to send, if it is still to be sent; for a while nobody else will."""
    shipment, asked = await _cancelling(shipment_id, uow)
    if shipment is None or asked is None or asked.try_at is None or asked.try_at > uow.now:
        return None
    asked.attempts += 1
    asked.try_at = uow.now + CLAIMED_FOR
    asked.revision += 1
    row = await uow.get(CarrierAccount, shipment.carrier, shipment.account)
    account = account_of(row) if row is not None else None
    return Cancelling(shipment.id, shipment.carrier, shipment.item_code, asked.reference, account)


async def cancelled(shipment_id: str, uow: UnitOfWork) -> None:
    """Remember that the carrier has the order no more."""
    shipment, asked = await _cancelling(shipment_id, uow)
    if shipment is not None and asked is not None:
        await _settle(shipment, asked, Strength.PULL, uow)


async def failed(shipment_id: str, problem: Problem, uow: UnitOfWork) -> OrderState | None:
    """Remember why an order was not cancelled; what the carrier refuses to cancel stands as it did."""
    shipment, asked = await _cancelling(shipment_id, uow)
    if shipment is None or asked is None:
        return None
    asked.problem, asked.detail = problem.code(), problem.detail
    asked.try_at = uow.now + pause_after(asked.attempts)
    asked.revision += 1
    shipment.revision += 1
    spent = asked.attempts >= running_of(uow).settings.carrier_order_attempts
    if isinstance(problem, OrderRefusedByCarrier) or spent:
        known = asked.made_at is not None or asked.reference is not None
        asked.state = OrderState.MADE if known else OrderState.GIVEN_UP
        asked.try_at = None
    return asked.state


def _is_under_way(shipment: Shipment) -> bool:
    if shipment.accepted_at is not None:
        return True
    # A claimed end shows no custody, but whoever claims it says that the post had the item.
    before = {Milestone.NONE, Milestone.PRE}
    return shipment.status is not ShipmentStatus.CANCELLED and shipment.milestone not in before


async def _cancelling(
    shipment_id: str, uow: UnitOfWork
) -> tuple[Shipment | None, CarrierOrder | None]:
    asked = await uow.get(CarrierOrder, shipment_id)
    if asked is None or asked.state is not OrderState.CANCELLING:
        return None, None
    return await uow.get(Shipment, shipment_id), asked


async def _settle(
    shipment: Shipment, asked: CarrierOrder, strength: Strength, uow: UnitOfWork
) -> list[CarrierEventRow]:
    """End an order; returns everything said of its item."""
    asked.state, asked.cancelled_at = OrderState.CANCELLED, uow.now
    asked.content = asked.try_at = asked.problem = asked.detail = None
    asked.revision += 1
    if asked.item_code is not None:
        # It may stand on a printed label.
        await codes.void(shipment.carrier, asked.item_code, uow)
    if shipment.item_code is None:
        shipment.status = ShipmentStatus.CANCELLED
        shipment.milestone = PLACES[shipment.status].milestone
        shipment.revision += 1
        moved = ShipmentMoved.model_validate(telling(shipment) | {"late": False})
        uow.record(moved, subject=shipment.id, agency=shipment.agency)
        return []
    [item] = await hold(shipment.carrier, [shipment.item_code], uow)
    said = await queries.events_of_items(item.carrier, [item.item_code], uow)
    row = cancelled_row(shipment, asked, strength, uow)
    uow.add(row)
    said.append(row)
    for one in await queries.shipments_of_items(item.carrier, [item.item_code], uow):
        reposition(one, said, uow)
    return said
