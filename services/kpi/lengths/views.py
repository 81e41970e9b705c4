"""How lengths of time are shown."""

from collections.abc import Mapping, Sequence

from contracts.durations import DurationRow, DurationTable, LengthsView
from contracts.vocabulary import DurationBy, DurationKind, FigureState
from services.kpi.lengths.counting import Counted, Days, grouped
from services.kpi.lengths.quantiles import lengths_of
from services.kpi.views import Asked


def table(
    counted: Sequence[Counted], by: DurationBy, names: Mapping[str, str], asked: Asked
) -> DurationTable:
    """Everything asked for together, and told apart."""
    total = grouped(counted, DurationBy.NONE).get(None, {})
    rows = {} if by is DurationBy.NONE else grouped(counted, by)
    return DurationTable(
        agency=asked.agency,
        agency_name=asked.agency_name,
        structure=asked.structure,
        period_from=asked.period.first,
        period_to=asked.period.end,
        as_of=asked.at,
        by=by,
        total=_row(None, total, names),
        rows=[_row(key, days, names) for key, days in rows.items()],
    )


def _row(key: str | None, days: Days, names: Mapping[str, str]) -> DurationRow:
    lengths = [_lengths(kind, days.get(kind, {})) for kind in DurationKind]
    return DurationRow(key=key, name=names.get(key) if key else None, lengths=lengths)


def _lengths(kind: DurationKind, days: Mapping[int, int]) -> LengthsView:
    told = lengths_of(days)
    if told is None:
        return LengthsView(kind=kind, state=FigureState.EMPTY, count=0)
    return LengthsView(
        kind=kind,
        state=FigureState.OK,
        count=told.count,
        median=told.median,
        p90=told.p90,
        longest=told.longest,
    )
