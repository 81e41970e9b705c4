"""What a carrier's message does: verified first, then kept, then folded into positions."""

import logging
from collections.abc import Mapping, Sequence
from hashlib import sha256

from chassis.database import UnitOfWork
from contracts.postal import CarrierRecordOutcome
from contracts.problems import NotFound
from contracts.vocabulary import Carrier, CarrierOutcome
from services.postal import orders, queries
from services.postal.accounts import account_of
from services.postal.carriers import interface_of
from services.postal.carriers.base import (
    Account,
    BadRecord,
    Batch,
    CarrierInterface,
    CarrierSignatureInvalid,
    Record,
    as_event,
)
from services.postal.domain import Strength, is_late, plausible
from services.postal.positions import event_of, hold, position_of, reposition
from services.postal.s10 import normalise
from services.postal.tables import CarrierEventRow, InboundBatch, Shipment

log = logging.getLogger("motcua.postal")


class UnknownCarrierAccount(NotFound):
    """There is no such account with the carrier."""

    title_vi = "Chưa có tài khoản kết nối này với bưu điện"


async def take_message(
    interface_name: str,
    account_name: str | None,
    raw: bytes,
    headers: Mapping[str, str],
    uow: UnitOfWork,
) -> list[CarrierRecordOutcome]:
    """Take a carrier's message: what became of each record, in their order.

    The same bytes again get the same answer. Raises what reading raises (nothing is kept of a message that
    is not the carrier's), and `UnknownCarrierAccount`.
    """
    interface = interface_of(interface_name)
    account, batch = await _verified(interface, account_name, raw, headers, uow)
    digest = sha256(f"{interface_name}|{account.name}|".encode() + raw).hexdigest()
    if uow.attempt > 1:
        earlier = await uow.get(InboundBatch, digest)
        if earlier is not None:
            return [CarrierRecordOutcome.model_validate(told) for told in earlier.outcomes]
    outcomes = await absorb(batch.records, interface.name, batch.strength, account.name, uow)
    uow.add(
        InboundBatch.of(
            digest=digest,
            interface=interface_name,
            account=account.name,
            received_at=uow.now,
            outcomes=[outcome.model_dump(mode="json") for outcome in outcomes],
        )
    )
    return outcomes


async def absorb(
    records: Sequence[Record | BadRecord],
    carrier: Carrier,
    strength: Strength,
    said_by: str,
    uow: UnitOfWork,
) -> list[CarrierRecordOutcome]:
    """Keep records and fold them into the positions of their items' shipments."""
    items = {normalise(one.item_code) for one in records if isinstance(one, Record)}
    await hold(carrier, items, uow)
    said: dict[str, list[CarrierEventRow]] = {item: [] for item in items}
    for row in await queries.events_of_items(carrier, items, uow):
        said[row.item_code].append(row)
    shipments: dict[str, list[Shipment]] = {item: [] for item in items}
    for shipment in await queries.shipments_of_items(carrier, items, uow):
        shipments[str(shipment.item_code)].append(shipment)
    await _number_orders(records, carrier, said_by, said=said, shipments=shipments, uow=uow)
    outcomes: list[CarrierRecordOutcome] = []
    for record in records:
        if isinstance(record, BadRecord):
            outcomes.append(_outcome(CarrierOutcome.INVALID, record.detail))
            continue
        item = normalise(record.item_code)
        row = _row(record, carrier, strength, said_by, uow)
        outcomes.append(_take_record(row, said[item], shipments[item], uow))
    return outcomes


async def _number_orders(
    records: Sequence[Record | BadRecord],
    carrier: Carrier,
    account: str,
    *,
    said: dict[str, list[CarrierEventRow]],
    shipments: dict[str, list[Shipment]],
    uow: UnitOfWork,
) -> None:
    """Give orders the numbers of their items, where the carrier repeats our number beside the item's."""
    told = {
        one.order_number: normalise(one.item_code)
        for one in records
        if isinstance(one, Record) and one.order_number
    }
    for shipment, asked in await orders.without_item(told, carrier, account, uow):
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
    if row.quarantined:
        return _outcome(CarrierOutcome.QUARANTINED, "It happened in the future.")
    if not shipments:
        return _outcome(CarrierOutcome.ORPHAN, "Kept until an item of this number is registered.")
    late = True
    for shipment in shipments:
        before = position_of(shipment)
        after = reposition(shipment, said, uow, late=True)
        late = late and is_late(event_of(row), before, after)
    return _outcome(CarrierOutcome.LATE if late else CarrierOutcome.APPLIED)


async def _verified(
    interface: CarrierInterface,
    account_name: str | None,
    raw: bytes,
    headers: Mapping[str, str],
    uow: UnitOfWork,
) -> tuple[Account, Batch]:
    """The account a message is for and what it says; without a name, the one whose key it is signed with."""
    rows = await queries.accounts_with(interface.name, uow)
    wanted = [row for row in rows if account_name in {None, row.name}]
    if not wanted:
        raise UnknownCarrierAccount("Open the account with `motcua carrier add` first.")
    for row in wanted[:-1]:
        try:
            return account_of(row), interface.read(raw, headers, account_of(row))
        except CarrierSignatureInvalid:
            continue
    last = account_of(wanted[-1])
    return last, interface.read(raw, headers, last)


def _row(
    record: Record, carrier: Carrier, strength: Strength, said_by: str, uow: UnitOfWork
) -> CarrierEventRow:
    event = as_event(record, carrier=carrier, strength=strength, recorded_at=uow.now)
    # Items are registered under way as often as not, so only the future is impossible.
    possible = plausible(event.occurred_at, uow.now, None)
    return CarrierEventRow.of(
        **event.__dict__,
        item_code=normalise(record.item_code),
        text=record.text,
        quarantined=not possible,
        said_by=said_by,
    )


def _outcome(outcome: CarrierOutcome, detail: str | None = None) -> CarrierRecordOutcome:
    return CarrierRecordOutcome(outcome=outcome, detail=detail)
