"""How many dossiers took so many days: whole half-months from the cells, the days around them from facts."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import VIETNAM, DurationKind
from services.kpi.domain import Span, bucket_of, cut
from services.kpi.facts import Fact, day_of
from services.kpi.facts.measures import lengths
from services.kpi.lengths.counting import Counted
from services.kpi.structure import Units
from services.kpi.tables import DossierFact, DurationCell

_COLUMNS = ("code", "agency", "field", "received_at", "done_at", "agency_days")


async def counted(units: Units, period: Span, uow: UnitOfWork) -> Sequence[Counted]:
    """The lengths of the dossiers of these agencies whose result lies in a period."""
    parts = cut(period)
    found: list[Counted] = []
    if parts.whole is not None:
        found += await _cells(units, parts.whole, uow)
    for edge in parts.edges:
        found += await _edge(units, edge, uow)
    return found


async def _cells(units: Units, whole: Span, uow: UnitOfWork) -> Iterator[Counted]:
    cell = DurationCell
    keys = [col(each) for each in (cell.bucket, cell.agency, cell.field, cell.kind, cell.days)]
    rows: Sequence[Row[Any]] = await uow.select(
        select(*keys, func.sum(col(cell.n)))
        .where(
            among(cell.__table__.c.agency, units, postgres=uow.database.is_postgres),
            col(cell.bucket) >= whole.first,
            col(cell.bucket) < whole.end,
            col(cell.n) != 0,
        )
        .group_by(*keys)
    )
    return (
        Counted(bucket, units[agency], units.field(field), DurationKind(kind), days, int(n))
        for bucket, agency, field, kind, days, n in map(tuple, rows)
    )


async def _edge(units: Units, edge: Span, uow: UnitOfWork) -> Iterator[Counted]:
    fact = DossierFact
    rows: Sequence[Row[Any]] = await uow.select(
        select(*(col(getattr(fact, name)) for name in _COLUMNS)).where(
            among(fact.__table__.c.agency, units, postgres=uow.database.is_postgres),
            col(fact.field).is_not(None),
            col(fact.done_at) >= _midnight(edge.first),
            col(fact.done_at) < _midnight(edge.end),
        )
    )
    facts = [Fact(**dict(zip(_COLUMNS, row, strict=True))) for row in map(tuple, rows)]
    return (
        Counted(_bucket(one), units[str(one.agency)], units.field(str(one.field)), kind, days, 1)
        for one in facts
        for kind, days in lengths(one)
    )


def _bucket(fact: Fact) -> date:
    if fact.done_at is None:
        raise ValueError("a dossier without a result took no time yet")
    return bucket_of(day_of(fact.done_at))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, VIETNAM)
