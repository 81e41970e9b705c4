"""What a definition counts, given what was measured of the agencies and the period asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from contracts.vocabulary import FigureKind, FigureState
from services.kpi import figures
from services.kpi.figures import Figure
from services.kpi.indicators import reporting
from services.kpi.indicators.entities import Amounts, Measures
from services.kpi.indicators.judging import Held, judged, unplaced
from services.kpi.indicators.nodes import (
    Count,
    Difference,
    Lowest,
    Ratio,
    Reported,
    ReportedFigure,
    Share,
    Tally,
    Value,
)


class Others(Protocol):
    """Figures that are made from other indicators' figures: whoever reads them knows how."""

    def whole(self, value: Value) -> Figure:
        """Several things asked for together."""

    def score(self, value: Value) -> Figure:
        """Points added up."""

    def plan_score(self, value: Value) -> Figure:
        """Targets of a plan that are met, of those due."""


def evaluate(value: Value, measures: Measures, others: Others) -> Figure:
    """The figure of a value."""
    for name, count in _NODES.items():
        node = getattr(value, name)
        if node is not None:
            return count(node, measures, others)
    made = {"whole": others.whole, "score": others.score, "plan_score": others.plan_score}
    return next(make(value) for name, make in made.items() if getattr(value, name) is not None)


def _count(count: Count, measures: Measures, _: Others) -> Figure:
    return figures.counted(_sum(count.of, (told for _, told in _cells(count, measures))))


def _ratio(ratio: Ratio, measures: Measures, _: Others) -> Figure:
    if isinstance(ratio.among, Reported):
        return _among_reported(ratio, ratio.among.series, measures)
    wanted = [amounts for _, amounts in _cells(ratio, measures)]
    count = _sum(ratio.of, wanted)
    less = _sum((ratio.less,), wanted) if ratio.less else 0
    return Figure(count, _sum(ratio.among, wanted) - less)


def _among_reported(ratio: Ratio, series: str, measures: Measures) -> Figure:
    counted: Counter[str] = Counter()
    for agency, amounts in _cells(ratio, measures):
        counted[agency] += _sum(ratio.of, [amounts])
    among = reporting.among(series, counted, measures)
    if among.state is not FigureState.OK:
        return figures.nothing_reported(FigureKind.RATIO, among.missing)
    return Figure(counted.total(), among.count)


def _sum(names: Iterable[str], cells: Iterable[Amounts]) -> int:
    return sum(amounts.get(name, 0) for amounts in cells for name in names)


def _cells(node: Count | Ratio, measures: Measures) -> Iterable[tuple[str, Amounts]]:
    """Amounts of the fields and kinds of agencies asked for, with whose they are."""
    kinds = {row.code: row.kind for row in measures.agencies()} if node.kinds else {}
    fields = measures.fields_named(node.fields)
    for (agency, field), amounts in measures.cells().items():
        if fields and field not in fields:
            continue
        if node.kinds and kinds.get(agency) not in node.kinds:
            continue
        yield agency, amounts


def _share(share: Share, measures: Measures, _: Others) -> Figure:
    held = [found for _, found in judged(share, measures)]
    aside = Counter(found for _, found in unplaced(share, measures))
    return Figure(
        held.count(Held.YES),
        len(held),
        unknown=held.count(Held.UNTOLD),
        unplaced=aside.total(),
        unplaced_for=aside[Held.YES] + aside[Held.UNTOLD],
        unplaced_against=aside[Held.NO] + aside[Held.UNTOLD],
    )


def _tally(tally: Tally, measures: Measures, _: Others) -> Figure:
    return figures.counted(sum(found is Held.YES for _, found in judged(tally, measures)))


def _lowest(lowest: Lowest, measures: Measures, _: Others) -> Figure:
    amounts_of: dict[str, Counter[str]] = {}
    if lowest.over == "procedure":
        for code, amounts in measures.by_procedure().items():
            amounts_of.setdefault(code, Counter()).update(amounts)
    else:
        for (agency, _field), amounts in measures.cells().items():
            amounts_of.setdefault(agency, Counter()).update(amounts)
    ratios = [
        (Fraction(amounts[lowest.of], amounts[lowest.among]), code)
        for code, amounts in amounts_of.items()
        if amounts[lowest.among]
    ]
    if not ratios:
        return Figure(0, 0)
    code = min(ratios)[1]
    return Figure(amounts_of[code][lowest.of], amounts_of[code][lowest.among], of=code)


def _difference(difference: Difference, measures: Measures, others: Others) -> Figure:
    of = evaluate(difference.of, measures, others)
    less = evaluate(difference.less, measures, others)
    if FigureState.EMPTY in {of.state, less.state}:
        return Figure(kind=FigureKind.DELTA, stands=FigureState.EMPTY)
    if of.value is None or less.value is None:
        missing = tuple(dict.fromkeys((*of.missing, *less.missing)))
        return figures.nothing_reported(FigureKind.DELTA, missing)
    count = of.count if of.kind is FigureKind.COUNT else None
    return figures.number(of.value - less.value, FigureKind.DELTA, count)


def _reported(node: ReportedFigure, measures: Measures, _: Others) -> Figure:
    return reporting.figure(node, measures)


def _reports(node: Reported, measures: Measures, _: Others) -> Figure:
    owed = measures.owed(node.series)
    return Figure(owed.received, owed.due)


def _watched(_: object, measures: Measures, __: Others) -> Figure:
    return figures.counted(measures.watched())


_NODES: Mapping[str, Callable[..., Figure]] = {
    "count": _count,
    "ratio": _ratio,
    "share": _share,
    "tally": _tally,
    "lowest": _lowest,
    "difference": _difference,
    "reported": _reported,
    "reports": _reports,
    "watched": _watched,
}


def rows_behind(value: Value, measures: Measures) -> Sequence[tuple[str, Held]]:
    """The entities behind a figure that is counted over them, and whether each holds what is asked."""
    node = value.share or value.tally
    return [] if node is None else list(judged(node, measures))
