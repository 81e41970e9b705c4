"""A portal follows the changes of a city through the gateway."""

import asyncio

from tests.builders import PROCEDURE, filing, procedure, step


async def test_a_portal_hears_of_a_dossier_from_filing_to_overdue_to_result(suite):
    async with suite.partner("H29") as client, suite.partner("H29", "events:read") as portal:
        await client.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
        assert (
            await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
        ).status_code == 200
        cursor = (await portal.get("/v1/events")).json()["next_cursor"]
        code = filing()["code"]
        assert (await client.post("/v1/dossiers", json=filing(agency="H29"))).status_code == 201
        rows = {"items": [step("done"), step("returned", "2020-03-19T08:00:00+07:00")]}
        await client.post(f"/v1/dossiers/{code}/progress", json=rows)
        heard = []
        async with asyncio.timeout(30):
            while "dossier.returned" not in heard:
                page = (await portal.get(f"/v1/events?after={cursor}")).json()
                cursor = page["next_cursor"]
                mine = [entry for entry in page["items"] if entry["subject"] == code]
                heard += [entry["type"].removeprefix("vn.motcua.") for entry in mine]
                await asyncio.sleep(0.05)
        # A sweep may have come between the filing, six years late, and its result.
        assert [topic for topic in heard if topic != "dossier.overdue"] == [
            "dossier.filed",
            "dossier.progressed",
            "dossier.returned",
        ]
        refused = await portal.get(f"/v1/dossiers/{code}")
        assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
        beyond = await portal.get("/v1/events?after=nonsense")
        assert beyond.status_code == 422
        assert beyond.headers["content-type"] == "application/problem+json"
