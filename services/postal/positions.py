"""A shipment's position, folded anew from everything said of its item, and what changed of it."""

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.postal import (
    ShipmentAccepted,
    ShipmentContested,
    ShipmentDelivered,
    ShipmentMoved,
)
from contracts.vocabulary import Carrier, MoneyPurpose, ShipmentStatus
from services.postal import asking
from services.postal.carriers import tells_history
from services.postal.course import course, listed, receipt
from services.postal.domain import (
    CarrierEvent,
    Position,
    Strength,
    TimeQuality,
    event_key,
    fold,
)
from services.postal.incidents import open_by_position
from services.postal.money import Money, money_of
from services.postal.silence import is_awaited, last_word, silent_from
from services.postal.tables import CarrierEventRow, Item, Shipment
from services.postal.tracks import evidence_of, sums_of

FIRST_PULL = timedelta(0)
TRIAL_ITEMS = "SANDBOX"
"""What the numbers of items begin with that exist in a sandbox only."""
EVENT_FIELDS = tuple(field.name for field in fields(CarrierEvent))
KEPT = ("status", "milestone", "accepted_at", "delivered_at", "provisional", "contested", "proof")


async def hold(carrier: Carrier, items: Iterable[str], uow: UnitOfWork) -> list[Item]:
    """Hold items for this unit of work; call it before anything of them is read."""
    keys = [(carrier, item) for item in sorted(set(items))]
    known = await uow.get_many(Item, keys)
    for key in keys:
        if key in known:
            known[key].change(revision=known[key].revision + 1)
        else:
            known[key] = Item.of(carrier=key[0], item_code=key[1])
            uow.add(known[key])
    return [known[key] for key in keys]


def mark_orphans(items: Iterable[Item], registered: Collection[str], uow: UnitOfWork) -> None:
    """Mark items a carrier tells of that nobody has registered, with when it first did."""
    for item in items:
        if item.item_code not in registered:
            item.orphan_since = item.orphan_since or uow.now


def event_of(row: CarrierEventRow) -> CarrierEvent:
    """A remembered event as a value."""
    # Not by attribute: a message is folded with everything said of its items before.
    inside = row.__dict__
    told = {name: inside[name] for name in EVENT_FIELDS}
    told["evidence"], told["sums"] = evidence_of(row.evidence), sums_of(row.sums)
    return CarrierEvent(**told)


def row_of(event: CarrierEvent, **beside: object) -> CarrierEventRow:
    """An event as it is remembered; `beside` are the columns it does not have itself."""
    told = event.__dict__ | {
        "evidence": [asdict(one) for one in event.evidence],
        "sums": [asdict(one) for one in event.sums],
    }
    return CarrierEventRow.of(**told, **beside)


def operators_row(
    item: tuple[Carrier, str],
    agency: str,
    caller: Principal,
    uow: UnitOfWork,
    *,
    code: str,
    occurred_at: datetime,
    told_under: str | None = None,
    **told: Any,
) -> CarrierEventRow:
    """What an operator says of an item, for an agency alone; `told` are the columns it fills.

    Saying the same again makes a row of the same key, unless it is `told_under` another code.
    """
    carrier, item_code = item
    key = event_key(
        carrier=carrier,
        item_code=item_code,
        code=told_under or code,
        time_quality=TimeQuality.EVENT,
        occurred_at=occurred_at,
        slip=told.get("slip"),
        retracts=told.get("retracts"),
        agency=agency,
    )
    values = {"status": ShipmentStatus.UNMAPPED} | told
    return CarrierEventRow.of(
        event_key=key,
        carrier=carrier,
        item_code=item_code,
        code=code,
        time_quality=TimeQuality.EVENT,
        strength=Strength.OPERATOR,
        recorded_at=uow.now,
        occurred_at=occurred_at,
        said_by=caller.client,
        agency=agency,
        **values,
    )


def position_of(shipment: Shipment) -> Position:
    """Where a shipment stood when it was read."""
    inside = shipment.__dict__
    return Position(**{name: inside[name] for name in KEPT})


def told_of(shipment: Shipment, said: Iterable[CarrierEventRow]) -> list[CarrierEventRow]:
    """Of everything said of an item, what counts for one of its shipments, and may be shown with it.

    An item may carry papers of several agencies; an operator's word binds their own agency alone.
    """
    return [row for row in said if row.agency in {None, shipment.agency}]


def reposition(
    shipment: Shipment, said: Iterable[CarrierEventRow], uow: UnitOfWork, *, late: bool = False
) -> Position:
    """Fold a shipment's position anew and tell what changed; returns where it stands now.

    Its item must be held (`hold`), so that nothing said meanwhile is left out.
    """
    before, was = position_of(shipment), (shipment.course, shipment.receipt)
    counted = [event_of(row) for row in told_of(shipment, said) if not row.quarantined]
    after = fold(counted, shipment.leg)
    refused = listed(running_of(uow).settings.post_refused_reasons)
    money = money_of(counted)
    shipment.change(
        **{name: getattr(after, name) for name in KEPT},
        **_postage(money),
        course=course(counted, shipment.leg, after, refused).kept(),
        receipt=receipt(counted, shipment.leg, after).kept(),
        disputed=any(one.disputed for one in money),
        revision=shipment.revision + 1,
    )
    _await_word(shipment, after, last_word(counted), uow)
    _ask_next(shipment, before, after, uow)
    for event in _news(shipment, before, was, late=late):
        uow.record(event, subject=shipment.id, agency=shipment.agency)
    open_by_position(shipment, before, uow)
    return after


def first_question(carrier: Carrier, item_code: str, uow: UnitOfWork) -> datetime | None:
    """When the carrier is first asked about an item of which it has told nothing yet."""
    if not tells_history(carrier) or item_code.startswith(TRIAL_ITEMS):
        return None
    return uow.now + asking.jittered(asking.FIRST_QUESTION, random.random())  # noqa: S311 - no secret hangs on it


def _postage(money: Iterable[Money]) -> dict[str, object]:
    told = next((one for one in money if one.purpose is MoneyPurpose.POSTAGE), None)
    return {
        "postage_expected": told and told.expected,
        "postage_charged": told and told.actual,
        "postage_state": told and told.reconciliation,
    }


def _ask_next(shipment: Shipment, before: Position, after: Position, uow: UnitOfWork) -> None:
    if not tells_history(shipment.carrier):
        shipment.change(pull_at=None)
    elif after.provisional:
        if not before.provisional:
            shipment.change(pull_at=uow.now + FIRST_PULL, pull_attempts=0)
    elif not asking.ended(after):
        first = first_question(shipment.carrier, shipment.item_code or "", uow)
        shipment.change(pull_at=first, pull_attempts=0)
    elif not asking.ended(before):
        shipment.change(pull_at=uow.now + asking.SLOW, pull_attempts=0)


def _await_word(
    shipment: Shipment, position: Position, word_at: datetime | None, uow: UnitOfWork
) -> None:
    known = shipment.word_at
    shipment.change(word_at=word_at)
    if word_at is None or not is_awaited(position):
        shipment.change(stalls_at=None, stalled_at=None)
    elif word_at != known or (shipment.stalls_at is None and shipment.stalled_at is None):
        days = running_of(uow).settings.postal_stalled_days
        shipment.change(stalls_at=silent_from(word_at, days), stalled_at=None)


def announce_order(shipment: Shipment, uow: UnitOfWork) -> None:
    """Tell that a shipment was registered: its first revision, before anything is said of it."""
    moved = ShipmentMoved.model_validate(telling(shipment) | {"late": False})
    uow.record(moved, subject=shipment.id, agency=shipment.agency)


def _news(
    shipment: Shipment, before: Position, was: tuple[object, object], *, late: bool
) -> Sequence[ShipmentMoved | ShipmentAccepted | ShipmentDelivered | ShipmentContested]:
    told: list[ShipmentMoved | ShipmentAccepted | ShipmentDelivered | ShipmentContested] = []
    after, news = position_of(shipment), telling(shipment)
    if before != after or was[0] != shipment.course:
        told.append(ShipmentMoved.model_validate(news | {"late": late}))
    if after.accepted_at is not None and after.accepted_at != before.accepted_at:
        told.append(ShipmentAccepted.model_validate(news))
    same = before.delivered_at == after.delivered_at and was[1] == shipment.receipt
    if _confirmed(after) and not (_confirmed(before) and same):
        told.append(ShipmentDelivered.model_validate(news))
    if after.contested and not before.contested:
        told.append(ShipmentContested.model_validate(news))
    return told


def _confirmed(position: Position) -> bool:
    return position.delivered_at is not None and not (position.provisional or position.contested)


def telling(shipment: Shipment) -> dict[str, object]:
    """A shipment's part of an event about it."""
    return shipment.__dict__ | shipment.course | shipment.receipt | {"shipment": shipment.id}
