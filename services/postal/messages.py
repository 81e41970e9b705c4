"""What a carrier tells: kept record by record, and folded into positions."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.database import UnitOfWork
from contracts.postal import CarrierRecordOutcome
from contracts.vocabulary import Carrier, CarrierOutcome
from services.postal import orders, queries
from services.postal.carriers import knows_not
from services.postal.carriers.base import (
    BadRecord,
    Record,
    as_event,
)
from services.postal.domain import Strength, is_late, plausible
from services.postal.positions import event_of, hold, mark_orphans, position_of, reposition, row_of
from services.postal.s10 import normalise
from services.postal.tables import CarrierEventRow, Shipment
from services.postal.telling import UNKNOWN

log = logging.getLogger("motcua.postal")


@dataclass(frozen=True)
class Telling:
    """What one source told at once: a carrier's message, or its answer to a question of ours."""

    records: Sequence[Record | BadRecord]
    strength: Strength
    said_by: str
    """Our account with the carrier."""
    recorded_at: datetime
    """When it reached us, however long ago that is when it is worked out."""


async def absorb(
    records: Sequence[Record | BadRecord],
    carrier: Carrier,
    strength: Strength,
    said_by: str,
    uow: UnitOfWork,
) -> list[CarrierRecordOutcome]:
    """Keep records and fold them into the positions of their items' shipments."""
    return (await absorb_all([Telling(records, strength, said_by, uow.now)], carrier, uow))[0]


async def absorb_all(
    tellings: Sequence[Telling], carrier: Carrier, uow: UnitOfWork
) -> list[list[CarrierRecordOutcome]]:
    """Keep what several messages of one carrier tell, in their order, with as many reads as for one."""
    good = [one for telling in tellings for one in telling.records if isinstance(one, Record)]
    items = {normalise(one.item_code) for one in good}
    held = await hold(carrier, items, uow)
    said: dict[str, list[CarrierEventRow]] = {item: [] for item in items}
    for row in await queries.events_of_items(carrier, items, uow):
        said[row.item_code].append(row)
    shipments: dict[str, list[Shipment]] = {item: [] for item in items}
    for shipment in await queries.shipments_of_items(carrier, items, uow):
        shipments[str(shipment.item_code)].append(shipment)
    outcomes = []
    for telling in tellings:
        await _number_orders(telling, carrier, said=said, shipments=shipments, uow=uow)
        outcomes.append(_take(telling, carrier, said, shipments, uow))
    mark_orphans(held, {item for item, aboard in shipments.items() if aboard}, uow)
    return outcomes


def _take(
    telling: Telling,
    carrier: Carrier,
    said: dict[str, list[CarrierEventRow]],
    shipments: dict[str, list[Shipment]],
    uow: UnitOfWork,
) -> list[CarrierRecordOutcome]:
    outcomes: list[CarrierRecordOutcome] = []
    for record in telling.records:
        if isinstance(record, BadRecord):
            outcomes.append(_outcome(CarrierOutcome.INVALID, record.detail))
            continue
        item = normalise(record.item_code)
        row = _row(record, carrier, telling)
        outcomes.append(_take_record(row, said[item], shipments[item], uow))
    return outcomes


async def _number_orders(
    telling: Telling,
    carrier: Carrier,
    *,
    said: dict[str, list[CarrierEventRow]],
    shipments: dict[str, list[Shipment]],
    uow: UnitOfWork,
) -> None:
    """Give orders the numbers of their items, where the carrier repeats our number beside the item's."""
    told = {
        one.order_number: normalise(one.item_code)
        for one in telling.records
        if isinstance(one, Record) and one.order_number
    }
    for shipment, asked in await orders.without_item(told, carrier, telling.said_by, uow):
        item = told[shipment.id]
        if any(other.agency != shipment.agency for other in shipments[item]):
            log.warning("order not numbered: the item is another's", extra={"carrier": carrier})
            continue
        orders.number(shipment, asked, item, said[item], uow)
        shipments[item].append(shipment)


def _take_record(
    row: CarrierEventRow,
    said: list[CarrierEventRow],
    shipments: Sequence[Shipment],
    uow: UnitOfWork,
) -> CarrierRecordOutcome:
    if row.event_key in {known.event_key for known in said}:
        return _outcome(CarrierOutcome.DUPLICATE)
    uow.add(row)
    said.append(row)
    if uow.attempt == 1 and knows_not(row.carrier, row.code):
        UNKNOWN.notice(row.carrier, row.code)
    if row.quarantined:
        return _outcome(CarrierOutcome.QUARANTINED, "It happened in the future.")
    if not shipments:
        return _outcome(CarrierOutcome.ORPHAN, "Kept until an item of this number is registered.")
    late = True
    for shipment in shipments:
        shipment.change(heard_at=max(shipment.heard_at or row.recorded_at, row.recorded_at))
        before = position_of(shipment)
        after = reposition(shipment, said, uow, late=True)
        late = late and is_late(event_of(row), before, after)
    return _outcome(CarrierOutcome.LATE if late else CarrierOutcome.APPLIED)


def _row(record: Record, carrier: Carrier, telling: Telling) -> CarrierEventRow:
    at = telling.recorded_at
    event = as_event(record, carrier=carrier, strength=telling.strength, recorded_at=at)
    # Items are registered under way as often as not, so only the future is impossible.
    possible = plausible(event.occurred_at, at, None)
    return row_of(
        event,
        item_code=normalise(record.item_code),
        text=record.text,
        quarantined=not possible,
        said_by=telling.said_by,
    )


def _outcome(outcome: CarrierOutcome, detail: str | None = None) -> CarrierRecordOutcome:
    return CarrierRecordOutcome(outcome=outcome, detail=detail)
