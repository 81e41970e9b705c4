"""What callers meet at the gate: quotas that are told, refusals that say when to come back."""

import asyncio
import re
from contextlib import asynccontextmanager

import pytest

from chassis.settings import Settings
from gateway.door import openings
from gateway.limits.kinds import OWN, SPECIAL, Calls
from suite.together import together
from tests.conftest import Suite


@pytest.fixture
def city(tmp_path, embedded):
    @asynccontextmanager
    async def opened(**told):
        settings = Settings(data=tmp_path, settle_seconds=0.05, **told)
        embedded.fill(settings)
        async with together(settings) as at_work:
            yield Suite(at_work.running, at_work.app)

    return opened


def assert_refused(answer, quota: str) -> None:
    told = answer.json()
    assert (answer.status_code, told["code"]) == (429, "quota-exceeded"), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["violated-policies"] == [quota]
    assert told["type"] == "urn:motcua:problem:quota-exceeded"
    assert told["request_id"] == answer.headers["x-request-id"]
    assert 1 <= int(answer.headers["retry-after"]) <= 120
    assert f'"{quota}";q=' in answer.headers["ratelimit-policy"]
    assert re.search(rf'"{quota}";r=0;t=\d+', answer.headers["ratelimit"])


async def test_every_answer_that_counts_tells_the_quota_and_what_is_left(city):
    async with city() as suite, suite.partner() as partner:
        read = await partner.get("/v1/dossiers")
        assert read.headers["ratelimit-policy"] == '"read";q=100;w=1'
        assert re.fullmatch(r'"read";r=\d+;t=1', read.headers["ratelimit"])
        written = await partner.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
        assert written.status_code == 200
        assert written.headers["ratelimit-policy"] == '"write";q=200;w=4'
        refused = await partner.post("/v1/dossiers", json={})
        assert (refused.status_code, '"write"' in refused.headers["ratelimit"]) == (422, True)
        async with suite.public() as stranger:
            bare = await stranger.get("/v1/dossiers")
            assert (bare.status_code, '"network"' in bare.headers["ratelimit"]) == (401, True)


async def test_a_client_over_its_quota_is_told_when_to_come_back_and_others_are_served(city):
    async with city(limit_write="3/60") as suite, suite.partner() as busy, suite.partner() as calm:
        body = {"name": "Thành phố", "kind": "city"}
        for _ in range(3):
            assert (await busy.put("/v1/agencies/H29", json=body)).status_code == 200
        assert_refused(await busy.put("/v1/agencies/H29", json=body), "write")
        assert (await busy.get("/v1/agencies/H29")).status_code == 200
        assert (await calm.put("/v1/agencies/H29", json=body)).status_code == 200


async def test_a_second_token_is_no_second_quota(city):
    async with city(limit_read="2/60") as suite, suite.partner() as partner:
        from gateway.keys import SigningKey

        client = partner.headers["authorization"]
        for _ in range(2):
            assert (await partner.get("/v1/agencies")).status_code == 200
        first = await suite.running["gateway"].verifier.principal(client.split()[1])
        again = suite.running["gateway"].own(SigningKey).token(first.client, "H29", first.scopes)
        assert again != client.split()[1]
        other = await partner.get("/v1/agencies", headers={"Authorization": f"Bearer {again}"})
        assert_refused(other, "read")


async def test_tokens_are_counted_by_the_client_that_asks_and_nobody_locks_another_out(city):
    async with city(limit_token="2/60") as suite, suite.public() as public:
        form = {"grant_type": "client_credentials"}
        for _ in range(2):
            answer = await public.post("/oauth/token", data=form, auth=("c-one", "guess"))
            assert answer.status_code == 401
        assert_refused(
            await public.post("/oauth/token", data=form, auth=("c-one", "guess")), "token"
        )
        other = await public.post("/oauth/token", data=form, auth=("c-two", "guess"))
        assert other.status_code == 401
    import httpx

    async with city(limit_token="2/60") as suite:
        elsewhere = httpx.ASGITransport(suite.app, client=("198.51.100.7", 1))
        async with (
            httpx.AsyncClient(transport=elsewhere, base_url="http://test") as attacker,
            suite.public() as owner,
        ):
            for _ in range(3):
                await attacker.post("/oauth/token", data=form, auth=("c-one", "guess"))
            answer = await owner.post("/oauth/token", data=form, auth=("c-one", "mine"))
            assert answer.status_code == 401


async def test_a_rating_link_has_a_quota_of_its_own_however_it_is_used(city):
    async with city(limit_rating="3/60") as suite, suite.public() as citizen:
        link = "t" * 43
        assert (await citizen.get(f"/v1/rating-forms/{link}")).status_code == 404
        assert (await citizen.get(f"/r/{link}")).status_code == 404
        given = {"token": link, "answers": {"overall": "5"}}
        assert (await citizen.post("/v1/ratings", json=given)).status_code == 404
        assert_refused(await citizen.post("/v1/ratings", json=given), "rating")
        page = await citizen.get(f"/r/{link}?lang=en")
        assert (page.status_code, "Too many requests" in page.text) == (429, True)
        assert int(page.headers["retry-after"]) >= 20
        other = {"token": "u" * 43, "answers": {"overall": "5"}}
        assert (await citizen.post("/v1/ratings", json=other)).status_code == 404


async def test_a_device_that_says_which_it_is_has_a_quota(city):
    async with city(limit_device="2/60") as suite, suite.public() as kiosk:
        for n, status in enumerate((404, 404, 429)):
            answer = await kiosk.get(
                f"/v1/rating-forms/{n:043d}", headers={"Motcua-Device": "kiosk-7"}
            )
            assert answer.status_code == status
        assert_refused(answer, "device")
        other = await kiosk.get(f"/v1/rating-forms/{4:043d}", headers={"Motcua-Device": "kiosk-8"})
        assert other.status_code == 404


async def test_the_post_is_counted_by_interface_and_address(city):
    async with city(limit_carrier="2/60") as suite, suite.public() as post:
        for _ in range(2):
            answer = await post.post("/v1/carriers/vnpost-d/events", json={})
            assert answer.status_code < 429, answer.text
            assert answer.headers["ratelimit-policy"] == '"carrier";q=2;w=60'
        assert_refused(await post.post("/v1/carriers/vnpost-d/events", json={}), "carrier")
        assert (await post.post("/v1/carriers/ghn/events", json={})).status_code != 429


async def test_strangers_are_counted_by_network_and_health_never(city):
    async with city(limit_network="5/60") as suite, suite.public() as stranger:
        for _ in range(5):
            assert (await stranger.get("/v1/dossiers")).status_code == 401
        assert_refused(await stranger.get("/v1/dossiers"), "network")
        for _ in range(20):
            assert (await stranger.get("/health/live")).status_code == 200
            assert (await stranger.get("/health/ready")).status_code == 200
            assert (await stranger.get("/.well-known/jwks.json")).status_code == 200


async def test_partners_get_and_use_tokens_while_strangers_of_their_network_are_refused(city):
    async with city(limit_network="5/60") as suite, suite.public() as stranger:
        for _ in range(6):
            last = await stranger.get("/v1/dossiers")
        assert last.status_code == 429
        async with suite.partner() as partner:
            assert (await partner.get("/v1/agencies")).status_code == 200


async def test_forged_tokens_use_up_what_a_network_may_have_looked_at(city):
    async with city(limit_network="5/60") as suite, suite.partner() as partner:
        assert (await partner.get("/v1/agencies")).status_code == 200
        async with suite.public() as forger:
            for n in range(4):
                forged = {"Authorization": f"Bearer a.b.{n}"}
                assert (await forger.get("/v1/dossiers", headers=forged)).status_code == 401
            assert_refused(await forger.get("/v1/dossiers", headers=forged), "network")
            asked = await forger.post("/oauth/token", data={"grant_type": "client_credentials"})
            assert_refused(asked, "network")
        # A token that was looked at before is known, and costs nothing to know again.
        assert (await partner.get("/v1/agencies")).status_code == 200


async def test_files_at_once_are_limited_and_given_back(city):
    async with city(limit_bulk="1") as suite, suite.partner() as partner:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def slowly():
            begun.set()
            yield b'{"code": '
            await go_on.wait()
            yield b"1}\n"

        kind = {"content-type": "application/x-ndjson"}
        first = asyncio.create_task(
            partner.post("/v1/dossiers/import", content=slowly(), headers=kind)
        )
        await begun.wait()
        await asyncio.sleep(0.05)
        second = await partner.post("/v1/dossiers/import", content=b"{}\n", headers=kind)
        assert_refused(second, "bulk")
        go_on.set()
        answer = await first
        assert answer.status_code < 429, answer.text
        third = await partner.post("/v1/dossiers/import", content=b"{}\n", headers=kind)
        assert third.status_code < 429, third.text


def test_every_route_that_is_named_as_a_kind_is_a_route_of_the_gateway():
    """A misspelt route in the table would silently be an ordinary read or write."""
    opened = {f"{opening.method} {opening.path}" for opening in openings()}
    assert set(SPECIAL) - opened - set(OWN) == set()


@pytest.mark.parametrize("opening", openings(), ids=lambda o: f"{o.method} {o.path}")
def test_every_route_makes_its_own_services_work(opening):
    calls = Calls(openings())
    path = re.sub(r"\{\w+\}", "x", opening.path)
    found = calls.find(opening.method, path)
    assert found.service == opening.service
    if opening.method == "GET":
        assert calls.find("HEAD", path) == found
