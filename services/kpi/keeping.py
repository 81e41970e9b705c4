"""What was measured for a question, kept until anything it was measured from changes.

Leaders ask the same questions all day, and of periods that have ended nothing changes for hours. An answer
is kept with the editions of all it was counted from, which are read first and in one question: what changes
while it is counted makes the next edition differ. What time alone changes is not kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import ScalarSelect, func, select

from chassis.database import Database, UnitOfWork
from chassis.tenancy import AgencyTree
from contracts.vocabulary import VIETNAM
from services.kpi import young
from services.kpi.counted import Counted
from services.kpi.domain import Span, bucket_of
from services.kpi.indicators.needs import Need
from services.kpi.tables import FACTS_MOVED, CellEdition

ROOM = 200_000
"""Rows of answers that one process keeps of one database; those asked for longest ago go first."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is measured: whose, of which days, as of which day, and what for."""

    agency: str
    units: frozenset[tuple[str, str]]
    fields: frozenset[tuple[str, str]]
    """Those that count as another, by today's structure."""
    period: Span
    today: date
    needs: frozenset[Need]
    measures: frozenset[str]
    series: frozenset[str]


@dataclass
class _Shelf:
    kept: OrderedDict[Question, tuple[Hashable, Counted]] = field(default_factory=OrderedDict)

    def put(self, question: Question, edition: Hashable, counted: Counted) -> None:
        self.kept[question] = edition, counted
        self.kept.move_to_end(question)
        room = ROOM
        for one in reversed(list(self.kept)):
            room -= self.kept[one][1].rows
            if room < 0 and one is not question:
                del self.kept[one]


_SHELVES: WeakKeyDictionary[Database, _Shelf] = WeakKeyDictionary()


async def kept(
    question: Question,
    measure: Callable[[], Awaitable[Counted]],
    tree: AgencyTree,
    uow: UnitOfWork,
) -> Counted:
    """What is measured for a question, from before if nothing has changed since."""
    if _moves_with_time(question, uow):
        return await measure()
    shelf = _SHELVES.setdefault(uow.database, _Shelf())
    # The tree may lag behind the directory for a moment: what is measured by it stands for it alone.
    edition = (tree.edition, await _edition(question, uow))
    known = shelf.kept.get(question)
    if known is not None and known[0] == edition:
        shelf.kept.move_to_end(question)
        return known[1]
    counted = await measure()
    shelf.put(question, edition, counted)
    return counted


def _moves_with_time(question: Question, uow: UnitOfWork) -> bool:
    end = datetime.combine(question.period.end, time.min, VIETNAM)
    if Need.YOUNG in question.needs and end > young.since(uow):
        return True
    return not question.needs.isdisjoint({Need.OPEN, Need.WATCHED}) and end > uow.now


async def _edition(question: Question, uow: UnitOfWork) -> Hashable:
    """What tells whether anything the answer is counted from has changed; nothing of it ever shrinks."""
    needs, tables = question.needs, uow.database.metadata.tables
    cells = CellEdition.__table__.c
    period = question.period
    last = bucket_of(period.end - timedelta(days=1))
    within = (cells.bucket >= bucket_of(period.first), cells.bucket <= last)
    told: list[ScalarSelect[object]] = [
        select(func.sum(cells.edition)).where(*within).scalar_subquery(),
        select(func.count()).where(*within).scalar_subquery(),
    ]
    if not needs.isdisjoint({Need.OPEN, Need.WATCHED}):
        told.append(select(cells.edition).where(cells.bucket == FACTS_MOVED).scalar_subquery())
    if Need.CHANNELS in needs:
        earlier = select(func.sum(cells.edition)).where(cells.bucket <= last)
        told.append(earlier.scalar_subquery())
    for name in sorted({name for need in needs for name in _TABLES.get(need, ())}):
        table = tables[name]
        counts = (func.count(), func.sum(table.c.revision))
        told += [select(one).select_from(table).scalar_subquery() for one in counts]
    return tuple((await uow.select(select(*told)))[0])


_DIRECTORY = ("known_agency",)
_TABLES = {
    Need.PROCEDURES: ("known_procedure", "known_version", *_DIRECTORY),
    Need.AGENCIES: _DIRECTORY,
    Need.REPORTS: ("figure_report", *_DIRECTORY),
    Need.OWED: ("figure_report", *_DIRECTORY),
    Need.CHANNELS: ("rating_channel", *_DIRECTORY),
}
"""Tables whose rows are never taken away, and whose every change adds to a revision."""
