"""What can be done to the figures: absorb what happened, check the cells, count them anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime

from chassis.database import Database, UnitOfWork
from contracts.envelope import Event
from services.kpi import facts
from services.kpi.editions import queries as editions
from services.kpi.post import parcel_of
from services.kpi.recount.comparing import Told, compared, corrected
from services.kpi.recount.digests import Comparison
from services.kpi.recount.queries import KINDS
from services.kpi.tables import (
    Cell,
    CellEdition,
    DossierFact,
    DurationCell,
    FiguresCheck,
    ProcedureCell,
)

FACT_FIELDS = tuple(field.name for field in fields(facts.Fact))

CellTable = type[Cell] | type[ProcedureCell] | type[DurationCell]
Adds = Callable[[facts.Fact, facts.Told | None], facts.Contributions]
CELLS: Mapping[CellTable, Adds] = {
    Cell: facts.contributions,
    ProcedureCell: facts.procedure_contributions,
    DurationCell: facts.duration_contributions,
}
"""Every table of cells, and what a dossier adds to it."""

CHECKED = "cells"
"""What the last check looked at."""


def quietly(doing: str, done: int, total: int) -> None:
    """Tell nobody how far the work is."""


async def absorb(events: Sequence[Event], uow: UnitOfWork) -> None:
    """Let facts absorb events, and add the difference each fact makes to its cells.

    One read for all facts of the batch. Cells are only ever added to, so what two consumers add in any
    order comes to the same; a fact that somebody else changed meanwhile makes the batch run again. What
    changes of half-months that an edition has closed is remembered beside it.
    """
    told: dict[str, list[Event]] = {}
    for event in events:
        told.setdefault(facts.dossier_of(event), []).append(event)
    rows = await uow.get_many(DossierFact, [(code,) for code in told])
    closed = await editions.closed_spans(uow)
    changed: set[date] = set()
    for code, theirs in told.items():
        row = rows.get((code,))
        before = fact_of(row) if row else facts.Fact(code=code)
        after = before
        for event in theirs:
            after = facts.absorb(after, event)
        if after == before and row is not None:
            continue
        _keep(after, row, uow)
        was, now = list(facts.dated(before)), list(facts.dated(after))
        for table, adds in CELLS.items():
            for key, amounts in facts.delta(adds(before, was), adds(after, now)).items():
                uow.increase(table, key, amounts)
                changed.add(key[0])
                if table is Cell and any(span.holds(key[0]) for span in closed):
                    editions.keep_correction(code, (key[0], key[1], key[2]), amounts, uow)
    move_on(changed, uow)


def move_on(buckets: Iterable[date], uow: UnitOfWork) -> None:
    """Let everybody who keeps sums of these half-months know that they have changed."""
    for bucket in buckets:
        uow.increase(CellEdition, (bucket,), {"edition": 1})


def fact_of(row: DossierFact) -> facts.Fact:
    """A remembered fact as a value."""
    told = {name: getattr(row, name) for name in FACT_FIELDS}
    return facts.Fact(**told | {"post": tuple(map(parcel_of, told["post"]))})


def _keep(fact: facts.Fact, row: DossierFact | None, uow: UnitOfWork) -> None:
    values = {name: getattr(fact, name) for name in FACT_FIELDS}
    values["post"] = [one.kept() for one in fact.post]
    values["unrated_since"] = fact.unrated_since
    values["left_at"] = fact.left_at
    if row is None:
        uow.add(DossierFact.of(**values))
        return
    # Setting a column costs more than comparing it, and an event changes a few of fifty.
    kept = row.__dict__
    for name, value in values.items():
        if kept[name] != value:
            setattr(row, name, value)
    row.revision += 1


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


async def under_check(uow: UnitOfWork) -> bool:
    """Whether the last check found cells that differ (số liệu đang kiểm tra)."""
    row = await uow.get(FiguresCheck, CHECKED)
    return row is not None and row.differing > 0


async def checked_at(uow: UnitOfWork) -> datetime | None:
    """When the cells were last checked."""
    row = await uow.get(FiguresCheck, CHECKED)
    return row.checked_at if row else None
