import json
from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest

from contracts.intake import AgencyEntry, DossierFiling, ProcedureEntry, TimeLimit
from contracts.reports import FigureReport
from contracts.vocabulary import VIETNAM, TimeUnit
from services.intake.clock import Office, due, standard_calendar
from services.intake.domain import parse_dossier_code
from suite.demo.district import DISTRICT, NINE_MONTHS, district_stream, read_district
from suite.demo.office import closing, due_on, works
from suite.demo.reports import reports_of
from suite.demo.steps import File, Progress, Rate, digest
from suite.sandbox.signing import post_key


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return post_key(tmp_path_factory.mktemp("post"))


@pytest.fixture(scope="module")
def district():
    return read_district()


@pytest.fixture(scope="module")
def steps(district, key):
    return district_stream(district, key=key, settled=1000)


def of(kind, steps):
    return [step for step in steps if isinstance(step, kind)]


def rows_of(steps):
    for step in of(Progress, steps):
        for row in step.items:
            yield step.dossier, row["status"], datetime.fromisoformat(row["occurred_at"])


def level_three(district, on):
    bodies = [
        [body for body in (one.body, *one.later) if body["valid_from"] <= on.isoformat()][-1]
        for one in district.city.procedures
    ]
    return sum(body["online_level"] == 3 for body in bodies)


def test_the_district_has_twenty_wards_below_it_and_the_city_above(district):
    [city, itself, *wards] = district.city.agencies
    assert (city.code, itself.code, itself.parent) == ("H29", DISTRICT, "H29")
    assert len(wards) == len({one.body["name"] for one in wards}) == 20
    assert {(one.parent, one.body["kind"]) for one in wards} == {(DISTRICT, "ward")}
    for agency in district.city.agencies:
        AgencyEntry.model_validate(agency.body)


def test_13_procedures_were_at_level_3_when_2017_ended_and_41_nine_months_later(district):
    assert level_three(district, date(2017, 12, 31)) == 13
    assert level_three(district, date(2018, 9, 30)) == 41
    for procedure in district.city.procedures:
        for body in (procedure.body, *procedure.later):
            entry = ProcedureEntry.model_validate(body)
            assert entry.online_level in {2, 3}
            assert not entry.on_national_portal, "the national portal opened in December 2019"


def test_every_procedure_has_an_office_that_handles_its_field(district):
    found = {one.code for theirs in district.handled_by.values() for one in theirs}
    assert found == {one.code for one in district.city.procedures}
    assert all(district.handled_by.values())


def test_as_many_dossiers_are_settled_as_were_asked_for(steps):
    settled = {dossier for dossier, status, _ in rows_of(steps) if status == "done"}
    filed = of(File, steps)
    assert len(settled) == 1000
    assert 1000 < len(filed) < 1150
    assert len({step.dossier for step in filed}) == len(filed)
    for step in filed:
        assert DossierFiling.model_validate(step.body).code == step.dossier
        assert parse_dossier_code(step.dossier).organisation == step.agency


def test_everything_happens_within_the_nine_months(steps):
    days = {step.at.date() for step in steps}
    assert NINE_MONTHS.first <= min(days)
    assert max(days) <= NINE_MONTHS.last
    counters = {s.at.date() for s in of(File, steps) if s.body["channel"] != "online"}
    assert all(works(day) for day in counters)


def test_nobody_files_online_before_the_procedure_can_be(steps, district):
    online = [step for step in of(File, steps) if step.body["channel"] == "online"]
    assert len(online) > 80
    for step in online:
        assert district.online_from[step.body["procedure"]] <= step.at.date()


def test_two_of_every_25_who_rate_are_not_satisfied(steps):
    options = Counter(step.option for step in of(Rate, steps))
    assert options.total() % 25 == 0
    assert options.total() > 300
    assert (options["1"] + options["2"] + options["3"]) * 25 == options.total() * 2
    assert min(options.values()) > 0


def test_the_same_number_draws_the_same_nine_months(district, key, steps):
    assert digest(district_stream(district, key=key, settled=1000)) == digest(steps)
    other = district_stream(district, key=key, settled=1000, seed=5)
    assert digest(other) != digest(steps)


@pytest.mark.parametrize("settled", [0, 500, 1500])
def test_a_number_of_which_99_9_per_cent_is_no_whole_number_is_refused(district, key, settled):
    with pytest.raises(ValueError, match="multiple of 1000"):
        district_stream(district, key=key, settled=settled)


def test_the_worlds_calendar_of_2018_agrees_with_the_one_that_counts_due_days():
    office, random = Office(standard_calendar()), Random(1)
    for _ in range(300):
        received = NINE_MONTHS.first + timedelta(days=random.randrange(273))
        amount, unit = (
            random.randrange(41),
            random.choice((TimeUnit.WORKING_DAY, TimeUnit.CALENDAR_DAY)),
        )
        at = datetime(received.year, received.month, received.day, 9, tzinfo=VIETNAM)
        counted = due(at, TimeLimit(amount=amount, unit=unit), office)
        assert counted.due_at == closing(due_on(received, amount, unit))


def test_what_the_district_reports_itself_is_what_the_api_takes(district):
    reports = reports_of(district)
    for one in reports:
        FigureReport.model_validate(json.loads(json.dumps(one.body)))
    assert Counter(one.series for one in reports) == {
        "k43": 3,
        "k44.district": 1,
        "k44.ward": 20,
        "k46.tasks": 8,
        "k47": 12,
    }
    assert len({one.body["evidence"]["file"]["sha256"] for one in reports}) == len(reports)
    people = [one for one in reports if one.body["evidence"]["signer"].get("name")]
    assert people == []
