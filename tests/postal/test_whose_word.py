"""One item, several agencies: whose word about it counts for whose papers."""

import asyncio
from contextlib import asynccontextmanager

from contracts.directory import AgencyRegistered
from contracts.vocabulary import AgencyKind
from tests.postal.test_service import ADDRESS, DOSSIER, FILED, ITEM, order, postal, tell

THEIRS = FILED.model_copy(update={"code": "000.00.07.H30-200316-0001", "agency": "000.00.07.H30"})
SISTER = FILED.model_copy(update={"code": "000.00.20.H29-200316-0001", "agency": "000.00.20.H29"})
PROOF = {
    "status": "delivered",
    "occurred_at": "2020-03-20T09:05:00+07:00",
    "slip_number": "BP-1",
    "note": "Người nhà ký thay",
}


@asynccontextmanager
async def two_provinces(lone):
    """Postal with dossiers of two departments of H29 and one of H30, and the partners of both provinces."""
    async with postal(lone) as (one, ours, post):
        parents = {SISTER.agency: "H29", "H30": None, THEIRS.agency: "H30"}
        await one.hear(
            *(
                AgencyRegistered(code=code, name=code, kind=AgencyKind.DEPARTMENT, parent=parent)
                for code, parent in parents.items()
            ),
            SISTER,
            THEIRS,
        )
        async with one.calls("H30") as theirs:
            yield one, ours, theirs, post


async def view(partner, shipment):
    answer = await partner.get(f"/v1/shipments/{shipment}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_item_that_carries_strangers_papers_cannot_be_ordered(lone):
    async with two_provinces(lone) as (_, ours, theirs, _post):
        assert (await ours.post("/v1/shipments", json=order())).status_code == 201
        for written in (ITEM, "cv 497960035 vn"):
            told = order(dossier=THEIRS.code, item_code=written)
            refused = await theirs.post("/v1/shipments", json=told)
            assert (refused.status_code, refused.json()["code"]) == (409, "item-code-taken")
            assert refused.json()["errors"][0]["pointer"] == "/item_code"
            assert "H29" not in refused.text
            assert DOSSIER not in refused.text
        listed = await theirs.get(f"/v1/dossiers/{THEIRS.code}/shipments")
        assert listed.json()["items"] == []


async def test_of_two_strangers_who_order_one_item_at_once_one_is_refused(lone):
    async with two_provinces(lone) as (_, ours, theirs, _post):
        answers = await asyncio.gather(
            ours.post("/v1/shipments", json=order()),
            theirs.post("/v1/shipments", json=order(dossier=THEIRS.code)),
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_strangers_confirmation_moves_nothing_of_ours(lone):
    async with two_provinces(lone) as (one, ours, theirs, post):
        mine = (await ours.post("/v1/shipments", json=order())).json()["id"]
        other = order(dossier=THEIRS.code, item_code="CV000000005VN")
        foreign = (await theirs.post("/v1/shipments", json=other)).json()["id"]
        # Items shared before orders were refused: as if both had been registered under one number.
        await one.running.database.engine.execute(f"UPDATE shipment SET item_code = '{ITEM}'")
        said = await theirs.post(f"/v1/shipments/{foreign}/confirm", json=PROOF)
        assert said.json()["status"] == "delivered"
        now = await view(ours, mine)
        assert (now["status"], now["proof"], now["events"]) == ("registered", "none", [])
        assert [e["dossier"] for e in await one.announced("shipment.delivered")] == [THEIRS.code]

        # The carrier's word counts for both; folding it must not bring the stranger's in by the way.
        assert await tell(ours, post, 7) == ["applied"]
        now = await view(ours, mine)
        assert (now["status"], [e["code"] for e in now["events"]]) == ("accepted", ["7"])

        lost = PROOF | {"status": "returned", "occurred_at": "2020-03-25T09:00:00+07:00"}
        assert (await ours.post(f"/v1/shipments/{mine}/confirm", json=lost)).status_code == 200
        now = await view(ours, mine)
        assert (now["status"], now["contested"]) == ("returned", False)
        kept = await view(theirs, foreign)
        assert (kept["status"], kept["contested"]) == ("delivered", False)
        assert await one.announced("shipment.contested") == []


async def test_the_same_words_of_two_agencies_are_two_confirmations(lone):
    async with two_provinces(lone) as (one, ours, theirs, _post):
        mine = (await ours.post("/v1/shipments", json=order())).json()["id"]
        other = order(dossier=THEIRS.code, item_code="CV000000005VN")
        foreign = (await theirs.post("/v1/shipments", json=other)).json()["id"]
        await one.running.database.engine.execute(f"UPDATE shipment SET item_code = '{ITEM}'")
        for partner, shipment in [(theirs, foreign), (ours, mine), (ours, mine)]:
            said = await partner.post(f"/v1/shipments/{shipment}/confirm", json=PROOF)
            assert (said.json()["status"], said.json()["proof"]) == ("delivered", "validated")
            assert len(said.json()["events"]) == 1
        assert len(await one.announced("shipment.delivered")) == 2


async def test_a_provinces_confirmation_counts_for_all_its_departments_a_departments_for_itself(
    lone,
):
    async with two_provinces(lone) as (one, ours, _theirs, post):
        mine = (await ours.post("/v1/shipments", json=order())).json()["id"]
        shared = order(dossier=SISTER.code)
        sisters = (await ours.post("/v1/shipments", json=shared)).json()["id"]
        async with one.calls(SISTER.agency) as sister:
            slip = PROOF | {"status": "accepted", "occurred_at": "2020-03-18T09:00:00+07:00"}
            await sister.post(f"/v1/shipments/{sisters}/confirm", json=slip)
            assert (await view(sister, sisters))["status"] == "accepted"
            assert (await view(ours, mine))["status"] == "registered"
            more = order(dossier=SISTER.code, attempt=2)
            refused = await sister.post("/v1/shipments", json=more)
            assert (refused.status_code, refused.json()["code"]) == (409, "item-code-taken")
        assert (await ours.post("/v1/shipments", json=more)).status_code == 201
        await ours.post(f"/v1/shipments/{mine}/confirm", json=PROOF)
        assert (await view(ours, mine))["status"] == "delivered"
        assert (await view(ours, sisters))["status"] == "delivered"
        assert await tell(ours, post, 14, sent="20/03/2020 10:00:00", address=ADDRESS) == ["late"]


async def test_what_an_operator_said_counts_for_papers_of_theirs_that_are_registered_later(lone):
    second = FILED.model_copy(update={"code": "000.00.19.H29-200316-0002"})
    async with two_provinces(lone) as (one, ours, _theirs, _post):
        await one.hear(second)
        mine = (await ours.post("/v1/shipments", json=order())).json()["id"]
        await ours.post(f"/v1/shipments/{mine}/confirm", json=PROOF)
        later = await ours.post("/v1/shipments", json=order(dossier=second.code))
        assert (later.status_code, later.json()["status"]) == (201, "delivered")
