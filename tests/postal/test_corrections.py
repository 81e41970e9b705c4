"""Operators withdraw what was said wrongly; nothing is deleted, and nobody corrects for others."""

import asyncio

from tests.postal.test_service import order, postal, standing, tell
from tests.postal.test_whose_word import SISTER, THEIRS, two_provinces, view

WHY = "Bưu tá quét nhầm mã"


async def correct(partner, shipment, retracts, reason=WHY):
    body = {"retracts": retracts, "reason": reason}
    return await partner.post(f"/v1/shipments/{shipment}/corrections", json=body)


def key_of(shown, code):
    return next(one["event_key"] for one in shown["events"] if one["code"] == code)


async def test_a_correction_withdraws_an_event_and_leaves_it_in_the_log(lone):
    async with postal(lone) as (one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        await tell(partner, post, 7)
        proof = {"status": "delivered", "occurred_at": "2020-03-20T07:45:00+07:00"}
        await partner.post(f"/v1/shipments/{shipment}/confirm", json=proof)
        assert await standing(partner, shipment) == ("delivered", False)
        wrong = key_of(await view(partner, shipment), "operator:delivered")
        answer = await correct(partner, shipment, wrong)
        assert answer.status_code == 200, answer.text
        shown = answer.json()
        assert (shown["status"], shown["delivered_at"]) == ("accepted", None)
        by_code = {event["code"]: event for event in shown["events"]}
        correction = by_code["operator:correction"]
        assert (correction["retracts"], correction["text"]) == (wrong, WHY)
        assert by_code["operator:delivered"]["retracted"] is True
        assert by_code["operator:delivered"]["retracted_by"] == correction["event_key"]
        assert (by_code["7"]["retracted"], by_code["7"]["retracted_by"]) == (False, None)
        told = await one.announced("shipment.moved")
        assert [event["status"] for event in told] == [
            "registered",
            "accepted",
            "delivered",
            "accepted",
        ]


async def test_a_correction_may_be_corrected_and_made_again(lone):
    async with postal(lone) as (_, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        await tell(partner, post, 7)
        await tell(partner, post, 12, sent="20/03/2020 08:00:00")
        out = key_of(await view(partner, shipment), "12")
        shown = (await correct(partner, shipment, out)).json()
        again = (await correct(partner, shipment, out)).json()
        assert shown["status"] == again["status"] == "accepted"
        assert len(again["events"]) == 3
        first = key_of(shown, "operator:correction")
        restored = (await correct(partner, shipment, first)).json()
        assert restored["status"] == "out_for_delivery"
        assert [e["event_key"] for e in restored["events"] if e["retracted"]] == [first]
        once_more = (await correct(partner, shipment, out)).json()
        assert (once_more["status"], len(once_more["events"])) == ("accepted", 5)


async def test_what_was_never_said_cannot_be_withdrawn(lone):
    async with postal(lone) as (_, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        await tell(partner, post, 7)
        answer = await correct(partner, shipment, "0" * 64)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-shipment-event")
        assert answer.json()["errors"][0]["pointer"] == "/retracts"
        key = key_of(await view(partner, shipment), "7")
        for change in ({"retracts": "7"}, {"reason": ""}, {"reason": None}):
            body = {"retracts": key, "reason": WHY} | change
            wrong = await partner.post(f"/v1/shipments/{shipment}/corrections", json=body)
            assert (wrong.status_code, wrong.json()["code"]) == (422, "request-invalid")
        unknown = await correct(partner, "0" * 32, key)
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-shipment")


async def test_a_correction_counts_for_the_agencies_within_the_operators_reach_alone(lone):
    async with two_provinces(lone) as (one, ours, theirs, post):
        mine = (await ours.post("/v1/shipments", json=order())).json()["id"]
        beside = (await ours.post("/v1/shipments", json=order(dossier=SISTER.code))).json()["id"]
        await tell(ours, post, 7)
        await tell(ours, post, 12, sent="20/03/2020 08:00:00")
        key = key_of(await view(ours, mine), "12")
        async with one.calls(SISTER.agency) as sister:
            assert (await correct(sister, beside, key)).json()["status"] == "accepted"
            assert (await correct(sister, mine, key)).status_code == 404
            assert (await correct(theirs, mine, key)).status_code == 404
        shown = await view(ours, mine)
        assert shown["status"] == "out_for_delivery"
        assert "operator:correction" not in {event["code"] for event in shown["events"]}
        # Who stands above both corrects for both; what is withdrawn already is not withdrawn twice.
        assert (await correct(ours, mine, key)).json()["status"] == "accepted"
        assert len((await view(ours, beside))["events"]) == 3
        assert THEIRS.code not in str(shown)


async def test_an_operators_word_is_withdrawn_by_their_own_agency_alone(lone):
    async with two_provinces(lone) as (one, ours, _theirs, post):
        mine = (await ours.post("/v1/shipments", json=order())).json()["id"]
        beside = (await ours.post("/v1/shipments", json=order(dossier=SISTER.code))).json()["id"]
        await tell(ours, post, 7)
        async with one.calls(SISTER.agency) as sister:
            proof = {"status": "delivered", "occurred_at": "2020-03-20T07:45:00+07:00"}
            await sister.post(f"/v1/shipments/{beside}/confirm", json=proof)
            key = key_of(await view(sister, beside), "operator:delivered")
            refused = await correct(ours, mine, key)
            assert (refused.status_code, refused.json()["code"]) == (404, "unknown-shipment-event")


async def test_ten_equal_corrections_at_once_are_one(lone):
    async with postal(lone) as (_, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        await tell(partner, post, 7)
        await tell(partner, post, 12, sent="20/03/2020 08:00:00")
        key = key_of(await view(partner, shipment), "12")
        answers = await asyncio.gather(*(correct(partner, shipment, key) for _ in range(10)))
        assert {answer.status_code for answer in answers} == {200}
        assert len((await view(partner, shipment))["events"]) == 3
