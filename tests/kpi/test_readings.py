"""How figures stand: states in which there is none, things asked for together, points, plans."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import AgencyKind, FigureKind, FigureState, Manner, Operator, Verdict
from services.kpi import figures
from services.kpi.domain import Span, reaches
from services.kpi.figures import Figure
from services.kpi.indicators import AgencyRow, Reader, Test
from services.kpi.indicators.library import read
from services.kpi.indicators.reporting import halves_of
from tests.kpi.measured import Told, cell, figure_of, measured, reader, rows, told, verdict_of

HALF = Test(operator=Operator.GTE, value="50 %")


@pytest.mark.parametrize(
    ("count", "among", "operator", "target", "expected"),
    [
        (18, 20, Operator.GT, "0.9", Verdict.NOT_MET),
        (19, 20, Operator.GT, "0.9", Verdict.MET),
        (85, 100, Operator.GTE, "0.85", Verdict.MET),
        (84999, 100000, Operator.GTE, "0.85", Verdict.NOT_MET),
        (1, 3, Operator.EQ, "1/3", Verdict.MET),
        (0, 0, Operator.GTE, "0", Verdict.NO_DATA),
    ],
)
def test_a_target_is_compared_exactly(count, among, operator, target, expected):
    test = Test(operator=operator, value=target)
    assert reader().verdict(Figure(count, among), test) is expected


def test_a_target_missed_before_its_period_ends_is_not_due_yet():
    early = reader(over=False)
    assert early.verdict(Figure(49, 100), HALF) is Verdict.NOT_DUE
    assert early.verdict(Figure(1, 2), HALF) is Verdict.MET
    assert early.verdict(Figure(0, 0), HALF) is Verdict.NOT_DUE


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_verdict_among_untold_things_is_the_one_that_holds_whatever_they_are(yes, no, untold):
    figure = Figure(yes, yes + no + untold, unknown=untold)
    found = reader().verdict(figure, HALF)
    if not yes + no:
        assert found is Verdict.NO_DATA
        return
    all_of_them = {2 * (yes + more) >= figure.among for more in range(untold + 1)}
    expected = {True: Verdict.MET, False: Verdict.NOT_MET}
    assert found is (expected[all_of_them.pop()] if len(all_of_them) == 1 else Verdict.NO_DATA)


few = st.integers(0, 3)


@given(few, few, few, few, few, few, st.sampled_from(["0", "0.5", "1"]), st.sampled_from(Operator))
def test_a_verdict_over_those_that_may_not_belong_is_the_one_that_holds_either_way(
    yes, no, untold, may_yes, may_no, may_any, target, operator
):
    """Counted out: every way those not told can turn out, and every way those unplaced can."""
    figure = Figure(
        yes,
        yes + no + untold,
        unknown=untold,
        unplaced=may_yes + may_no + may_any,
        unplaced_for=may_yes + may_any,
        unplaced_against=may_no + may_any,
    )
    test = Test(operator=operator, value=target)
    found = reader().verdict(figure, test)
    if not yes + no:
        assert found is Verdict.NO_DATA
        return
    ways = {
        reaches(Fraction(count, among), operator, test.value)
        for more in range(untold + 1)
        for holding in range(may_yes + may_any + 1)
        for against in range(may_no + may_any + 1)
        if max(0, holding - may_yes) + max(0, against - may_no) <= may_any
        for count in [yes + more + holding]
        for among in [yes + no + untold + holding + against]
    }
    expected = {True: Verdict.MET, False: Verdict.NOT_MET}
    if len(ways) > 1:
        assert found is Verdict.NO_DATA
    elif operator is Operator.EQ:
        # Of a number between what they can come to nothing is said, though no way may hit it.
        assert found in {expected[ways.pop()], Verdict.NO_DATA}
    else:
        assert found is expected[ways.pop()]


def test_what_the_catalogue_does_not_tell_is_not_counted_as_no():
    two_told = rows(
        {"posted_at_office": True, "posted_online": True},
        {"posted_at_office": True, "posted_online": None},
    )
    assert figure_of("k33", **two_told) == Figure(1, 2, unknown=1)
    assert verdict_of("k33", **two_told) is Verdict.NO_DATA
    one_no = rows({"posted_at_office": False, "posted_online": None}, {})
    assert figure_of("k33", **one_no) == Figure(0, 2, unknown=1)
    assert verdict_of("k33", **one_no) is Verdict.NOT_MET
    assert figure_of("k33", **rows({})).state is FigureState.NO_DATA
    assert figure_of("k33").state is FigureState.EMPTY


def test_satisfaction_of_few_is_hidden_and_decides_nothing():
    world = cell(satisfied=4, rated=4)
    hidden = reader(suppress_below=5, **world)
    assert figure_of("k21", **world) == Figure(4, 4)
    from services.kpi.indicators import INDICATORS

    told = hidden.read(INDICATORS["k21"], INDICATORS["k21"].target)
    assert (told.figure.state, told.figure.count) == (FigureState.SUPPRESSED, None)
    assert told.verdict is Verdict.UNDECIDED


def test_totals_wait_for_the_last_agency_that_owes_one():
    both = (Told("B", 3, 4), Told("C", 1, 1))
    assert figure_of("k18", **told("k18", *both, owing="BC")) == Figure(4, 5)
    waiting = figure_of("k18", **told("k18", *both, owing="BCD"))
    assert (waiting.state, waiting.missing) == (FigureState.NO_DATA, ("D",))
    of_its_own = told("k18", *both, Told("A", 9, 10), owing="BCD")
    assert figure_of("k18", **of_its_own) == Figure(9, 10)
    nobody_owes = told("k18", *both, owing="")
    assert figure_of("k18", **nobody_owes).state is FigureState.NO_DATA


def test_a_part_of_the_period_is_no_figure_of_it_where_nobody_owes_it_either():
    quarter = Told("A", 3, 4, period=Span(date(2020, 1, 1), date(2020, 4, 1)))
    figure = figure_of("766.petition_on_time", **told("766.petition_on_time", quarter, owing=""))
    assert (figure.state, figure.missing) == (FigureState.NO_DATA, ("A",))


def test_who_was_not_there_throughout_is_waited_for_as_long_as_it_was_there():
    half = Span(date(2020, 1, 1), date(2020, 7, 1))
    reports = (Told("B", 3, 4), Told("C", 1, 1, period=half))
    waiting = told("k18", *reports, owing="BC")
    assert figure_of("k18", **waiting).missing == ("C",)
    assert figure_of("k18", **waiting, days_owed={("k18", "C"): half}) == Figure(4, 5)


def test_a_denominator_that_is_reported_makes_a_ratio_with_what_is_counted():
    world = told("k09.register", Told(count=10)) | cell(received=9)
    assert figure_of("k09", **world) == Figure(9, 10)
    assert verdict_of("k09", **world) is Verdict.NOT_MET
    # What was received belongs to what was registered: a register of less leaves something out.
    assert figure_of("k09", **told("k09.register", Told(count=8)), **cell(received=9)) == Figure(
        9, 9
    )
    unreported = figure_of("k09", **told("k09.register"), **cell(received=9))
    assert (unreported.state, unreported.missing) == (FigureState.NO_DATA, ("A",))


def test_a_register_that_tells_too_little_makes_up_for_no_other():
    cells = {("A", "f"): {"received": 12}, ("B", "f"): {"received": 2}, ("W", "g"): {"received": 3}}
    reports = (Told("A", count=10), Told("B", count=10))
    world = told("k09.register", *reports, owing="AB") | {"by_field": cells, "agency": "H"}
    # Without anybody above it W has a register of its own, which tells nothing.
    assert figure_of("k09", **world) == Figure(17, 12 + 10 + 3)
    below = {"keepers": {"k09.register": {"W": "B"}}}
    assert figure_of("k09", **world, **below) == Figure(17, 12 + 10)
    # The agency above told it for all of them: held against all of it.
    above = told("k09.register", *reports, Told("H", count=16), owing="AB")
    assert figure_of("k09", agency="H", by_field=cells, **above) == Figure(17, 17)


def test_agencies_that_were_not_inspected_are_known_from_the_register_that_names_others():
    agencies = [AgencyRow(code, AgencyKind.DEPARTMENT) for code in ("B", "C", "D")]
    register = [Told("A", occurred_on=date(2020, 5, n), about="B") for n in (1, 2)]
    assert figure_of("k20", **told("k20", *register), directory=agencies) == Figure(1, 3)
    nobody = figure_of("k20", directory=agencies)
    assert (nobody.unknown, nobody.state) == (3, FigureState.NO_DATA)


def test_a_dialogue_in_each_half_year_is_not_two_in_one():
    def held(*days):
        return told("k32", *(Told(occurred_on=date(2020, *day)) for day in days))

    assert figure_of("k32", **held((6, 30), (7, 1))) == figures.counted(1)
    assert figure_of("k32", **held((3, 1), (6, 30))) == figures.counted(0)
    assert verdict_of("k32", **held((3, 1), (6, 30))) is Verdict.NOT_MET
    assert figure_of("k32").state is FigureState.NO_DATA


def test_half_years_are_the_calendars_cut_to_the_period():
    def span(*days):
        return Span(*(date(*day) for day in days))

    assert halves_of(span((2017, 8, 21), (2018, 7, 2))) == [
        span((2017, 8, 21), (2018, 1, 1)),
        span((2018, 1, 1), (2018, 7, 1)),
        span((2018, 7, 1), (2018, 7, 2)),
    ]


def test_grades_are_compared_by_their_place_on_the_scale():
    for grade, verdict in (
        ("Khá", Verdict.NOT_MET),
        ("Tốt", Verdict.MET),
        ("Xuất sắc", Verdict.MET),
        ("Tuyệt vời", Verdict.NO_DATA),
    ):
        assert verdict_of("k29", **told("k29", Told(value=grade))) is verdict


def test_a_grade_is_its_agencys_and_of_several_below_it_nobodys():
    below = (Told("B", value="Tốt"), Told("C", value="Khá"))
    assert verdict_of("k29", **told("k29", below[0])) is Verdict.MET
    assert verdict_of("k29", **told("k29", *below)) is Verdict.NO_DATA
    assert verdict_of("k29", **told("k29", *below, Told("A", value="Khá"))) is Verdict.NOT_MET


def test_a_change_is_the_difference_to_the_day_before_the_period():
    world = rows({"online_level": 3}, {"online_level": 4}, {"online_level": 2})
    world["before"] = rows({"online_level": 3}, {"online_level": 2})["at_the_end"]
    figure = figure_of("k42", **world)
    assert (figure.kind, figure.count, figure.number) == (FigureKind.DELTA, 2, Fraction(1))
    assert verdict_of("k42", **(world | {"before": world["at_the_end"]})) is Verdict.NOT_MET


def test_being_above_the_average_is_strictly_more():
    def world(ours, average):
        return {
            "reports": {
                "k30": [Told(count=ours, among=100)],
                "k31.city": [Told(count=average, among=100)],
            },
            "owing_by_series": {"k30": {"A"}, "k31.city": {"A"}},
        }

    assert verdict_of("k31", **world(87, 86)) is Verdict.MET
    assert verdict_of("k31", **world(86, 86)) is Verdict.NOT_MET
    assert verdict_of("k31", **told("k30", Told(count=1, among=1))) is Verdict.NO_DATA


def test_what_is_asked_for_together_fails_with_one_part_and_waits_for_a_missing_one():
    def inspected(times, units):
        days = [Told(occurred_on=date(2020, 2, n + 1), manner=Manner.PLANNED) for n in range(times)]
        # Without notice it is no regular inspection.
        days.append(Told(occurred_on=date(2020, 2, 9), manner=Manner.UNANNOUNCED))
        at = [Told(occurred_on=date(2020, 3, 1), about=unit) for unit in units]
        agencies = [AgencyRow(code, AgencyKind.UNIT) for code in ("B", "C")]
        return {"reports": {"k28a": days, "k28b": at}, "directory": agencies}

    assert verdict_of("k28", **inspected(2, "BC")) is Verdict.MET
    assert verdict_of("k28", **inspected(1, "BC")) is Verdict.NOT_MET
    assert verdict_of("k28", **inspected(2, "B")) is Verdict.NOT_MET
    assert verdict_of("k28", **inspected(2, "")) is Verdict.NO_DATA
    assert verdict_of("k28", **inspected(1, "")) is Verdict.NOT_MET


SCORE = """
format: kpi/1
indicators:
  - &one
    id: a
    title: {vi: A, en: A}
    counts: {vi: A, en: A}
    value: {ratio: {of: on_time, among: settled}}
    source: {plan_title: P, sentence: S}
  - {<<: *one, id: b, value: {ratio: {of: rated, among: ratable}}}
  - <<: *one
    id: total
    value:
      score:
        parts:
          - {indicator: a, most: 20, empty: zero}
          - {indicator: b, most: 6, full_at: "90 %", empty: EMPTY}
  - {<<: *one, id: c, value: {plan_score: {plan: p}}}
"""
PLAN = """
format: kpi/1
plans:
  - id: p
    title: P
    title_en: P
    agency: A
    period_from: 2020-01-01
    period_to: 2021-01-01
    targets:
      - {indicator: a, target: {operator: gte, value: "50 %"}}
      - {indicator: b, target: {operator: gte, value: "40 %"}}
"""


def points(empty="zero", **amounts):
    library = read({"s.yaml": SCORE.replace("EMPTY", empty), "p.yaml": PLAN}).newest
    asked = Reader(measured(**cell(**amounts)), library=library)
    return asked.read(library.indicators["total"], None), asked, library


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ({"on_time": 1, "settled": 3, "rated": 9, "ratable": 10}, "12.67"),
        ({"on_time": 3, "settled": 3, "rated": 10, "ratable": 10}, "26"),
        ({"on_time": 3, "settled": 3, "rated": 3, "ratable": 10}, "22"),
        ({"rated": 9, "ratable": 10}, "6"),
    ],
)
def test_points_grow_with_the_share_up_to_their_most_and_are_rounded_once(amounts, expected):
    told, _, _ = points(**amounts)
    assert (told.figure.kind, told.figure.value) == (FigureKind.SCORE, Fraction(expected))


@pytest.mark.parametrize(("empty", "expected"), [("zero", 20), ("full", 26), ("left_out", 20)])
def test_each_component_has_its_own_rule_for_nothing_to_count(empty, expected):
    told, _, _ = points(empty, on_time=1, settled=1)
    assert told.figure.value == expected
    assert told.parts[1].left_out is (empty == "left_out")


def test_a_plan_counts_what_is_met_among_what_is_due():
    _, asked, library = points(on_time=1, settled=2, rated=1, ratable=10)
    assert asked.figure(library.indicators["c"]) == Figure(1, 2)
    early = Reader(asked._measures, over=False, library=library)
    assert early.figure(library.indicators["c"]) == Figure(1, 1)
