"""A root that is nothing but a code joins the tree its code names; nobody's agency at work is captured."""

import pytest

from contracts.problems import Problem
from contracts.vocabulary import AgencyKind
from services.intake import service
from services.intake.commands.adopting import bare_entry
from services.intake.commands.directory import found_root, place_agency
from suite.tasks import OPERATOR
from tests.builders import AGENCY, PROCEDURE, filing, procedure

CITY = {"name": "Thành phố", "kind": "city"}
DEPARTMENT = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}


async def put(client, code, entry=DEPARTMENT):
    return await client.put(f"/v1/agencies/{code}", json=entry)


async def found(intake, *codes, kind=AgencyKind.UNIT):
    for code in codes:
        await intake.running.do(found_root, code, bare_entry(code, kind))
    # The operator's command is another process; here the picture of a moment ago would do.
    intake.running.tree.forget()


async def beyond_reach(client, code, entry=DEPARTMENT):
    answer = await put(client, code, entry)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-agency"), answer.text
    return f"{code} is in the directory, but not within your reach" in answer.json()["detail"]


@pytest.mark.parametrize("code", [AGENCY, "H29.19"])
async def test_a_bare_root_is_taken_in_by_whom_its_code_names(lone, code):
    async with lone(service) as intake, intake.calls("H29") as city:
        await found(intake, "H29", code)
        taken = await put(city, code)
        assert (taken.status_code, taken.json()["parent"]) == (200, "H29"), taken.text
        await city.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
        assert (await city.post("/v1/dossiers", json=filing(agency=code))).status_code == 201
        async with intake.calls(code) as own:
            assert len((await own.get("/v1/dossiers")).json()["items"]) == 1
        [told] = [one for one in await intake.announced("agency.registered") if one["parent"]]
        assert (told["code"], told["revision"]) == (code, 2)


async def test_a_bare_root_is_taken_in_to_a_place_of_the_callers_alone(lone):
    async with lone(service) as intake, intake.calls("H29") as city:
        await found(intake, "H29", "H30", AGENCY)
        for parent in (None, "H30", "nobody", AGENCY):
            assert await beyond_reach(city, AGENCY, DEPARTMENT | {"parent": parent})
        await put(city, "000.00.15.H29")
        below = await put(city, AGENCY, DEPARTMENT | {"parent": "000.00.15.H29"})
        assert below.status_code == 200, below.text


async def test_nobody_takes_in_what_its_code_does_not_put_below_them(lone):
    async with lone(service) as intake:
        await found(intake, "H29", "H30", "000.00.19.H30", "quan-1", AGENCY)
        async with intake.calls("H29") as city:
            for code in ("H30", "000.00.19.H30", "quan-1"):
                assert await beyond_reach(city, code)
            # A code that the caller gave itself says nothing: the directory's own does.
            alias = CITY | {"other_codes": ["H31"]}
            assert (await put(city, "H29", alias)).status_code == 200
            await found(intake, "000.00.19.H31")
            assert await beyond_reach(city, "000.00.19.H31")
        async with intake.calls("H30") as stranger:
            assert await beyond_reach(stranger, AGENCY, DEPARTMENT | {"parent": "H30"})
        async with intake.calls("000.00.15.H29") as neighbour:
            assert await beyond_reach(neighbour, AGENCY, DEPARTMENT | {"parent": "000.00.15.H29"})


@pytest.mark.parametrize("life", ["described", "filed", "above others"])
async def test_a_root_that_somebody_worked_with_is_not_bare(lone, life):
    async with lone(service) as intake, intake.calls("H29") as city, intake.calls(AGENCY) as own:
        await found(intake, "H29", AGENCY)
        if life == "described":
            entry = {"name": "Sở Nông nghiệp", "kind": "department"}
            assert (await put(own, AGENCY, entry)).status_code == 200
        elif life == "filed":
            await city.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
            assert (await own.post("/v1/dossiers", json=filing())).status_code == 201
        else:
            unit = {"name": "Phòng", "kind": "unit", "parent": AGENCY}
            assert (await put(own, "000.01.19.H29", unit)).status_code == 200
        assert await beyond_reach(city, AGENCY)
        dossiers = await city.get("/v1/dossiers")
        assert dossiers.json()["items"] == []


async def test_a_sandbox_takes_nobody_in_and_is_taken_in_by_nobody(lone):
    async with lone(service) as intake:
        await found(intake, "H29", "H28.1", kind=AgencyKind.SANDBOX)
        await found(intake, AGENCY, "H28")
        async with intake.calls("H29") as trial:
            assert await beyond_reach(trial, AGENCY)
        async with intake.calls("H28") as city:
            assert await beyond_reach(city, "H28.1", DEPARTMENT | {"parent": "H28"})
        for code, parent in ((AGENCY, "H29"), ("H28.1", "H28")):
            with pytest.raises(Problem, match="sandbox"):
                await intake.running.do(place_agency, code, parent, OPERATOR)


async def test_the_operator_places_an_agency_at_work_and_its_entry_stays(lone):
    async with lone(service) as intake, intake.calls("H29") as city, intake.calls(AGENCY) as own:
        await found(intake, "H29", AGENCY)
        await put(city, "H29", CITY | {"tree": "city"})
        entry = {"name": "Sở Nông nghiệp", "kind": "department", "other_codes": ["H29.19"]}
        await put(own, AGENCY, entry)
        await city.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
        await own.post("/v1/dossiers", json=filing())
        placed = await intake.running.do(place_agency, "H29.19", "H29", OPERATOR)
        intake.running.tree.forget()
        assert (placed.code, placed.parent, placed.tree) == (AGENCY, "H29", "city")
        assert (placed.name, placed.other_codes) == ("Sở Nông nghiệp", ["H29.19"])
        assert len((await city.get("/v1/dossiers")).json()["items"]) == 1
        for code, parent, word in (
            (AGENCY, "nobody", "Register the agency nobody first"),
            ("nobody", "H29", "No agency of this code"),
            ("H29", AGENCY, "stands below"),
        ):
            with pytest.raises(Problem, match=word):
                await intake.running.do(place_agency, code, parent, OPERATOR)


async def test_an_agency_that_is_there_is_not_asked_to_be_registered(lone):
    async with lone(service) as intake, intake.calls("H30") as stranger:
        await found(intake, "H29", "H30")
        await stranger.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
        there = await stranger.post("/v1/dossiers", json=filing(agency="H29"))
        nowhere = await stranger.post("/v1/dossiers", json=filing(agency="H31"))
        assert there.status_code == nowhere.status_code == 404
        assert there.json()["code"] == nowhere.json()["code"] == "unknown-agency"
        assert "in the directory, but not within your reach" in there.json()["detail"]
        assert nowhere.json()["detail"] == "Register the agency H31 first."
