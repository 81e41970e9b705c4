"""What can be done to the figures: absorb what happened, check the cells, count them anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime

from chassis.database import Database, UnitOfWork
from contracts.envelope import Event
from contracts.intake import DossierAmended, DossierFiled, DossierProgressed
from contracts.vocabulary import VIETNAM
from services.kpi import facts
from services.kpi.editions import queries as editions
from services.kpi.post import parcel_of
from services.kpi.recount.digests import Amounts, Comparison, Key
from services.kpi.recount.queries import Told, compared
from services.kpi.tables import (
    Cell,
    CellEdition,
    DossierFact,
    DurationCell,
    FiguresCheck,
    HeardDay,
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

BY_NAME: Mapping[str, CellTable] = {table.__table__.name: table for table in CELLS}

OF_OFFICES = (DossierFiled, DossierAmended, DossierProgressed)
"""What an office tells of its dossiers; the post, citizens and the portal tell the rest."""

CHECKED = "cells"
"""What the last check looked at."""

AT_ONCE = 2_000
"""Cells corrected in one commit."""


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
    rows = await uow.get_many(DossierFact, [(code,) for code in told])
    closed = await editions.closed_days(uow)
    changed: set[date] = set()
    heard: set[str] = set()
    for code, theirs in told.items():
        row = rows.get((code,))
        before = fact_of(row) if row else facts.Fact(code=code)
        after = before
        for event in theirs:
            after = facts.absorb(after, event)
        if after.agency and any(isinstance(event, OF_OFFICES) for event in theirs):
            heard.add(after.agency)
        if after == before and row is not None:
            continue
        _keep(after, row, uow)
        changed |= _count(before, after, closed, uow)
    if changed:
        editions.expect_chain(closed.revision, uow)
    move_on(changed, uow)
    _keep_day(heard, uow)


def _count(
    before: facts.Fact, after: facts.Fact, closed: editions.ClosedDays, uow: UnitOfWork
) -> set[date]:
    """Add to the cells what a fact now adds otherwise; the half-months in which that is so."""
    changed: set[date] = set()
    was, now = list(facts.dated(before)), list(facts.dated(after))
    for table, adds in CELLS.items():
        for key, amounts in facts.delta(adds(before, was), adds(after, now)).items():
            uow.increase(table, key, amounts)
            changed.add(key[0])
            if table is Cell and closed.hold(key[0]):
                editions.keep_correction(after.code, (key[0], key[1], key[2]), amounts, uow)
    return changed


def _keep_day(agencies: Iterable[str], uow: UnitOfWork) -> None:
    """Remember that these agencies were heard from today; the first batch of a day alone writes."""
    day = uow.now.astimezone(VIETNAM).date()
    for agency in sorted(agencies):
        uow.keep(HeardDay.of(agency=agency, day=day))


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
    found = await compared(database, told)
    await database.run(_remember, found)
    return found


async def rebuild(database: Database, told: Told = quietly) -> int:
    """Make every cell equal to its count from the facts; returns how many had to change.

    The correction is added like any other difference: readers see each cell as it was or as it should
    be, never without its dossiers, and events absorbed meanwhile are not lost.
    """
    found = await compared(database, told)
    wrong = [
        (one.kind, key, amounts) for one in found.buckets for key, amounts in one.missing.items()
    ]
    for done in range(0, len(wrong), AT_ONCE):
        told("correcting", done, len(wrong))
        await database.run(_correct, wrong[done : done + AT_ONCE])
    if wrong:
        await check(database, told)
    return len(wrong)


async def _correct(wrong: Sequence[tuple[str, Key, Amounts]], uow: UnitOfWork) -> None:
    for kind, key, amounts in wrong:
        uow.increase(BY_NAME[kind], key, amounts)
    move_on({key[0] for _, key, _ in wrong}, uow)


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
