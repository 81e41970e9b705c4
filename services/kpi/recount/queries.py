"""All cells counted anew into tables beside them, in SQL alone; nobody else sees those tables."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    MetaData,
    Select,
    Table,
    case,
    func,
    literal,
    literal_column,
    select,
    union,
    union_all,
)

from chassis.database import Bench, Database
from chassis.database.sqlite import DIALECT as SQLITE
from chassis.database.statements import DIALECT as POSTGRES
from contracts.vocabulary import DurationKind
from services.kpi import facts
from services.kpi.recount.digests import Bucket, Cells, Comparison, Key, compare
from services.kpi.recount.measures import (
    Condition,
    Moment,
    bucket_of,
    by_moment,
    day_of,
    elapsed_days,
    fact,
)
from services.kpi.tables import Cell, DossierFact, DurationCell, ProcedureCell

Kind = type[Cell] | type[ProcedureCell] | type[DurationCell]
Told = Callable[[str, int, int], None]
"""Hears what is being done, how many steps of it are done, and of how many."""

KINDS: Mapping[Kind, tuple[str, ...]] = {
    Cell: facts.MEASURES,
    ProcedureCell: facts.PROCEDURE_MEASURES,
    DurationCell: ("n",),
}
"""The kinds of cells, and their measures."""


async def compared(database: Database, told: Told) -> Comparison:
    """Every half-month of every kind of cells beside its count from the facts, at one instant."""
    found: list[Bucket] = []
    async with database.bench() as bench:
        for number, (kind, measures) in enumerate(KINDS.items()):
            told("counting", number, len(KINDS))
            shadow = await _shadow(bench, kind)
            found += [one async for one in _buckets(bench, kind, shadow, measures, told)]
            await bench.make(f"DROP TABLE {shadow.name}")
        how_many = await bench.ask(select(func.count()).select_from(DossierFact.__table__))
    return Comparison(tuple(found), int(how_many[0][0]))


def counted(kind: Kind, *, postgres: bool) -> Select[Any]:
    """Cells as the facts give them: their keys, and the sum of each measure."""
    if kind is DurationCell:
        return _durations(postgres=postgres)
    place, measures = keys_of(kind)[-1], KINDS[kind]
    parts = [
        _by(moment, conditions, place, measures, postgres=postgres)
        for moment, conditions in by_moment(postgres=postgres)
        if any(name in measures for name in conditions)
    ]
    told = union_all(*parts).subquery("told")
    keys = [told.c.bucket, told.c.agency, told.c[place]]
    sums = [func.sum(told.c[name]).label(name) for name in measures]
    return select(*keys, *sums).group_by(*keys)


def keys_of(kind: Kind) -> list[str]:
    """The columns that tell cells of a kind apart, the half-month first."""
    return [column.name for column in kind.__table__.primary_key.columns]


def _durations(*, postgres: bool) -> Select[Any]:
    """How many dossiers with a result took so many days, by each kind of time."""
    elapsed = elapsed_days(postgres=postgres)
    parts = [
        select(
            day_of(fact.done_at, postgres=postgres).label("day"),
            fact.agency,
            fact.field,
            literal(str(kind)).label("kind"),
            days.label("days"),
        ).where(
            *(fact.agency.is_not(None), fact.field.is_not(None), days.is_not(None)),
            *(fact.done_at.is_not(None), fact.received_at.is_not(None), elapsed >= 0),
        )
        for kind, days in (
            (DurationKind.ELAPSED, elapsed),
            (DurationKind.AGENCY, fact.agency_days),
        )
    ]
    each = union_all(*parts).subquery()
    bucket = bucket_of(each.c.day, postgres=postgres).label("bucket")
    keys = [bucket, each.c.agency, each.c.field, each.c.kind, each.c.days]
    return select(*keys, func.count().label("n")).group_by(*keys)


def _by(
    moment: Moment,
    conditions: Mapping[str, Condition],
    place: str,
    measures: tuple[str, ...],
    *,
    postgres: bool,
) -> Select[Any]:
    """What dossiers add on the day of one of their moments; nothing of every other measure."""
    own = {name: holds for name, holds in conditions.items() if name in measures}
    each = (
        select(
            day_of(moment, postgres=postgres).label("day"),
            fact.agency,
            fact[place],
            *(case((holds, 1), else_=0).label(name) for name, holds in own.items()),
        )
        .where(moment.is_not(None), fact.agency.is_not(None), fact[place].is_not(None))
        .subquery()
    )
    keys = [bucket_of(each.c.day, postgres=postgres).label("bucket"), each.c.agency, each.c[place]]
    amounts = [
        (func.sum(each.c[name]) if name in own else literal_column("0")).label(name)
        for name in measures
    ]
    return select(*keys, *amounts).group_by(*keys)


@cache
def shadow_statement(kind: Kind, *, postgres: bool) -> str:
    """The statement that makes a table of cells counted anew; it is long, so it is written once."""
    made = counted(kind, postgres=postgres).into(_name_of(kind), temporary=True)
    return str(made.compile(dialect=POSTGRES if postgres else SQLITE))


def _name_of(kind: Kind) -> str:
    return f"shadow_{kind.__table__.name}"


async def _shadow(bench: Bench, kind: Kind) -> Table:
    name = _name_of(kind)
    await bench.make(shadow_statement(kind, postgres=bench.is_postgres))
    await bench.make(f"CREATE INDEX {name}_bucket ON {name} (bucket)")
    columns = (kind.__table__.c[one] for one in (*keys_of(kind), *KINDS[kind]))
    return Table(name, MetaData(), *(Column(one.name, one.type) for one in columns))


async def _buckets(
    bench: Bench, kind: Kind, shadow: Table, measures: tuple[str, ...], told: Told
) -> AsyncIterator[Bucket]:
    kept = kind.__table__
    both = union(select(kept.c.bucket), select(shadow.c.bucket)).subquery("both")
    buckets = [row[0] for row in await bench.ask(select(both.c.bucket).order_by(both.c.bucket))]
    for number, bucket in enumerate(buckets):
        told(f"comparing {kept.name}", number, len(buckets))
        yield compare(
            kept.name,
            bucket,
            await _cells(bench, kept, keys_of(kind), bucket, measures),
            await _cells(bench, shadow, keys_of(kind), bucket, measures),
        )


async def _cells(
    bench: Bench, table: Table, keys: list[str], bucket: date, measures: tuple[str, ...]
) -> Cells:
    wanted = select(*(table.c[name] for name in (*keys, *measures)))
    found: dict[Key, dict[str, int]] = {}
    for row in await bench.ask(wanted.where(table.c.bucket == bucket)):
        told = tuple(row)
        amounts = zip(measures, map(int, told[len(keys) :]), strict=True)
        found[told[: len(keys)]] = {name: amount for name, amount in amounts if amount}
    return found
