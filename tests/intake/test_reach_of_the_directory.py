"""Nobody moves an agency out of, or into, a tree that is not theirs; times are told in Vietnam's."""

from services.intake import service
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step

CITY = {"name": "Thành phố", "kind": "city"}
DEPARTMENT = {"name": "Sở Nông nghiệp", "kind": "department"}


async def put(client, code, entry):
    return await client.put(f"/v1/agencies/{code}", json=entry)


async def test_an_agency_is_moved_only_to_a_place_within_the_callers_reach(lone):
    async with lone(service) as intake, intake.calls("H29") as city, intake.calls("H30") as other:
        assert (await put(city, "H29", CITY)).status_code == 200
        assert (await put(other, "H30", CITY)).status_code == 200
        assert (await put(city, AGENCY, DEPARTMENT | {"parent": "H29"})).status_code == 200
        assert (await put(city, "H29.X", DEPARTMENT | {"parent": "H29"})).status_code == 200
        for parent in ("H30", None):
            moved = await put(city, AGENCY, DEPARTMENT | {"parent": parent})
            assert (moved.status_code, moved.json()["code"]) == (422, "agency-out-of-reach")
            assert "H29" in moved.json()["detail"]
        assert (await city.get(f"/v1/agencies/{AGENCY}")).json()["parent"] == "H29"
        within = await put(city, AGENCY, DEPARTMENT | {"parent": "H29.X"})
        assert (within.status_code, within.json()["parent"]) == (200, "H29.X")
        assert (await put(other, AGENCY, DEPARTMENT | {"parent": "H30"})).status_code == 404


async def test_nobody_puts_their_own_agency_under_anothers_or_takes_it_away(lone):
    async with lone(service) as intake, intake.calls("H29") as city, intake.calls("H30") as other:
        await put(city, "H29", CITY)
        await put(other, "H30", CITY)
        await put(city, AGENCY, DEPARTMENT | {"parent": "H29"})
        joined = await put(other, "H30", CITY | {"parent": "H29"})
        assert (joined.status_code, joined.json()["code"]) == (422, "agency-out-of-reach")
        async with intake.calls(AGENCY) as department:
            away = await put(department, AGENCY, DEPARTMENT)
            assert (away.status_code, away.json()["code"]) == (422, "agency-out-of-reach")
            renamed = DEPARTMENT | {"name": "Sở Nông nghiệp và Môi trường", "parent": "H29"}
            assert (await put(department, AGENCY, renamed)).status_code == 200
        async with intake.calls("H31") as third:
            founded = await put(third, "H31", CITY | {"parent": "H29"})
            assert founded.status_code == 422
            assert (await put(third, "H31", CITY)).status_code == 200


async def test_a_timeline_tells_its_times_in_vietnam(lone):
    async with lone(service) as intake, intake.calls() as client:
        await put(client, "H29", CITY)
        await put(client, AGENCY, DEPARTMENT | {"parent": "H29"})
        await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
        code = (await client.post("/v1/dossiers", json=filing())).json()["code"]
        rows = {"items": [step("done", "2020-03-18T03:00:00Z")]}
        assert (await client.post(f"/v1/dossiers/{code}/progress", json=rows)).status_code == 200
        items = (await client.get(f"/v1/dossiers/{code}/timeline")).json()["items"]
        assert items[-1]["occurred_at"] == "2020-03-18T10:00:00+07:00"
        assert {item["recorded_at"][-6:] for item in items} == {"+07:00"}
