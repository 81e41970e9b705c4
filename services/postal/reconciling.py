"""Reconciling (đối soát): what an office states was charged or received, and how a month compares."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from itertools import groupby

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.lgsp import first_day, following_month
from contracts.post_money import (
    ReconciliationList,
    ReconciliationRow,
    ReconciliationTotal,
    ShipmentReconciliation,
)
from contracts.problems import FieldError, Invalid
from contracts.vocabulary import (
    VIETNAM,
    Carrier,
    MoneyPurpose,
    Reconciliation,
    ShipmentQueue,
)
from services.postal import cursors, queries
from services.postal.commands import OPERATOR, ItemWithoutCode, Ordered, reachable_shipment
from services.postal.cursors import CursorUnknown
from services.postal.domain import standing
from services.postal.money import SETTLING, Money, money_of
from services.postal.positions import event_of, hold, operators_row, reposition, told_of
from services.postal.tables import WAITS_SINCE, CarrierEventRow, CarrierOrder, Shipment
from services.postal.tracks import Sum

RECONCILED = f"{OPERATOR}reconciled"
"""The code of an office's statement."""


@dataclass(frozen=True)
class MonthOfAccount:
    """A part of an account's month."""

    account: str
    month: str
    carrier: Carrier | None = None
    """Where accounts with several carriers are called the same."""
    cursor: str | None = None
    limit: int = 500
    """Items, each with a row for each purpose of its money."""


class StatementTwofold(Invalid):
    """Two amounts are stated for one purpose."""

    title_vi = "Một khoản tiền được khai hai lần"


async def reconcile(
    shipment_id: str, statement: ShipmentReconciliation, caller: Principal, uow: UnitOfWork
) -> Ordered:
    """Take an office's statement of what an item's money came to; a later one corrects it.

    It counts for the shipments of the item that are the same agency's. What stands already is not stated
    again. Raises `UnknownShipment`, `ItemWithoutCode`, `StatementTwofold`.
    """
    shipment = await reachable_shipment(shipment_id, caller, uow)
    if shipment.item_code is None:
        raise ItemWithoutCode("Nothing is charged for what the post does not have.")
    sums = _sums(statement)
    await hold(shipment.carrier, [shipment.item_code], uow)
    said = await queries.events_of_shipment(shipment, uow)
    asked = await uow.get(CarrierOrder, shipment.id)
    row = _row(shipment, statement, sums, caller, uow)
    if _stands(row, told_of(shipment, said)):
        return Ordered(shipment, said, asked, repeated=True)
    uow.add(row)
    said.append(row)
    aboard = await queries.shipments_of_items(shipment.carrier, [shipment.item_code], uow)
    for one in aboard:
        if one.agency == shipment.agency:
            reposition(one, said, uow)
    return Ordered(shipment, said, asked)


async def month_of_account(
    wanted: MonthOfAccount, caller: Principal, uow: UnitOfWork
) -> ReconciliationList:
    """The money of the items that an account had accepted in a month, within the caller's reach.

    An item counts in the month of its custody, whenever its money came. Raises `CursorUnknown`.
    """
    agencies = await running_of(uow).tree.reach(caller.agency)
    found = await queries.items_in_custody(
        uow,
        account=wanted.account,
        carrier=wanted.carrier,
        period=instants_of(wanted.month),
        agencies=agencies,
        after=_place(wanted.cursor),
        limit=wanted.limit + 1,
    )
    shown = found[: wanted.limit]
    rows: list[ReconciliationRow] = []
    for of_carrier, keys in groupby(shown, key=lambda key: key[0]):
        items = [item for _, item in keys]
        said = await queries.events_of_items(of_carrier, items, uow)
        aboard = await queries.shipments_of_items(of_carrier, items, uow)
        for item in items:
            within = [
                one
                for one in aboard
                if one.item_code == item and (agencies is None or one.agency in agencies)
            ]
            rows += _rows(item, within, [row for row in said if row.item_code == item])
    return ReconciliationList(
        account=wanted.account,
        month=wanted.month,
        items=rows,
        totals=_totals(rows),
        next_cursor="/".join(shown[-1]) if len(found) > len(shown) else None,
    )


def instants_of(month: str) -> tuple[datetime, datetime]:
    """The half-open period of a month in Vietnam.

    >>> [at.isoformat() for at in instants_of("2020-12")]
    ['2020-12-01T00:00:00+07:00', '2021-01-01T00:00:00+07:00']
    """
    days = (first_day(month), first_day(following_month(month)))
    start, end = (datetime.combine(day, time(), VIETNAM) for day in days)
    return start, end


async def awaiting(
    queue: ShipmentQueue, page: tuple[str | None, int], caller: Principal, uow: UnitOfWork
) -> tuple[list[Shipment], str | None]:
    """Shipments within the caller's reach that wait for a person, and where the rest begins.

    Raises `CursorUnknown`.
    """
    cursor, limit = page
    agencies = await running_of(uow).tree.reach(caller.agency)
    after = cursors.read(cursor)[:2] if cursor else None
    found = await queries.shipments_awaiting(queue, agencies, after, limit + 1, uow)
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    since = getattr(last, WAITS_SINCE[queue].name)
    return found[:limit], cursors.written(since, last.id)


def _sums(statement: ShipmentReconciliation) -> tuple[Sum, ...]:
    sums: list[Sum] = []
    for place, one in enumerate(statement.amounts):
        if one.purpose in {sum_.purpose for sum_ in sums}:
            detail = "State one amount for each purpose."
            pointer = FieldError(
                pointer=f"/amounts/{place}/purpose", code="repeated", detail=detail
            )
            raise StatementTwofold(detail, errors=[pointer])
        sums.append(Sum(one.purpose, SETTLING[one.purpose], one.amount, one.receipt))
    return tuple(sums)


def _row(
    shipment: Shipment,
    statement: ShipmentReconciliation,
    sums: Sequence[Sum],
    caller: Principal,
    uow: UnitOfWork,
) -> CarrierEventRow:
    return operators_row(
        (shipment.carrier, str(shipment.item_code)),
        shipment.agency,
        caller,
        uow,
        code=RECONCILED,
        occurred_at=statement.occurred_at,
        # Each statement is one of its own, also one that goes back to an earlier amount.
        told_under=f"{RECONCILED} {uow.now.isoformat()}",
        slip=statement.reference,
        sums=[asdict(one) for one in sums],
    )


def _stands(row: CarrierEventRow, told: Sequence[CarrierEventRow]) -> bool:
    """Whether the same was stated last, so that saying it again would say nothing."""
    events = standing(event_of(one) for one in told if not one.quarantined)
    stated = [one for one in events if one.code == RECONCILED]
    latest = max(stated, key=lambda one: (one.recorded_at, one.event_key), default=None)
    new = event_of(row)
    return latest is not None and (latest.sums, latest.slip, latest.occurred_at) == (
        new.sums,
        new.slip,
        new.occurred_at,
    )


def _place(cursor: str | None) -> tuple[str, str]:
    carrier, mark, item = (cursor or "/").partition("/")
    if not mark:
        raise CursorUnknown("Send `next_cursor` as it was given.")
    return carrier, item


def _rows(
    item: str, within: Sequence[Shipment], said: Sequence[CarrierEventRow]
) -> list[ReconciliationRow]:
    """An item's rows by purpose; postage is always one, as every item is charged for."""
    custody = [one.accepted_at for one in within if one.accepted_at is not None]
    if not custody:
        return []
    agencies = {None, *(one.agency for one in within)}
    counted = [row for row in said if row.agency in agencies and not row.quarantined]
    told = {one.purpose: one for one in money_of(event_of(row) for row in counted)}
    told.setdefault(MoneyPurpose.POSTAGE, Money(MoneyPurpose.POSTAGE))
    known = {
        "carrier": within[0].carrier,
        "item_code": item,
        "dossiers": sorted({one.dossier for one in within}),
        "shipments": sorted(one.id for one in within),
        "accepted_at": min(custody).astimezone(VIETNAM),
    }
    return [
        ReconciliationRow.model_validate(
            known
            | {
                "purpose": purpose,
                "expected": told[purpose].expected,
                "actual": told[purpose].actual,
                "difference": _difference(told[purpose]),
                "reconciliation": told[purpose].reconciliation,
                "reference": told[purpose].reference,
            }
        )
        for purpose in MoneyPurpose
        if purpose in told
    ]


def _difference(money: Money) -> int | None:
    if money.expected is None or money.actual is None:
        return None
    return money.actual - money.expected


def _totals(rows: Sequence[ReconciliationRow]) -> list[ReconciliationTotal]:
    totals = []
    for purpose in MoneyPurpose:
        of_purpose = [row for row in rows if row.purpose is purpose]
        if of_purpose:
            totals.append(
                ReconciliationTotal(
                    purpose=purpose,
                    rows=len(of_purpose),
                    open=sum(row.reconciliation is Reconciliation.OPEN for row in of_purpose),
                    expected=sum(row.expected or 0 for row in of_purpose),
                    actual=sum(row.actual or 0 for row in of_purpose),
                )
            )
    return totals
