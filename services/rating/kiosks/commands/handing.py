"""A kiosk hands over what citizens tapped, at once or days later; nothing of it is ever lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis import telemetry
from chassis.database import UnitOfWork
from contracts.rating.kiosks import ItemOrder, ItemsHandedOver, KioskOutcome, KioskReason
from services.rating.kiosks import domain, proofs, queries
from services.rating.kiosks.commands.counting import count
from services.rating.kiosks.commands.proving import Device, Proved, prove
from services.rating.kiosks.tables import KioskItem, KioskKey


@dataclass(frozen=True)
class Handled:
    """What became of one item."""

    id: str
    row: KioskItem | None
    """None for what no key of this kiosk signed."""
    repeated: bool = False


@dataclass
class Batch:
    """What is known while the items of one request are gone through."""

    device: Device
    skew_ms: int
    numbers: set[int]
    """Taken by items that came before."""
    taps: list[datetime]


async def hand_over(proved: Proved, handed: ItemsHandedOver, uow: UnitOfWork) -> list[Handled]:
    """Take items in the order they were sent, and say of each what became of it. Raises as `prove` does."""
    device = await prove(proved, uow)
    skew_ms = domain.skew(handed.device_time, uow.now)
    device.standing.skew_ms = skew_ms
    ids = [domain.digest(signed) for signed in handed.items]
    known = await uow.get_many(KioskItem, [(one,) for one in ids])
    keys: dict[str, KioskKey | None] = {}
    told: list[proofs.Item | None] = []
    for id_, signed in zip(ids, handed.items, strict=True):
        told.append(None if (id_,) in known else await _read(signed, id_, device, keys, uow))
    batch = await _batch(device, skew_ms, [one for one in told if one], uow)
    handled: list[Handled] = []
    for id_, item in zip(ids, told, strict=True):
        earlier = await uow.get(KioskItem, id_)
        if earlier is not None and earlier.kiosk == device.kiosk.id:
            handled.append(Handled(id_, earlier, repeated=True))
        elif item is None or earlier is not None:
            handled.append(Handled(id_, None))
        else:
            handled.append(Handled(id_, await _take(item, batch, uow)))
    for one in handled:
        if not one.repeated:
            outcome = one.row.outcome if one.row else KioskOutcome.REFUSED
            telemetry.KIOSK_ITEMS.labels(outcome).inc()
    return handled


async def _read(
    signed: str,
    id_: str,
    device: Device,
    keys: dict[str, KioskKey | None],
    uow: UnitOfWork,
) -> proofs.Item | None:
    """The item, if a key of this kiosk signed it: also one that is over, when it was signed in time."""
    try:
        named = proofs.key_named(signed, proofs.ITEM)
        if named not in keys:
            keys[named] = await uow.get(KioskKey, named)
        key = keys[named]
        if key is None or key.kiosk != device.kiosk.id:
            return None
        return proofs.read_item(signed, proofs.key_of(key.public_key), id_)
    except proofs.UNSOUND:
        return None


async def _batch(
    device: Device, skew_ms: int, items: Sequence[proofs.Item], uow: UnitOfWork
) -> Batch:
    kiosk = device.kiosk.id
    if not items:
        return Batch(device, skew_ms, set(), [])
    taps = [domain.corrected(item.at, skew_ms, uow.now) for item in items]
    span = (min(taps) - domain.BURST_SPAN, max(taps) + domain.BURST_SPAN)
    return Batch(
        device=device,
        skew_ms=skew_ms,
        numbers=await queries.numbers_taken(kiosk, (item.seq for item in items), uow),
        taps=await queries.taps_between(kiosk, *span, uow),
    )


async def _take(item: proofs.Item, batch: Batch, uow: UnitOfWork) -> KioskItem:
    standing = batch.device.standing
    tapped_at = domain.corrected(item.at, batch.skew_ms, uow.now)
    order = domain.order_of(
        item.seq,
        item.previous,
        standing.last_item_seq,
        standing.last_item,
        known=item.seq in batch.numbers,
    )
    row = KioskItem.of(
        id=item.id,
        kiosk=batch.device.kiosk.id,
        seq=item.seq,
        item_order=order,
        signed=item.signed,
        ticket=item.ticket,
        device_at=item.at,
        skew_ms=batch.skew_ms,
        tapped_at=tapped_at,
        received_at=uow.now,
        outcome=KioskOutcome.TAKEN,
    )
    if domain.bursts(tapped_at, batch.taps):
        row.outcome, row.reason = KioskOutcome.HELD, KioskReason.BURST
    else:
        await count(item, row, batch.device.kiosk, uow)
    if order is not ItemOrder.IN_ORDER:
        standing.gaps += 1
    if item.seq > standing.last_item_seq:
        standing.last_item_seq, standing.last_item = item.seq, item.id
    if item.ticket is not None and item.ticket == standing.ticket:
        standing.ticket = None
    batch.numbers.add(item.seq)
    batch.taps.append(tapped_at)
    uow.add(row)
    return row
