"""Corrections (đính chính): an operator withdraws something that was said of an item; nothing is deleted."""

from collections.abc import Iterable

from chassis.auth import Principal
from chassis.database import UnitOfWork
from contracts.postal import ShipmentCorrection
from contracts.problems import FieldError, NotFound
from services.postal import queries
from services.postal.commands import (
    OPERATOR,
    ItemWithoutCode,
    Ordered,
    reachable_shipment,
    within_reach,
)
from services.postal.domain import withdrawn
from services.postal.positions import event_of, hold, operators_row, reposition, told_of
from services.postal.tables import CarrierEventRow, CarrierOrder, Item

CORRECTION = f"{OPERATOR}correction"
"""The code of an operator's correction."""


class UnknownShipmentEvent(NotFound):
    """Nothing of this key was said of the item."""

    title_vi = "Không có sự kiện này của bưu gửi"


async def correct(
    shipment_id: str, correction: ShipmentCorrection, caller: Principal, uow: UnitOfWork
) -> Ordered:
    """Withdraw an event of an item, or an earlier correction, from what counts.

    It counts for those of the item's shipments that are within the caller's reach; the event stays in the
    log. What is withdrawn already is not withdrawn again. Raises `UnknownShipment`, `ItemWithoutCode`,
    `UnknownShipmentEvent`.
    """
    shipment = await reachable_shipment(shipment_id, caller, uow)
    if shipment.item_code is None:
        raise ItemWithoutCode("Nothing can have been said of it yet.")
    [item] = await hold(shipment.carrier, [shipment.item_code], uow)
    said = await queries.events_of_items(item.carrier, [item.item_code], uow)
    aboard = await queries.shipments_of_items(item.carrier, [item.item_code], uow)
    concerned = [
        one
        for one in await within_reach(aboard, caller, uow)
        if correction.retracts in {row.event_key for row in told_of(one, said)}
    ]
    if shipment.id not in {one.id for one in concerned}:
        detail = "Take the event_key of one of the shipment's own events."
        pointer = FieldError(pointer="/retracts", code="unknown", detail=detail)
        raise UnknownShipmentEvent(detail, errors=[pointer])
    agencies = {one.agency for one in concerned if not _withdrawn(correction, told_of(one, said))}
    for agency in sorted(agencies):
        row = _row(correction, item, agency, caller, uow)
        uow.add(row)
        said.append(row)
    for one in concerned:
        if one.agency in agencies:
            reposition(one, said, uow)
    asked = await uow.get(CarrierOrder, shipment.id)
    return Ordered(shipment, said, asked, repeated=not agencies)


def _withdrawn(correction: ShipmentCorrection, told: Iterable[CarrierEventRow]) -> bool:
    return correction.retracts in withdrawn(event_of(row) for row in told)


def _row(
    correction: ShipmentCorrection, item: Item, agency: str, caller: Principal, uow: UnitOfWork
) -> CarrierEventRow:
    # What was withdrawn, and restored, may be withdrawn once more: the time tells them apart.
    return operators_row(
        (item.carrier, item.item_code),
        agency,
        caller,
        uow,
        code=CORRECTION,
        occurred_at=uow.now,
        text=correction.reason,
        retracts=correction.retracts,
    )
