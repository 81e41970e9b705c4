"""What can be done to the figures: absorb what happened, check the cells, count them anew."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields

from chassis.database import Database, UnitOfWork
from contracts.envelope import Event
from services.kpi import facts, queries
from services.kpi.tables import Cell, DossierFact, ProcedureCell

FACT_FIELDS = tuple(field.name for field in fields(facts.Fact))

Cells = Mapping[tuple[object, ...], Mapping[str, int]]


async def absorb(events: Sequence[Event], uow: UnitOfWork) -> None:
    """Let facts absorb events, and add the difference each fact makes to its cells.

    One read for all facts of the batch. Cells are only ever added to, so what two consumers add in any
    order comes to the same; a fact that somebody else changed meanwhile makes the batch run again.
    """
    told: dict[str, list[Event]] = {}
    for event in events:
        told.setdefault(facts.dossier_of(event), []).append(event)
    rows = await uow.get_many(DossierFact, [(code,) for code in told])
    for code, theirs in told.items():
        row = rows.get((code,))
        before = fact_of(row) if row else facts.Fact(code=code)
        after = before
        for event in theirs:
            after = facts.absorb(after, event)
        if after == before and row is not None:
            continue
        _keep(after, row, uow)
        for key, amounts in facts.delta(
            facts.contributions(before), facts.contributions(after)
        ).items():
            uow.increase(Cell, key, amounts)
        for key, amounts in facts.delta(
            facts.procedure_contributions(before), facts.procedure_contributions(after)
        ).items():
            uow.increase(ProcedureCell, key, amounts)


def fact_of(row: DossierFact) -> facts.Fact:
    """A remembered fact as a value."""
    return facts.Fact(**{name: getattr(row, name) for name in FACT_FIELDS})


def _keep(fact: facts.Fact, row: DossierFact | None, uow: UnitOfWork) -> None:
    values = {name: getattr(fact, name) for name in FACT_FIELDS}
    if row is None:
        uow.add(DossierFact.of(**values))
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.revision += 1


async def verify(database: Database) -> list[str]:
    """Cells that differ from their count from the facts, a line each; both read at one instant."""
    return [
        f"{table.__name__} {' '.join(map(str, key))}: {dict(sorted(amounts.items()))} too few"
        for table, differing in await _differences(database)
        for key, amounts in sorted(differing.items(), key=lambda entry: tuple(map(str, entry[0])))
    ]


async def rebuild(database: Database) -> int:
    """Make every cell equal to its count from the facts; returns how many had to change.

    The correction is added like any other difference, so events absorbed meanwhile are not lost.
    """
    changed = 0
    for table, differing in await _differences(database):
        for key, amounts in differing.items():
            await database.run(_correct, table, key, amounts)
            changed += 1
    return changed


async def _correct(
    table: type[Cell | ProcedureCell],
    key: tuple[object, ...],
    amounts: Mapping[str, int],
    uow: UnitOfWork,
) -> None:
    uow.increase(table, key, amounts)


async def _differences(
    database: Database,
) -> list[tuple[type[Cell | ProcedureCell], Cells]]:
    counted: Counter[tuple[object, ...]] = Counter()
    by_procedure: Counter[tuple[object, ...]] = Counter()
    async with database.snapshot() as ask:
        async for row in queries.every_fact(ask):
            fact = fact_of(row)
            for key, amounts in facts.contributions(fact).items():
                counted.update({(*key, name): n for name, n in amounts.items()})
            for key, amounts in facts.procedure_contributions(fact).items():
                by_procedure.update({(*key, name): n for name, n in amounts.items()})
        kept = await queries.every_cell(ask, Cell)
        kept_by_procedure = await queries.every_cell(ask, ProcedureCell)
    return [
        (Cell, _missing(counted, kept)),
        (ProcedureCell, _missing(by_procedure, kept_by_procedure)),
    ]


def _missing(
    wanted: Mapping[tuple[object, ...], int], kept: Mapping[tuple[object, ...], int]
) -> Cells:
    """What must be added to each kept cell to make it what is wanted."""
    missing: dict[tuple[object, ...], dict[str, int]] = {}
    for key in wanted.keys() | kept.keys():
        difference = wanted.get(key, 0) - kept.get(key, 0)
        if difference:
            missing.setdefault(key[:-1], {})[str(key[-1])] = difference
    return missing
