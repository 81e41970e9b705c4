"""Of several versions of a definition the one in force on a day is used; two on one day are a fault."""

from datetime import date

import pytest
import yaml

from contracts.vocabulary import FigureState, Verdict
from services.kpi.indicators import SHIPPED, DefinitionInvalid, Reader
from services.kpi.indicators.library import read
from services.kpi.indicators.linter import findings
from tests.kpi.measured import cell, measured
from tests.kpi.test_definition_files import entry, plan

HALF, MOST = ({"operator": "gte", "value": f"{n} %"} for n in (50, 80))
AT_HALF = [entry(target=HALF)]
SINCE_2021 = entry(version=2, effective_from="2021-01-01", target=MOST)


def texts(**files):
    return {
        f"{name}.yaml": yaml.safe_dump({"format": "kpi/1"} | told, sort_keys=False)
        for name, told in files.items()
    }


def told(*own, plans=(), **more):
    """A shipped version of one indicator, and what an operator wrote beside it."""
    mine = {"indicators": list(own)} | ({"plans": list(plans)} if plans else {}) | more
    return read(texts(mine=mine), beside=texts(shipped={"indicators": AT_HALF}))


def fault(*own, **more):
    with pytest.raises(DefinitionInvalid) as refused:
        told(*own, **more)
    return str(refused.value)


def test_an_open_end_lasts_until_the_day_before_the_next_version_begins():
    found = told(SINCE_2021)
    for day, version in (
        ("1999-12-31", 1),
        ("2020-12-31", 1),
        ("2021-01-01", 2),
        ("2999-01-01", 2),
    ):
        assert found.in_force(date.fromisoformat(day)).indicators["k99"].version == version
    first, second = found.indicators["k99"]
    assert (first.origin.at, first.origin.shipped) == ("shipped.yaml, line 3", True)
    assert (second.origin.at, second.origin.shipped) == ("mine.yaml, line 3", False)
    assert (first.days, second.days) == (
        "from the beginning until 2020-12-31",
        "from 2021-01-01 on",
    )
    assert first.told.digest != second.told.digest
    assert found.newest.indicators["k99"].version == 2
    assert list(findings(found)) == [
        "k99 asks for ≥ 50 %, which its sentence does not say: tell among `choices` why",
        "k99 asks for ≥ 80 %, which its sentence does not say: tell among `choices` why",
    ]


UNSAID = (
    "k99: version 2 and version 1 (shipped.yaml, line 3) are both in force from the beginning: write in "
    "`effective_from` the first day on which this one takes the other's place"
)
TWICE = (
    "k99 is defined twice in version 1, first in shipped.yaml, line 3: take one out, or give this one a "
    "version of its own"
)
NEVER = (
    "indicators.0: Value error, k99: effective_to is the day after the last, so it is later than "
    "effective_from"
)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (entry(version=2, target=MOST), UNSAID),
        (entry(effective_from="2021-01-01"), TWICE),
        (entry(version=2, effective_from="2021-01-01", effective_to="2021-01-01"), NEVER),
    ],
)
def test_a_version_that_does_not_say_when_it_takes_the_others_place_is_a_fault(own, said):
    assert fault(own) == f"mine.yaml, line 3: {said}"


def test_two_versions_in_force_on_one_day_are_a_fault_with_both_lines():
    until_june = entry(version=2, effective_from="2021-01-01", effective_to="2021-07-01")
    assert list(told(until_june, entry(version=3, effective_from="2021-07-01")).each_time())
    said = fault(until_june, entry(version=3, effective_from="2021-06-30"))
    assert said.startswith("mine.yaml, line ")
    assert (
        "k99: version 3 is in force from 2021-06-30, and version 2 (mine.yaml, line 3) until the day "
        "before 2021-07-01: end that one by then, or begin this one later"
    ) in said
    both = (SINCE_2021, SINCE_2021 | {"version": 3})
    assert "are both in force on 2021-01-01" in fault(*both)


def test_days_between_two_versions_have_no_figure_and_are_told():
    short = SINCE_2021 | {"effective_to": "2021-07-01"}
    found = told(short, entry(version=3, effective_from="2022-01-01", target=MOST))
    between = found.in_force(date(2021, 7, 1))
    assert "k99" not in between.indicators
    assert between.lapsed["k99"].version == 2
    asked = Reader(measured(**cell(rated=9, ratable=10)), library=between)
    read_of = asked.read(between.lapsed["k99"], between.lapsed["k99"].target)
    assert (read_of.figure.state, read_of.verdict) == (FigureState.NO_DATA, Verdict.NO_DATA)
    assert (
        "k99 is not in force from 2021-07-01 to before 2022-01-01, between versions 2 and 3: end the "
        "first later, or begin the second earlier"
    ) in list(findings(found))
    assert found.in_force(date(2030, 1, 1)).indicators["k99"].version == 3


def test_a_plan_takes_the_target_of_the_version_in_force_unless_it_sets_its_own():
    own = [plan(), plan(id="q", targets=[{"indicator": "k99", "target": HALF}])]
    none = plan(id="r", targets=[{"indicator": "k99", "target": None}])
    found = told(SINCE_2021, plans=[*own, none])

    def asked(name, day):
        [target] = found.in_force(day).plans[name].targets
        return target.target and target.target.shown

    before, after = date(2020, 12, 31), date(2021, 1, 1)
    assert [asked("p", day) for day in (before, after)] == ["≥ 50 %", "≥ 80 %"]
    assert [asked("q", day) for day in (before, after)] == ["≥ 50 %", "≥ 50 %"]
    assert [asked("r", day) for day in (before, after)] == [None, None]


def test_a_plan_asks_for_its_own_period_as_it_stands_on_the_last_day_of_it():
    amended = plan(
        version=2, effective_from="2020-07-01", title_en="Amended", period_to="2020-10-01"
    )
    found = told(plans=[plan(), amended])
    assert found.plan("p").title_en == "Amended"
    assert found.plan_periods == {(date(2020, 1, 1), date(2020, 10, 1))}
    after = told(plans=[plan(), plan(version=2, effective_from="2021-06-01", title_en="After")])
    assert after.plan("p").title_en == "Plan"
    assert list(findings(after))[1:] == []
    ended = told(plans=[plan(effective_to="2020-10-01")])
    assert ended.plan("p").title_en == "Plan"
    assert "p is not in force on its own last day: let it be, or ask for other days" in list(
        findings(ended)
    )


def test_a_circle_of_one_time_is_found_and_one_over_two_times_is_none():
    than = {"operator": "gt", "than": "k98"}
    first = entry(id="k98", effective_to="2021-01-01", target={"operator": "gt", "than": "k99"})
    later = entry(id="k98", version=2, effective_from="2021-01-01")
    told(first, later, entry(version=2, effective_from="2021-01-01", target=than))
    assert "k98 from k99 from k98: a figure cannot be made from itself" in fault(
        first, later, entry(version=2, effective_from="2020-06-01", target=than)
    )


def test_a_plan_asks_for_series_that_are_there_and_owed():
    base = {"title": {"vi": "Thử", "en": "Trial"}, "kind": "bool", "every": "year", "due_days": 9}
    own = base | {"id": "m1", "source": "self_reported", "evidence": "optional", "owner": "plan"}
    found = told(plans=[plan(series=["k18", "m2"])], series=[own | {"id": "m2", "plans": ["p"]}])
    assert [one.id for one in found.asking_for(found.series["k18"])] == ["p"]
    assert [one.id for one in found.asking_for(found.series["m2"])] == ["p"]
    assert "there is no series m3; list it under `series`" in fault(plans=[plan(series=["m3"])])
    unasked = fault(plans=[plan(series=["766.petition_on_time"])])
    assert "nobody owes 766.petition_on_time, so no plan asks for it; leave it out" in unasked
    assert "there is no plan q; see the ids" in fault(series=[own | {"plans": ["q"]}])
    taken = fault(series=[own | {"id": "k18", "plans": ["hcmc-2020"]}])
    assert "the series k18 is there already, in series.yaml: choose another id" in taken


def test_what_counts_how_satisfied_citizens_were_is_confidential():
    open_one = entry(id="k98", value={"difference": {"of": entry()["value"], "less": SATISFIED}})
    assert fault(open_one) == (
        "mine.yaml, line 3: k98 counts satisfied, how satisfied citizens were, and would tell it of a "
        "few: write `confidential: true`"
    )
    assert told(open_one | {"confidential": True}).newest.indicators["k98"].confidential


SATISFIED = {"ratio": {"of": "satisfied", "among": "rated"}}


def test_what_is_shipped_is_in_force_at_all_times():
    assert len(list(SHIPPED.each_time())) == 1
    assert not SHIPPED.in_force(date(2126, 1, 1)).lapsed
    assert {kept.told.version for told in SHIPPED.plans.values() for kept in told} == {1}
