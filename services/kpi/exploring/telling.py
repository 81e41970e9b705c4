"""The rows of a figure told apart, each held against the same test. Values only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.vocabulary import BreakdownBy, FigureState, RowsOf, Verdict
from services.kpi import figures
from services.kpi.counted import Counted
from services.kpi.domain import reaches
from services.kpi.exploring.terms import Terms, amount, entities_of, passes_of, terms_of
from services.kpi.figures import Figure
from services.kpi.indicators import Indicator, Reader, Test
from services.kpi.indicators.judging import Held, judged, unplaced
from services.kpi.indicators.nodes import Entities, Passes


@dataclass(frozen=True)
class Place:
    """Where a row belongs."""

    agency: str | None = None
    field: str | None = None
    procedure: str | None = None


@dataclass(frozen=True)
class Row:
    """A row, and how it stands."""

    place: Place
    figure: Figure
    verdict: Verdict

    @property
    def size(self) -> tuple[int, int]:
        """Among how many, and how many."""
        return self.figure.among or 0, self.figure.count or 0


@dataclass(frozen=True)
class Table:
    """A figure told apart."""

    rows_of: RowsOf
    test: Test | None
    total: Row
    rows: Sequence[Row]


EVERYTHING = Place()
PLACES: Mapping[BreakdownBy, Callable[[str, str], Place]] = {
    BreakdownBy.AGENCY: lambda agency, _: Place(agency=agency),
    BreakdownBy.FIELD: lambda _, field: Place(field=field),
    BreakdownBy.AGENCY_FIELD: lambda agency, field: Place(agency=agency, field=field),
}


def table(indicator: Indicator, by: BreakdownBy, counted: Counted, reader: Reader) -> Table:
    """An indicator told apart by something it can be told apart by, see `terms.ways`."""
    node, passes = entities_of(indicator.value), passes_of(indicator.value)
    if node is not None and by == node.over:
        whole = Row(
            EVERYTHING,
            reader.figure(indicator),
            reader.read(indicator, indicator.target).verdict,
        )
        if passes is not None and passes.every is not None:
            rows = list(_fields_of_each(node, passes, counted))
            return Table(RowsOf.FIELDS, passes.test, whole, rows)
        if passes is None:
            return Table(RowsOf.ITSELF, None, whole, list(_each_itself(node, counted)))
    terms = terms_of(indicator)
    if terms is None:
        raise ValueError(f"{indicator.id} cannot be told apart by {by}")
    by_place = _by_procedure(terms, counted) if by is BreakdownBy.PROCEDURE else None
    if by_place is None:
        by_place = _summed(terms, counted, PLACES[by])
    rows = [_row(place, amounts, terms, reader) for place, amounts in by_place.items()]
    total = _summed(terms, counted, lambda *_: EVERYTHING).get(EVERYTHING, Counter())
    return Table(
        RowsOf.DOSSIERS,
        terms.test,
        _row(EVERYTHING, total, terms, reader),
        [row for row in rows if row.size != (0, 0)],
    )


def _row(place: Place, amounts: Mapping[str, int], terms: Terms, reader: Reader) -> Row:
    count, among = amount(amounts, terms)
    figure = figures.counted(count) if among is None else Figure(count, among)
    return Row(place, figure, reader.verdict(figure, terms.test))


def _summed(
    terms: Terms, counted: Counted, place_of: Callable[[str, str], Place]
) -> Mapping[Place, Counter[str]]:
    kinds = {row.code: row.kind for row in counted.agencies()} if terms.kinds else {}
    found: dict[Place, Counter[str]] = {}
    fields = counted.fields_named(terms.fields)
    for (agency, field), amounts in counted.cells().items():
        if fields and field not in fields:
            continue
        if terms.kinds and kinds.get(agency) not in terms.kinds:
            continue
        told = {name: amounts.get(name, 0) for name in terms.measures}
        found.setdefault(place_of(agency, field), Counter()).update(told)
    return found


def _by_procedure(terms: Terms, counted: Counted) -> Mapping[Place, Counter[str]]:
    """By procedure of the catalogue; what is in none of them stands in a row without one."""
    found = {
        Place(procedure=row.code): Counter(
            {name: row.amounts.get(name, 0) for name in terms.measures}
        )
        for row in counted.procedures()
    }
    left = _summed(terms, counted, lambda *_: EVERYTHING).get(EVERYTHING, Counter()).copy()
    for amounts in found.values():
        left.subtract(amounts)
    if any(left.values()):
        found[EVERYTHING] = left
    return found


def _fields_of_each(node: Entities, passes: Passes, counted: Counted) -> Iterator[Row]:
    """Of every agency how many of its fields pass; it holds when all of them do."""
    wanted = passes.test.value or 0
    by_agency: dict[str, list[bool]] = {}
    for (agency, _), amounts in counted.cells().items():
        share = Figure(amounts.get(passes.of, 0), amounts.get(passes.among, 0)).share
        if share is not None:
            passed = reaches(share, passes.test.operator, wanted)  # type: ignore[arg-type]
            by_agency.setdefault(agency, []).append(passed)
    for code, held in judged(node, counted):
        passed_each = by_agency.get(code, [])
        yield Row(Place(agency=code), Figure(sum(passed_each), len(passed_each)), VERDICTS[held])


def _each_itself(node: Entities, counted: Counted) -> Iterator[Row]:
    """Of each of those counted whether it holds."""
    for code, held in judged(node, counted):
        figure = Figure(int(held is Held.YES), 1, unknown=int(held is Held.UNTOLD))
        yield Row(Place(**{node.over: code}), figure, VERDICTS[held])
    # Counted in neither number, but somebody has to tell where they belong.
    for code, _ in unplaced(node, counted):
        figure = Figure(0, 0, stands=FigureState.NO_DATA)
        yield Row(Place(**{node.over: code}), figure, Verdict.NO_DATA)


VERDICTS = {
    Held.YES: Verdict.MET,
    Held.NO: Verdict.NOT_MET,
    Held.UNTOLD: Verdict.NO_DATA,
    Held.EMPTY: Verdict.NO_DATA,
}


def hide(row: Row) -> Row:
    """The same row without anything that tells what it counts."""
    figure = Figure(kind=row.figure.kind, stands=FigureState.SUPPRESSED)
    return Row(row.place, figure, Verdict.UNDECIDED)
