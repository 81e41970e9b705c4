"""What leaders ask: measures of agencies over a period, and the dossiers behind a figure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Executable, Row, and_, func, or_, select
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from chassis.database import UnitOfWork
from contracts.vocabulary import VIETNAM
from services.kpi import catalogue, facts
from services.kpi.domain import Span, cut
from services.kpi.indicators import ProcedureRow
from services.kpi.structure import Units
from services.kpi.tables import Cell, DossierFact, KnownProcedure, KnownVersion, ProcedureCell

Ask = Callable[[Executable], Awaitable[Sequence[Row[Any]]]]
CHUNK = 1_000
"""Facts read at a time, so that memory does not grow with the city."""


@dataclass(frozen=True)
class Counted:
    """Measures of the agencies and the period asked for."""

    by_field: Mapping[tuple[str, str], Mapping[str, int]]
    catalogue: Sequence[ProcedureRow]

    def cells(self) -> Mapping[tuple[str, str], Mapping[str, int]]:
        """By agency and field."""
        return self.by_field

    def procedures(self) -> Sequence[ProcedureRow]:
        """Every procedure of the catalogue, with its dossiers by post."""
        return self.catalogue

    def digest(self) -> str:
        """SHA-256 of what was counted: equal digests, equal figures."""
        digest = hashlib.sha256()
        for key, amounts in sorted(self.by_field.items()):
            told = sorted((name, n) for name, n in amounts.items() if n)
            if told:
                digest.update(repr((key, told)).encode())
        for row in self.catalogue:
            digest.update(repr(row).encode())
        return digest.hexdigest()


async def measure(units: Units, period: Span, uow: UnitOfWork) -> Counted:
    """What was counted of these agencies in a period of Vietnamese days, each as the unit it counts as.

    Whole half-months come from the cells, the days before and after them from the facts. Procedures are
    as they were on the period's last day, or are today while it lasts.
    """
    agencies = frozenset(units)
    by_field: dict[tuple[str, str], Counter[str]] = {}
    by_procedure: dict[str, Counter[str]] = {}
    parts = cut(period)
    if parts.whole is not None:
        await _add_cells(by_field, units, parts.whole, uow)
        await _add_procedure_cells(by_procedure, agencies, parts.whole, uow)
    for edge in parts.edges:
        for fact in await _facts_within(agencies, edge, uow):
            for day, name in facts.dated(fact):
                if edge.holds(day):
                    key = (units[str(fact.agency)], str(fact.field))
                    by_field.setdefault(key, Counter())[name] += 1
                    by_procedure.setdefault(str(fact.procedure), Counter())[name] += 1
    last = min(period.end - timedelta(days=1), uow.now.astimezone(VIETNAM).date())
    return Counted(by_field, await _catalogue(by_procedure, last, uow))


@dataclass(frozen=True, kw_only=True)
class CasesAsked:
    """Which dossiers are asked for: those that count in a measure."""

    agencies: frozenset[str]
    period: Span
    measure: str
    fields: Sequence[str]
    """Only of these fields; of all when empty."""


async def cases(asked: CasesAsked, after: str, limit: int, uow: UnitOfWork) -> list[str]:
    """Codes of the dossiers asked for, in order, from after a code."""
    found: list[str] = []
    while len(found) < limit:
        conditions = [col(DossierFact.code) > after, *_touching(asked.agencies, asked.period)]
        rows = await uow.all(
            DossierFact, *conditions, order_by=(col(DossierFact.code),), limit=CHUNK
        )
        for row in rows:
            fact = _fact(row.__dict__)
            counts = any(n == asked.measure and asked.period.holds(d) for d, n in facts.dated(fact))
            if counts and (not asked.fields or fact.field in asked.fields):
                found.append(fact.code)
        if len(rows) < CHUNK:
            break
        after = rows[-1].code
    return found[:limit]


async def every_fact(ask: Ask) -> AsyncIterator[Any]:
    """Every fact, a chunk at a time, within one snapshot."""
    after = ""
    while True:
        table = DossierFact.__table__  # type: ignore[attr-defined]
        rows = await ask(
            select(table).where(table.c.code > after).order_by(table.c.code).limit(CHUNK)
        )
        for row in rows:
            yield row
        if len(rows) < CHUNK:
            return
        after = rows[-1].code


async def every_cell(ask: Ask, kind: type[Cell | ProcedureCell]) -> Counter[tuple[object, ...]]:
    """Every amount of every cell, by the cell's key and the measure."""
    table = kind.__table__  # type: ignore[union-attr]
    keys = [column.name for column in table.primary_key.columns]
    kept: Counter[tuple[object, ...]] = Counter()
    for row in await ask(select(table)):
        told = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for the public mapping
        for name, amount in told.items():
            if name not in keys and amount:
                kept[(*(told[key] for key in keys), name)] = amount
    return kept


async def agency_name(code: str, uow: UnitOfWork) -> str | None:
    """What an agency is called."""
    table = uow.database.metadata.tables["known_agency"]
    rows = await uow.select(select(table.c.name).where(table.c.code == code))
    return rows[0].name if rows else None


async def _add_cells(
    into: dict[tuple[str, str], Counter[str]],
    units: Units,
    whole: Span,
    uow: UnitOfWork,
) -> None:
    sums = [func.sum(getattr(Cell, name)).label(name) for name in facts.MEASURES]
    rows = await uow.select(
        select(col(Cell.agency), col(Cell.field), *sums)
        .where(
            col(Cell.bucket) >= whole.first,
            col(Cell.bucket) < whole.end,
            col(Cell.agency).in_(frozenset(units)),
        )
        .group_by(col(Cell.agency), col(Cell.field))
    )
    for row in rows:
        told = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for the public mapping
        amounts = {name: int(told[name]) for name in facts.MEASURES}
        into.setdefault((units[told["agency"]], told["field"]), Counter()).update(amounts)


async def _add_procedure_cells(
    into: dict[str, Counter[str]], agencies: frozenset[str], whole: Span, uow: UnitOfWork
) -> None:
    kind = ProcedureCell
    sums = [func.sum(getattr(kind, name)).label(name) for name in facts.PROCEDURE_MEASURES]
    rows = await uow.select(
        select(col(kind.procedure), *sums)
        .where(
            col(kind.bucket) >= whole.first,
            col(kind.bucket) < whole.end,
            col(kind.agency).in_(agencies),
        )
        .group_by(col(kind.procedure))
    )
    for row in rows:
        told = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for the public mapping
        amounts = {name: int(told[name]) for name in facts.PROCEDURE_MEASURES}
        into.setdefault(told["procedure"], Counter()).update(amounts)


async def _catalogue(
    by_procedure: Mapping[str, Mapping[str, int]], day: date, uow: UnitOfWork
) -> list[ProcedureRow]:
    known = await uow.all(KnownProcedure, order_by=(col(KnownProcedure.code),))
    versions = await uow.all(KnownVersion)
    return [
        ProcedureRow(
            code=row.code,
            field=row.field,
            online_level=row.online_level,
            by_post=row.by_post,
            on_national_portal=row.on_national_portal,
            received_by_post=by_procedure.get(row.code, {}).get("received_by_post", 0),
            returned_by_post=by_procedure.get(row.code, {}).get("returned_by_post", 0),
        )
        for row in catalogue.as_on(known, versions, day)
    ]


async def _facts_within(
    agencies: frozenset[str], span: Span, uow: UnitOfWork
) -> Iterator[facts.Fact]:
    rows = await uow.all(DossierFact, *_touching(agencies, span))
    return (_fact(row.__dict__) for row in rows if row.field is not None)


def _touching(agencies: frozenset[str], span: Span) -> list[ColumnElement[bool]]:
    """Facts of these agencies that have any moment within a span."""
    first = datetime.combine(span.first, time.min, VIETNAM)
    end = datetime.combine(span.end, time.min, VIETNAM)
    moments = (
        DossierFact.received_at,
        DossierFact.done_at,
        DossierFact.returned_at,
        DossierFact.outbound_accepted_at,
    )
    within = [and_(col(moment) >= first, col(moment) < end) for moment in moments]
    return [col(DossierFact.agency).in_(agencies), or_(*within)]


def _fact(values: Mapping[str, Any]) -> facts.Fact:
    names = facts.Fact.__dataclass_fields__
    return facts.Fact(**{name: values[name] for name in names})
