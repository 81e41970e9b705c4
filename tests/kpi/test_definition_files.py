"""A definition file that does not keep the format is refused with file, line and remedy."""

import pytest
import yaml

from contracts.vocabulary import FigureState
from services.kpi.indicators import SHIPPED, DefinitionInvalid, Reader
from services.kpi.indicators.library import read
from services.kpi.indicators.linter import findings
from tests.kpi.measured import measured

VALUE = {"ratio": {"of": "rated", "among": "ratable"}}


def entry(**told):
    """An indicator as its file has it."""
    return {
        "id": "k99",
        "title": {"vi": "Thử", "en": "Trial"},
        "counts": {"vi": "Thử", "en": "Trial"},
        "value": VALUE,
        "source": {"plan_title": "Kế hoạch", "sentence": "Câu"},
    } | told


def plan(**told):
    """A plan as its file has it."""
    return {
        "id": "p",
        "title": "Kế hoạch",
        "title_en": "Plan",
        "agency": "H29",
        "period_from": "2020-01-01",
        "period_to": "2021-01-01",
        "targets": ["k99"],
    } | told


def library(*indicators, plans=(), **file):
    return definitions(*indicators, plans=plans, **file).newest


def definitions(*indicators, plans=(), **file):
    files = {"i.yaml": {"format": "kpi/1", "indicators": list(indicators)} | file}
    if plans:
        files["p.yaml"] = {"format": "kpi/1", "plans": list(plans)}
    return read({name: yaml.safe_dump(told, sort_keys=False) for name, told in files.items()})


def test_files_of_the_format_are_read():
    told = library(entry(target={"operator": "gte", "value": "40 %"}), plans=[plan()])
    assert told.indicators["k99"].version == 1
    assert told.plans["p"].targets[0].target.shown == "≥ 40 %"


def test_a_plan_may_ask_for_more_than_the_indicator_itself():
    own = {"indicator": "k99", "target": {"operator": "gt", "value": "80 %"}}
    assert (
        library(entry(), plans=[plan(targets=[own])]).plans["p"].targets[0].target.shown == "> 80 %"
    )


def passing(over="procedure", **told):
    """A share of what has a ratio of its own above a half."""
    half = {"of": "on_time", "among": "settled", "test": {"operator": "gt", "value": "50 %"}}
    return {"over": over, "empty": "skip", "holds": {"passes": half | told}}


SHARE = {"over": "procedure", "holds": {"attribute": {"attribute": "iso"}}}


@pytest.mark.parametrize(
    ("indicator", "reason"),
    [
        ({"formula": "a/b"}, r"indicators.0.formula: Extra inputs"),
        ({"value": {}}, "exactly one of count, ratio"),
        ({"value": VALUE | {"count": {"of": "rated"}}}, "exactly one of"),
        ({"value": {"ratio": {"of": "liked", "among": "rated"}}}, "liked is no measure; there are"),
        ({"value": {"share": SHARE}}, "share.empty: Field required"),
        ({"value": {"share": SHARE | {"empty": "skip", "holds": {}}}}, "say what it holds"),
        (
            {"value": {"share": SHARE | {"empty": "skip", "holds": {"any_of": ["rated"]}}}},
            "no measure of procedures",
        ),
        ({"target": {"operator": "gte"}}, "names one of value, label, holds, than"),
        ({"target": {"operator": "over", "value": 1}}, "Input should be"),
        ({"target": {"operator": "gt", "than": "k98"}}, "made from k98, which is not defined"),
        ({"value": {"plan_score": {"plan": "q"}}}, "made from plan q, which is not defined"),
        ({"target": {"operator": "gt", "value": "many"}}, "Invalid literal for Fraction"),
        ({"value": {"share": passing("agency", of="liked")}}, "liked is no measure; there are"),
        ({"value": {"share": passing("agency", of="overdue_c")}}, "is of an instant"),
        ({"value": {"share": passing(of="rated")}}, "no measure of procedures"),
    ],
)
def test_a_definition_that_cannot_be_counted_is_refused(indicator, reason):
    with pytest.raises(DefinitionInvalid, match=reason):
        library(entry(**indicator))


NOTHING = "an empty list would count nothing: name one at least, or leave it out"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"ratio": {"of": "rated", "among": "ratable", "fields": []}}, "ratio.fields"),
        ({"ratio": {"of": "rated", "among": "ratable", "kinds": []}}, "ratio.kinds"),
        ({"ratio": {"of": "rated", "among": []}}, "ratio.among"),
        ({"count": {"of": []}}, "count.of"),
        ({"share": SHARE | {"over": "agency", "empty": "fail", "kinds": []}}, "share.kinds"),
        ({"share": SHARE | {"empty": "fail", "where": []}}, "share.where"),
        ({"tally": {"over": "procedure", "holds": {"any_of": []}}}, "tally.holds.any_of"),
        ({"score": {"parts": []}}, "score.parts"),
    ],
)
def test_a_division_by_an_empty_set_is_refused_before_it_is_made(value, place):
    with pytest.raises(DefinitionInvalid) as refused:
        library(entry(value=value))
    assert any(
        line.startswith("i.yaml, line ")
        and f"indicators.0.value.{place}" in line
        and NOTHING in line
        for line in str(refused.value).splitlines()
    )


def test_things_asked_for_together_are_two_at_least():
    with pytest.raises(DefinitionInvalid, match="has two parts at least: add one, or ask for it"):
        library(entry(value={"whole": {"parts": []}}))


def test_a_ratio_among_nothing_is_neither_nothing_nor_everything():
    told = library(entry(target={"operator": "gte", "value": "0 %"}))
    read_of = Reader(measured(), library=told).read(told.indicators["k99"], None)
    assert (read_of.figure.state, read_of.figure.value) == (FigureState.EMPTY, None)
    target = told.indicators["k99"].target
    assert (
        Reader(measured(), library=told).read(told.indicators["k99"], target).verdict == "no_data"
    )


def test_a_fault_is_told_with_its_file_and_line():
    text = yaml.safe_dump(
        {"format": "kpi/1", "indicators": [entry(), entry(id="k98", value={"ratio": {"of": "x"}})]},
        sort_keys=False,
    )
    line = text.splitlines().index("      of: x") + 1
    with pytest.raises(DefinitionInvalid) as refused:
        read({"mine.yaml": text})
    assert f"mine.yaml, line {line}: indicators.1.value.ratio.of.0: " in str(refused.value)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("format: kpi/2\nindicators: []\n", "line 1: format: Input should be 'kpi/1'"),
        ("indicators: []\n", "format: Field required"),
        ("- a\n", "write `format: kpi/1`"),
        ("a: [\n", "i.yaml: while parsing"),
    ],
)
def test_another_format_is_refused(file, reason):
    with pytest.raises(DefinitionInvalid, match=reason):
        read({"i.yaml": file})


def test_two_of_one_name_are_refused():
    with pytest.raises(DefinitionInvalid, match=r"line 17: k99 is defined twice"):
        library(entry(), entry())


@pytest.mark.parametrize(
    ("plans", "reason"),
    [
        (
            [plan(targets=["k98"])],
            "p.yaml, line 3: there is no indicator k98; see the ids of the indicators",
        ),
        ([plan(period_to="2020-01-01")], "ends after it begins"),
        ([plan(), plan()], "two plans are called p"),
        ([plan(targets=[])], "at least 1"),
    ],
)
def test_a_plan_that_cannot_be_scored_is_refused(plans, reason):
    with pytest.raises(DefinitionInvalid, match=reason):
        library(entry(), plans=plans)


def test_a_figure_made_from_itself_is_refused():
    score = {"score": {"parts": [{"indicator": "k98", "most": 1, "empty": "zero"}]}}
    than = {"operator": "gt", "than": "k99"}
    told = "i.yaml, line 19: k98 from k99 from k98: a figure cannot be made from itself; break the"
    with pytest.raises(DefinitionInvalid, match=told):
        library(entry(value=score), entry(id="k98", target=than))
    scored = {"plan_score": {"plan": "p"}}
    with pytest.raises(DefinitionInvalid, match="i.yaml, line 3: k99 from plan p from k99"):
        library(entry(value=scored), plans=[plan()])
    # Met on the way from another figure, the plan is where the circle is closed.
    with pytest.raises(DefinitionInvalid, match="plan p from k99 from plan p"):
        library(entry(id="k97", value=scored), entry(value=scored), plans=[plan()])


def reported(series, kind, **told):
    """A figure as it was reported."""
    return {"reported": {"series": series, "kind": kind} | told}


def says_yes(series, kind):
    """A share of agencies of a kind whose report says yes."""
    holds = {"reported": {"series": series}}
    return {"share": {"over": "agency", "kinds": [kind], "holds": holds, "empty": "fail"}}


def test_nothing_is_found_in_what_is_shipped():
    assert list(findings(SHIPPED)) == []


@pytest.mark.parametrize(
    ("told", "finding"),
    [
        (
            {
                "target": {"operator": "gte", "value": "90 %"},
                "source": {"plan_title": "P", "sentence": "đạt trên 90%"},
            },
            "compares with gte, its sentence says gt",
        ),
        ({"target": {"operator": "gt", "value": "90 %"}}, "tell among `choices` why"),
        ({"value": {"ratio": {"of": "rated", "among": "rated"}}}, "always everything"),
        (
            {"value": {"share": SHARE | {"empty": "fail", "kinds": ["ward"]}}},
            "leave `kinds` out",
        ),
        (
            {
                "value": {
                    "share": SHARE | {"empty": "fail", "holds": {"reported": {"series": "k99"}}}
                }
            },
            "reports are about agencies",
        ),
        (
            {"value": reported("k99", "ratio")},
            "reads the series k99, which nobody owes: list it under",
        ),
        ({"value": reported("k18", "bool")}, "reads k18, a ratio, as one of bool: make them agree"),
        (
            {"value": reported("k29", "label", scale=["Kém", "Tốt"])},
            "other grades than k29: write Yếu",
        ),
        (
            {"value": {"ratio": {"of": "received", "among": {"series": "k18"}}}},
            "reads k18, a ratio, as one of count",
        ),
        ({"value": says_yes("k03", "ward")}, "are ward, who may not report k03: leave them out"),
        ({"value": says_yes("k18", "district")}, "reads k18, a ratio, as one of bool, count, occ"),
        (
            {"value": {"reports": {"series": "k99.report"}}},
            "reads the series k99.report, which nobody",
        ),
        (
            {"value": {"share": SHARE | {"over": "agency", "empty": "fail"}}},
            "asks for iso over agency: it is told over procedure",
        ),
    ],
)
def test_what_should_be_looked_at_is_told_with_a_remedy(told, finding):
    assert any(finding in one for one in findings(definitions(entry(**told))))
