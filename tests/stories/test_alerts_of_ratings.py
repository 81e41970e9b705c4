"""An alert about ratings reaches whoever follows its agency through the gateway, and nobody else."""

import asyncio

import pytest

from tests.builders import AGENCY, PROCEDURE, filing, procedure, step
from tests.conftest import open_suite

SOON = {"rating_alert_quiet_minutes": 0, "rating_alert_seconds": 0.2}


@pytest.fixture(params=["sqlite", "postgres"])
def lane(request):
    return request.param


async def unhappy(client, public, number, comment):
    """A citizen rates a dossier of the department, and is not happy."""
    code = filing(number)["code"]
    assert (await client.post("/v1/dossiers", json=filing(number))).status_code == 201
    rows = {"items": [step("returned", "2020-03-19T08:00:00+07:00")]}
    await client.post(f"/v1/dossiers/{code}/progress", json=rows)
    links = []
    async with asyncio.timeout(30):
        while not links:
            answer = await client.get(f"/v1/dossiers/{code}/rating-invitations")
            links = answer.json().get("items", [])
            await asyncio.sleep(0.02)
    given = {"token": links[0]["token"], "answers": {"overall": "1"}, "comment": comment}
    assert (await public.post("/v1/ratings", json=given)).status_code == 201


async def alerts_of(follower, count):
    """The alerts somebody is told of, once there are so many."""
    async with asyncio.timeout(30):
        while True:
            page = (await follower.get("/v1/events?types=alert.raised&limit=500")).json()
            if len(page["items"]) >= count:
                return page["items"]
            await asyncio.sleep(0.05)


async def test_an_alert_reaches_those_who_follow_the_agency_and_harassment_those_above(
    lane, tmp_path, request
):
    async with open_suite(lane, tmp_path, request, **SOON) as suite:
        async with (
            suite.partner("H29") as city,
            suite.partner(AGENCY, "events:read") as unit,
            suite.partner("000.00.15.H29", "events:read") as other,
            suite.public() as public,
        ):
            await city.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
            for code in (AGENCY, "000.00.15.H29"):
                entry = {"name": "Sở", "kind": "department", "parent": "H29"}
                assert (await city.put(f"/v1/agencies/{code}", json=entry)).status_code == 200
            await city.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
            await unhappy(city, public, 1, "Chờ lâu")
            [opened] = await alerts_of(unit, 1)
            await unhappy(city, public, 2, "Cán bộ vòi vĩnh")
            told = await alerts_of(city, 2)
            assert [one["agency"] for one in told] == [AGENCY, "H29"]
            assert told[0]["subject"] == opened["subject"]
            assert await alerts_of(unit, 1) == [opened]
            assert await alerts_of(other, 0) == []
            await suite.settle()
