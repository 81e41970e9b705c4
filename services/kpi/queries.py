"""What leaders ask: measures of agencies over a period, and the dossiers behind a figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import and_, func, or_, select
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from chassis.database import UnitOfWork
from contracts.vocabulary import VIETNAM, AgencyKind
from services.kpi import facts, listing, young
from services.kpi.counted import Counted
from services.kpi.domain import Span, cut
from services.kpi.indicators.entities import AgencyRow, ProcedureRow
from services.kpi.indicators.needs import Need
from services.kpi.open_at import open_at
from services.kpi.shelf import Wanted, summed
from services.kpi.structure import Units
from services.kpi.tables import Cell, DossierFact, FiguresCheck, ProcedureCell

K = TypeVar("K")
ByField = Mapping[tuple[str, str], Mapping[str, int]]
ByProcedure = Mapping[str, Mapping[str, int]]

EVERYTHING = frozenset(facts.MEASURES)

CHUNK = 1_000
"""Facts read at a time, so that memory does not grow with the city."""


async def measure(
    agency: str,
    units: Units,
    period: Span,
    needs: frozenset[Need],
    uow: UnitOfWork,
    *,
    measures: frozenset[str] = EVERYTHING,
) -> Counted:
    """What was counted of these agencies in a period of Vietnamese days, each as the unit it counts as.

    Whole half-months come from the cells, the days before and after them from the facts. Procedures are
    as they were on the period's last day, or are today while it lasts. Only what is needed is asked for.
    """
    by_field, by_procedure = await _amounts(units, period, needs, measures, uow)
    for more in await _as_of_now(units, period, needs, uow):
        by_field = _with(by_field, more)
    last = min(period.end - timedelta(days=1), uow.now.astimezone(VIETNAM).date())
    catalogues: tuple[Sequence[ProcedureRow], ...] = ((), ())
    if Need.PROCEDURES in needs:
        days = (last, period.first - timedelta(days=1))
        catalogues = await listing.procedures(by_procedure, frozenset(units.values()), days, uow)
    return Counted(
        agency=agency,
        period=period,
        by_field=by_field,
        fields_now=units.fields,
        at_the_end=catalogues[0],
        before=catalogues[1],
        of_procedures=by_procedure if Need.PROCEDURES in needs else {},
        directory=await directory(units, last, uow) if Need.AGENCIES in needs else (),
    )


async def _amounts(
    units: Units,
    period: Span,
    needs: frozenset[Need],
    measures: frozenset[str],
    uow: UnitOfWork,
) -> tuple[ByField, ByProcedure]:
    """What the cells and the facts of the edges add up to, by agency and field, and by procedure."""
    agencies = frozenset(units)
    by_field: ByField = {}
    by_procedure: ByProcedure = {}
    parts = cut(period)
    if parts.whole is not None:
        by_field = await _cells(units, parts.whole, measures, uow)
        if Need.PROCEDURES in needs:
            by_procedure = await _procedure_cells(agencies, parts.whole, measures, uow)
    if not parts.edges:
        return by_field, by_procedure
    by_field, by_procedure = _open_to_more(by_field), _open_to_more(by_procedure)
    for edge in parts.edges:
        for fact in await _facts_within(agencies, edge, uow):
            for day, name in facts.dated(fact):
                if edge.holds(day):
                    key = (units[str(fact.agency)], units.field(str(fact.field)))
                    by_field.setdefault(key, Counter())[name] += 1
                    if fact.procedure is not None:
                        by_procedure.setdefault(fact.procedure, Counter())[name] += 1
    return by_field, by_procedure


def _with(by_field: ByField, more: ByField) -> ByField:
    """Sums with more added to some; those that are kept at hand are everybody's, and stay as they are."""
    if not more:
        return by_field
    added = dict(by_field)
    for key, amounts in more.items():
        both = Counter(added.get(key, {}))
        both.update(amounts)
        added[key] = both
    return added


def _open_to_more(told: Mapping[K, Mapping[str, int]]) -> dict[K, Counter[str]]:
    """A copy that can be added to: sums that are kept at hand are everybody's."""
    return {key: Counter(amounts) for key, amounts in told.items()}


async def _as_of_now(
    units: Units, period: Span, needs: frozenset[Need], uow: UnitOfWork
) -> list[Mapping[tuple[str, str], Mapping[str, int]]]:
    """What time alone changes, so that no cell holds it."""
    found: list[Mapping[tuple[str, str], Mapping[str, int]]] = []
    if Need.YOUNG in needs:
        waiting: dict[tuple[str, str], Counter[str]] = {}
        for (code, field), count in (await young.counted(units, period, uow)).items():
            waiting.setdefault((units[code], units.field(field)), Counter())[facts.YOUNG] += count
        found.append(waiting)
    if Need.OPEN in needs:
        end = datetime.combine(period.end, time.min, VIETNAM)
        found.append(await open_at(units, end, min(end, uow.now), uow))
    return found


@dataclass(frozen=True, kw_only=True)
class CasesAsked:
    """Which dossiers are asked for: those that count in any of some measures."""

    agencies: frozenset[str]
    period: Span
    measures: Sequence[str]
    fields: Collection[str]
    """Only of these fields; of all when empty."""
    without_young: bool = False
    """Whether those that have not had their time to be rated are left out."""


async def cases(asked: CasesAsked, after: str, limit: int, uow: UnitOfWork) -> list[str]:
    """Codes of the dossiers asked for, in order, from after a code."""
    return [fact.code for fact, _ in await cases_told(asked, asked.measures, after, limit, uow)]


async def cases_told(
    asked: CasesAsked, measures: Sequence[str], after: str, limit: int, uow: UnitOfWork
) -> list[tuple[facts.Fact, bool]]:
    """The dossiers asked for, in order, from after a code, and whether each counts in some measures too."""
    found: list[tuple[facts.Fact, bool]] = []
    since = young.since(uow)
    while len(found) < limit:
        conditions = [col(DossierFact.code) > after, *_touching(asked.agencies, asked.period)]
        rows = await uow.all(
            DossierFact, *conditions, order_by=(col(DossierFact.code),), limit=CHUNK
        )
        for row in rows:
            fact = facts.fact_of(row.__dict__)
            told = young.dated(fact, since, without=asked.without_young)
            names = {name for day, name in told if asked.period.holds(day)}
            asked_for = not names.isdisjoint(asked.measures)
            if asked_for and (not asked.fields or fact.field in asked.fields):
                found.append((fact, not names.isdisjoint(measures)))
        if len(rows) < CHUNK:
            break
        after = rows[-1].code
    return found[:limit]


async def named_and_checked(code: str, uow: UnitOfWork) -> tuple[str | None, bool]:
    """What an agency is called, and whether the last check found differing cells (số liệu đang kiểm tra)."""
    agencies, checks = uow.database.metadata.tables["known_agency"].c, FiguresCheck.__table__.c
    name = select(agencies.name).where(agencies.code == code).scalar_subquery()
    differing = select(func.max(checks.differing)).scalar_subquery()
    [[called, found]] = map(tuple, await uow.select(select(name, differing)))
    return called, bool(found)


async def agency_name(code: str, uow: UnitOfWork) -> str | None:
    """What an agency is called."""
    table = uow.database.metadata.tables["known_agency"]
    rows = await uow.select(select(table.c.name).where(table.c.code == code))
    return rows[0].name if rows else None


async def _cells(units: Units, whole: Span, measures: frozenset[str], uow: UnitOfWork) -> ByField:
    """Sums of whole half-months, by the agency that each agency counts as and field."""
    names = tuple(name for name in facts.MEASURES if name in measures)
    told = await summed(Wanted(Cell, frozenset(units), whole, ("agency", "field"), names), uow)
    if not units.fields and all(agency == unit for agency, unit in units.items()):
        return told
    found: dict[tuple[str, str], Counter[str]] = {}
    for (agency, name), amounts in told.items():
        found.setdefault((units[agency], units.field(name)), Counter()).update(amounts)
    return found


async def _procedure_cells(
    agencies: frozenset[str], whole: Span, measures: frozenset[str], uow: UnitOfWork
) -> ByProcedure:
    names = tuple(name for name in facts.PROCEDURE_MEASURES if name in measures)
    return await summed(Wanted(ProcedureCell, agencies, whole, ("procedure",), names), uow)


async def directory(units: Units, day: date, uow: UnitOfWork) -> list[AgencyRow]:
    """The agencies asked for, each as itself, and whether it is there on a day."""
    table = uow.database.metadata.tables["known_agency"]
    there = and_(
        or_(table.c.valid_from.is_(None), table.c.valid_from <= day),
        or_(table.c.valid_to.is_(None), table.c.valid_to > day),
    )
    rows = await uow.select(
        select(table.c.code, table.c.kind, there.label("there"))
        .where(table.c.code.in_(frozenset(units.values())))
        .order_by(table.c.code)
    )
    return [AgencyRow(row.code, AgencyKind(row.kind), gone=not row.there) for row in rows]


async def _facts_within(
    agencies: frozenset[str], span: Span, uow: UnitOfWork
) -> Iterator[facts.Fact]:
    rows = await uow.all(DossierFact, *_touching(agencies, span))
    return (facts.fact_of(row.__dict__) for row in rows if row.field is not None)


def _touching(agencies: frozenset[str], span: Span) -> list[ColumnElement[bool]]:
    """Facts of these agencies that have any moment within a span."""
    first = datetime.combine(span.first, time.min, VIETNAM)
    end = datetime.combine(span.end, time.min, VIETNAM)
    moments = (
        DossierFact.received_at,
        DossierFact.done_at,
        DossierFact.ended_at,
        DossierFact.returned_at,
        DossierFact.outbound_accepted_at,
        DossierFact.inbound_ordered_at,
        DossierFact.outbound_ordered_at,
    )
    within = [and_(col(moment) >= first, col(moment) < end) for moment in moments]
    return [col(DossierFact.agency).in_(agencies), or_(*within)]
