"""Sums of cells kept at hand between questions, for as long as nothing of what they add up has changed.

Every half-month has an edition that grows in the transaction which changes a cell of it, whoever commits it,
so a question reads the editions first and adds up anew only the half-months that have moved on. What was
added up while an edition moved is thrown away: an answer is always of one instant.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from chassis.database import Database, UnitOfWork
from chassis.database.among import among
from services.kpi.counted import Summed
from services.kpi.domain import Span
from services.kpi.tables import Cell, CellEdition, ProcedureCell

Kind = type[Cell] | type[ProcedureCell]
Sums = Summed
"""By agency and field, or by procedure: how much of each measure."""
Editions = Mapping[date, int]

ROOM = 200_000
"""Rows of sums that one process keeps of one database; those asked for longest ago go first."""

TRIES = 2
"""How often half-months that move while they are read are read again, before all is asked at once."""


@dataclass(frozen=True)
class Wanted:
    """Which sums are asked for: of what kind of cells, of which agencies, days and measures."""

    kind: Kind
    agencies: frozenset[str]
    whole: Span
    by: tuple[str, ...]
    """The columns that tell the sums apart."""
    measures: tuple[str, ...]


@dataclass(frozen=True)
class _Kept:
    """Sums of half-months that rest, of those that moved since, and of both together."""

    editions: Editions
    moving: frozenset[date]
    resting_sums: Sums
    sums: Sums


@dataclass
class Shelf:
    """What is kept of one database in this process."""

    kept: OrderedDict[Wanted, _Kept] = field(default_factory=OrderedDict)

    def put(self, wanted: Wanted, told: _Kept) -> None:
        """Keep sums, and let go of those asked for longest ago."""
        self.kept[wanted] = told
        self.kept.move_to_end(wanted)
        room = ROOM
        for one in reversed(list(self.kept)):
            room -= len(self.kept[one].sums)
            if room < 0 and one is not wanted:
                del self.kept[one]


_SHELVES: WeakKeyDictionary[Database, Shelf] = WeakKeyDictionary()


async def summed(wanted: Wanted, uow: UnitOfWork) -> Sums:
    """The sums as they are now. They are shared between questions: whoever adds to them copies them."""
    shelf = _SHELVES.setdefault(uow.database, Shelf())
    editions = await _editions(wanted.whole, uow)
    for _ in range(TRIES):
        kept = shelf.kept.get(wanted)
        if kept is not None and kept.editions == editions:
            shelf.kept.move_to_end(wanted)
            return kept.sums
        made = await _brought_up(wanted, kept, editions, uow)
        seen, editions = editions, await _editions(wanted.whole, uow)
        if seen == editions:
            shelf.put(wanted, made)
            return made.sums
    return await _sums(wanted, uow)


async def _brought_up(
    wanted: Wanted, kept: _Kept | None, editions: Editions, uow: UnitOfWork
) -> _Kept:
    """What was kept, with the half-months that have moved since added up anew."""
    if kept is None:
        sums = await _sums(wanted, uow)
        return _Kept(editions, frozenset(), sums, sums)
    all_told = editions.keys() | kept.editions.keys()
    moved = {one for one in all_told if editions.get(one) != kept.editions.get(one)}
    moving, resting = kept.moving, kept.resting_sums
    if not moved <= moving:
        moving = frozenset(moved)
        resting = await _sums(wanted, uow, without=moving)
    return _Kept(editions, moving, resting, _added(resting, await _sums(wanted, uow, only=moving)))


def _added(one: Sums, other: Sums) -> Sums:
    both = Summed(one)
    for place, amounts in other.items():
        known = both.get(place)
        if known is None:
            both[place] = amounts
        else:
            both[place] = {name: amount + known[name] for name, amount in amounts.items()}
    return both


async def _editions(span: Span, uow: UnitOfWork) -> Editions:
    table = CellEdition.__table__
    rows = await uow.select(
        select(table.c.bucket, table.c.edition).where(
            table.c.bucket >= span.first, table.c.bucket < span.end
        )
    )
    return dict(map(tuple, rows))


async def _sums(
    wanted: Wanted,
    uow: UnitOfWork,
    *,
    only: Iterable[date] | None = None,
    without: Iterable[date] = (),
) -> Sums:
    table = wanted.kind.__table__
    by = [table.c[name] for name in wanted.by]
    asked = (
        select(*by, *(func.sum(table.c[name]) for name in wanted.measures))
        .where(
            table.c.bucket >= wanted.whole.first,
            table.c.bucket < wanted.whole.end,
            among(table.c.agency, wanted.agencies, postgres=uow.database.is_postgres),
        )
        .group_by(*by)
    )
    if only is not None:
        asked = asked.where(table.c.bucket.in_(sorted(only)))
    if without:
        asked = asked.where(table.c.bucket.not_in(sorted(without)))
    return _by_place(await uow.select(asked), len(by), wanted.measures)


def _by_place(rows: Sequence[Any], places: int, measures: tuple[str, ...]) -> Sums:
    found = Summed()
    for row in rows:
        told = tuple(row)
        place = told[0] if places == 1 else told[:places]
        found[place] = dict(zip(measures, map(int, told[places:]), strict=True))
    return found
