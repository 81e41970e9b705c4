"""What a manifest asks of the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import Leg, Milestone
from services.postal.domain import Strength
from services.postal.tables import NOT_ACCEPTED, CarrierEventRow, Shipment

Place = tuple[datetime, str]
"""Moment and id of a line: lines are in this order."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which items are asked for."""

    legs: frozenset[Leg]
    agencies: frozenset[str] | None
    account: str | None
    handed_over: bool
    """Those the post took over from `first` on; otherwise those that wait for it."""
    first: datetime
    until: datetime
    """Exclusive."""


async def lines_of(
    asked: Asked, after: Place | None, limit: int, uow: UnitOfWork
) -> list[Shipment]:
    """The items of a manifest after a place, in the order of their moments."""
    moment = col(Shipment.accepted_at) if asked.handed_over else col(Shipment.ordered_at)
    conditions = _conditions(asked, uow)
    if after is not None:
        at, last = after
        conditions.append(or_(moment > at, and_(moment == at, col(Shipment.id) > last)))
    return await uow.all(Shipment, *conditions, order_by=(moment, col(Shipment.id)), limit=limit)


async def totals_of(asked: Asked, uow: UnitOfWork) -> Sequence[Any]:
    """Carrier, account, dossiers, numbered items and dossiers without a number, for each account."""
    carrier, account = col(Shipment.carrier), col(Shipment.account)
    numbered = func.count(col(Shipment.item_code))
    return await uow.select(
        select(
            carrier,
            account,
            func.count().label("dossiers"),
            func.count(distinct(col(Shipment.item_code))).label("items"),
            (func.count() - numbered).label("unnumbered"),
        )
        .where(*_conditions(asked, uow))
        .group_by(carrier, account)
        .order_by(carrier, account)
    )


async def slips_of(items: Iterable[str], uow: UnitOfWork) -> list[CarrierEventRow]:
    """What operators said of these items with a slip, the oldest first."""
    row = CarrierEventRow
    return await uow.all(
        row,
        among(row.__table__.c.item_code, set(items), postgres=uow.database.is_postgres),
        col(row.strength) == Strength.OPERATOR,
        col(row.slip).is_not(None),
        order_by=(col(row.occurred_at), col(row.event_key)),
    )


async def agency_name(code: str, uow: UnitOfWork) -> str | None:
    """What an agency is called, once the directory's news of it has come."""
    table = uow.database.metadata.tables["known_agency"]
    rows = await uow.select(select(table.c.name).where(table.c.code == code))
    return str(rows[0].name) if rows else None


def _conditions(asked: Asked, uow: UnitOfWork) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(Shipment.leg).in_(sorted(asked.legs))]
    if asked.handed_over:
        accepted = col(Shipment.accepted_at)
        conditions += [accepted >= asked.first, accepted < asked.until]
    else:
        conditions += [NOT_ACCEPTED, col(Shipment.milestone) == Milestone.PRE]
        conditions.append(col(Shipment.ordered_at) < asked.until)
    if asked.agencies is not None:
        postgres = uow.database.is_postgres
        conditions.append(among(Shipment.__table__.c.agency, asked.agencies, postgres=postgres))
    if asked.account is not None:
        conditions.append(col(Shipment.account) == asked.account)
    return conditions
