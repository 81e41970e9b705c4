"""What is read to tell figures apart: cells by half-month, and how fresh what was heard is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, literal, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from services.kpi import facts
from services.kpi.domain import Span
from services.kpi.structure import Units
from services.kpi.tables import Cell, DossierFact, KnownProcedure

ByField = dict[tuple[str, str], Counter[str]]
SOURCES = {
    "dossiers": DossierFact.received_at,
    "results": DossierFact.done_at,
    "ratings": DossierFact.rated_at,
    "post": DossierFact.outbound_accepted_at,
}
"""A moment that each kind of news tells of; each has an index."""


async def by_bucket(
    units: Units,
    whole: Span,
    measures: Collection[str],
    fields: Collection[str],
    uow: UnitOfWork,
    *,
    apart: bool,
) -> Mapping[date, ByField]:
    """Measures of every half-month; by agency and field only where they are needed `apart`."""
    names = [name for name in measures if name in facts.MEASURES]
    keys: list[Any] = [col(Cell.agency), col(Cell.field)]
    grouped = keys if apart else []
    told = keys if apart else [literal(""), literal("")]
    conditions = [
        col(Cell.bucket) >= whole.first,
        col(Cell.bucket) < whole.end,
        among(Cell.__table__.c.agency, units, postgres=uow.database.is_postgres),
    ]
    if fields:
        conditions.append(col(Cell.field).in_(sorted(units.filed_under(fields))))
    rows: Sequence[Row[Any]] = await uow.select(
        select(col(Cell.bucket), *told, *(func.sum(getattr(Cell, name)) for name in names))
        .where(*conditions)
        .group_by(col(Cell.bucket), *grouped)
    )
    found: dict[date, ByField] = {}
    for bucket, agency, field, *amounts in map(tuple, rows):
        key = (units.get(agency, agency), units.field(field))
        sums = found.setdefault(bucket, {}).setdefault(key, Counter())
        sums.update({name: int(n) for name, n in zip(names, amounts, strict=True)})
    return found


async def told_something(units: Units, whole: Span, uow: UnitOfWork) -> frozenset[str]:
    """Agencies with anything received, settled or rated in whole half-months."""
    any_of = col(Cell.received) + col(Cell.settled) + col(Cell.returned) + col(Cell.ratable)
    rows = await uow.select(
        select(col(Cell.agency))
        .distinct()
        .where(
            col(Cell.bucket) >= whole.first,
            col(Cell.bucket) < whole.end,
            among(Cell.__table__.c.agency, units, postgres=uow.database.is_postgres),
            any_of > 0,
        )
    )
    return frozenset(units[row[0]] for row in rows)


async def last_heard(uow: UnitOfWork) -> datetime | None:
    """When anything was last heard."""
    inbox = uow.database.metadata.tables["inbox"]
    [row] = await uow.select(select(func.max(inbox.c.heard_at)))
    return _moment(row[0])


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
