"""Editions as they are kept, and what changed of closed periods since."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlmodel import col

from chassis.database import Database, UnitOfWork
from chassis.database.among import among
from contracts.periods import Span
from contracts.vocabulary import EditionKind, Structure
from services.kpi.editions.domain import Link, Walk, walked
from services.kpi.editions.tables import Correction, Edition

CHUNK = 200
"""Editions read at a time."""

_CLOSED: WeakKeyDictionary[Database, tuple[str, list[Span]]] = WeakKeyDictionary()
"""What editions closed, up to the one of this hash."""


async def editions_of(
    kind: EditionKind, key: str, agency: str, structure: Structure, uow: UnitOfWork
) -> list[Edition]:
    """The editions of a period, in order; the last is in force."""
    return await uow.all(
        Edition,
        col(Edition.kind) == kind,
        col(Edition.key) == key,
        col(Edition.agency) == agency,
        col(Edition.structure) == structure,
        order_by=(col(Edition.number),),
    )


async def head(uow: UnitOfWork) -> tuple[int, str | None]:
    """The place and the hash of the last edition of the chain; 0 and none before the first."""
    rows = await uow.all(Edition, order_by=(col(Edition.place).desc(),), limit=1)
    return (rows[0].place, rows[0].hash) if rows else (0, None)


async def overlapping(  # noqa: PLR0917 - which period it is, all named at the call
    kind: EditionKind, key: str, agency: str, structure: Structure, span: Span, uow: UnitOfWork
) -> Edition | None:
    """Another closed period of the same kind and agency that has days of this one."""
    rows = await uow.all(
        Edition,
        col(Edition.kind) == kind,
        col(Edition.agency) == agency,
        col(Edition.structure) == structure,
        col(Edition.key) != key,
        col(Edition.first) < span.end,
        col(Edition.end) > span.first,
        order_by=(col(Edition.place),),
        limit=1,
    )
    return rows[0] if rows else None


async def within(agencies: Iterable[str], after: int, limit: int, uow: UnitOfWork) -> list[Edition]:
    """Editions of these agencies, in the order of the chain, from after a place."""
    whose = among(Edition.__table__.c.agency, agencies, postgres=uow.database.is_postgres)
    return await uow.all(
        Edition, whose, col(Edition.place) > after, order_by=(col(Edition.place),), limit=limit
    )


async def of_days(
    agency: str, structure: Structure, span: Span, by: datetime, uow: UnitOfWork
) -> list[Edition]:
    """Editions of exactly these days that were there by an instant, the latest first."""
    return await uow.all(
        Edition,
        col(Edition.agency) == agency,
        col(Edition.structure) == structure,
        col(Edition.first) == span.first,
        col(Edition.end) == span.end,
        col(Edition.cut_at) <= by,
        order_by=(col(Edition.place).desc(),),
    )


async def named(agency: str, limit: int, uow: UnitOfWork) -> list[Edition]:
    """The latest editions of an agency."""
    return await uow.all(
        Edition,
        col(Edition.agency) == agency,
        order_by=(col(Edition.place).desc(),),
        limit=limit,
    )


async def walk(uow: UnitOfWork) -> Walk:
    """The whole chain, walked from its beginning."""
    at = Walk()
    while True:
        rows = await uow.all(
            Edition,
            col(Edition.place) > at.place,
            order_by=(col(Edition.place),),
            limit=CHUNK,
        )
        at = walked(map(link_of, rows), at)
        if len(rows) < CHUNK or at.broken_at is not None:
            return at


def link_of(row: Edition) -> Link:
    """An edition as a link of the chain."""
    names = ("kind", "key", "agency", "structure", "first", "end", "number")
    columns = {name: str(getattr(row, name)) for name in names}
    columns["cut_at"] = row.cut_at.isoformat()
    return Link(row.place, row.previous, row.hash, row.body, columns)


async def closed_spans(uow: UnitOfWork) -> Sequence[Span]:
    """The days that some edition has closed.

    Every batch of events asks. Editions are only ever added, each with the hash of all before it: they are
    read again only where the last one's hash is another.
    """
    last = await uow.look("SELECT hash FROM edition ORDER BY place DESC LIMIT 1")
    if not last:
        return ()
    known = _CLOSED.get(uow.database)
    if known is None or known[0] != last[0][0]:
        table = Edition.__table__
        rows = await uow.select(select(table.c.first, table.c.end).distinct())
        known = last[0][0], [Span(first, end) for first, end in map(tuple, rows)]
        _CLOSED[uow.database] = known
    return known[1]


def keep_correction(
    code: str, key: tuple[date, str, str], amounts: Mapping[str, int], uow: UnitOfWork
) -> None:
    """Remember that a dossier now adds something else to a closed half-month."""
    bucket, agency, field = key
    told: dict[str, Any] = {"at": uow.now, "code": code, "bucket": bucket}
    uow.write("correction", told | {"agency": agency, "field": field, "amounts": dict(amounts)})


async def corrections(
    agencies: Iterable[str], span: Span, since: datetime, uow: UnitOfWork
) -> Sequence[tuple[str, str, Mapping[str, int]]]:
    """What changed of these agencies' closed half-months since an instant: dossier, field, amounts."""
    table = Correction.__table__
    whose = among(table.c.agency, agencies, postgres=uow.database.is_postgres)
    rows = await uow.select(
        select(table.c.code, table.c.field, table.c.amounts).where(
            whose, table.c.bucket >= span.first, table.c.bucket < span.end, table.c.at > since
        )
    )
    return [(code, field, amounts) for code, field, amounts in map(tuple, rows)]


async def how_many(uow: UnitOfWork) -> int:
    """How many editions there are."""
    return int((await uow.select(select(func.count()).select_from(Edition.__table__)))[0][0])
