"""Finds figures told apart, over time and by level, and hides of them what may not be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.vocabulary import BreakdownBy, FigureState, RowsOf
from services.kpi import queries, views, young
from services.kpi.asking import measured, units_of
from services.kpi.counted import Counted
from services.kpi.domain import Span, bucket_of, cut, following
from services.kpi.exploring import queries as cells
from services.kpi.exploring.hiding import hidden_cells, hidden_rows
from services.kpi.exploring.secrecy import hidden_agencies, rows_hidden_by, rule_of, secrets
from services.kpi.exploring.telling import Place, Row, Table, hide, table
from services.kpi.exploring.terms import LEVELS, Terms, passes_of, terms_of
from services.kpi.facts import YOUNG
from services.kpi.indicators import Indicator, Reader
from services.kpi.indicators.needs import Need, needs_of
from services.kpi.structure import Units


@dataclass(frozen=True)
class Apart:
    """A figure told apart, as it may be shown."""

    table: Table
    hidden: int
    digest: str


@dataclass(frozen=True)
class Point:
    """A half-month of a figure."""

    span: Span
    row: Row


async def told_apart(
    indicator: Indicator, by: BreakdownBy, asked: views.Asked, here: Running, uow: UnitOfWork
) -> Apart:
    """An indicator by what it can be told apart by, without the rows that stay hidden."""
    also = frozenset({Need.PROCEDURES}) if by is BreakdownBy.PROCEDURE else frozenset[Need]()
    counted = await measured(asked, [indicator], here, uow, also)
    secret = await secrets([indicator], asked, here, uow)
    seen = replace(asked, hidden=secret)
    found = table(indicator, by, counted, views.reader(counted, seen))
    hidden = await _hidden(indicator, by, counted, found, seen, here, uow)
    shown = [hide(row) if row.place in hidden else row for row in found.rows]
    total = hide(found.total) if Place() in hidden and not _in_rows(found) else found.total
    number = sum(row.figure.state is FigureState.SUPPRESSED for row in shown)
    return Apart(replace(found, rows=shown, total=total), number, counted.digest)


def _in_rows(found: Table) -> bool:
    """Whether one of the rows is of nothing named."""
    return any(row.place == Place() for row in found.rows)


async def _hidden(  # noqa: PLR0917 - what is told apart, and for whom
    indicator: Indicator,
    by: BreakdownBy,
    counted: Counted,
    found: Table,
    asked: views.Asked,
    here: Running,
    uow: UnitOfWork,
) -> frozenset[Place]:
    """Rows that stay hidden; all of them where the total is."""
    rule = rule_of(indicator, asked)
    if found.rows_of is not RowsOf.DOSSIERS or not found.total.figure.among or not rule.minimum:
        return frozenset()
    if indicator.confidential and (
        indicator.id in asked.hidden or not rule.shows(found.total.size)
    ):
        return frozenset({Place(), *(row.place for row in found.rows)})
    reader = views.reader(counted, asked)
    lines = await _hidden_lines(indicator, counted, reader, asked, here, uow)
    if by is BreakdownBy.AGENCY:
        return frozenset(Place(agency=code) for code in lines)
    sizes = {row.place: row.size for row in found.rows}
    if by is not BreakdownBy.AGENCY_FIELD:
        return hidden_rows(sizes, rule)
    fields = table(indicator, BreakdownBy.FIELD, counted, reader)
    columns = hidden_rows({row.place: row.size for row in fields.rows}, rule)
    cells_hidden = hidden_cells(
        {(str(place.agency), str(place.field)): size for place, size in sizes.items()},
        rule,
        lines,
        {str(place.field) for place in columns},
    )
    return frozenset(Place(agency=agency, field=field) for agency, field in cells_hidden)


async def _hidden_lines(  # noqa: PLR0917 - as above
    indicator: Indicator,
    counted: Counted,
    reader: Reader,
    asked: views.Asked,
    here: Running,
    uow: UnitOfWork,
) -> frozenset[str]:
    """Agencies whose own row is hidden; each answers for its own figures but for satisfaction."""
    if not indicator.confidential:
        return frozenset()
    rows = table(indicator, BreakdownBy.AGENCY, counted, reader).rows
    own = {str(row.place.agency): row.size for row in rows}
    found: frozenset[str] = frozenset()
    if asked.public:
        hidden = (await hidden_agencies([indicator], asked, here, uow))[indicator.id]
        found = await rows_hidden_by(hidden, own, here)
    return hidden_rows(own, rule_of(indicator, asked), found)


async def by_half_month(
    indicator: Indicator, asked: views.Asked, here: Running, uow: UnitOfWork
) -> Sequence[Point]:
    """An indicator in every half-month of a period that has begun, or the part of it that is asked for."""
    units = await units_of(asked, here, uow)
    needs = needs_of([indicator], asked.library)
    counted = {
        bucket_of(span.first): await queries.measure(asked.agency, units, span, needs, uow)
        for span in cut(asked.period).edges
    }
    counted |= await _whole(indicator, asked, units, uow)
    points = []
    for span in _half_months(asked):
        told = counted.get(bucket_of(span.first))
        if told is None:
            told = Counted(agency=asked.agency, period=span)
        reader = Reader(told, library=asked.library, over=span.end <= asked.today)
        read = reader.read(indicator, indicator.target)
        points.append(Point(span, Row(Place(), read.figure, read.verdict)))
    return await _shown(points, indicator, asked, here, uow)


def _half_months(asked: views.Asked) -> Iterator[Span]:
    first = asked.period.first
    while first < asked.period.end and first <= asked.today:
        end = min(following(bucket_of(first)), asked.period.end)
        yield Span(first, end)
        first = end


async def _whole(
    indicator: Indicator, asked: views.Asked, units: Units, uow: UnitOfWork
) -> dict[date, Counted]:
    """What was measured of each whole half-month, from the cells."""
    terms = terms_of(indicator)
    whole = cut(asked.period).whole
    if terms is None or whole is None:
        return {}
    apart = bool(terms.kinds) or passes_of(indicator.value) is not None
    apart = apart or indicator.value.lowest is not None
    read = cells.by_bucket_apart if apart else cells.by_bucket
    found = await read(units, whole, terms.measures, terms.fields, uow)
    last = min(asked.period.end - timedelta(days=1), asked.today)
    needs = needs_of([indicator], asked.library)
    directory = await queries.directory(units, last, uow) if Need.AGENCIES in needs else ()
    counted: dict[date, Counted] = {}
    for bucket, by_field in found.items():
        span = Span(bucket, following(bucket))
        if terms.less == YOUNG:
            await _add_young(by_field, terms, units, span, uow)
        # Where they are not told apart they are summed over the fields asked for already.
        together = (
            {("", units.field(terms.fields[0])): sum(by_field.values(), Counter())}
            if terms.fields
            else {}
        )
        counted[bucket] = Counted(
            agency=asked.agency,
            period=span,
            by_field=together if terms.fields and not apart else by_field,
            fields_now=units.fields,
            directory=directory,
        )
    return counted


async def _add_young(
    by_field: cells.ByField, terms: Terms, units: Units, span: Span, uow: UnitOfWork
) -> None:
    told = await young.counted(units, span, uow)
    fields = units.filed_under(terms.fields)
    few = sum(n for (_, field), n in told.items() if not fields or field in fields)
    by_field.setdefault(("", ""), Counter())[YOUNG] += few


async def _shown(
    points: list[Point], indicator: Indicator, asked: views.Asked, here: Running, uow: UnitOfWork
) -> Sequence[Point]:
    """Satisfaction by half-month, without those that stay hidden."""
    if not indicator.confidential:
        return points
    rule = rule_of(indicator, asked)
    secret = await secrets([indicator], asked, here, uow)
    sizes = {point.span.first: point.row.size for point in points}
    whole = (sum(size[0] for size in sizes.values()), sum(size[1] for size in sizes.values()))
    all_hidden = indicator.id in secret or not rule.shows(whole)
    hidden: Collection[date] = set(sizes) if all_hidden else hidden_rows(sizes, rule)
    return [
        replace(point, row=hide(point.row))
        if point.span.first in hidden and point.row.figure.among
        else point
        for point in points
    ]


async def levels_of(
    indicator: Indicator, asked: views.Asked, here: Running, uow: UnitOfWork
) -> Sequence[int] | None:
    """How many rated at each level, the lowest first; None where that stays hidden."""
    counted = await measured(asked, [indicator], here, uow)
    secret = await secrets([indicator], asked, here, uow)
    figure = views.reader(counted, replace(asked, hidden=secret)).figure(indicator)
    if figure.state is FigureState.SUPPRESSED:
        return None
    terms = terms_of(indicator)
    fields = counted.fields_named(terms.fields if terms else ())
    amounts: Counter[str] = Counter()
    for (_, field), told in counted.cells().items():
        if not fields or field in fields:
            amounts.update({name: told.get(name, 0) for name in LEVELS})
    return [amounts[name] for name in LEVELS]
