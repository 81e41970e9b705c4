"""Web sites that ask without being registered: counted, kept within bounds, told to operators."""

import asyncio
import json
import logging

import httpx
import pytest

from chassis import telemetry
from chassis.database import UnitOfWork
from chassis.settings import Settings
from gateway import service
from gateway.origins import commands
from gateway.origins.strangers import LINES_A_MINUTE, SAID_EVERY, Strangers, Surface
from gateway.queries import stranger_origins
from suite.together import together
from tests.conftest import Suite
from tests.gateway.test_origins import LINK, RATING, SITE, motcua

STRANGER = "https://quen-dang-ky.example.vn"


@pytest.fixture
async def city(tmp_path, embedded):
    settings = Settings(data=tmp_path, settle_seconds=0.05, limits=False)
    embedded.fill(settings)
    async with together(settings) as at_work:
        await at_work.running["gateway"].do(commands.add_origin, SITE, "H29", "an operator")
        yield Suite(at_work.running, at_work.app)


async def kept(running) -> dict[str, int]:
    return {row.origin: row.times for row in await stranger_origins(UnitOfWork(running.database))}


async def test_a_stranger_is_counted_wherever_it_asks(city):
    gateway = city.running["gateway"]
    before = {surface: telemetry.STRANGERS.labels(surface)._value.get() for surface in Surface}
    told = {"Origin": STRANGER}
    async with city.public() as browser:
        await browser.get(f"/v1/rating-forms/{LINK}", headers=told)
        await browser.post("/v1/ratings", json=RATING, headers=told)
        asked = told | {"Access-Control-Request-Method": "POST"}
        await browser.options("/v1/ratings", headers=asked)
        await browser.get(f"/embed/{LINK}?parent={STRANGER}")
    await gateway.own(Strangers).write()
    assert await kept(gateway) == {STRANGER: 4}
    after = {surface: telemetry.STRANGERS.labels(surface)._value.get() for surface in Surface}
    assert {surface: after[surface] - before[surface] for surface in Surface} == {
        Surface.API: 3,
        Surface.FRAME: 1,
    }


async def test_nobody_else_is_a_stranger(city):
    gateway = city.running["gateway"]
    async with city.public() as browser:
        for headers in (
            {"Origin": SITE},
            {},
            # A page of the gateway itself.
            {"Origin": "http://test"},
            {"Origin": "https://behind.a.proxy.vn", "Sec-Fetch-Site": "same-origin"},
        ):
            await browser.get(f"/v1/rating-forms/{LINK}", headers=headers)
            await browser.post("/v1/ratings", json=RATING, headers=headers)
        # Elsewhere an origin means nothing.
        await browser.get("/board", headers={"Origin": STRANGER})
        framed = {"Sec-Fetch-Dest": "iframe", "Referer": "http://test/embed/x"}
        await browser.get(f"/embed/{LINK}", headers=framed)
        await browser.get(f"/embed/{LINK}?parent={SITE}")
        document = {"Sec-Fetch-Dest": "document", "Referer": f"{STRANGER}/links"}
        await browser.get(f"/embed/{LINK}", headers=document)
    await gateway.own(Strangers).write()
    assert await kept(gateway) == {}


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ("null", "null"),
        ("http://portal.local:8080", "http://portal.local:8080"),
        ("<script>alert(1)</script>", "unreadable"),
        ("https://" + "a" * 300, "unreadable"),
    ],
)
async def test_what_a_stranger_calls_itself_is_kept_within_bounds(lone, origin, name):
    async with lone(service) as gateway:
        strangers = Strangers(gateway.running)
        strangers.note(origin, Surface.API)
        await strangers.aclose()
        assert await kept(gateway.running) == {name: 1}


async def test_of_many_strangers_the_most_frequent_are_remembered(lone):
    async with lone(service) as gateway:
        often = {f"https://often-{n}.vn": 2 for n in range(commands.KEPT_STRANGERS - 1)}
        await gateway.running.do(commands.note_strangers, often)
        once = {f"https://once-{n}.vn": 1 for n in range(50)}
        await gateway.running.do(commands.note_strangers, once)
        await gateway.running.do(commands.note_strangers, {"https://often-0.vn": 3})
        rows = await kept(gateway.running)
        assert len(rows) == commands.KEPT_STRANGERS
        assert often.keys() <= rows.keys()
        assert next(iter(rows.items())) == ("https://often-0.vn", 5)


async def test_a_site_that_is_registered_is_a_stranger_no_more(lone):
    async with lone(service) as gateway:
        await gateway.running.do(commands.note_strangers, {STRANGER: 7, SITE: 1})
        await gateway.running.do(commands.add_origin, STRANGER, "H29", "an operator")
        # Counted before it was registered, written after.
        await gateway.running.do(commands.note_strangers, {STRANGER: 2})
        assert await kept(gateway.running) == {SITE: 1}


async def test_two_gateways_count_the_same_stranger_together(lone):
    async with lone(service) as gateway:
        counts = ({STRANGER: n} for n in range(1, 9))
        noted = (gateway.running.do(commands.note_strangers, count) for count in counts)
        await asyncio.gather(*noted)
        assert await kept(gateway.running) == {STRANGER: 36}


async def test_the_log_tells_of_each_stranger_once_an_hour_and_of_all_of_them_a_few_times(
    lone, caplog
):
    caplog.set_level(logging.WARNING, "motcua.origins")
    now = [0.0]
    async with lone(service) as gateway:
        strangers = Strangers(gateway.running, lambda: now[0])
        for _ in range(100):
            strangers.note(STRANGER, Surface.API)
        assert [record.origin for record in caplog.records] == [STRANGER]
        for number in range(100):
            strangers.note(f"https://s{number}.vn", Surface.API)
        assert len(caplog.records) == LINES_A_MINUTE
        now[0] = SAID_EVERY
        strangers.note(STRANGER, Surface.API)
        assert len(caplog.records) == LINES_A_MINUTE + 1
        await strangers.aclose()


async def test_a_stranger_that_no_browser_lets_in_is_still_answered_as_before(city):
    async with city.public() as caller:
        answer = await caller.get(f"/v1/rating-forms/{LINK}", headers={"Origin": STRANGER})
    assert isinstance(answer, httpx.Response)
    assert answer.status_code == 404
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_an_operator_sees_strangers_and_adds_those_that_are_known(tmp_path):
    async def ask():
        settings = Settings(data=tmp_path, limits=False)
        async with together(settings, work=False) as at_work:
            async with Suite(at_work.running, at_work.app).public() as browser:
                await browser.get(f"/v1/rating-forms/{LINK}", headers={"Origin": STRANGER})

    assert motcua(tmp_path, "add", SITE, "--agency", "H29").returncode == 0
    # What was counted is written when the gateway closes, at the latest.
    asyncio.run(ask())
    listed = motcua(tmp_path, "list")
    assert "Not registered" in listed.stdout
    assert f"{STRANGER}  1 times" in listed.stdout
    entries = json.loads(motcua(tmp_path, "list", "--json").stdout)
    assert [(entry["origin"], entry["registered"]) for entry in entries] == [
        (SITE, True),
        (STRANGER, False),
    ]
    assert motcua(tmp_path, "add", STRANGER, "--agency", "H29").returncode == 0
    assert "Not registered" not in motcua(tmp_path, "list").stdout
