"""Cells counted anew beside those that are kept: where they differ, in SQL, and how it is put right."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    Dialect,
    Executable,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql import ColumnElement

from chassis.database.sqlite import DIALECT as SQLITE
from chassis.database.statements import DIALECT as POSTGRES
from services.kpi.recount.queries import KINDS, Kind, counted, keys_of
from services.kpi.tables import CellEdition

NUMBER = "number"
"""Numbers the cells that differ, in the order of their keys."""


@cache
def making(kind: Kind, *, postgres: bool) -> Sequence[str]:
    """The statements that make the tables of `anew` and `differing`; long, so written once."""
    dialect = POSTGRES if postgres else SQLITE
    return (
        _made(counted(kind, postgres=postgres), anew(kind), dialect),
        _made(_differences(kind), differing(kind), dialect),
        f"CREATE INDEX {differing(kind).name}_number ON {differing(kind).name} ({NUMBER})",
    )


def _made(question: Select[Any], table: Table, dialect: Dialect) -> str:
    return str(question.into(table.name, temporary=True).compile(dialect=dialect))


def anew(kind: Kind) -> Table:
    """The temporary table of cells as the facts give them."""
    return _temporary(f"anew_{kind.__table__.name}", _columns(kind))


def differing(kind: Kind) -> Table:
    """The temporary table of cells that differ: of each measure, how much is missing."""
    number: Column[Any] = Column(NUMBER, Integer)
    return _temporary(f"differing_{kind.__table__.name}", [number, *_columns(kind)])


def _temporary(name: str, columns: Iterable[Column[Any]]) -> Table:
    return Table(name, MetaData(), *columns)


def _columns(kind: Kind) -> list[Column[Any]]:
    own = kind.__table__.c
    return [Column(name, own[name].type) for name in (*keys_of(kind), *KINDS[kind])]


def _differences(kind: Kind) -> Select[Any]:
    counted_anew, kept, measures = anew(kind), kind.__table__, KINDS[kind]
    both = union_all(
        select(*counted_anew.c),
        select(
            *(kept.c[name] for name in keys_of(kind)),
            *((-kept.c[name]).label(name) for name in measures),
        ),
    ).subquery("both")
    keys = [both.c[name] for name in keys_of(kind)]
    missing = [cast(func.sum(both.c[name]), Integer).label(name) for name in measures]
    number = func.row_number().over(order_by=keys).label(NUMBER)
    differs = or_(*(func.sum(both.c[name]) != 0 for name in measures))
    return select(number, *keys, *missing).group_by(*keys).having(differs)


def how_many_differ(kind: Kind) -> Select[Any]:
    """In which half-months something differs, and how many cells."""
    bucket = differing(kind).c.bucket
    return select(bucket, func.count()).group_by(bucket)


def first_differing(kind: Kind, at_most: int) -> Select[Any]:
    """The first cells that differ: their keys, and how much is missing."""
    table = differing(kind)
    wanted = [table.c[name] for name in (*keys_of(kind), *KINDS[kind])]
    return select(*wanted).where(table.c.number <= at_most).order_by(table.c.number)


def texts(
    kind: Kind, table: Table, buckets: Iterable[date] | None, *, postgres: bool
) -> Select[Any]:
    """Cells as `digest_of` reads them, of some half-months or all: half-month and text, in order.

    A row is a cell on SQLite, on PostgreSQL all cells of an agency.
    """
    keys = [table.c[name] for name in keys_of(kind)]
    measures = [table.c[name] for name in sorted(KINDS[kind])]
    told: ColumnElement[str] = cast(keys[0], String)
    for key in keys[1:]:
        told = told + literal("\t") + cast(key, String)
    for one in measures:
        told = told + case((one != 0, literal(f"\t{one.name}=") + cast(one, String)), else_="")
    told = told + literal("\n")
    holds = [or_(*(one != 0 for one in measures))]
    if buckets is not None:
        holds.append(table.c.bucket.in_(buckets))
    order = [_as_python(key, postgres=postgres) for key in keys]
    if not postgres:
        return select(keys[0], told).where(*holds).order_by(*order)
    together = func.aggregate_strings(told, "").aggregate_order_by(*order[2:])
    return select(keys[0], together).where(*holds).group_by(*order[:2]).order_by(*order[:2])


def _as_python(key: ColumnElement[Any], *, postgres: bool) -> ColumnElement[Any]:
    """What orders keys as Python does: text by its code points, whatever the database's language."""
    is_text = not isinstance(key.type, Date | Integer)
    return key.collate("C") if postgres and is_text else key


def corrections(kind: Kind, first: int, last: int, *, postgres: bool) -> Sequence[Executable]:
    """The statements that add what is missing in the cells of these numbers, and tell that they changed."""
    insert = postgres_insert if postgres else sqlite_insert
    missing, kept, measures = differing(kind), kind.__table__, KINDS[kind]
    keys = keys_of(kind)
    these = missing.c.number.between(first, last)
    wanted = select(*(missing.c[name] for name in (*keys, *measures))).where(these)
    cells = insert(kept).from_select([*keys, *measures], wanted.order_by(missing.c.number))
    edition = CellEdition.__table__
    buckets = select(missing.c.bucket, literal(1)).where(these).distinct()
    moved = insert(edition).from_select(["bucket", "edition"], buckets.order_by(missing.c.bucket))
    grown = {"edition": edition.c.edition + moved.excluded.edition}
    return (
        cells.on_conflict_do_update(
            index_elements=keys,
            set_={name: kept.c[name] + cells.excluded[name] for name in measures},
        ),
        moved.on_conflict_do_update(index_elements=["bucket"], set_=grown),
    )
