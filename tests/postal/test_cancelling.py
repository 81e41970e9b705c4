"""Orders that nobody wants any more, and what one would have cost."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from contracts.vocabulary import Carrier as Interface
from services.postal import codes, jobs, orders
from services.postal.carriers.base import (
    CarrierUnavailable,
    CreatedOrder,
    OrderRefusedByCarrier,
)
from services.postal.carriers.vnpost_d import VnpostD
from tests.postal.test_orders import agency, ordered, send, view, wish
from tests.postal.test_service import ITEM, order, postal, tell
from tests.postal.test_silence import days_later
from tests.postal.test_vnpost_d import RESULT, account

TOO_LATE = (400, {"message": "Đơn hàng đã được lấy"})


class Carrier:
    """The carrier's side: takes orders, and answers cancellations and prices in turn."""

    def __init__(self, *cancels, creates=None, prices=None):
        self.cancels = list(cancels) or [(200, [{"originalId": "MVN1", "message": "OK"}])]
        self.creates = creates or (200, {"itemCode": ITEM, "originalID": "MVN1"})
        self.prices = prices or (200, [{"serviceCode": "E1", "totalFee": 29_160}])
        self.asked = []
        self.hold = None

    async def __call__(self, request):
        path = request.url.path
        if path.endswith("/GetAccessToken"):
            return httpx.Response(200, json={"token": "t"})
        self.asked.append((path, json.loads(request.content)))
        if path == "/CreateOrder":
            answer = self.creates
            if self.hold is not None:
                await self.hold.wait()
        elif path == "/ServicesCharge":
            answer = self.prices
        else:
            assert path == "/orderCancel"
            answer = self.cancels.pop(0) if len(self.cancels) > 1 else self.cancels[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer[0], json=answer[1])

    def of(self, path):
        return [sent for asked, sent in self.asked if asked == path]


@asynccontextmanager
async def cancelling(lone, *answers, creates=None, prices=None, **settings):
    carrier = Carrier(*answers, creates=creates, prices=prices)
    async with postal(lone, **settings) as (one, partner, post):
        line = one.running.own(jobs.CarrierLine)
        await line.http.aclose()
        line.http = httpx.AsyncClient(transport=httpx.MockTransport(carrier))
        yield one, partner, post, carrier


async def cancel(partner, made):
    return await partner.post(f"/v1/shipments/{made['id']}/cancel")


async def test_an_order_that_was_never_sent_is_cancelled_at_once(lone):
    async with cancelling(lone) as (one, partner, _post, carrier):
        made = await ordered(partner)
        for _ in range(2):
            answer = await cancel(partner, made)
            assert answer.status_code == 200, answer.text
            assert answer.json()["order"]["state"] == "cancelled"
            assert answer.json()["status"] == "cancelled"
        await send(one)
        assert carrier.asked == []
        told = [e["status"] for e in await one.announced("shipment.moved")]
        assert told == ["registered", "cancelled"]
        [[content]] = await one.running.database.engine.execute("SELECT content FROM carrier_order")
        assert content is None
        again = await partner.post("/v1/shipments", json=wish())
        assert (again.status_code, again.json()["code"]) == (409, "shipment-taken")
        assert (await partner.post("/v1/shipments", json=wish(attempt=2))).status_code == 201


async def test_what_the_carrier_has_is_cancelled_there_before_it_counts(lone):
    async with cancelling(lone, (503, {}), (200, [{}])) as (one, partner, post, carrier):
        made = await ordered(partner)
        await send(one)
        asked = (await cancel(partner, made)).json()
        assert (asked["order"]["state"], asked["status"]) == ("cancelling", "order_created")
        await send(one)
        waiting = (await view(partner, made))["order"]
        assert (waiting["state"], waiting["problem"]) == ("cancelling", "carrier-unavailable")
        assert (await cancel(partner, made)).json()["order"]["state"] == "cancelling"
        async with days_later(one, 1):
            await send(one)
            await send(one)
        assert carrier.of("/orderCancel") == [{"OriginalId": "MVN1"}] * 2
        done = await view(partner, made)
        assert (done["status"], done["provisional"]) == ("cancelled", False)
        assert (done["order"]["state"], done["order"]["problem"]) == ("cancelled", None)
        assert done["order"]["cancelled_at"] is not None
        # A scan of earlier that comes now shows that the cancellation was too late: it is a return.
        assert await tell(partner, post, 7) == ["applied"]
        assert (await view(partner, made))["status"] == "return_proposed"


async def test_what_the_carrier_will_not_cancel_stands(lone):
    async with cancelling(lone, TOO_LATE) as (one, partner, _post, _carrier):
        made = await ordered(partner)
        await send(one)
        await cancel(partner, made)
        await send(one)
        shown = await view(partner, made)
        assert (shown["status"], shown["order"]["state"]) == ("order_created", "made")
        assert shown["order"]["problem"] == "order-refused-by-carrier"
        assert "Đơn hàng đã được lấy" in shown["order"]["detail"]
        assert (await cancel(partner, made)).json()["order"]["state"] == "cancelling"


async def test_a_cancellation_nobody_answers_is_given_up(lone):
    async with cancelling(lone, (503, {}), carrier_order_attempts=2) as (one, partner, _, carrier):
        made = await ordered(partner)
        await send(one)
        await cancel(partner, made)
        for days in range(4):
            async with days_later(one, days):
                await send(one)
        assert len(carrier.of("/orderCancel")) == 2
        shown = await view(partner, made)
        assert (shown["order"]["state"], shown["order"]["next_try_at"]) == ("made", None)
        assert shown["order"]["problem"] == "carrier-unavailable"


async def test_what_the_post_has_taken_is_no_longer_cancelled(lone):
    async with cancelling(lone) as (one, partner, post, carrier):
        made = await ordered(partner)
        await send(one)
        await tell(partner, post, 7)
        refused = await cancel(partner, made)
        assert (refused.status_code, refused.json()["code"]) == (409, "shipment-under-way")
        assert "return" in refused.json()["detail"]
        await send(one)
        assert carrier.of("/orderCancel") == []


async def test_what_is_claimed_to_be_delivered_is_no_longer_cancelled(lone):
    async with cancelling(lone) as (one, partner, post, _carrier):
        made = await ordered(partner)
        await send(one)
        await tell(partner, post, 14)
        shown = await view(partner, made)
        assert (shown["provisional"], shown["accepted_at"]) == (True, None)
        assert (await cancel(partner, made)).json()["code"] == "shipment-under-way"


async def test_what_was_not_ordered_from_here_is_not_cancelled_from_here(lone):
    async with cancelling(lone, creates=(400, {})) as (one, partner, _post, _carrier):
        by_hand = (await partner.post("/v1/shipments", json=order())).json()
        refused = await cancel(partner, by_hand)
        assert (refused.status_code, refused.json()["code"]) == (409, "order-not-cancellable")
        made = await ordered(partner, leg="outbound_originals")
        await send(one)
        numbered = wish(leg="outbound_originals", item_code=ITEM)
        assert (await partner.post("/v1/shipments", json=numbered)).status_code == 200
        refused = await cancel(partner, made)
        assert (refused.status_code, refused.json()["code"]) == (409, "order-not-cancellable")
        other = await ordered(partner, leg="inbound_supplement")
        await send(one)
        assert (await cancel(partner, other)).json()["order"]["state"] == "cancelled"


async def test_an_order_under_way_to_the_carrier_is_cancelled_once_it_is_there(lone):
    async with cancelling(lone) as (one, partner, _post, carrier):
        carrier.hold = asyncio.Event()
        made = await ordered(partner)
        sending = asyncio.create_task(send(one))
        while not carrier.of("/CreateOrder"):
            await asyncio.sleep(0.01)
        assert (await cancel(partner, made)).json()["order"]["state"] == "cancelling"
        await jobs.send_orders(one.running)
        assert carrier.of("/orderCancel") == []
        carrier.hold.set()
        await sending
        shown = await view(partner, made)
        assert (shown["item_code"], shown["order"]["state"]) == (ITEM, "cancelling")
        async with days_later(one, 1):
            await send(one)
        assert carrier.of("/orderCancel") == [{"OriginalId": "MVN1"}]
        shown = await view(partner, made)
        assert (shown["status"], shown["order"]["state"]) == ("cancelled", "cancelled")


async def test_an_answer_that_comes_after_the_cancellation_has_it_cancelled_again(lone):
    async with cancelling(lone) as (one, partner, _post, carrier):
        made = await ordered(partner)
        await cancel(partner, made)
        late = CreatedOrder(made["id"], ITEM, "MVN1")
        await one.running.do(orders.made, made["id"], late)
        shown = await view(partner, made)
        assert (shown["order"]["state"], shown["status"]) == ("cancelling", "cancelled")
        await send(one)
        assert carrier.of("/orderCancel") == [{"OriginalId": "MVN1"}]
        assert (await view(partner, made))["order"]["state"] == "cancelled"


async def test_a_strangers_order_is_not_theirs_to_cancel(lone):
    async with cancelling(lone) as (one, partner, _post, _carrier):
        made = await ordered(partner)
        await one.hear(agency("000.00.20.H29", "H29"))
        async with one.calls("000.00.20.H29") as sister:
            assert (await cancel(sister, made)).status_code == 404
        assert (await view(partner, made))["order"]["state"] == "waiting"


async def test_ten_cancellations_at_once_are_one(lone):
    async with cancelling(lone) as (one, partner, _post, carrier):
        made = await ordered(partner)
        await send(one)
        answers = await asyncio.gather(*(cancel(partner, made) for _ in range(10)))
        assert {answer.json()["order"]["state"] for answer in answers} == {"cancelling"}
        await asyncio.gather(send(one), send(one))
        assert len(carrier.of("/orderCancel")) == 1
        codes_ = [event["code"] for event in (await view(partner, made))["events"]]
        assert codes_.count("order:cancelled") == 1


# The price


async def test_a_price_is_asked_and_nothing_is_kept(lone):
    async with cancelling(lone) as (one, partner, _post, carrier):
        answer = await partner.post("/v1/shipments/price", json=wish(service_code="E1"))
        assert answer.status_code == 200, answer.text
        told = {"carrier": "vnpost-d", "account": "city", "amount": 29_160}
        assert answer.json() == told
        [asked] = carrier.of("/ServicesCharge")
        assert (asked["scope"], asked["customerCode"]) == (1, "c")
        assert (asked["data"]["receiverCommuneCode"], asked["data"]["weight"]) == ("70101", 100)
        for table in ("shipment", "carrier_order"):
            assert await one.running.database.engine.execute(f"SELECT 1 FROM {table}") == []


@pytest.mark.parametrize(
    ("prices", "status", "code"),
    [
        ((503, {}), 503, "carrier-unavailable"),
        (httpx.ReadTimeout("x"), 503, "carrier-unavailable"),
        ((200, {}), 503, "carrier-unavailable"),
        ((422, {"message": "Sai mã xã"}), 409, "order-refused-by-carrier"),
        ((200, []), 409, "order-refused-by-carrier"),
    ],
)
async def test_a_price_that_is_not_told_says_why(lone, prices, status, code):
    async with cancelling(lone, prices=prices) as (_, partner, _post, _carrier):
        answer = await partner.post("/v1/shipments/price", json=wish())
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert ("retry-after" in answer.headers) is (status == 503)
        assert "Canary" not in answer.text


async def test_a_price_needs_an_account_parties_and_a_carrier_that_tells_it(lone):
    async with cancelling(lone) as (_, partner, _post, _carrier):
        told = wish()
        del told["sender"]
        missing = await partner.post("/v1/shipments/price", json=told)
        assert missing.json()["errors"][0]["pointer"] == "/sender"
        other = await partner.post("/v1/shipments/price", json=wish(carrier="upu"))
        assert (other.status_code, other.json()["code"]) == (409, "price-not-told")
        unknown = await partner.post("/v1/shipments/price", json=wish(dossier="nobody"))
        assert unknown.status_code == 404


# The interface by itself


async def asked(what, answer):
    async with httpx.AsyncClient(
        transport=httpx.MockTransport(Carrier(answer, prices=answer))
    ) as http:
        return await what(VnpostD(), account(base_url="http://post.test"), http)


def cancels(reference="MVN1"):
    return lambda post, ours, http: post.cancel_order("n", ITEM, ours, http, reference=reference)


def prices(order_=RESULT):
    return lambda post, ours, http: post.price(order_, ours, http)


async def test_an_order_is_cancelled_by_the_carriers_own_number_or_not_at_all():
    assert await asked(cancels(), (200, [{"originalId": "MVN1"}])) is None
    for reference, answer in ((None, (200, [])), ("MVN1", TOO_LATE), ("MVN1", (404, {}))):
        with pytest.raises(OrderRefusedByCarrier):
            await asked(cancels(reference), answer)
    for answer in ((500, {}), httpx.ConnectError("x")):
        with pytest.raises(CarrierUnavailable):
            await asked(cancels(), answer)


async def test_of_several_services_the_one_named_is_priced():
    several = (
        200,
        [{"serviceCode": "E1", "totalFee": "29160"}, {"serviceCode": "C1", "totalFee": 5}],
    )
    assert await asked(prices(replace(RESULT, service_code="C1")), several) == 5
    with pytest.raises(OrderRefusedByCarrier, match="C1, E1"):
        await asked(prices(), several)
    with pytest.raises(OrderRefusedByCarrier):
        await asked(prices(replace(RESULT, service_code="X")), several)
    for broken in ((200, [7, {"serviceCode": "E1"}, {"totalFee": 9}]),):
        with pytest.raises(OrderRefusedByCarrier):
            await asked(prices(), broken)


async def test_a_number_of_the_pool_is_not_given_out_again_after_a_cancellation(lone):
    async with cancelling(lone) as (one, partner, _post, _carrier):
        made = await ordered(partner)
        await one.running.do(codes.add, Interface.VNPOST_D, "city", ["RN100000005VN"])
        # As an order of an interface that carries our numbers.
        engine = one.running.database.engine
        for table in ("carrier_order", "shipment"):
            await engine.execute(f"UPDATE {table} SET item_code = 'RN100000005VN'")
        done = (await cancel(partner, made)).json()
        assert (done["status"], done["events"][0]["code"]) == ("cancelled", "order:cancelled")
        found = (await partner.get("/v1/item-codes/level")).json()["items"]
        assert [(one["free"], one["void"]) for one in found] == [(0, 1)]
