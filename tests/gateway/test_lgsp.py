"""Last month's aggregates reach the provincial bus, once for each agency and month, whatever goes wrong."""

import asyncio
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from contracts.lgsp import month_of, preceding_month
from contracts.vocabulary import VIETNAM
from gateway.lgsp.job import push
from gateway.lgsp.sending import NotTaken, check
from suite.sandbox.faults import Fault, FaultPlan, Faults
from suite.sandbox.lgsp import AGENCY as OF
from suite.sandbox.lgsp import PUSHES, BusAccount, BusLedger, create_lgsp
from suite.sandbox.serving import served
from tests.builders import AGENCY, filing
from tests.conftest import open_suite
from tests.kpi.worlds import rated
from tests.stories.test_the_thread import prepare

NOW = datetime.now(VIETNAM)
MONTH = preceding_month(month_of(NOW.date()))
RECEIVED = f"{MONTH}-10T09:00:00+07:00"


@pytest.fixture
def faults():
    return Faults(slow_seconds=0.01)


@pytest.fixture
def bus():
    return BusLedger()


class Clock:
    """The gateway's time, which a test moves on."""

    def __init__(self, gateway):
        self.passed = timedelta()
        real = gateway.database.now
        gateway.database.now = lambda: real() + self.passed


@pytest.fixture(params=["sqlite", "postgres"])
def at_work(request, tmp_path, bus, faults):
    """`async with at_work() as (suite, clock)`: the suite, connected to a bus."""

    @asynccontextmanager
    async def open_at_work(**settings):
        secret = tmp_path / "secret"
        secret.write_text(f"{BusAccount().client_secret}\n")
        told = {
            "lgsp_client_id": BusAccount().client_id,
            "lgsp_client_secret_file": secret,
            "lgsp_agencies": f"H29, {AGENCY}",
            "lgsp_push_day": 1,
            # The tests decide when the worker looks.
            "lgsp_seconds": 100_000,
        } | settings
        async with served(create_lgsp(bus, faults=faults)) as url:
            told.setdefault("lgsp_url", f"{url}/lgsp")
            async with open_suite(request.param, tmp_path, request, **told) as suite:
                yield suite, Clock(suite.running["gateway"])

    return open_at_work


async def file(suite, city, number=1):
    await city.post("/v1/dossiers", json=filing(number, received_at=RECEIVED))
    await suite.settle()


async def rate(code, uow):
    """A rating given last month, as the rating service announces it."""
    at = datetime.fromisoformat(f"{MONTH}-20T09:00:00+07:00")
    uow.record(rated(code, 5, at), subject=code)


async def listed(client, month=None):
    answer = await client.get("/v1/lgsp/pushes", params={"month": month} if month else {})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_last_months_aggregates_of_each_agency_are_sent_once(at_work, bus):
    async with at_work() as (suite, _), suite.partner() as city:
        await prepare(city)
        await file(suite, city)
        gateway = suite.running["gateway"]
        for _ in range(3):
            await push(gateway)
        assert [(one.content[OF], one.times) for one in bus.kept["Statistic"]] == [
            ("H29", 1),
            (AGENCY, 1),
        ]
        told = bus.kept["Statistic"][0].content
        assert (told["NewReception"], told["Month"]) == (1, int(MONTH[-2:]))
        assert [(one.content["TotalVoted"], one.times) for one in bus.kept["Vote"]] == [(0, 1)] * 2
        assert bus.refusals == []
        items = await listed(city)
        assert [(one["state"], one["attempts"]) for one in items] == [("sent", 1)] * 4
        assert items[0]["content"] == bus.kept["Statistic"][-1].content
        assert await listed(city, "2020-03") == []


async def test_under_every_fault_everything_arrives_and_no_second_content_does(
    at_work, bus, faults
):
    kinds = PUSHES - {Fault.TIMEOUT, Fault.TIMEOUT_AFTER}
    faults.plan = FaultPlan.spread(0.6, 7, kinds)
    async with at_work() as (suite, clock), suite.partner() as city:
        await prepare(city)
        await file(suite, city)
        for number in range(30):
            await push(suite.running["gateway"])
            items = await listed(city)
            if all(one["state"] == "sent" for one in items):
                break
            # What comes in meanwhile must not make a second content of the same month.
            await file(suite, city, number + 2)
            clock.passed += timedelta(hours=8)
        assert len(items) == 4
        assert {one["state"] for one in items} == {"sent"}
        assert sum(faults.happened.values()) > 3
        for service in ("Statistic", "Vote"):
            agencies = [one.content[OF] for one in bus.kept[service]]
            assert sorted(agencies) == sorted(["H29", AGENCY])
        assert bus.refusals == []


async def test_a_bus_that_is_down_is_asked_later_each_time_and_then_given_up(at_work, bus, faults):
    faults.down = True
    async with at_work(lgsp_attempts=3, lgsp_agencies="H29") as (suite, clock):
        async with suite.partner() as city:
            await prepare(city)
            await suite.settle()
            gateway = suite.running["gateway"]
            await push(gateway)
            await push(gateway)
            assert {one["attempts"] for one in await listed(city)} == {1}
            for _ in range(4):
                clock.passed += timedelta(hours=8)
                await push(gateway)
            items = await listed(city)
            assert {(one["state"], one["attempts"], one["try_at"]) for one in items} == {
                ("given_up", 3, None)
            }
            assert all("does not answer" in one["problem"] for one in items)
            faults.down = False
            await push(gateway)
            assert bus.kept["Vote"] == []

            again = await city.post(f"/v1/lgsp/pushes/{items[0]['id']}/resend")
            assert (again.status_code, again.json()["state"]) == (202, "waiting")
            twice = await city.post(f"/v1/lgsp/pushes/{items[0]['id']}/resend")
            assert (twice.status_code, twice.json()["code"]) == (409, "push-under-way")
            await push(gateway)
            states = {one["kind"]: (one["state"], one["resends"]) for one in await listed(city)}
            assert states == {"statistic": ("sent", 1), "vote": ("given_up", 0)}


async def test_what_is_sent_again_on_demand_is_counted_anew(at_work, bus):
    async with at_work(lgsp_agencies="H29") as (suite, _), suite.partner() as city:
        await prepare(city)
        await suite.settle()
        gateway = suite.running["gateway"]
        await push(gateway)
        await file(suite, city)
        [statistic] = [one for one in await listed(city) if one["kind"] == "statistic"]
        await city.post(f"/v1/lgsp/pushes/{statistic['id']}/resend")
        await push(gateway)
        assert [one.content["NewReception"] for one in bus.kept["Statistic"]] == [0, 1]


async def test_a_push_asked_for_again_while_it_is_sent_is_not_lost(at_work, bus, faults):
    faults.slow_seconds = 1.0
    async with at_work(lgsp_agencies="H29") as (suite, _), suite.partner() as city:
        await prepare(city)
        await suite.settle()
        gateway = suite.running["gateway"]
        faults.ask(Fault.SLOW, service="Statistic")
        sending = asyncio.create_task(push(gateway))
        while not bus.kept["Statistic"]:
            await asyncio.sleep(0.01)
        [statistic] = [one for one in await listed(city) if one["kind"] == "statistic"]
        again = await city.post(f"/v1/lgsp/pushes/{statistic['id']}/resend")
        assert again.status_code == 202
        await sending
        await push(gateway)
        assert bus.kept["Statistic"][0].times + len(bus.kept["Statistic"]) - 1 == 2
        assert {one["state"] for one in await listed(city)} == {"sent"}


async def test_too_few_ratings_are_withheld(at_work, bus):
    async with at_work(lgsp_agencies="H29") as (suite, _), suite.partner() as city:
        await prepare(city)
        await file(suite, city)
        await suite.running["rating"].do(rate, filing()["code"])
        await suite.settle()
        await push(suite.running["gateway"])
        states = {one["kind"]: one["state"] for one in await listed(city)}
        assert states == {"statistic": "sent", "vote": "withheld"}
        assert bus.kept["Vote"] == []


async def test_pushes_are_seen_and_resent_within_reach_alone(at_work):
    async with at_work() as (suite, _), suite.partner() as city:
        await prepare(city)
        await suite.settle()
        await push(suite.running["gateway"])
        every = await listed(city)
        [foreign] = [one for one in every if one["agency"] == "H29" and one["kind"] == "vote"]
        async with suite.partner(AGENCY) as department:
            assert {one["agency"] for one in await listed(department)} == {AGENCY}
            answer = await department.post(f"/v1/lgsp/pushes/{foreign['id']}/resend")
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown-push")
            unknown = await department.post("/v1/lgsp/pushes/none/resend")
            assert unknown.json()["detail"] == answer.json()["detail"]
        async with suite.partner("H29", "indicators:read") as reader:
            answer = await reader.post(f"/v1/lgsp/pushes/{foreign['id']}/resend")
            assert answer.status_code == 403
            assert (await reader.get("/v1/lgsp/pushes?month=2020-13")).status_code == 422
        async with suite.partner("H29", "dossiers:read") as stranger:
            assert (await stranger.get("/v1/lgsp/pushes")).status_code == 403


async def test_an_agency_the_directory_does_not_have_is_not_told_of(at_work, bus):
    async with at_work(lgsp_agencies=f"H92,H29.19,{AGENCY},") as (suite, _):
        async with suite.partner() as city:
            gateway = suite.running["gateway"]
            await push(gateway)
            assert bus.kept == {"Statistic": [], "Vote": []}
            await prepare(city)
            department = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}
            told = department | {"other_codes": ["H29.19"]}
            await city.put(f"/v1/agencies/{AGENCY}", json=told)
            await suite.settle()
            await push(gateway)
            assert [one.content[OF] for one in bus.kept["Statistic"]] == [AGENCY]


async def test_without_an_address_nothing_is_pushed(at_work):
    async with at_work(lgsp_url="") as (suite, _), suite.partner() as city:
        await push(suite.running["gateway"])
        assert await listed(city) == []


@pytest.mark.parametrize(
    "body",
    [
        '{"Status": "200", "Message": "x"}',
        '{"Status": 1}',
        '{"Message": "Cập nhật thành công"}',
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_success_is_understood_in_other_words_and_letters(body, charset):
    check(200, body.encode(charset), None)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"Status": "200"}'),
        (200, b"<html>"),
        (200, b'{"Status": "20'),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"Status": "400", "Message": "x"}'),
        (200, '{"Status": "400", "Message": "Thành công"}'.encode()),
        (200, '{"Message": "Không thành công"}'.encode()),
    ],
)
def test_what_is_no_success_is_none(status, body):
    with pytest.raises(NotTaken):
        check(status, body, None)


def test_the_bus_may_ask_for_a_pause():
    with pytest.raises(NotTaken) as told:
        check(429, b"", "30")
    assert told.value.wish == timedelta(seconds=30)
