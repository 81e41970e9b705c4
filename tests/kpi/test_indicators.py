"""The definitions say what the sentences say, and count what they say."""

import re
from collections.abc import Mapping

import pytest
from pydantic import ValidationError

from contracts.vocabulary import Operator
from services.kpi.domain import Figure
from services.kpi.indicators import INDICATORS, PLANS, ProcedureRow, Test, evaluate
from services.kpi.indicators.definitions import Holding, Indicator, indicators_of, plans_of


class World:
    """Measures handed over by a test."""

    def __init__(self, cells: Mapping | None = None, procedures: tuple[ProcedureRow, ...] = ()):
        self._cells, self._procedures = cells or {}, procedures

    def cells(self):
        return self._cells

    def procedures(self):
        return self._procedures


def units(*shares):
    """Agencies by name, each with on-time and settled of its fields."""
    return World(
        {
            (agency, f"field-{n}"): {"on_time": on_time, "settled": settled}
            for agency, fields in shares
            for n, (on_time, settled) in enumerate(fields)
        }
    )


def test_a_unit_at_exactly_ninety_percent_in_one_field_is_not_above_ninety():
    world = units(("a", [(9, 10), (10, 10)]), ("b", [(19, 20)]), ("c", [(0, 0)]))
    assert evaluate(INDICATORS["k04"], world) == Figure(1, 2)


def test_pooling_fields_would_hide_the_weak_one():
    world = units(("a", [(1, 10), (990, 990)]))
    assert evaluate(INDICATORS["k04"], world) == Figure(0, 1)


def test_procedures_without_a_dossier_stay_in_the_denominator():
    def row(code, **told):
        values = {"field": "f", "online_level": 2, "by_post": True, "on_national_portal": False}
        return ProcedureRow(code=code, **(values | told))

    world = World(
        procedures=(
            row("a", received_by_post=1),
            row("b", returned_by_post=3),
            row("c"),
            row("d", by_post=False, received_by_post=9),
            row("e", online_level=4, on_national_portal=True),
        )
    )
    assert evaluate(INDICATORS["k14"], world) == Figure(2, 4)
    assert evaluate(INDICATORS["k06"], world) == Figure(1, 5)
    assert evaluate(INDICATORS["k08"], world) == Figure(1, 1)


def test_a_field_that_is_named_counts_alone():
    cells = {
        ("a", "ho-kinh-doanh"): {"settled_online": 4, "settled": 10},
        ("a", "other"): {"settled_online": 5, "settled": 5},
    }
    assert evaluate(INDICATORS["k12"], World(cells)) == Figure(4, 10)
    assert evaluate(INDICATORS["k07"], World(cells)) == Figure(9, 15)


def test_a_reported_figure_is_not_counted():
    assert evaluate(INDICATORS["k17"], World()) is None
    assert INDICATORS["k17"].note is not None


def wording(sentence: str, percent: str) -> Operator | None:
    """The operator a sentence compares a percentage with; none where its words are not understood."""
    before, _, after = sentence.partition(percent)
    if re.search(r"\btrên $", before):
        return Operator.GT
    at_least = re.search(r"\b(ít nhất|ít nhất có|tối thiểu|là) $", before)
    or_more = re.search(r"\btừ $", before) and re.match(r"[^,;]*\btrở lên\b", after)
    return Operator.GTE if at_least or or_more or percent == "100%" else None


def comparisons(indicator: Indicator) -> list[Test]:
    """Every test a definition makes: its target's, and that of each of its units."""
    units = indicator.value.units
    return [test for test in (indicator.target, units and units.test) if test]


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda one: one.id)
def test_every_comparison_is_the_one_its_sentence_is_written_with(indicator):
    assert comparisons(indicator)
    for test in comparisons(indicator):
        percent = f"{test.value * 100}%"
        if indicator.id == "k38":
            assert "%" not in indicator.source.sentence
            assert (test.operator, percent) == (Operator.GTE, "100%")
            continue
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


def entry(**told):
    """An indicator as its file has it."""
    return {
        "id": "k99",
        "title": {"vi": "Thử", "en": "Trial"},
        "counts": {"vi": "Thử", "en": "Trial"},
        "value": {"ratio": {"of": "rated", "among": "ratable"}},
        "source": {"plan_title": "Kế hoạch", "sentence": "Câu"},
    } | told


NOTE = {"vi": "Chưa có", "en": "Not yet"}


def test_a_file_of_the_format_is_read():
    told = indicators_of({"format": "kpi/1", "indicators": [entry()]})
    assert told["k99"].version == 1


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"format": "kpi/2", "indicators": [entry()]}, "kpi/1"),
        ({"indicators": [entry()]}, "Field required"),
        ({"format": "kpi/1", "indicators": [], "defaults": {}}, "Extra inputs"),
        ({"format": "kpi/1", "indicators": [entry(), entry()]}, "share an id"),
        ({"format": "kpi/1", "indicators": [entry(formula="a/b")]}, "Extra inputs"),
        ({"format": "kpi/1", "indicators": [entry(note=NOTE)]}, "a note says why"),
        ({"format": "kpi/1", "indicators": [entry(value={"reported": True})]}, "a note says why"),
        ({"format": "kpi/1", "indicators": [entry(value={})]}, "one of them"),
        (
            {
                "format": "kpi/1",
                "indicators": [entry(value={"ratio": {"of": "liked", "among": "rated"}})],
            },
            "is no measure",
        ),
    ],
)
def test_a_file_that_does_not_keep_the_format_is_refused(told, reason):
    with pytest.raises(ValueError, match=reason):
        indicators_of(told)


def test_a_procedure_must_hold_something_to_be_counted():
    with pytest.raises(ValidationError, match="say what it holds"):
        Holding()


def plan(**told):
    """A plan as its file has it."""
    return {
        "id": "p",
        "title": "Kế hoạch",
        "title_en": "Plan",
        "agency": "H29",
        "period_from": "2020-01-01",
        "period_to": "2021-01-01",
        "targets": ["k07"],
    } | told


@pytest.mark.parametrize(
    ("plans", "reason"),
    [
        ([plan(targets=["k99"])], "no indicator k99"),
        ([plan(period_to="2020-01-01")], "ends after it begins"),
        ([plan(), plan()], "two plans"),
        ([plan(targets=[])], "at least 1"),
    ],
)
def test_a_plan_that_cannot_be_scored_is_refused(plans, reason):
    assert set(plans_of({"format": "kpi/1", "plans": [plan()]}, INDICATORS)) == {"p"}
    with pytest.raises(ValueError, match=reason):
        plans_of({"format": "kpi/1", "plans": plans}, INDICATORS)


def test_the_plans_have_every_target_of_their_sentences():
    assert [t.indicator for t in PLANS["hcmc-2020"].targets] == [f"k{n:02}" for n in range(1, 21)]
    assert [t.indicator for t in PLANS["hcmc-2017"].targets] == ["k36", "k37", "k38"]
    for plan in PLANS.values():
        for target in plan.targets:
            assert INDICATORS[target.indicator].source.plan_title == plan.title
