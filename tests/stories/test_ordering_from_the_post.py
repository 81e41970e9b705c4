"""A result sent home by an order that the suite makes with the post itself, from the wish to the rating."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
import uvicorn

from contracts.vocabulary import VIETNAM
from services.postal import accounts
from suite.sandbox.post import PostAccount, create_post_in
from suite.sandbox.signing import post_key, public_pem, signed_callback
from tests.builders import filing, step
from tests.servers.node import free_port
from tests.stories.test_the_thread import counted, prepare

OFFICE = {
    "name": "Bộ phận Một cửa",
    "phone": "02838290000",
    "address": "86 Lê Thánh Tôn",
    "province_code": "70",
    "ward_code": "70101",
}
CITIZEN = OFFICE | {"name": "Nguyễn Văn A", "phone": "0909123456", "address": "9 Đường số 1"}
PICKED_UP, DELIVERED = "2020-03-18T15:00:00+07:00", "2020-03-20T09:00:00+07:00"


@asynccontextmanager
async def post_office(folder):
    """The stand-in of the post, listening on this machine."""
    port = free_port()
    config = uvicorn.Config(create_post_in(folder), port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        until = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < until
            await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


async def open_account(folder, base_url, uow):
    known = PostAccount()
    await accounts.open_account(
        "vnpost-d",
        "city",
        public_key_pem=public_pem(post_key(folder)).decode(),
        secret=None,
        base_url=base_url,
        username=known.username,
        password=known.password,
        customer_code=known.customer_code,
        uow=uow,
    )


async def shipment_once(city, shipment, reached, seconds=60):
    until = time.monotonic() + seconds
    while True:
        view = (await city.get(f"/v1/shipments/{shipment}")).json()
        if reached(view):
            return view
        assert time.monotonic() < until, view
        await asyncio.sleep(0.1)


async def test_a_result_is_ordered_from_the_post_carried_confirmed_and_rated(suite, tmp_path):
    key = post_key(tmp_path)
    async with post_office(tmp_path) as address, suite.partner() as city, suite.public() as carrier:
        await prepare(city)
        code = (await city.post("/v1/dossiers", json=filing(return_mode="post"))).json()["code"]
        order = {"dossier": code, "leg": "outbound_result", "carrier": "vnpost-d"}
        order |= {"sender": OFFICE, "receiver": CITIZEN}
        refused = await city.post("/v1/shipments", json=order)
        assert (refused.status_code, refused.json()["code"]) == (422, "item-code-needed")
        assert "motcua carrier add" in refused.json()["detail"]

        await suite.running["postal"].do(open_account, tmp_path, address)
        ordered = await city.post("/v1/shipments", json=order)
        assert ordered.status_code == 201, ordered.text
        shipment = ordered.json()["id"]
        assert (ordered.json()["status"], ordered.json()["item_code"]) == ("registered", None)
        made = await shipment_once(city, shipment, lambda view: view["item_code"])
        assert (made["status"], made["order"]["state"]) == ("order_created", "made")
        await city.post(f"/v1/dossiers/{code}/progress", json={"items": [step("done")]})
        await suite.settle()
        assert await counted(city, "k16") == (0, 0)

        item = made["item_code"]
        truth = [
            {"code": 7, "at": PICKED_UP, "office": "Bưu cục giao dịch"},
            {"code": 14, "at": DELIVERED, "office": "Bưu cục phát"},
        ]
        async with httpx.AsyncClient(base_url=address) as post:
            told = await post.post("/sandbox/items", json=[{"itemCode": item, "events": truth}])
            assert told.status_code == 200, told.text
        for status, at in [(7, PICKED_UP), (14, DELIVERED)]:
            sent_at = datetime.fromisoformat(at).astimezone(VIETNAM)
            record = {"itemCode": item, "status": status, "saleOrderCode": shipment}
            taken = await carrier.post(
                "/v1/carriers/vnpost-d/events",
                content=signed_callback([record], sent_at, key),
                headers={"Content-Type": "application/json"},
            )
            assert taken.json()["items"][0]["outcome"] == "applied", taken.text

        at_home = await shipment_once(
            city, shipment, lambda view: view["delivered_at"] and not view["provisional"]
        )
        assert at_home["delivered_at"] == DELIVERED
        await suite.settle()
        assert await counted(city, "k16") == (1, 1)
        invited = (await city.get(f"/v1/dossiers/{code}/rating-invitations")).json()["items"]
        assert [each["occasion"] for each in invited] == ["returned", "delivered"]
        again = await city.post("/v1/shipments", json=order)
        assert (again.status_code, again.json()["id"]) == (200, shipment)


async def test_a_stranger_who_names_our_item_changes_nothing_of_ours(suite):
    item = {"leg": "outbound_result", "carrier": "vnpost-d", "item_code": "CV497960035VN"}
    async with suite.partner() as city, suite.partner("H30") as stranger:
        await prepare(city)
        theirs = {"name": "Tỉnh khác", "kind": "province"}
        assert (await stranger.put("/v1/agencies/H30", json=theirs)).status_code == 200
        code = (await city.post("/v1/dossiers", json=filing(return_mode="post"))).json()["code"]
        filed = filing(2, code="H30-1", agency="H30", return_mode="post")
        assert (await stranger.post("/v1/dossiers", json=filed)).status_code == 201
        mine = await city.post("/v1/shipments", json=item | {"dossier": code})
        assert mine.status_code == 201, mine.text
        taken = await stranger.post("/v1/shipments", json=item | {"dossier": "H30-1"})
        assert (taken.status_code, taken.json()["code"]) == (409, "item-code-taken")
        assert code not in taken.text
        own = item | {"dossier": "H30-1", "item_code": "CV000000005VN"}
        foreign = (await stranger.post("/v1/shipments", json=own)).json()["id"]
        proof = {"status": "delivered", "occurred_at": DELIVERED, "slip_number": "X"}
        said = await stranger.post(f"/v1/shipments/{foreign}/confirm", json=proof)
        assert said.json()["status"] == "delivered"
        intruding = await stranger.post(f"/v1/shipments/{mine.json()['id']}/confirm", json=proof)
        assert intruding.status_code == 404
        await city.post(f"/v1/dossiers/{code}/progress", json={"items": [step("done")]})
        await suite.settle()
        view = (await city.get(f"/v1/shipments/{mine.json()['id']}")).json()
        assert (view["status"], view["events"]) == ("registered", [])
        assert await counted(city, "k16") == (0, 0)
        assert (await city.get(f"/v1/dossiers/{code}/rating-invitations")).json()["items"] == []
