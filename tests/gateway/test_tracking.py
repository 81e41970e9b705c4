"""The tracking page: what it tells, what it keeps to itself, and how long guessing would take."""

import random

import pytest

from chassis.settings import Settings
from gateway.attempts import Attempts, Limit, network_of
from gateway.tracking import OF_A_CODE, OF_A_NETWORK, Guard
from suite.together import together
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step
from tests.conftest import Suite

CODE = filing()["code"]


@pytest.fixture
async def city(tmp_path, embedded):
    settings = Settings(data=tmp_path, settle_seconds=0.05)
    embedded.fill(settings)
    async with together(settings) as at_work:
        yield Suite(at_work.running, at_work.app)


async def filed(partner) -> str:
    """A dossier, and the PIN on its receipt."""
    await partner.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
    entry = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}
    await partner.put(f"/v1/agencies/{AGENCY}", json=entry)
    await partner.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
    await partner.post("/v1/dossiers", json=filing())
    return (await partner.get(f"/v1/dossiers/{CODE}/papers/receipt.json")).json()["pin"]


async def track(client, code=CODE, pin="", **fields):
    return await client.post("/track", data={"code": code, "pin": pin, **fields})


async def test_a_citizen_sees_where_the_dossier_stands_without_a_script(city):
    async with city.partner() as partner, city.public() as citizen:
        pin = await filed(partner)
        form = await citizen.get("/track")
        assert form.status_code == 200
        assert 'method="post" action="/track"' in form.text
        found = await track(citizen, f" {CODE.lower()} ", pin.lower())
        assert found.status_code == 200, found.text
        for said in (CODE, "Được tiếp nhận", "Sở Nông nghiệp", "17:00, 19/03/2020"):
            assert said in found.text
        assert "Nguyễn Văn A" not in found.text
        await partner.post(f"/v1/dossiers/{CODE}/progress", json={"items": [step("done")]})
        english = await track(citizen, CODE, pin, language="en")
        assert "Result ready" in english.text
        for page in (form, found):
            assert page.headers["cache-control"] == "no-store"
            assert page.headers["referrer-policy"] == "no-referrer"
            assert "noindex" in page.headers["x-robots-tag"]


async def test_wrong_unknown_and_impossible_are_one_answer(city):
    async with city.partner() as partner, city.public() as citizen:
        await filed(partner)
        answers = [
            await track(citizen, CODE, "00000000"),
            await track(citizen, "000.00.19.H29-200316-9999", "00000000"),
            await track(citizen, "<script>", "0"),
            await track(citizen, "x" * 5000, "0" * 5000),
            await track(citizen, CODE[:-1] + "Ố", "ẢẢẢẢ"),
        ]
        assert {a.status_code for a in answers} == {404}
        assert len({a.content for a in answers}) == 1
        assert "<script>" not in answers[0].text


async def test_what_is_left_out_is_asked_for_and_counts_as_no_guess(city):
    async with city.public() as citizen:
        for _ in range(30):
            assert (await track(citizen, CODE, "  ")).status_code == 422
        assert (await citizen.post("/track", json={"code": CODE})).status_code == 415


async def test_the_sixth_guess_waits_even_if_it_is_right(city):
    async with city.partner() as partner, city.public() as citizen:
        pin = await filed(partner)
        for number in range(5):
            # However the code is spelt, it is the same one.
            code = CODE if number % 2 else CODE.lower()
            assert (await track(citizen, code, f"0000000{number}")).status_code == 404
        refused = await track(citizen, CODE, pin)
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 900
        assert "15 phút" in refused.text


async def test_an_unknown_code_is_limited_like_a_known_one(city):
    async with city.public() as citizen:
        answers = [(await track(citizen, "no-such", "00000000")).status_code for _ in range(6)]
        assert answers == [404] * 5 + [429]


async def test_twenty_wrong_codes_from_one_network_are_enough(city):
    async with city.partner() as partner, city.public() as citizen:
        pin = await filed(partner)
        for number in range(20):
            assert (await track(citizen, f"HS-{number}", "00000000")).status_code == 404
        refused = await track(citizen, CODE, pin)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")


async def test_a_hundred_guesses_at_once_are_not_let_through_together(city):
    import asyncio

    async with city.partner() as partner, city.public() as citizen:
        await filed(partner)
        answers = await asyncio.gather(
            *(track(citizen, CODE, f"{number:08d}") for number in range(100))
        )
        codes = [a.status_code for a in answers]
        assert (codes.count(404), codes.count(429)) == (5, 95)


async def test_looking_again_with_the_right_pin_is_never_limited(city):
    async with city.partner() as partner, city.public() as citizen:
        pin = await filed(partner)
        for _ in range(30):
            assert (await track(citizen, CODE, pin)).status_code == 200


def test_a_guard_lets_so_many_failures_through_in_any_window():
    """Against a count of every attempt, kept naively."""
    chance = random.Random(3)
    for limit in (Limit(3, 10.0), Limit(1, 5.0)):
        attempts, failures, now = Attempts(limit), [], 0.0
        for _ in range(3000):
            now += chance.choice((0.0, 0.25, 1.0, 3.0))
            recent = [at for at in failures if at > now - limit.seconds]
            wait = attempts.wait("a", now)
            assert (wait == 0) == (len(recent) < limit.failures)
            if wait == 0:
                attempts.begin("a", now)
                if chance.random() < 0.5:
                    failures.append(now)
                else:
                    attempts.give_back("a")
            else:
                assert now + wait == pytest.approx(recent[0] + limit.seconds)


def test_a_guard_forgets_in_time_and_keeps_no_more_than_it_can():
    clock = [0.0]
    guard = Guard(lambda: clock[0])
    for _ in range(OF_A_CODE.failures):
        assert guard.begin("a", "net") == 0
    assert guard.begin("a", "net") == OF_A_CODE.seconds
    assert guard.begin("a", "another") > 0
    assert guard.begin("b", "net") == 0
    clock[0] = OF_A_CODE.seconds
    assert guard.begin("a", "another") == 0
    few = Attempts(OF_A_NETWORK, remembered=10)
    for number in range(1000):
        few.begin(number, 0.0)
    assert len(few._made) == 10


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
    ],
)
def test_a_line_of_a_provider_counts_as_one(address, network):
    assert network_of(address) == network
