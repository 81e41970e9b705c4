"""What is read to tell figures apart: cells by half-month, and how fresh what was heard is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from services.kpi import facts
from services.kpi.domain import Span
from services.kpi.shelf import Wanted, summed
from services.kpi.structure import Units
from services.kpi.tables import Cell, DossierFact, HeardDay, KnownProcedure

ByField = dict[tuple[str, str], Counter[str]]
SOURCES = {
    "dossiers": DossierFact.received_at,
    "results": DossierFact.done_at,
    "ratings": DossierFact.rated_at,
    "post": DossierFact.outbound_accepted_at,
}
"""A moment that each kind of news tells of; each has an index."""

TOLD = ("received", "settled", "returned", "ratable")
"""Measures of which a unit that works has some."""


async def by_bucket(
    units: Units, whole: Span, measures: Collection[str], fields: Collection[str], uow: UnitOfWork
) -> Mapping[date, ByField]:
    """Measures of every half-month, of all agencies and fields together."""
    names = tuple(name for name in facts.MEASURES if name in measures)
    by = ("bucket", "field") if fields else ("bucket",)
    sums = await summed(Wanted(Cell, frozenset(units), whole, by, names), uow)
    found: dict[date, ByField] = {}
    wanted = units.filed_under(fields)
    for place, amounts in sums.items():
        bucket, field = place if fields else (place, "")
        if not fields or field in wanted:
            there = found.setdefault(bucket, {})
            there.setdefault(("", units.field(field)), Counter()).update(amounts)
    return found


async def by_bucket_apart(
    units: Units, whole: Span, measures: Collection[str], fields: Collection[str], uow: UnitOfWork
) -> Mapping[date, ByField]:
    """Measures of every half-month, by agency and field."""
    names = [name for name in measures if name in facts.MEASURES]
    keys: list[Any] = [col(Cell.bucket), col(Cell.agency), col(Cell.field)]
    conditions = [
        col(Cell.bucket) >= whole.first,
        col(Cell.bucket) < whole.end,
        among(Cell.__table__.c.agency, units, postgres=uow.database.is_postgres),
    ]
    if fields:
        conditions.append(col(Cell.field).in_(sorted(units.filed_under(fields))))
    rows: Sequence[Row[Any]] = await uow.select(
        select(*keys, *(getattr(Cell, name) for name in names)).where(*conditions)
    )
    found: dict[date, ByField] = {}
    for bucket, agency, field, *amounts in map(tuple, rows):
        key = (units[agency], units.field(field))
        sums = found.setdefault(bucket, {}).setdefault(key, Counter())
        sums.update({name: int(n) for name, n in zip(names, amounts, strict=True)})
    return found


async def told_something(units: Units, whole: Span, uow: UnitOfWork) -> frozenset[str]:
    """Agencies with anything received, settled or rated in whole half-months."""
    sums = await summed(Wanted(Cell, frozenset(units), whole, ("agency",), TOLD), uow)
    return frozenset(units[agency] for agency, told in sums.items() if any(told.values()))


async def last_heard(uow: UnitOfWork) -> datetime | None:
    """When anything was last heard."""
    inbox = uow.database.metadata.tables["inbox"]
    [row] = await uow.select(select(func.max(inbox.c.heard_at)))
    return _moment(row[0])


async def last_days(units: Units, uow: UnitOfWork) -> Mapping[str, date]:
    """The last day on which anything was told of each unit's dossiers; none of those never heard from."""
    table = uow.database.metadata.tables["known_agency"]
    # A look at the end of each agency's days, however many there are.
    last = (
        select(func.max(col(HeardDay.day)))
        .where(col(HeardDay.agency) == table.c.code)
        .scalar_subquery()
    )
    whose = among(table.c.code, units, postgres=uow.database.is_postgres)
    found: dict[str, date] = {}
    for agency, day in map(tuple, await uow.select(select(table.c.code, last).where(whose))):
        if day is not None:
            unit = units[agency]
            found[unit] = max(day, found.get(unit, day))
    return found


async def newest(uow: UnitOfWork) -> Mapping[str, datetime | None]:
    """The newest moment that each kind of news tells of and that is not still to come."""
    found: dict[str, datetime | None] = {}
    for name, moment in SOURCES.items():
        [row] = await uow.select(select(func.max(col(moment))).where(col(moment) <= uow.now))
        found[name] = _moment(row[0])
    return found


async def procedure_names(uow: UnitOfWork) -> Mapping[str, str]:
    """What every procedure is called."""
    rows = await uow.select(select(col(KnownProcedure.code), col(KnownProcedure.name)))
    return dict(map(tuple, rows))


def _moment(told: Any) -> datetime | None:
    return told if isinstance(told, datetime) else None
