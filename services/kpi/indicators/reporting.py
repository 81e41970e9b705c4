"""Figures that come from approved reports: added up, the latest, or happenings counted. Values only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from contracts.vocabulary import FigureKind, FigureState, Manner
from services.kpi import figures
from services.kpi.domain import Span
from services.kpi.figures import Figure
from services.kpi.indicators.entities import Measures
from services.kpi.indicators.nodes import ReportedFigure
from services.kpi.reports import values
from services.kpi.reports.values import Approved

JULY = 7


def figure(node: ReportedFigure, measures: Measures) -> Figure:
    """The figure of a series as it was reported and approved."""
    told = measures.reported(node.series)
    if node.each is not None:
        return _fewest(told, measures.period)
    if node.kind in {FigureKind.RATIO, FigureKind.COUNT}:
        return total(node.series, node.kind, measures, node.manner)
    of_whom = [one for one in told if one.agency == measures.agency]
    if not of_whom and len({one.agency for one in told}) == 1:
        of_whom = list(told)
    # What several agencies below told is nobody's grade, and no yes or no of all of them.
    latest = values.latest(of_whom)
    if latest is None or latest.value is None:
        return figures.nothing_reported(node.kind, tuple(sorted(measures.owing(node.series))))
    if node.kind is FigureKind.LABEL:
        return figures.label(str(latest.value), node.scale)
    return figures.truth(latest.value is True)


def total(
    series: str, kind: FigureKind, measures: Measures, manner: Manner | None = None
) -> Figure:
    """What all who owe the report told, added up; no figure while a day of one of them is missing."""
    told = measures.reported(series)
    happened = [one for one in told if one.occurred_on is not None]
    if happened:
        return figures.counted(values.occurrences(happened, manner=manner).count)
    owing = _owing(series, measures)
    days = {agency: measures.owed_days(series, agency) for agency in owing}
    summed = values.total(told, owing, measures.period, whole=measures.agency, days=days)
    if not summed.complete or not owing:
        return figures.nothing_reported(kind, summed.missing)
    if kind is FigureKind.COUNT:
        return figures.counted(summed.count)
    return Figure(summed.count, summed.among)


def _owing(series: str, measures: Measures) -> Collection[str]:
    """Who owes a series; where nobody does, whoever is asked for tells it for itself."""
    told = {one.agency for one in measures.reported(series)}
    return measures.owing(series) or told & {measures.agency}


def among(series: str, counted: Mapping[str, int], measures: Measures) -> Figure:
    """The reported number that a count by agency is among: of each at least what is counted of it.

    What is counted belongs to what it is counted among, so a report of less leaves something out. Each
    report is held against the agency's own and those of agencies below it that owe none themselves.
    """
    figure = total(series, FigureKind.COUNT, measures)
    if figure.state is not FigureState.OK:
        return figure
    told: Counter[str] = Counter()
    rows, whole = values.taken(
        measures.reported(series), _owing(series, measures), measures.period, measures.agency
    )
    for row in rows:
        told[measures.agency if whole else measures.keeper(series, row.agency)] += row.count or 0
    own: Counter[str] = Counter()
    for agency, count in counted.items():
        own[measures.agency if whole else measures.keeper(series, agency)] += count
    return figures.counted(sum((told | own).values()))


def holds(series: str, agency: str, measures: Measures) -> bool | None:
    """Whether a report says so of an agency, or of a happening there; None where nothing is reported."""
    told = measures.reported(series)
    happened = [one for one in told if one.occurred_on is not None]
    if happened:
        # The register of happenings is kept: whom it does not name had none.
        counted = values.occurrences(happened)
        return agency in counted.by_about or any(
            one.about is None and one.agency == agency for one in happened
        )
    own = values.latest([one for one in told if one.agency == agency])
    if own is None:
        return None
    return own.value is True if own.value is not None else bool(own.count)


def _fewest(told: Sequence[Approved], period: Span) -> Figure:
    """Happenings in the half-year of the period that had the fewest."""
    days = [one.occurred_on for one in told if one.occurred_on is not None]
    if not days:
        return figures.nothing_reported(FigureKind.COUNT)
    return figures.counted(min(sum(half.holds(day) for day in days) for half in halves_of(period)))


def halves_of(period: Span) -> list[Span]:
    """The calendar half-years a period touches, each cut to it."""
    found = []
    begin = period.first
    while begin < period.end:
        july = date(begin.year, JULY, 1)
        following = july if begin < july else date(begin.year + 1, 1, 1)
        found.append(Span(begin, min(following, period.end)))
        begin = following
    return found
