"""The definitions say what the sentences say, and count what they say."""

from collections.abc import Mapping

import pytest

from contracts.vocabulary import Operator
from services.kpi.domain import Figure
from services.kpi.indicators import INDICATORS, PLANS, ProcedureRow, evaluate


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


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda one: one.id)
def test_the_operator_is_the_one_the_sentence_is_written_with(indicator):
    sentence = indicator.source.sentence
    if indicator.target is None:
        return
    if indicator.id == "k37":
        assert "trên 80%" in sentence
        assert indicator.target.operator is Operator.GT
    else:
        assert indicator.target.operator is Operator.GTE
    percent = f"{float(indicator.target.value * 100):g}%"
    written = percent in sentence
    implied = indicator.id == "k38" or "100%" in percent
    assert written or implied, (percent, sentence)


def test_the_plans_have_every_target_of_their_sentences():
    assert [t.indicator for t in PLANS["hcmc-2020"].targets] == [f"k{n:02}" for n in range(1, 21)]
    assert [t.indicator for t in PLANS["hcmc-2017"].targets] == ["k36", "k37", "k38"]
    for plan in PLANS.values():
        for target in plan.targets:
            assert INDICATORS[target.indicator].source.plan_title == plan.title
