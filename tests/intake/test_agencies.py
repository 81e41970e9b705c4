"""The directory of agencies over HTTP, on both engines: codes, trees, days, successors."""

import asyncio
from datetime import datetime

import pytest

from contracts.intake import AgencyEntry
from contracts.vocabulary import AgencyKind
from services.intake import service
from services.intake.commands.directory import found_root
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step

NEW_ORDER = "H29.19"


def agency(name="Sở Nông nghiệp", kind="department", parent="H29", **told):
    return {"name": name, "kind": kind, "parent": parent} | told


async def put(client, code, status=200, **told):
    answer = await client.put(f"/v1/agencies/{code}", json=agency(**told))
    assert answer.status_code == status, answer.text
    return answer.json()


async def prepare(client, **told):
    await put(client, "H29", name="Thành phố", kind="city", parent=None)
    await put(client, AGENCY, **told)
    assert (await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())).status_code == 200


async def codes(client, question=""):
    answer = await client.get(f"/v1/agencies{question}")
    assert answer.status_code == 200, answer.text
    return [one["code"] for one in answer.json()["items"]]


async def test_an_agency_answers_to_the_identifiers_of_both_orders_by_its_own(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client, other_codes=[NEW_ORDER, NEW_ORDER, AGENCY])
        for code in (AGENCY, NEW_ORDER):
            view = (await client.get(f"/v1/agencies/{code}")).json()
            assert (view["code"], view["other_codes"]) == (AGENCY, [NEW_ORDER])
        unit = await put(client, "000.01.19.H29", name="Phòng", kind="unit", parent=NEW_ORDER)
        assert unit["parent"] == AGENCY
        assert await codes(client, f"?parent={NEW_ORDER}") == ["000.01.19.H29"]
        [_, told, _] = await intake.announced("agency.registered")
        assert told["other_codes"] == [NEW_ORDER]


async def test_a_dossier_filed_by_any_code_is_kept_under_the_own_one(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client, other_codes=[NEW_ORDER])
        new = {"agency": NEW_ORDER, "competent_agency": NEW_ORDER, "returning_agency": AGENCY}
        first = await client.post("/v1/dossiers", json=filing(**new))
        assert first.status_code == 201, first.text
        roles = ("agency", "competent_agency", "returning_agency")
        assert [first.json()[role] for role in roles] == [AGENCY] * 3
        again = await client.post("/v1/dossiers", json=filing())
        assert (again.status_code, again.json()) == (200, first.json())
        [filed] = await intake.announced("dossier.filed")
        assert filed["agency"] == AGENCY
        for code in (AGENCY, NEW_ORDER):
            listed = (await client.get(f"/v1/dossiers?agency={code}")).json()["items"]
            assert [one["code"] for one in listed] == [filing()["code"]]


async def test_filing_by_another_code_is_still_one_statement(lone):
    async with lone(service) as intake, intake.calls(NEW_ORDER) as partner:
        async with intake.calls() as client:
            await prepare(client, other_codes=[NEW_ORDER])
        await partner.post("/v1/dossiers", json=filing(1, agency=NEW_ORDER))
        database = intake.running.database
        commits, statements = database.writer.commits, database.engine.statements
        answer = await partner.post("/v1/dossiers", json=filing(2, agency=NEW_ORDER))
        assert answer.status_code == 201, answer.text
        assert database.writer.commits - commits == 1
        if database.is_postgres:
            assert database.engine.statements - statements <= 2  # the second is a debounced NOTIFY


async def test_a_token_of_another_code_reaches_what_stands_below_the_agency(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client, other_codes=[NEW_ORDER])
        await put(client, "000.00.15.H29", name="Sở Y tế")
        await client.post("/v1/dossiers", json=filing())
        async with intake.calls(NEW_ORDER) as own:
            assert (await own.get(f"/v1/dossiers/{filing()['code']}")).status_code == 200
            assert len((await own.get("/v1/dossiers")).json()["items"]) == 1
            await put(own, "000.01.19.H29", name="Phòng", kind="unit", parent=AGENCY)
            foreign = await own.get("/v1/dossiers?agency=000.00.15.H29")
            assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown-agency")


async def test_a_code_means_one_agency_in_the_whole_installation(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client, other_codes=[NEW_ORDER])
        for taken in (NEW_ORDER, AGENCY):
            other = ["H29.15", taken]
            problem = await put(client, "000.00.15.H29", 409, name="Sở Y tế", other_codes=other)
            assert problem["code"] == "agency-code-taken"
            assert [error["pointer"] for error in problem["errors"]] == ["/other_codes/1"]
        assert (await client.get("/v1/agencies/H29.15")).status_code == 404
        await put(client, AGENCY, other_codes=[])
        assert (await client.get(f"/v1/agencies/{NEW_ORDER}")).status_code == 404
        await put(client, "000.00.15.H29", name="Sở Y tế", other_codes=[NEW_ORDER])
        moved = await client.post("/v1/dossiers", json=filing(agency=NEW_ORDER))
        assert moved.json()["agency"] == "000.00.15.H29"


async def test_two_agencies_that_want_one_code_at_once_do_not_both_get_it(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        told = agency(other_codes=["X"])
        answers = await asyncio.gather(
            *(client.put(f"/v1/agencies/A{n}", json=told) for n in range(6)),
            client.put("/v1/agencies/X", json=agency()),
        )
        carriers = {
            one["code"]
            for one in (await client.get("/v1/agencies")).json()["items"]
            if "X" in (one["code"], *one["other_codes"])
        }
        assert len(carriers) == 1
        refused = [answer for answer in answers if answer.status_code != 200]
        assert {answer.json()["code"] for answer in refused} == {"agency-code-taken"}
        assert len(refused) >= 5


async def test_an_entry_put_under_another_code_keeps_that_code(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client, other_codes=[NEW_ORDER])
        view = await put(client, NEW_ORDER, name="Sở mới", other_codes=[])
        assert (view["code"], view["name"], view["other_codes"]) == (AGENCY, "Sở mới", [NEW_ORDER])
        assert len(await intake.announced("agency.registered")) == 3
        await put(client, NEW_ORDER, name="Sở mới", other_codes=[])
        assert len(await intake.announced("agency.registered")) == 3


async def test_the_operator_founds_no_second_root_under_another_code(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client, other_codes=[NEW_ORDER])
        found = await intake.running.do(found_root, NEW_ORDER, AgencyEntry(name="x", kind="unit"))
        assert found.code == AGENCY
        assert await codes(client) == [AGENCY, "H29"]


async def test_a_tree_is_inherited_also_when_the_root_is_told_of_it_later(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await put(client, "W", name="Phường", kind="ward", parent=AGENCY)
        await put(client, "CA", name="Công an", kind="police", tree="police")
        await put(client, "CA.1", name="Công an phường", kind="police", parent="CA")
        await put(client, "H29", name="Thành phố", kind="city", parent=None, tree="city")
        assert await codes(client, "?tree=city") == [AGENCY, "H29", "W"]
        assert await codes(client, "?tree=police") == ["CA", "CA.1"]
        moved = await put(client, "CA.1", name="Công an phường", kind="police", parent=AGENCY)
        assert moved["tree"] == "city"
        told = {one["code"]: one["tree"] for one in await intake.announced("agency.registered")}
        assert told == {"H29": "city", AGENCY: "city", "W": "city", "CA": "police", "CA.1": "city"}


async def test_the_directory_is_read_page_by_page_and_by_what_is_asked(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        for n in range(5):
            await put(client, f"Q{n}", name="Quận", kind="district", valid_to="2025-07-01")
            await put(client, f"P{n}", name="Phường", kind="ward", valid_from="2025-07-01")
        seen, cursor = [], ""
        while True:
            more = f"&cursor={cursor}" if cursor else ""
            page = (await client.get(f"/v1/agencies?limit=5{more}")).json()
            assert len(page["items"]) <= 5
            seen += [one["code"] for one in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert seen == sorted(seen)
        assert len(set(seen)) == 12
        districts, wards = [f"Q{n}" for n in range(5)], [f"P{n}" for n in range(5)]
        assert await codes(client, "?valid_on=2025-06-30") == [AGENCY, "H29", *districts]
        assert await codes(client, "?valid_on=2025-07-01") == [AGENCY, "H29", *wards]
        assert await codes(client, "?kind=ward&parent=H29&valid_on=2025-07-01") == wards
        assert await codes(client, "?parent=nobody") == []
        for bad in ("limit=0", "limit=201", "kind=castle", "valid_on=yesterday"):
            assert (await client.get(f"/v1/agencies?{bad}")).status_code == 422, bad


@pytest.mark.parametrize(
    ("told", "status", "code", "pointer"),
    [
        (
            {"valid_from": "2025-07-01", "valid_to": "2025-07-01"},
            422,
            "agency-validity-invalid",
            "/valid_to",
        ),
        ({"successors": ["W1", "nowhere"]}, 422, "unknown-successor", "/successors/1"),
        ({"successors": ["Q"]}, 409, "successor-cycle", None),
        ({"successors": ["Q.alias"]}, 409, "successor-cycle", None),
        ({"successors": ["W2"]}, 409, "successor-cycle", None),
        ({"valid_to": "2025-13-01"}, 422, "request-invalid", "/valid_to"),
        ({"successors": "W1"}, 422, "request-invalid", "/successors"),
        ({"other_codes": ["có dấu"]}, 422, "request-invalid", "/other_codes/0"),
        ({"other_codes": [f"C{n}" for n in range(21)]}, 422, "request-invalid", "/other_codes"),
    ],
)
async def test_an_entry_that_cannot_be_is_refused_with_what_to_change(
    lone, told, status, code, pointer
):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await put(client, "Q", kind="district", other_codes=["Q.alias"])
        await put(client, "W1", kind="ward", successors=["Q"])
        await put(client, "W2", kind="ward", successors=["W1"])
        problem = await put(client, "Q", status, kind="district", **told)
        assert problem["code"] == code
        if pointer:
            assert [error["pointer"] for error in problem["errors"]] == [pointer]
        assert (await client.get("/v1/agencies/Q")).json()["successors"] == []


async def test_nobody_hands_an_agency_over_to_somebody_else(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await put(client, "000.00.15.H29", name="Sở Y tế")
        async with intake.calls(AGENCY) as own:
            problem = await put(own, AGENCY, 422, successors=["000.00.15.H29"])
            assert problem["code"] == "agency-out-of-reach"
        await put(client, AGENCY, successors=["000.00.15.H29"])
        async with intake.calls(AGENCY) as own:
            kept = await put(own, AGENCY, name="Sở cũ", successors=["000.00.15.H29"])
            assert kept["name"] == "Sở cũ"


@pytest.mark.parametrize(
    ("received_at", "valid"),
    [("2025-06-30T23:59:00+07:00", True), ("2025-06-30T17:00:00Z", False)],
)
async def test_a_filing_with_an_agency_that_had_ended_is_kept_and_says_so(lone, received_at, valid):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client, valid_to="2025-07-01")
        answer = await client.post("/v1/dossiers", json=filing(received_at=received_at))
        assert answer.status_code == 201, answer.text
        expected = [] if valid else ["agency_not_valid"]
        assert [one["code"] for one in answer.json()["violations"]] == expected
        assert len(await intake.announced("dossier.filed")) == 1
        await put(client, AGENCY, valid_to=None)
        done = {"items": [step("done", "2025-07-01T10:00:00+07:00")]}
        await client.post(f"/v1/dossiers/{filing()['code']}/progress", json=done)
        kept = (await client.get(f"/v1/dossiers/{filing()['code']}")).json()
        assert [one["code"] for one in kept["violations"] if "agency" in one["code"]] == expected
        told = [one for one in kept["violations"] if one["code"] == "agency_not_valid"]
        assert [datetime.fromisoformat(one["occurred_at"]) for one in told] == [
            datetime.fromisoformat(received_at) for _ in expected
        ]


async def test_stages_and_handovers_are_kept_by_own_codes_too(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client, other_codes=[NEW_ORDER])
        await put(client, "TAX", name="Thuế", kind="tax", other_codes=["G12.1"])
        limit = {"amount": 1, "unit": "working_day"}
        told = filing(stages=[{"id": "tax", "agency": "G12.1", "time_limit": limit}])
        assert (await client.post("/v1/dossiers", json=told)).status_code == 201
        again = filing(stages=[{"id": "tax", "agency": "TAX", "time_limit": limit}])
        assert (await client.post("/v1/dossiers", json=again)).status_code == 200
        path = f"/v1/dossiers/{told['code']}"
        for agency, outcome in [("G12.1", "applied"), ("TAX", "duplicate"), ("nowhere", "applied")]:
            rows = {"items": [step("processing", "2020-03-16T10:00:00+07:00", agency=agency)]}
            answer = await client.post(f"{path}/progress", json=rows)
            assert [one["outcome"] for one in answer.json()["items"]] == [outcome], agency
        rows = {"items": [step("processing", "2020-03-17T10:00:00+07:00", agency="G12.1")]}
        await client.post(f"{path}/progress", json=rows)
        assert (await client.get(path)).json()["holder"] == "TAX"


async def test_a_directory_that_has_not_changed_is_not_read_again(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        tree = intake.running.tree
        first = await tree.below("H29")
        tree.forget()
        picture = tree._agencies
        await tree.below("H29")
        assert tree._agencies is picture
        await put(client, "000.00.15.H29", name="Sở Y tế")
        assert await tree.below("H29") == first | {"000.00.15.H29"}
        await put(client, "000.00.15.H29", name="Sở Y tế", other_codes=["H29.15"])
        assert await tree.canonical("H29.15") == "000.00.15.H29"


async def test_a_sandbox_is_known_by_its_root_and_no_agency_becomes_one(lone):
    async with lone(service) as one, one.calls(None) as operator:
        entry = AgencyEntry(name="Thử", kind=AgencyKind.SANDBOX)
        await one.running.do(found_root, "thu-1", entry)
        below = {"name": "Sở thử", "kind": "department", "parent": "thu-1"}
        assert (await operator.put("/v1/agencies/thu-1.a", json=below)).status_code < 300
        real = {"name": "Thành phố", "kind": "city"}
        assert (await operator.put("/v1/agencies/H29", json=real)).status_code < 300
        tree = one.running.tree
        assert await tree.in_sandbox("thu-1.a")
        assert await tree.in_sandbox("thu-1")
        assert not await tree.in_sandbox("H29")
        assert not await tree.in_sandbox("nobody")
        assert await tree.sandboxes() == {"thu-1", "thu-1.a"}
        for code, kind in (("H29", "sandbox"), ("thu-1", "city"), ("new", "sandbox")):
            refused = await operator.put(f"/v1/agencies/{code}", json={"name": "X", "kind": kind})
            assert (refused.status_code, refused.json()["code"]) == (409, "sandbox-fixed")
