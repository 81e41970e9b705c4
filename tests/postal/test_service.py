"""Postal at work on both engines: what the post says, what it is trusted for, and what it changes."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
import pytest

from contracts.directory import AgencyRegistered
from contracts.intake import DossierFiled
from contracts.vocabulary import VIETNAM, AgencyKind
from services.postal import jobs, pull_jobs, service
from services.postal.folding import Folding
from suite.examples import EXAMPLES
from tests.postal.vnpost import Post

ITEM, OTHER = "CV497960035VN", "CV000000005VN"
DOSSIER = "000.00.19.H29-200316-0001"
ADDRESS = "/v1/carriers/vnpost-d/city/events"
FILED: DossierFiled = EXAMPLES["dossier.filed"].event


def order(**changes):
    told = {"dossier": DOSSIER, "leg": "outbound_result", "carrier": "vnpost-d", "item_code": ITEM}
    return told | changes


@asynccontextmanager
async def postal(lone, **settings):
    """Postal with one dossier it has heard of, and one account with the post."""
    post = Post()
    async with lone(service, settle_seconds=0.05, **settings) as one, one.calls() as partner:
        await one.hear(
            AgencyRegistered(code="H29", name="TP", kind=AgencyKind.CITY),
            AgencyRegistered(
                code=FILED.agency, name="Ban", kind=AgencyKind.DEPARTMENT, parent="H29"
            ),
            FILED,
        )
        await one.running.do(post.open_account)
        yield one, partner, post


async def tell(partner, post, *records, sent="19/03/2020 08:00:00", address=ADDRESS):
    answer = await partner.post(address, json=post.callback(*records, sent=sent))
    assert answer.status_code == 200, answer.text
    return [item["outcome"] for item in answer.json()["items"]]


async def worked_out(one):
    """Wait for what was answered before it was worked out."""
    while one.running.own(Folding).busy:
        await asyncio.sleep(0.01)


async def standing(partner, shipment):
    view = (await partner.get(f"/v1/shipments/{shipment}")).json()
    return view["status"], view["provisional"]


async def test_an_order_is_made_once_and_its_repetition_is_the_same(lone):
    async with postal(lone) as (_, partner, _post):
        first = await partner.post("/v1/shipments", json=order())
        assert first.status_code == 201, first.text
        again = await partner.post("/v1/shipments", json=order(item_code="cv 497960035 vn"))
        assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
        other = await partner.post("/v1/shipments", json=order(item_code=OTHER))
        assert (other.status_code, other.json()["code"]) == (409, "shipment-taken")
        assert [e["pointer"] for e in other.json()["errors"]] == ["/item_code"]
        resent = await partner.post("/v1/shipments", json=order(item_code=OTHER, attempt=2))
        assert resent.status_code == 201
        listed = (await partner.get(f"/v1/dossiers/{DOSSIER}/shipments")).json()["items"]
        assert [one["attempt"] for one in listed] == [1, 2]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"item_code": "CV497960036VN"}, 422, "item-code-invalid"),
        ({"item_code": None}, 422, "item-code-needed"),
        ({"dossier": "000.00.19.H29-200316-9999"}, 404, "unknown-dossier"),
        ({"leg": "sideways"}, 422, "request-invalid"),
        ({"carrier": "pigeon"}, 422, "request-invalid"),
    ],
)
async def test_a_wrong_order_says_what_to_change(lone, change, status, code):
    async with postal(lone) as (_, partner, _post):
        answer = await partner.post("/v1/shipments", json=order(**change))
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_claimed_delivery_is_provisional_until_somebody_trusted_says_so(lone):
    async with postal(lone) as (one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        assert await tell(partner, post, 7) == ["applied"]
        assert await standing(partner, shipment) == ("accepted", False)
        assert await tell(partner, post, 14, sent="20/03/2020 08:00:00") == ["applied"]
        assert await standing(partner, shipment) == ("delivered", True)
        assert await one.announced("shipment.delivered") == []
        [accepted] = await one.announced("shipment.accepted")
        assert accepted["accepted_at"] == "2020-03-19T08:00:00+07:00"
        proof = {
            "status": "delivered",
            "occurred_at": "2020-03-20T07:45:00+07:00",
            "slip_number": "B1",
        }
        confirmed = await partner.post(f"/v1/shipments/{shipment}/confirm", json=proof)
        assert (confirmed.status_code, confirmed.json()["proof"]) == (200, "validated")
        assert await standing(partner, shipment) == ("delivered", False)
        again = await partner.post(f"/v1/shipments/{shipment}/confirm", json=proof)
        assert again.status_code == 200
        assert len(await one.announced("shipment.delivered")) == 1


async def test_messages_twice_late_and_unknown_are_kept_and_counted_once(lone):
    async with postal(lone) as (one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        assert await tell(partner, post, 12, sent="20/03/2020 08:00:00") == ["applied"]
        body = post.callback(12, sent="20/03/2020 08:00:00")
        for _ in range(3):
            assert (await partner.post(ADDRESS, json=body)).status_code == 200
        assert await tell(partner, post, 12, sent="21/03/2020 08:00:00") == ["duplicate"]
        assert await tell(partner, post, 10, sent="19/03/2020 08:00:00") == ["late"]
        assert await tell(partner, post, 77, sent="22/03/2020 08:00:00") == ["applied"]
        assert await standing(partner, shipment) == ("out_for_delivery", False)
        assert len((await partner.get(f"/v1/shipments/{shipment}")).json()["events"]) == 3
        assert (
            len(await one.announced("shipment.accepted")) == 2
        )  # custody was first known late, then earlier


async def test_what_was_said_before_the_order_counts_once_it_is_made(lone):
    async with postal(lone) as (one, partner, post):
        assert await tell(partner, post, 7, 10) == ["orphan", "orphan"]
        assert await one.announced() == []
        made = (await partner.post("/v1/shipments", json=order())).json()
        assert made["status"] == "in_transit"
        assert made["accepted_at"] == "2020-03-19T08:00:00+07:00"
        assert len(await one.announced("shipment.accepted")) == 1


async def test_a_message_about_the_future_is_held_back(lone):
    async with postal(lone) as (_, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        assert await tell(partner, post, 14, sent="20/03/2199 08:00:00") == ["quarantined"]
        assert await standing(partner, shipment) == ("registered", False)


async def test_one_bad_record_does_not_spoil_its_neighbours(lone):
    async with postal(lone) as (_, partner, post):
        await partner.post("/v1/shipments", json=order())
        records = [
            {"itemCode": ITEM, "status": 7},
            {"status": 14},
            "x",
            {"itemCode": OTHER, "status": 7},
        ]
        answer = await partner.post(ADDRESS, json=post.signed(records, "19/03/2020 08:00:00"))
        outcomes = [item["outcome"] for item in answer.json()["items"]]
        assert outcomes == ["applied", "invalid", "invalid", "orphan"]


async def test_only_the_carrier_is_heard_and_nothing_else_is_kept(lone):
    stranger = Post()
    async with postal(lone) as (one, partner, post):
        good = post.callback(14)
        for body, status in [
            (stranger.callback(14), 401),
            (good | {"signature": "!!"}, 401),
            (good | {"signature": 5}, 401),
            ({k: v for k, v in good.items() if k != "signature"}, 401),
            (good | {"sendDate": "21/03/2020 08:00:00"}, 401),
            ({"data": "x"}, 400),
            ([], 400),
        ]:
            answer = await partner.post(ADDRESS, json=body)
            assert answer.status_code in {status, 400, 401}, (status, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
        big = await partner.post(ADDRESS, content=b'{"data":"' + b"x" * 1_100_000 + b'"}')
        assert big.status_code == 413
        for path in ("/v1/carriers/nobody/events", "/v1/carriers/vnpost-d/other/events"):
            assert (await partner.post(path, json=good)).status_code == 404
        assert await one.running.database.engine.execute("SELECT 1 FROM carrier_event") == []


async def test_twenty_messages_and_an_order_about_one_item_at_once_are_all_heard(lone):
    async with postal(lone) as (one, partner, post):
        codes = [7, 10, 11, 12, 15, 13]
        tellings = [
            partner.post(ADDRESS, json=post.callback(code, sent=f"{day}/03/2020 08:00:00"))
            for day in (19, 20, 21)
            for code in codes
        ]
        answers = await asyncio.gather(partner.post("/v1/shipments", json=order()), *tellings)
        assert {answer.status_code for answer in answers} <= {200, 201}, [a.text for a in answers][
            :3
        ]
        await worked_out(one)
        made = answers[0].json()["id"]
        view = (await partner.get(f"/v1/shipments/{made}")).json()
        assert {event["code"] for event in view["events"]} == {str(code) for code in codes}
        [[kept]] = await one.running.database.engine.execute("SELECT count(*) FROM carrier_event")
        assert kept == len(codes)
        told = await one.announced("shipment.moved")
        assert told[-1]["status"] == view["status"]
        assert view["accepted_at"] is not None


async def test_an_item_may_carry_the_papers_of_two_dossiers(lone):
    second = FILED.model_copy(update={"code": "000.00.19.H29-200316-0002"})
    async with postal(lone) as (one, partner, post):
        await one.hear(second)
        first = (await partner.post("/v1/shipments", json=order())).json()["id"]
        other = (await partner.post("/v1/shipments", json=order(dossier=second.code))).json()["id"]
        await tell(partner, post, 7)
        assert (
            await standing(partner, first) == await standing(partner, other) == ("accepted", False)
        )
        assert {e["dossier"] for e in await one.announced("shipment.accepted")} == {
            DOSSIER,
            second.code,
        }


async def test_a_stranger_learns_nothing_of_a_shipment(lone):
    async with postal(lone) as (one, partner, _post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        async with one.calls("000.00.15.H29") as stranger:
            for made, unknown in [
                (f"/v1/shipments/{shipment}", "/v1/shipments/" + "0" * 32),
                (f"/v1/dossiers/{DOSSIER}/shipments", "/v1/dossiers/none/shipments"),
            ]:
                foreign, missing = await stranger.get(made), await stranger.get(unknown)
                assert foreign.status_code == missing.status_code == 404
                assert foreign.json()["detail"] == missing.json()["detail"]
            refused = await stranger.post("/v1/shipments", json=order())
            assert refused.status_code == 404


class Carrier:
    """The carrier's own side, as an HTTP transport."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/GetAccessToken"):
            return httpx.Response(200, json={"success": True, "token": "t", "data": {"token": "t"}})
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, int):
            return httpx.Response(answer)
        history = [
            {"createdDate": day, "createHour": hour, "statusName": name, "locateName": "BC"}
            for day, hour, name in answer
        ]
        told = {"data": [{"itemCode": ITEM, "statusHistory": history}]}
        return httpx.Response(200, content=json.dumps(told).encode())


DELIVERED = ("20/03/2020", "07:40:00", "Đã giao hàng")
ON_THE_WAY = ("19/03/2020", "10:00:00", "Đang vận chuyển")


async def pull(one, carrier):
    one.running.own(jobs.CarrierLine).http = httpx.AsyncClient(
        transport=httpx.MockTransport(carrier)
    )
    await pull_jobs.pull_claims(one.running)


async def test_asking_the_carrier_confirms_what_it_claimed(lone):
    async with postal(lone) as (one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        await tell(partner, post, 14, sent="20/03/2020 08:00:00")
        carrier = Carrier([ON_THE_WAY, DELIVERED])
        await pull(one, carrier)
        assert await standing(partner, shipment) == ("delivered", False)
        [delivered] = await one.announced("shipment.delivered")
        at = datetime.fromisoformat(delivered["delivered_at"]).astimezone(VIETNAM)
        assert at.isoformat() == "2020-03-20T07:40:00+07:00"
        asked = carrier.asked
        await pull(one, carrier)
        assert carrier.asked == asked


async def test_a_carrier_that_is_away_or_disagrees_is_asked_again_and_then_left_to_an_operator(
    lone,
):
    async with postal(lone, carrier_pull_attempts=3) as (one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        await tell(partner, post, 14, sent="20/03/2020 08:00:00")
        carrier = Carrier(503, [ON_THE_WAY], 500)
        database = one.running.database
        for hours in (0, 10, 20, 30):
            now = database.now
            database.now = lambda now=now, hours=hours: now().replace(year=2027) if hours else now()
            await pull(one, carrier)
            await database.engine.execute(
                "UPDATE shipment SET pull_at = ordered_at WHERE pull_at IS NOT NULL"
            )
            database.now = now
        assert await standing(partner, shipment) == ("delivered", True)
        assert await one.announced("shipment.delivered") == []
        [[pull_at, attempts]] = await database.engine.execute(
            "SELECT pull_at, pull_attempts FROM shipment"
        )
        assert (pull_at, attempts) == (None, 3)
