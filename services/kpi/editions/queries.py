"""Editions as they are kept, and what changed of closed periods since."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlmodel import col

from chassis.database import Database, UnitOfWork
from chassis.database.among import among
from contracts.periods import Span, bucket_of, following
from contracts.vocabulary import EditionKind, Structure
from services.kpi.editions.domain import Link, Walk, walked
from services.kpi.editions.tables import Correction, Edition, EditionChain
from services.kpi.tables import CellEdition

CHAIN = "editions"
"""The one chain of an installation."""

CHUNK = 200
"""Editions read at a time."""


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


@dataclass(frozen=True)
class ClosedDays:
    """What is closed, as one question finds it."""

    revision: int
    """Of the chain that was read: it moves with every edition."""
    spans: Sequence[Span]
    """From the half-month that the first day of an edition lies in."""

    def hold(self, bucket: date) -> bool:
        """Whether a half-month has days that some edition has closed."""
        return any(span.holds(bucket) for span in self.spans)


_CLOSED: WeakKeyDictionary[Database, ClosedDays] = WeakKeyDictionary()
"""What editions had closed when the chain was last seen to have grown."""


async def closed_days(uow: UnitOfWork) -> ClosedDays:
    """The days that some edition has closed, and how far the chain was when they were read.

    Every batch of events asks, and they are read again only where the chain has grown.
    """
    [[revision]] = await uow.look("SELECT revision FROM edition_chain")
    known = _CLOSED.get(uow.database)
    if known is None or known.revision != revision:
        table = Edition.__table__
        rows = await uow.select(select(table.c.first, table.c.end).distinct())
        spans = [Span(bucket_of(first), end) for first, end in map(tuple, rows)]
        known = _CLOSED[uow.database] = ClosedDays(revision, spans)
    return known


def expect_chain(revision: int, uow: UnitOfWork) -> None:
    """That no edition has been added since the chain was read."""
    uow.expect(EditionChain, (CHAIN,), {"revision": revision})


async def grow_chain(uow: UnitOfWork) -> None:
    """Let everybody who read the chain before know that it has grown."""
    row = await uow.get(EditionChain, CHAIN)
    assert row is not None  # noqa: S101 - the migration made it
    row.revision += 1


@dataclass(frozen=True)
class Marks:
    """How far the half-months of a period and the corrections were, before its figures were read."""

    moved: Mapping[date, int]
    """How often each half-month had changed, where it ever had."""
    corrections: int
    """The last correction there was."""


async def marks(span: Span, uow: UnitOfWork) -> Marks:
    """How far a period is: half-months first, so that no correction is taken for one they hold already."""
    table = CellEdition.__table__
    rows = await uow.select(
        select(table.c.bucket, table.c.edition).where(
            table.c.bucket >= bucket_of(span.first), table.c.bucket < span.end
        )
    )
    last = await uow.select(select(func.max(Correction.__table__.c.seq)))
    return Marks(dict(map(tuple, rows)), last[0][0] or 0)


def expect_marks(span: Span, told: Marks, uow: UnitOfWork) -> None:
    """That no cell of the period has changed since; of half-months that never had any none may appear."""
    bucket = bucket_of(span.first)
    while bucket < span.end:
        if bucket in told.moved:
            uow.expect(CellEdition, (bucket,), {"edition": told.moved[bucket]})
        else:
            uow.add(CellEdition.of(bucket=bucket, edition=0))
        bucket = following(bucket)


def keep_correction(
    code: str, key: tuple[date, str, str], amounts: Mapping[str, int], uow: UnitOfWork
) -> None:
    """Remember that a dossier now adds something else to a closed half-month."""
    bucket, agency, field = key
    told: dict[str, Any] = {"at": uow.now, "code": code, "bucket": bucket}
    uow.write("correction", told | {"agency": agency, "field": field, "amounts": dict(amounts)})


async def corrections(
    agencies: Iterable[str], span: Span, edition: Edition, uow: UnitOfWork
) -> Sequence[tuple[str, str, Mapping[str, int]]]:
    """What changed of these agencies' closed half-months since an edition: dossier, field, amounts."""
    table = Correction.__table__
    whose = among(table.c.agency, agencies, postgres=uow.database.is_postgres)
    # Editions of earlier versions tell only when they were cut.
    known = json.loads(edition.body).get("corrections")
    later = table.c.at > edition.cut_at if known is None else table.c.seq > known
    rows = await uow.select(
        select(table.c.code, table.c.field, table.c.amounts).where(
            whose, table.c.bucket >= span.first, table.c.bucket < span.end, later
        )
    )
    return [(code, field, amounts) for code, field, amounts in map(tuple, rows)]


async def how_many(uow: UnitOfWork) -> int:
    """How many editions there are."""
    return int((await uow.select(select(func.count()).select_from(Edition.__table__)))[0][0])
