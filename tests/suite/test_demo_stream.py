import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from contracts.intake import AgencyEntry, DossierFiling, ProcedureEntry, TimeLimit
from contracts.intake import Progress as ProgressReport
from contracts.postal import ShipmentOrder
from contracts.vocabulary import VIETNAM, Carrier, Channel, DossierStatus, TimeUnit
from services.intake.clock import Office, due, standard_calendar
from services.intake.domain import parse_dossier_code
from services.postal.carriers.base import Account, Record
from services.postal.carriers.vnpost_d import VnpostD
from services.postal.s10 import Verdict, check
from suite.demo.callbacks import callbacks
from suite.demo.city import read_city
from suite.demo.office import CLOSED, closing, due_on, works
from suite.demo.parcels import DELIVERED, ItemCodes, to_the_citizen, to_the_office
from suite.demo.steps import Callback, File, Progress, Rate, Ship, digest
from suite.demo.stream import YEAR_2020, demo_stream
from suite.sandbox.signing import post_key, public_pem

DIGEST_ELSEWHERE = """
import sys
from pathlib import Path
from suite.demo.city import read_city
from suite.demo.steps import digest
from suite.demo.stream import demo_stream
from suite.sandbox.signing import post_key
print(digest(demo_stream(read_city(), key=post_key(Path(sys.argv[1])), dossiers=150)))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("post")


@pytest.fixture(scope="module")
def key(folder):
    return post_key(folder)


@pytest.fixture(scope="module")
def city():
    return read_city()


@pytest.fixture(scope="module")
def steps(city, key):
    return demo_stream(city, key=key)


@pytest.fixture(scope="module")
def year(steps):
    return [step for step in steps if step.at.year == 2020]


def of(kind, steps):
    return [step for step in steps if isinstance(step, kind)]


def rows_of(steps):
    for step in of(Progress, steps):
        for row in step.items:
            yield step.dossier, row["status"], datetime.fromisoformat(row["occurred_at"])


def test_the_same_number_draws_the_same_stream_in_every_process(city, key, folder):
    here = digest(demo_stream(city, key=key, dossiers=150))
    for hash_seed in ("1", "2"):
        elsewhere = subprocess.run(
            [sys.executable, "-c", DIGEST_ELSEWHERE, str(folder)],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert elsewhere.stdout.strip() == here


def test_another_number_draws_another_stream(city, key):
    assert digest(demo_stream(city, key=key, dossiers=60)) != digest(
        demo_stream(city, key=key, dossiers=60, seed=7)
    )


def test_the_catalogue_holds_over_150_procedures_of_the_national_portal(city):
    entries = [ProcedureEntry.model_validate(one.body) for one in city.procedures]
    assert len({one.code for one in city.procedures}) == len(entries) >= 150
    assert len({entry.field for entry in entries}) >= 15
    assert all(entry.time_limit and entry.field_name for entry in entries)
    assert {entry.online_level for entry in entries} == {2, 3, 4}


def test_every_agency_of_the_catalogue_stands_below_one_told_before(city):
    known = {None}
    for agency in city.agencies:
        AgencyEntry.model_validate(agency.body)
        assert agency.parent in known
        known.add(agency.code)
    assert {one.agency for one in city.handled} <= known
    assert {one.field for one in city.handled} == set(city.by_field)


def test_a_year_has_the_dossiers_asked_for_each_under_its_own_code(year):
    filed = of(File, year)
    assert len(filed) == 3200
    assert len({step.dossier for step in filed}) == 3200
    for step in filed:
        assert DossierFiling.model_validate(step.body).code == step.dossier
        code = parse_dossier_code(step.dossier)
        assert code is not None
        assert code.organisation == step.agency


def test_every_step_says_what_the_api_takes(steps):
    for step in of(Progress, steps):
        ProgressReport.model_validate({"items": step.items})
    for step in of(Ship, steps):
        order = ShipmentOrder.model_validate(step.body)
        assert order.item_code is not None
        assert check(order.item_code) is Verdict.OK
    statuses = {status for _, status, _ in rows_of(steps)}
    assert statuses == {status.value for status in DossierStatus} - {"submitted", "unmapped"}


def test_steps_come_in_the_order_of_time_and_a_dossier_is_filed_first(steps):
    assert all(one.at <= two.at for one, two in pairwise(steps))
    known: set[str] = set()
    for step in steps:
        if isinstance(step, File):
            known.add(step.dossier)
        else:
            named = step.dossiers if isinstance(step, Callback) else (step.dossier,)
            assert known.issuperset(named)


def test_what_happens_to_a_dossier_happens_after_what_happened_before(steps):
    last = {step.dossier: step.at for step in of(File, steps)}
    for dossier, status, moment in rows_of(steps):
        assert moment >= last[dossier], (dossier, status)
        last[dossier] = moment


def test_counters_are_closed_at_weekends_and_at_tet(year):
    days = {step.at.date() for step in of(File, year) if step.body["channel"] != "online"}
    assert all(works(day) for day in days)
    assert not days & CLOSED
    weekend = [
        s for s in of(File, year) if s.body["channel"] == "online" and not works(s.at.date())
    ]
    assert weekend


def test_the_year_has_its_seasons(year, city):
    fields = {one.code: one.field for one in city.procedures}
    filed = of(File, year)
    months = Counter(step.at.month for step in filed)
    assert months[4] < 0.7 * months[5]
    assert months[1] < 0.8 * months[2]
    school = Counter(s.at.month for s in filed if fields[s.body["procedure"]] == "giao-duc")
    assert min(school[6], school[7], school[8]) > 1.5 * school[10]


def test_most_come_to_the_counter_a_fifth_online_a_tenth_by_post(year):
    filed = of(File, year)
    channels = Counter(step.body["channel"] for step in filed)
    assert 0.62 < channels["counter"] / len(filed) < 0.76
    assert 0.18 < channels["online"] / len(filed) < 0.27
    assert 0.08 < channels["post"] / len(filed) < 0.125


def test_channels_are_those_the_procedure_is_open_to(year, city):
    procedures = {one.code: one for one in city.procedures}
    for step in of(File, year):
        assert Channel(step.body["channel"]) in procedures[step.body["procedure"]].limits


def test_the_worlds_calendar_agrees_with_the_one_that_counts_due_days():
    office, random = Office(standard_calendar()), Random(1)
    for _ in range(300):
        received = YEAR_2020.first + timedelta(days=random.randrange(366))
        amount, unit = (
            random.randrange(41),
            random.choice((TimeUnit.WORKING_DAY, TimeUnit.CALENDAR_DAY)),
        )
        at = datetime(received.year, received.month, received.day, 9, tzinfo=VIETNAM)
        counted = due(at, TimeLimit(amount=amount, unit=unit), office)
        assert counted.due_at == closing(due_on(received, amount, unit))


def test_agencies_differ_in_how_punctual_they_are(year, city):
    procedures = {one.code: one for one in city.procedures}
    filed = {step.dossier: step for step in of(File, year)}
    ready = {dossier: at for dossier, status, at in rows_of(year) if status == "done"}
    asked = {dossier for dossier, status, _ in rows_of(year) if status == "waiting_supplement"}
    in_time: Counter[str] = Counter()
    everything: Counter[str] = Counter()
    for dossier, done in ready.items():
        body = filed[dossier].body
        if dossier in asked or "received_at" not in body:
            continue
        amount, unit = procedures[body["procedure"]].limits[Channel.COUNTER]
        received = datetime.fromisoformat(body["received_at"]).date()
        everything[body["agency"]] += 1
        in_time[body["agency"]] += done <= closing(due_on(received, amount, unit))
    shares = {one: in_time[one] / count for one, count in everything.items() if count > 25}
    assert 0.95 < in_time.total() / everything.total() < 0.99
    assert min(shares.values()) < 0.93
    assert max(shares.values()) == 1


def test_citizens_of_an_agency_rate_about_as_often_as_its_row_says(year, city):
    rated = {one.agency: one.rated for one in city.handled}
    returned = Counter(
        code[: code.index("-")] for code, status, _ in rows_of(year) if status == "returned"
    )
    given = Counter(step.agency for step in of(Rate, year))
    busiest = returned.most_common(5)
    assert all(abs(given[agency] / count - rated[agency]) < 0.12 for agency, count in busiest)
    options = Counter(step.option for step in of(Rate, year))
    assert set(options) == {"1", "2", "3", "4", "5"}
    assert 0.8 < (options["5"] + options["4"]) / options.total() < 0.95


def test_the_posts_messages_are_read_by_the_carriers_interface(steps, key):
    account = Account("city", Carrier.VNPOST_D, public_key_pem=public_pem(key).decode())
    ours = {step.body["item_code"] for step in of(Ship, steps)}
    told: Counter[tuple[str, str]] = Counter()
    for step in of(Callback, steps):
        batch = VnpostD().read(step.raw, {}, account)
        assert len(batch.records) == step.records <= 50
        assert batch.sent_at is not None
        assert batch.sent_at <= step.at
        for record in batch.records:
            assert isinstance(record, Record)
            told[record.item_code, record.code] += 1
    assert {item for item, _ in told} - ours, "items that are not ours"
    assert max(told.values()) > 1, "duplicates"
    assert {code for _, code in told} & {"25", "27"}, "codes nobody explains"
    assert {code for _, code in told} >= {"1", "6", "7", "10", "11", "12", "14", "15", "19"}


def test_the_post_tells_some_things_late_and_some_out_of_order(key):
    random, codes = Random(3), ItemCodes(20_000_000)
    morning = datetime(2020, 6, 1, 8, tzinfo=VIETNAM)
    parcels = [to_the_office(f"D{n}", morning, codes, random) for n in range(60)]
    sent = callbacks(
        parcels, until=morning + timedelta(days=30), key=key, codes=codes, random=random
    )
    true_order = {p.item_code: [scan.code for scan in p.scans] for p in parcels}
    heard: dict[str, list[int]] = {item: [] for item in true_order}
    for message in sent:
        for record in json.loads(message.raw)["data"]:
            heard.get(record["itemCode"], []).append(record["status"])
    shuffled = [
        item
        for item, seen in heard.items()
        if list(dict.fromkeys(seen)) != true_order[item] and set(seen) == set(true_order[item])
    ]
    assert 0 < len(shuffled) < 60


def test_the_truth_runs_ahead_of_no_message(steps):
    for step in of(Callback, steps):
        for item in step.truth:
            assert all(datetime.fromisoformat(event["at"]) <= step.at for event in item["events"])


def test_an_item_the_citizen_never_takes_comes_back():
    random, codes = Random(5), ItemCodes(30_000_000)
    handed = datetime(2020, 6, 1, 15, tzinfo=VIETNAM)
    parcels = [to_the_citizen(f"D{n}", handed, codes, random) for n in range(300)]
    back = [one for one in parcels if one.delivered_at is None]
    assert 0 < len(back) < 30
    for parcel in parcels:
        moments = [scan.at for scan in parcel.scans]
        assert moments == sorted(moments)
        assert (DELIVERED in {scan.code for scan in parcel.scans}) == (parcel not in back)


def test_what_is_unfinished_when_the_year_ends_stays_so(year):
    assert max(step.at for step in year).date() == date(2020, 12, 31)
    finished = {"returned", "refused", "withdrawn", "stopped"}
    ended = {dossier for dossier, status, _ in rows_of(year) if status in finished}
    open_ones = {step.dossier for step in of(File, year)} - ended
    assert open_ones
    assert all("-2012" in code or "-2011" in code or "-2010" in code for code in open_ones)
