"""The definitions say what the sentences say, and count what they say."""

import re

import pytest

from contracts.vocabulary import AgencyKind, FigureKind, FigureState, Operator
from services.kpi.figures import Figure
from services.kpi.indicators import INDICATORS, PLANS, AgencyRow, Test
from services.kpi.indicators.linter import wording
from tests.kpi.measured import figure_of, rows


def units(*shares):
    """Agencies by name, each with on-time and settled of its fields."""
    return {
        "by_field": {
            (agency, f"field-{n}"): {"on_time": on_time, "settled": settled}
            for agency, fields in shares
            for n, (on_time, settled) in enumerate(fields)
        }
    }


def test_a_unit_at_exactly_ninety_percent_in_one_field_is_not_above_ninety():
    world = units(("a", [(9, 10), (10, 10)]), ("b", [(19, 20)]), ("c", [(0, 0)]))
    assert figure_of("k04", **world) == Figure(1, 2)


def test_pooling_fields_would_hide_the_weak_one():
    assert figure_of("k04", **units(("a", [(1, 10), (990, 990)]))) == Figure(0, 1)


def test_procedures_without_a_dossier_stay_in_the_denominator():
    world = rows(
        {"by_post": True, "amounts": {"received_by_post": 1}},
        {"by_post": True, "amounts": {"returned_by_post": 3}},
        {"by_post": True},
        {"amounts": {"received_by_post": 9}},
        {"by_post": True, "online_level": 4, "on_national_portal": True},
    )
    assert figure_of("k14", **world) == Figure(2, 4)
    assert figure_of("k06", **world) == Figure(1, 5)
    assert figure_of("k08", **world) == Figure(1, 1)


def test_a_field_and_kinds_of_agencies_that_are_named_count_alone():
    world = {
        "by_field": {
            ("a", "ho-kinh-doanh"): {"settled_online": 4, "settled": 10},
            ("a", "other"): {"settled_online": 5, "settled": 5},
            ("b", "ho-kinh-doanh"): {"settled_online": 1, "settled": 1},
        },
        "directory": [AgencyRow("a", AgencyKind.DISTRICT), AgencyRow("b", AgencyKind.DEPARTMENT)],
    }
    assert figure_of("k12", **world) == Figure(4, 10)
    assert figure_of("k07", **world) == Figure(10, 16)


def test_a_figure_that_nobody_reported_is_neither_nothing_nor_everything():
    figure = figure_of("k18", owing_by_series={"k18": {"B", "A"}})
    assert (figure.state, figure.value) == (FigureState.NO_DATA, None)
    assert figure.missing == ("A", "B")


def comparisons(indicator):
    """Every test with a number that a definition makes: its targets, and those of its units."""
    value = indicator.value
    told = [indicator.target, *(part.target for part in (value.whole.parts if value.whole else ()))]
    if value.share is not None and value.share.holds.passes is not None:
        told.append(value.share.holds.passes.test)
    return [test for test in told if test is not None]


WITHOUT_TARGET = {"k35", "k39", "k46"}
READ_AS_ALL = {"k27": None, "k33": None, "k34": None, "k38": "100%", "k47": "100%"}
"""Sentences that write no number: what is asked for is told among the choices."""
CHOSEN = {"k31", "k32", "k40", "k41", "k42"}


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda one: one.id)
def test_every_comparison_is_the_one_its_sentence_is_written_with(indicator):
    # The national score gives points for a share, and sets no target for a component of its own.
    without = indicator.id.startswith("766") or indicator.id in WITHOUT_TARGET
    assert bool(comparisons(indicator)) is not without
    if indicator.id in CHOSEN | READ_AS_ALL.keys():
        assert indicator.choices or indicator.target.holds
        return
    for test in comparisons(indicator):
        if test.value is None or test.plain:
            continue
        percent = f"{test.value * 100}%"
        assert percent in indicator.source.sentence
        assert test.operator is wording(indicator.source.sentence, percent)


def test_a_wording_that_is_not_understood_is_no_operator():
    assert wording("đúng hạn từ trên 90%", "90%") is Operator.GT
    assert wording("hồ sơ từ 20% trở lên", "20%") is Operator.GTE
    assert wording("khoảng 20% hồ sơ", "20%") is None


def test_a_target_is_shown_with_every_digit_it_was_written_with():
    assert Test(operator=Operator.GT, value="99.99999 %").shown == "> 99,99999 %"
    assert Test(operator=Operator.GTE, value="0.125").shown == "≥ 12,5 %"
    assert Test(operator=Operator.GTE, value=1).shown == "≥ 100 %"
    assert Test(operator=Operator.GTE, value=2, plain=True).shown == "≥ 2"
    assert Test(operator=Operator.GTE, label="Tốt").shown == "≥ Tốt"


def test_every_row_of_the_plans_has_its_definition():
    rows_there = {name for name in INDICATORS if re.fullmatch(r"k\d\d", name)}
    assert rows_there == {f"k{n:02}" for n in range(1, 48)}


def test_the_plans_have_every_target_of_their_sentences():
    def targets(plan):
        return [target.indicator for target in PLANS[plan].targets]

    assert targets("hcmc-2020") == [f"k{n:02}" for n in range(1, 21)]
    assert targets("hcmc-2017") == ["k36", "k37", "k38"]
    assert targets("food-safety-2020") == [f"k{n}" for n in range(21, 30)]
    assert targets("hanoi-dard-2020") == [f"k{n}" for n in range(30, 35)]
    assert len(targets("binh-thanh-2018")) == 8
    for plan in PLANS.values():
        for target in plan.targets:
            assert INDICATORS[target.indicator].source.plan_title == plan.title


def test_kinds_of_figures_follow_from_what_is_counted():
    kinds = {name: INDICATORS[name].kind for name in ("k07", "k28", "k29", "k31", "k32", "k34")}
    assert list(kinds.values()) == [
        FigureKind.RATIO,
        FigureKind.BOOL,
        FigureKind.LABEL,
        FigureKind.DELTA,
        FigureKind.COUNT,
        FigureKind.BOOL,
    ]
