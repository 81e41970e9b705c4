"""Hidden rows: what is shown never gives one away; and rows add up to what they tell apart."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import BreakdownBy
from services.kpi.exploring.hiding import OPEN, Rule, hidden_cells, hidden_rows
from services.kpi.exploring.telling import table
from services.kpi.exploring.terms import ways
from services.kpi.indicators import INDICATORS
from tests.kpi.measured import measured, reader

RULE = Rule(10, rest=2)
sizes = st.integers(0, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
tables = st.dictionaries(st.tuples(st.sampled_from("ABCD"), st.sampled_from("fgh")), sizes)


@given(tables)
def test_no_hidden_cell_is_alone_in_a_line_or_column_but_one_its_sum_tells_anyway(cells):
    hidden = hidden_cells(cells, RULE)
    assert all(RULE.shows(size) for key, size in cells.items() if key not in hidden)
    filled = {key for key, size in cells.items() if size[0]}
    told = set()
    # Whoever knows every sum and every shown cell works out what is alone, again and again.
    while True:
        new = {
            key
            for key in hidden - told
            for place in (0, 1)
            if not {one for one in hidden - told - {key} if one[place] == key[place]}
        }
        if not new:
            break
        told |= new
    # What can be worked out protected nothing: it was small itself, and hidden with nobody to hide behind.
    assert all(not RULE.shows(cells[key]) for key in told)
    assert hidden <= filled


def test_a_cell_that_its_own_sum_tells_hides_no_other():
    cells = {("A", "f"): (30, 0), ("A", "g"): (12, 0), ("B", "f"): (20, 0), ("B", "g"): (1, 0)}
    shown = cells | {("C", "f"): (15, 0)}
    assert hidden_cells(shown, Rule(10)) == {*cells}


@given(tables)
def test_a_table_without_small_rows_is_shown_whole(cells):
    large = {key: (size[0] + 10, 0) for key, size in cells.items()}
    assert hidden_cells(large, RULE) == frozenset()
    assert hidden_rows(cells, OPEN) == frozenset()


def test_a_hidden_line_takes_all_of_its_cells_with_it():
    cells = {("A", "f"): (50, 0), ("A", "g"): (60, 0), ("B", "f"): (70, 0), ("B", "g"): (80, 0)}
    assert hidden_cells(cells, RULE, lines={"A"}) == {*cells}
    assert hidden_cells(cells, RULE) == frozenset()


amounts = st.integers(0, 40).flatmap(
    lambda n: st.fixed_dictionaries(
        {"settled": st.just(n), "on_time": st.integers(0, n), "settled_online": st.integers(0, n)}
    )
)
worlds = st.dictionaries(st.tuples(st.sampled_from("ABC"), st.sampled_from("fgh")), amounts)


@given(worlds)
def test_rows_add_up_to_the_figure_and_units_that_hold_to_those_counted(by_field):
    counted = measured(by_field={key: Counter(told) for key, told in by_field.items()})
    reads = reader(by_field=counted.by_field)
    for by in ("agency", "field", "agency,field"):
        k07 = INDICATORS["k07"]
        found = table(k07, BreakdownBy(by), counted, reads)
        figure = reads.figure(k07)
        assert sum(row.size[0] for row in found.rows) == figure.among
        assert sum(row.size[1] for row in found.rows) == figure.count
    for name in ("k04", "k05"):
        assert BreakdownBy.AGENCY in ways(INDICATORS[name])
        found = table(INDICATORS[name], BreakdownBy.AGENCY, counted, reads)
        figure = reads.figure(INDICATORS[name])
        assert sum(row.verdict == "met" for row in found.rows) == figure.count
        assert len(found.rows) == figure.among
