"""Incidents of the post on both engines: opened by its own word or an officer's, closed by the agency."""

from datetime import datetime

import pytest

from contracts.intake import DossierMisreceived
from contracts.vocabulary import VIETNAM, Carrier, Leg, RecipientRule, ShipmentStatus
from services.postal.domain import CarrierEvent, Strength, TimeQuality
from services.postal.positions import hold, reposition, row_of
from services.postal.tables import Shipment
from tests.postal.test_service import FILED, ITEM, order, postal

DELIVERED = {"status": "delivered", "occurred_at": "2020-03-20T09:00:00+07:00", "slip_number": "B1"}
LOST = {"status": "lost", "occurred_at": "2020-03-20T09:00:00+07:00"}


async def shipment_of(partner):
    return (await partner.post("/v1/shipments", json=order())).json()["id"]


async def confirm(partner, shipment, proof):
    answer = await partner.post(f"/v1/shipments/{shipment}/confirm", json=proof)
    assert answer.status_code == 200, answer.text


async def listed(partner, **query):
    return (await partner.get("/v1/incidents", params=query)).json()["items"]


async def test_a_confirmed_loss_opens_an_incident_once_and_its_agency_closes_it(lone):
    async with postal(lone) as (one, partner, _post):
        shipment = await shipment_of(partner)
        for _ in range(2):
            await confirm(partner, shipment, LOST)
        [incident] = await listed(partner, state="open")
        assert (incident["kind"], incident["opened_by"]) == ("lost", "motcua")
        closing = {"outcome": "reissued", "note": "Quyết định cấp lại"}
        close = f"/v1/incidents/{incident['id']}/close"
        async with one.calls("000.00.15.H29") as stranger:
            refused = await stranger.post(close, json=closing)
            missing = await stranger.post(f"/v1/incidents/{'0' * 32}/close", json=closing)
            assert refused.status_code == missing.status_code == 404
            assert refused.json()["detail"] == missing.json()["detail"]
            assert await listed(stranger) == []
        closed = await partner.post(close, json=closing)
        assert (closed.status_code, closed.json()["state"]) == (200, "closed"), closed.text
        assert (await partner.post(close, json=closing)).status_code == 200
        other = await partner.post(close, json={"outcome": "found"})
        assert (other.status_code, other.json()["code"]) == (409, "incident-settled")
        assert await listed(partner, state="open") == []
        assert [each["id"] for each in await listed(partner)] == [incident["id"]]
        told = [await one.announced(topic) for topic in ("incident.opened", "incident.closed")]
        assert [len(each) for each in told] == [1, 1]
        assert told[1][0]["outcome"] == "reissued"


async def test_a_loss_that_a_weak_source_claims_opens_nothing(lone):
    async with postal(lone) as (one, partner, _post):
        shipment = await shipment_of(partner)

        async def claim(uow):
            at = datetime(2020, 3, 20, 9, tzinfo=VIETNAM)
            told = CarrierEvent(
                event_key="claimed",
                carrier=Carrier.VNPOST_D,
                code="lost",
                status=ShipmentStatus.LOST,
                time_quality=TimeQuality.EVENT,
                strength=Strength.WEAK,
                recorded_at=at,
                occurred_at=at,
            )
            [item] = await hold(Carrier.VNPOST_D, [ITEM], uow)
            row = row_of(told, item_code=item.item_code, text=None, said_by="city")
            uow.add(row)
            reposition(await uow.get(Shipment, shipment), [row], uow)

        await one.running.do(claim)
        view = (await partner.get(f"/v1/shipments/{shipment}")).json()
        assert (view["status"], view["provisional"]) == ("lost", True)
        assert await one.announced("incident.opened") == []


async def test_a_contested_delivery_opens_one_incident(lone):
    async with postal(lone) as (one, partner, _post):
        shipment = await shipment_of(partner)
        await confirm(partner, shipment, DELIVERED)
        back = {"status": "returned", "occurred_at": "2020-03-25T09:00:00+07:00"}
        await confirm(partner, shipment, back)
        assert (await partner.get(f"/v1/shipments/{shipment}")).json()["contested"] is True
        [opened] = await one.announced("incident.opened")
        assert opened["kind"] == "misdelivered"


async def test_an_officer_reports_an_incident_once_while_it_is_open(lone):
    async with postal(lone) as (one, partner, _post):
        shipment = await shipment_of(partner)
        address = f"/v1/shipments/{shipment}/incidents"
        told = {"kind": "identity_papers_exposed", "note": "Phong bì rách"}
        first = await partner.post(address, json=told)
        again = await partner.post(address, json=told)
        assert (first.status_code, again.status_code) == (201, 200), first.text
        assert first.json()["id"] == again.json()["id"]
        assert first.json()["opened_by"] == "c-test"
        close = f"/v1/incidents/{first.json()['id']}/close"
        assert (await partner.post(close, json={"outcome": "no_harm"})).status_code == 200
        assert (await partner.post(address, json=told)).status_code == 201
        async with one.calls("000.00.15.H29") as stranger:
            assert (await stranger.post(address, json=told)).status_code == 404


async def test_incidents_come_in_pages_the_longest_open_first(lone):
    async with postal(lone) as (_, partner, _post):
        shipment = await shipment_of(partner)
        for kind in ("damaged", "misdelivered", "identity_papers_exposed"):
            await partner.post(f"/v1/shipments/{shipment}/incidents", json={"kind": kind})
        page = (await partner.get("/v1/incidents", params={"limit": 2})).json()
        rest = await listed(partner, limit=2, cursor=page["next_cursor"])
        assert len(page["items"]) == 2
        kinds = [each["kind"] for each in (*page["items"], *rest)]
        assert sorted(kinds) == ["damaged", "identity_papers_exposed", "misdelivered"]
        unknown = await partner.get("/v1/incidents", params={"cursor": "0" * 32})
        assert (unknown.status_code, unknown.json()["code"]) == (422, "cursor-unknown")


async def test_a_wrong_receiver_opens_an_incident_and_refuses_nothing(lone):
    async with postal(lone) as (one, partner, _post):
        shipment = await shipment_of(partner)
        await confirm(partner, shipment, DELIVERED)
        told = DossierMisreceived(
            code=FILED.code,
            agency=FILED.agency,
            leg=Leg.OUTBOUND_RESULT,
            attempt=1,
            shipment=shipment,
            rule=RecipientRule.IN_PERSON,
            delivered_at=DELIVERED["occurred_at"],
        )
        await one.hear(told)
        await one.hear(told)
        [opened] = await one.announced("incident.opened")
        assert opened["kind"] == "wrong_receiver"
        assert (await partner.get(f"/v1/shipments/{shipment}")).json()["status"] == "delivered"


@pytest.mark.parametrize("relation", [None, "self"])
async def test_the_proof_is_told_masked_and_told_again_when_more_is_known(lone, relation):
    async with postal(lone) as (one, partner, _post):
        shipment = await shipment_of(partner)
        told = DELIVERED | {"receiver_name": "Nguyễn Văn A", "receiver_relation": relation}
        await confirm(partner, shipment, {k: v for k, v in told.items() if v is not None})
        [event] = await one.announced("shipment.delivered")
        assert (event["slip_number"], event["receiver"]) == ("B1", "N*** V** A")
        assert (event["receiver_relation"], event["item_code"]) == (relation, "CV497960035VN")
        more = DELIVERED | {"occurred_at": "2020-03-20T09:10:00+07:00", "identity_shown": True}
        await confirm(partner, shipment, more)
        events = await one.announced("shipment.delivered")
        assert [each["identity_shown"] for each in events] == [None, True]
        assert events[1]["revision"] > events[0]["revision"]
