"""Results on their way to the citizen: tried in vain, held, brought; lost, issued anew and brought."""

from contextlib import asynccontextmanager

import pytest

from tests.builders import PROCEDURE, filing, procedure, step
from tests.postal.vnpost import ITEM, Post
from tests.stories.test_the_thread import counted, prepare

pytestmark = pytest.mark.parametrize("lane", ["sqlite"], indirect=True)

OTHER = "CV000000005VN"
ADDRESS = "/v1/carriers/vnpost-d/city/events"


@asynccontextmanager
async def result_ready(suite):
    """A dossier whose result is ready, its item registered with the post."""
    post = Post()
    async with suite.partner() as city, suite.public() as carrier:
        await prepare(city)
        beginning = {"valid_from": "1900-01-01"}
        rule = procedure(by_post=True, recipient_rule="authorised", **beginning)
        assert (await city.put(f"/v1/procedures/{PROCEDURE}", json=rule)).status_code == 200
        await suite.running["postal"].do(post.open_account)
        filed = await city.post("/v1/dossiers", json=filing(return_mode="post"))
        code = filed.json()["code"]
        await city.post(f"/v1/dossiers/{code}/progress", json={"items": [step("done")]})
        yield post, city, carrier, code


async def ordered(city, code, item=ITEM, attempt=1):
    order = {"dossier": code, "leg": "outbound_result", "carrier": "vnpost-d"}
    answer = await city.post("/v1/shipments", json=order | {"item_code": item, "attempt": attempt})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def says(carrier, post, status, sent, item=ITEM):
    answer = await carrier.post(ADDRESS, json=post.callback(status, item=item, sent=sent))
    assert answer.json()["items"] == [{"outcome": "applied", "detail": None}], answer.text


async def confirm(city, shipment, status, at, **told):
    proof = {"status": status, "occurred_at": f"{at}+07:00"} | told
    answer = await city.post(f"/v1/shipments/{shipment}/confirm", json=proof)
    assert answer.status_code == 200, answer.text


async def dossier(suite, city, code):
    await suite.settle()
    return (await city.get(f"/v1/dossiers/{code}")).json()


async def told_of(city, topic):
    answer = await city.get("/v1/events", params={"types": topic})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def by_post(city):
    """Results by post, and those registered that the post never accepted: orders are of today."""
    ever = "agency=H29&from=2020-01-01&to=2150-01-01"
    k16 = (await city.get(f"/v1/indicators/k16/value?{ever}")).json()
    return k16["count"], k16["beside"][0]["count"]


async def invitations(city, code):
    return (await city.get(f"/v1/dossiers/{code}/rating-invitations")).json()["items"]


async def test_a_result_tried_twice_held_and_brought_again_is_proved_and_rated(suite):
    async with result_ready(suite) as (post, city, carrier, code):
        shipment = await ordered(city, code)
        view = await dossier(suite, city, code)
        assert (view["result_location"], view["legs"][0]["status"]) == ("counter", "registered")
        assert await by_post(city) == (0, 1)

        await says(carrier, post, 7, "18/03/2020 15:00:00")
        await says(carrier, post, 15, "19/03/2020 10:00:00")
        await confirm(city, shipment, "delivery_failed", "2020-03-20T10:00:00")
        await confirm(city, shipment, "held_for_pickup", "2020-03-20T16:00:00")
        view = await dossier(suite, city, code)
        assert (view["status"], view["result_location"]) == ("done", "post")
        assert await by_post(city) == (1, 0)
        [notice] = await told_of(city, "dossier.result_held")
        assert notice["subject"] == code
        clock = (await city.get(f"/v1/dossiers/{code}/clock")).json()
        assert clock["turn"] == "citizen"
        assert await invitations(city, code) == []

        await confirm(city, shipment, "out_for_delivery", "2020-03-24T08:00:00")
        shown = {"slip_number": "PG-1", "receiver_name": "Trần Thị B"}
        shown |= {"receiver_relation": "authorised"}
        await confirm(city, shipment, "delivered", "2020-03-24T10:00:00", **shown)
        view = await dossier(suite, city, code)
        assert (view["status"], view["result_location"]) == ("returned", "citizen")
        assert view["returned_at"] == "2020-03-24T10:00:00+07:00"
        [leg] = view["legs"]
        assert leg["failed_attempts"] == 2
        days = {name: leg["days"][name] for name in ("agency", "post", "citizen")}
        assert days == {"agency": 0, "post": 2, "citizen": 4}
        assert (leg["days"]["handed_late"], leg["days"]["delivered_late"]) == (False, True)
        proof = leg["proof"]
        assert (proof["slip_number"], proof["receiver"]) == ("PG-1", "T*** T** B")
        assert [each["code"] for each in view["violations"]] == []
        assert len(await told_of(city, "dossier.result_held")) == 1

        result, delivery = await invitations(city, code)
        assert (result["occasion"], delivery["occasion"]) == ("returned", "delivered")
        for invitation in (result, delivery):
            given = {"token": invitation["token"], "answers": {"overall": "5"}}
            assert (await carrier.post("/v1/ratings", json=given)).status_code == 201
        await suite.settle()
        assert await counted(city, "k36") == (1, 1)
        assert await counted(city, "k16") == (1, 1)


async def test_a_lost_result_is_issued_anew_and_brought_by_a_further_attempt(suite):
    async with result_ready(suite) as (post, city, carrier, code):
        first = await ordered(city, code)
        await says(carrier, post, 7, "18/03/2020 15:00:00")
        await confirm(city, first, "lost", "2020-03-25T09:00:00")
        view = await dossier(suite, city, code)
        assert (view["result_location"], view["result_frozen"]) == ("unknown", True)
        [incident] = (await city.get("/v1/incidents?state=open")).json()["items"]
        assert (incident["kind"], incident["dossier"]) == ("lost", code)

        second = await ordered(city, code, OTHER, attempt=2)
        await says(carrier, post, 7, "27/03/2020 15:00:00", OTHER)
        shown = {"slip_number": "PG-2", "receiver_relation": "self"}
        await confirm(city, second, "delivered", "2020-03-28T10:00:00", **shown)
        view = await dossier(suite, city, code)
        assert (view["status"], view["result_frozen"]) == ("returned", True)
        assert await invitations(city, code) == []

        closing = {"outcome": "reissued", "note": "Đã cấp lại"}
        close = f"/v1/incidents/{incident['id']}/close"
        async with suite.partner("H30") as stranger:
            assert (await stranger.post(close, json=closing)).status_code == 404
        assert (await city.post(close, json=closing)).status_code == 200
        view = await dossier(suite, city, code)
        assert (view["result_frozen"], view["result_location"]) == (False, "citizen")
        assert [each["state"] for each in view["incidents"]] == ["closed"]
        assert [leg["superseded"] for leg in view["legs"]] == [True, False]
        assert [leg["status"] for leg in view["legs"]] == ["lost", "delivered"]
        assert [each["void"] for each in await invitations(city, code)] == [False, False]
        assert await counted(city, "k16") == (1, 1)


async def test_a_delivery_that_is_contested_takes_the_return_and_the_invitation_back(suite):
    async with result_ready(suite) as (post, city, carrier, code):
        shipment = await ordered(city, code)
        await says(carrier, post, 7, "18/03/2020 15:00:00")
        await confirm(city, shipment, "delivered", "2020-03-19T10:00:00", receiver_relation="self")
        assert (await dossier(suite, city, code))["status"] == "returned"
        invited = await invitations(city, code)
        await confirm(city, shipment, "returned", "2020-03-23T10:00:00")
        view = await dossier(suite, city, code)
        assert (view["status"], view["returned_at"]) == ("done", None)
        assert (view["result_location"], view["result_frozen"]) == ("unknown", True)
        timeline = (await city.get(f"/v1/dossiers/{code}/timeline")).json()["items"]
        [row] = [each for each in timeline if each["status"] == "returned"]
        assert (row["source"], row["withdrawn"]) == ("post", True)
        assert len(invited) == 2
        for invitation in invited:
            given = {"token": invitation["token"], "answers": {"overall": "1"}}
            refused = await carrier.post("/v1/ratings", json=given)
            assert (refused.status_code, refused.json()["code"]) == (410, "rating-link-void")


async def test_somebody_the_procedure_does_not_allow_is_an_incident_and_nobody_rates(suite):
    async with result_ready(suite) as (post, city, carrier, code):
        shipment = await ordered(city, code)
        await says(carrier, post, 7, "18/03/2020 15:00:00")
        shown = {"receiver_relation": "hàng xóm", "receiver_name": "Lê C"}
        await confirm(city, shipment, "delivered", "2020-03-19T10:00:00", **shown)
        view = await dossier(suite, city, code)
        assert (view["status"], view["result_frozen"]) == ("returned", True)
        assert [each["code"] for each in view["violations"]] == ["recipient_rule"]
        [incident] = (await city.get("/v1/incidents?state=open")).json()["items"]
        assert incident["kind"] == "wrong_receiver"
        assert all(each["void"] for each in await invitations(city, code))
