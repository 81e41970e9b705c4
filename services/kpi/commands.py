"""What can be done to the figures: absorb what happened, check the cells, count them anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import reduce

from chassis.database import Database, UnitOfWork
from contracts.envelope import Event
from contracts.intake import DossierAmended, DossierFiled, DossierProgressed
from contracts.vocabulary import VIETNAM
from services.kpi import facts
from services.kpi.editions import queries as editions
from services.kpi.recount.comparing import Told, compared, corrected
from services.kpi.recount.digests import Comparison
from services.kpi.recount.queries import KINDS
from services.kpi.tables import (
    FACTS_MOVED,
    Cell,
    CellEdition,
    DossierFact,
    DurationCell,
    FiguresCheck,
    HeardDay,
    ProcedureCell,
)

CellTable = type[Cell] | type[ProcedureCell] | type[DurationCell]
CELLS: Mapping[CellTable, Callable[[facts.Tally], facts.Sums]] = {
    Cell: lambda tally: tally.cells,
    ProcedureCell: lambda tally: tally.procedures,
    DurationCell: lambda tally: tally.durations,
}
"""Every table of cells, and what is added to it."""

OF_OFFICES = (DossierFiled, DossierAmended, DossierProgressed)
"""What an office tells of its dossiers; the post, citizens and the portal tell the rest."""

CHECKED = "cells"
"""What the last check looked at."""


def quietly(doing: str, done: int, total: int) -> None:
    """Tell nobody how far the work is."""


async def absorb(events: Sequence[Event], uow: UnitOfWork) -> None:
    """Let facts absorb events, and add the difference each fact makes to its cells.

    One read for all facts of the batch. Cells are only ever added to, so what two consumers add in any
    order comes to the same; a fact that somebody else changed meanwhile makes the batch run again, and so
    does a period closed meanwhile: what changes of closed half-months is remembered beside them.
    """
    told: dict[str, list[Event]] = {}
    for event in events:
        told.setdefault(facts.dossier_of(event), []).append(event)
    rows = await uow.values(DossierFact, [(code,) for code in told])
    closed = await editions.closed_days(uow)
    columns = facts.columns_of(facts.changed_by({type(event) for event in events}))
    tally = facts.Tally()
    changed: set[date] = set()
    heard: set[str] = set()
    for code, theirs in told.items():
        row = rows.get((code,))
        before = facts.fact_of(row) if row else facts.Fact(code)
        after = reduce(facts.absorb, theirs, before)
        if after.agency and any(isinstance(event, OF_OFFICES) for event in theirs):
            heard.add(after.agency)
        if row is not None and after == before:
            continue
        was = row["revision"] if row else 0
        uow.rewrite(DossierFact, facts.values_of(after, was + 1), was, columns)
        moved = tally.move(before, after)
        changed |= {FACTS_MOVED, *moved}
        if any(map(closed.hold, moved)):
            _correct_closed(before, after, closed, uow)
    for table, added in CELLS.items():
        for key, amounts in added(tally).items():
            uow.increase(table, key, amounts)
    if changed:
        editions.expect_chain(closed.revision, uow)
    move_on(changed, uow)
    _keep_day(heard, uow)


def _keep_day(agencies: Iterable[str], uow: UnitOfWork) -> None:
    """Remember that these agencies were heard from today; the first batch of a day alone writes."""
    day = uow.now.astimezone(VIETNAM).date()
    for agency in sorted(agencies):
        uow.keep(HeardDay.of(agency=agency, day=day))


def _correct_closed(
    before: facts.Fact, after: facts.Fact, closed: editions.ClosedDays, uow: UnitOfWork
) -> None:
    """Remember what a change of a fact adds to half-months that are closed."""
    alone = facts.Tally()
    alone.move(before, after)
    for (bucket, agency, field), amounts in alone.cells.items():
        if closed.hold(bucket):
            editions.keep_correction(after.code, (bucket, agency, field), amounts, uow)


def move_on(buckets: Iterable[date], uow: UnitOfWork) -> None:
    """Let everybody who keeps sums of these half-months know that they have changed."""
    for bucket in buckets:
        uow.increase(CellEdition, (bucket,), {"edition": 1})


async def verify(database: Database, told: Told = quietly) -> list[str]:
    """Half-months and cells that differ from their count from the facts, a line each.

    What was found is remembered: while something differs, figures are told as under check.
    """
    return (await check(database, told)).lines()


async def check(database: Database, told: Told = quietly) -> Comparison:
    """All cells beside their count from the facts, at one instant; whether they differ is remembered."""
    async with database.benches(len(KINDS)) as benches:
        found = await compared(benches, told)
    await database.run(_remember, found)
    return found


async def rebuild(database: Database, told: Told = quietly) -> int:
    """Make every cell equal to its count from the facts; returns how many had to change.

    The correction is added like any other difference: readers see each cell as it was or as it should
    be, never without its dossiers, and events absorbed meanwhile are not lost.
    """
    async with database.benches(len(KINDS)) as benches:
        found = await compared(benches, told)
        await corrected(benches, found, told)
    if found.cells:
        await check(database, told)
    return found.cells


async def _remember(found: Comparison, uow: UnitOfWork) -> None:
    row = await uow.get(FiguresCheck, CHECKED)
    told = {
        "checked_at": uow.now,
        "facts": found.facts,
        "differing": found.cells,
        "digest": found.digest,
    }
    if row is None:
        uow.add(FiguresCheck.of(name=CHECKED, **told))
    else:
        row.change(**told, revision=row.revision + 1)


async def checked_at(uow: UnitOfWork) -> datetime | None:
    """When the cells were last checked."""
    row = await uow.get(FiguresCheck, CHECKED)
    return row.checked_at if row else None
