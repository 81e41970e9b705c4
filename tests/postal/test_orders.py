"""Orders with the carrier: recorded, sent until it answers, never twice, and numbered by it."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest

from contracts.directory import AgencyRegistered
from contracts.vocabulary import AgencyKind
from services.postal import accounts, jobs
from services.postal.sending import pause_after
from tests.postal.test_service import ADDRESS, DOSSIER, FILED, ITEM, OTHER, postal, tell

OFFICE = {
    "name": "Bộ phận Một cửa",
    "phone": "028 3829 0000",
    "address": "86 Lê Thánh Tôn",
    "province_code": "70",
    "ward_code": "70101",
}
CITIZEN = OFFICE | {"name": "Trần Thị Canary", "phone": "0909123456", "address": "9 Ngõ Canary"}


def wish(**changes):
    told = {"dossier": DOSSIER, "leg": "outbound_result", "carrier": "vnpost-d"}
    return told | {"sender": OFFICE, "receiver": CITIZEN} | changes


class Carrier:
    """The carrier's own side: answers in turn, the last one for ever; keeps every order it was sent."""

    def __init__(self, *answers):
        self.answers = list(answers) or [{"itemCode": ITEM, "originalID": "MVN1"}]
        self.sent = []
        self.asked = asyncio.Event()
        self.hold = None

    async def __call__(self, request):
        if request.url.path.endswith("/GetAccessToken"):
            return httpx.Response(200, json={"token": "t"})
        assert request.url.path == "/CreateOrder"
        self.sent.append(json.loads(request.content)["informationOrder"])
        self.asked.set()
        if self.hold is not None:
            await self.hold.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return httpx.Response(status, json=body)

    @property
    def numbers(self):
        return [order["saleOrderCode"] for order in self.sent]


@asynccontextmanager
async def ordering(lone, *answers, **settings):
    """Postal on the line to a carrier that gives these answers."""
    carrier = Carrier(*answers)
    async with postal(lone, **settings) as (one, partner, post):
        line = one.running.own(jobs.CarrierLine)
        await line.http.aclose()
        line.http = httpx.AsyncClient(transport=httpx.MockTransport(carrier))
        yield one, partner, post, carrier


async def ordered(partner, **changes):
    answer = await partner.post("/v1/shipments", json=wish(**changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def send(one):
    await jobs.send_orders(one.running)


async def send_later(one):
    """As `send`, after the pause."""
    earlier = "UPDATE carrier_order SET try_at = (SELECT min(ordered_at) FROM shipment)"
    await one.running.database.engine.execute(f"{earlier} WHERE try_at IS NOT NULL")
    await send(one)


async def view(partner, made):
    return (await partner.get(f"/v1/shipments/{made['id']}")).json()


async def kept(one):
    [[content]] = await one.running.database.engine.execute("SELECT content FROM carrier_order")
    return content


async def test_an_order_is_recorded_then_sent_and_its_item_is_followed(lone):
    async with ordering(lone) as (one, partner, post, carrier):
        made = await ordered(partner)
        assert (made["status"], made["item_code"]) == ("registered", None)
        assert (made["order"]["state"], made["order"]["attempts"]) == ("waiting", 0)
        assert carrier.sent == []
        await send(one)
        [content] = carrier.sent
        assert content["saleOrderCode"] == made["id"]
        assert content["receiverName"] == CITIZEN["name"]
        assert content["receiverCommuneCode"] == "70101"
        assert content["contentNote"] == f"Kết quả giải quyết TTHC, mã hồ sơ {DOSSIER}"
        assert (content["weight"], content["sendType"]) == ("100", "2")
        now = await view(partner, made)
        assert (now["status"], now["item_code"]) == ("order_created", ITEM)
        assert (now["accepted_at"], now["milestone"]) == (None, "pre")
        order = now["order"]
        assert (order["state"], order["reference"], order["next_try_at"]) == ("made", "MVN1", None)
        assert now["revision"] > made["revision"]
        told = [e["status"] for e in await one.announced("shipment.moved")]
        assert told == ["registered", "order_created"]
        assert await one.announced("shipment.accepted") == []
        await send_later(one)
        assert len(carrier.sent) == 1
        assert await tell(partner, post, 7) == ["applied"]
        assert (await view(partner, made))["status"] == "accepted"


async def test_papers_from_a_citizen_are_fetched(lone):
    async with ordering(lone) as (one, partner, _post, carrier):
        told = {"sender": CITIZEN, "receiver": OFFICE, "weight_grams": 250, "service_code": "E1"}
        await ordered(partner, leg="inbound_dossier", contents="Hồ sơ", **told)
        await send(one)
        [content] = carrier.sent
        assert (content["sendType"], content["weight"]) == ("1", "250")
        assert (content["serviceCode"], content["contentNote"]) == ("E1", "Hồ sơ")


async def test_who_sends_what_to_whom_is_kept_no_longer_than_needed(lone):
    async with ordering(lone, (503, {}), {"itemCode": ITEM}) as (one, partner, _post, _carrier):
        made = await ordered(partner)
        assert "Canary" not in json.dumps(made)
        await send(one)
        assert "Canary" in await kept(one)
        assert "Canary" not in json.dumps(await view(partner, made))
        await send_later(one)
        assert await kept(one) is None
        dump = await one.running.database.engine.execute("SELECT envelope FROM outbox")
        assert "Canary" not in str([list(row) for row in dump])


@pytest.mark.parametrize(
    "away", [(503, {}), (200, []), (302, {}), httpx.ConnectError("x"), httpx.ReadTimeout("x")]
)
async def test_a_carrier_that_is_away_is_sent_the_same_order_again_later_each_time(lone, away):
    answers = (away, away, {"itemCode": ITEM})
    async with ordering(lone, *answers) as (one, partner, _post, carrier):
        made = await ordered(partner)
        for attempt in (1, 2):
            await send_later(one)
            order = (await view(partner, made))["order"]
            assert (order["state"], order["attempts"]) == ("waiting", attempt)
            assert order["problem"] == "carrier-unavailable"
            assert order["detail"]
            await send(one)
            assert len(carrier.sent) == attempt
        await send_later(one)
        now = await view(partner, made)
        assert (now["item_code"], now["order"]["problem"]) == (ITEM, None)
        assert carrier.numbers == [made["id"]] * 3


def test_pauses_grow_to_two_days_in_all():
    pauses = [pause_after(attempt) for attempt in range(1, 20)]
    assert pauses == sorted(pauses)
    assert 40 < sum(pause.total_seconds() for pause in pauses) / 3600 < 60


async def test_an_order_that_is_given_up_is_seen_and_sent_again_when_it_is_ordered_again(lone):
    answers = (*[(500, {})] * 3, {"itemCode": ITEM})
    async with ordering(lone, *answers, carrier_order_attempts=3) as (one, partner, _, carrier):
        made = await ordered(partner)
        for _attempt in range(5):
            await send_later(one)
        assert len(carrier.sent) == 3
        order = (await view(partner, made))["order"]
        assert (order["state"], order["next_try_at"]) == ("given_up", None)
        assert await kept(one) is None
        other = await partner.post("/v1/shipments", json=wish(receiver=OFFICE))
        assert (other.status_code, other.json()["code"]) == (409, "shipment-taken")
        again = await partner.post("/v1/shipments", json=wish())
        assert (again.status_code, again.json()["order"]["state"]) == (200, "waiting")
        await send(one)
        assert (await view(partner, made))["item_code"] == ITEM
        assert set(carrier.numbers) == {made["id"]}


async def test_an_order_that_ended_its_process_too_often_is_given_up_too(lone):
    async with ordering(lone, carrier_order_attempts=2) as (one, partner, _post, carrier):
        made = await ordered(partner)
        await one.running.database.engine.execute("UPDATE carrier_order SET attempts = 2")
        await send(one)
        assert (await view(partner, made))["order"]["state"] == "given_up"
        assert carrier.sent == []


async def test_a_refused_order_says_why_and_may_be_corrected(lone):
    refusal = (422, {"message": "Số điện thoại không hợp lệ"})
    async with ordering(lone, refusal, {"itemCode": ITEM}) as (one, partner, _post, carrier):
        made = await ordered(partner)
        await send(one)
        await send_later(one)
        assert len(carrier.sent) == 1
        order = (await view(partner, made))["order"]
        assert (order["state"], order["problem"]) == ("refused", "order-refused-by-carrier")
        assert "Số điện thoại không hợp lệ" in order["detail"]
        better = wish(receiver=CITIZEN | {"phone": "0909999999"})
        again = await partner.post("/v1/shipments", json=better)
        assert (again.status_code, again.json()["order"]["state"]) == (200, "waiting")
        await send(one)
        assert carrier.sent[-1]["receiverPhone"] == "0909999999"
        assert (await view(partner, made))["item_code"] == ITEM


@pytest.mark.parametrize("state", ["refused", "given_up"])
async def test_what_was_ordered_by_hand_instead_is_registered_with_its_number(lone, state):
    answer = (400, {}) if state == "refused" else (500, {})
    async with ordering(lone, answer, carrier_order_attempts=1) as (one, partner, post, _carrier):
        assert await tell(partner, post, 7) == ["orphan"]
        made = await ordered(partner)
        waiting = await partner.post("/v1/shipments", json=wish(item_code=ITEM))
        assert (waiting.status_code, waiting.json()["code"]) == (409, "shipment-taken")
        await send(one)
        assert (await view(partner, made))["order"]["state"] == state
        byhand = await partner.post("/v1/shipments", json=wish(item_code=ITEM))
        assert (byhand.status_code, byhand.json()["id"]) == (200, made["id"])
        assert (byhand.json()["status"], byhand.json()["item_code"]) == ("accepted", ITEM)
        other = await partner.post("/v1/shipments", json=wish(item_code=OTHER))
        assert other.status_code == 409
        again = await partner.post("/v1/shipments", json=wish())
        assert (again.status_code, again.json()["order"]["state"]) == (200, state)


async def test_a_number_sent_by_hand_must_not_be_of_an_item_with_strangers_papers(lone):
    async with ordering(lone, (400, {})) as (one, partner, _post, _carrier):
        sister = FILED.model_copy(update={"code": "X-1", "agency": "000.00.20.H29"})
        await one.hear(agency("000.00.20.H29", "H29"), sister)
        theirs = {"dossier": "X-1", "leg": "outbound_result", "carrier": "vnpost-d"}
        answer = await partner.post("/v1/shipments", json=theirs | {"item_code": ITEM})
        assert answer.status_code == 201
        async with one.calls(FILED.agency) as department:
            made = await ordered(department)
            await send(one)
            refused = await department.post("/v1/shipments", json=wish(item_code=ITEM))
            assert (refused.status_code, refused.json()["code"]) == (409, "item-code-taken")
            assert (await view(department, made))["item_code"] is None


async def test_papers_registered_in_an_item_before_its_order_was_answered_learn_of_it(lone):
    async with ordering(lone) as (one, partner, _post, _carrier):
        await ordered(partner)
        beside = await ordered(partner, leg="outbound_originals", item_code=ITEM)
        assert beside["status"] == "registered"
        await send(one)
        assert (await view(partner, beside))["status"] == "order_created"


ALREADY = [(200, {"status": "101", "message": "x"}), (200, {"Status": 101}), (409, {"code": "101"})]


@pytest.mark.parametrize("answer", ALREADY)
async def test_an_order_the_carrier_had_already_is_made_and_numbered_when_it_reports(lone, answer):
    async with ordering(lone, answer) as (one, partner, post, _carrier):
        made = await ordered(partner)
        await send(one)
        now = await view(partner, made)
        assert (now["status"], now["item_code"]) == ("order_created", None)
        assert now["order"]["state"] == "made"
        proof = {"status": "accepted", "occurred_at": "2020-03-19T08:00:00+07:00"}
        early = await partner.post(f"/v1/shipments/{made['id']}/confirm", json=proof)
        assert (early.status_code, early.json()["code"]) == (409, "item-without-code")
        guessed = {"itemCode": OTHER, "status": 14, "saleOrderCode": DOSSIER}
        body = post.signed([guessed], "19/03/2020 07:00:00")
        assert (await partner.post(ADDRESS, json=body)).json()["items"][0]["outcome"] == "orphan"
        assert (await view(partner, made))["item_code"] is None
        record = {"itemCode": ITEM, "status": 7, "saleOrderCode": made["id"]}
        body = post.signed([record], "19/03/2020 08:00:00")
        assert (await partner.post(ADDRESS, json=body)).json()["items"][0]["outcome"] == "applied"
        now = await view(partner, made)
        assert (now["status"], now["item_code"]) == ("accepted", ITEM)
        told = [e["status"] for e in await one.announced("shipment.moved")]
        assert told[:2] == ["registered", "order_created"]
        assert told[-1] == "accepted"


async def test_only_the_account_an_order_was_made_through_numbers_it(lone):
    async with ordering(lone, {"originalID": "MVN1"}) as (one, partner, post, _carrier):
        made = await ordered(partner)
        await send(one)
        await one.running.do(open_another, post.public)
        record = {"itemCode": ITEM, "status": 7, "saleOrderCode": made["id"]}
        body = post.signed([record], "19/03/2020 08:00:00")
        theirs = await partner.post("/v1/carriers/vnpost-d/other/events", json=body)
        assert theirs.json()["items"][0]["outcome"] == "orphan"
        assert (await view(partner, made))["item_code"] is None


async def test_a_message_cannot_number_an_order_with_an_item_of_another_agency(lone):
    async with ordering(lone, {"originalID": "MVN1"}) as (one, partner, post, _carrier):
        sister = FILED.model_copy(update={"code": "X-1", "agency": "000.00.20.H29"})
        await one.hear(agency("000.00.20.H29", "H29"), sister)
        made = await ordered(partner)
        await send(one)
        theirs = {"dossier": "X-1", "leg": "outbound_result", "carrier": "vnpost-d"}
        answer = await partner.post("/v1/shipments", json=theirs | {"item_code": ITEM})
        assert answer.status_code == 201
        record = {"itemCode": ITEM, "status": 7, "saleOrderCode": made["id"]}
        body = post.signed([record], "19/03/2020 08:00:00")
        assert (await partner.post(ADDRESS, json=body)).status_code == 200
        assert (await view(partner, made))["item_code"] is None


async def test_an_order_whose_answer_was_lost_is_not_sent_again_once_the_carrier_reports_it(lone):
    async with ordering(lone, httpx.ReadTimeout("lost")) as (one, partner, post, carrier):
        made = await ordered(partner)
        await send(one)
        record = {"itemCode": ITEM, "status": 7, "saleOrderCode": made["id"]}
        body = post.signed([record], "19/03/2020 08:00:00")
        assert (await partner.post(ADDRESS, json=body)).status_code == 200
        await send_later(one)
        assert len(carrier.sent) == 1
        now = await view(partner, made)
        assert (now["status"], now["order"]["state"]) == ("accepted", "made")
        assert await kept(one) is None


async def test_what_the_carrier_said_before_its_answer_came_is_not_undone_by_it(lone):
    async with ordering(lone) as (one, partner, post, _carrier):
        made = await ordered(partner)
        assert await tell(partner, post, 7, 10) == ["orphan", "orphan"]
        await send(one)
        now = await view(partner, made)
        assert (now["status"], now["item_code"]) == ("in_transit", ITEM)
        assert now["accepted_at"] == "2020-03-19T08:00:00+07:00"


async def test_two_workers_send_an_order_once(lone):
    async with ordering(lone) as (one, partner, _post, carrier):
        carrier.hold = asyncio.Event()
        await ordered(partner)
        first = asyncio.create_task(send(one))
        await carrier.asked.wait()
        await send(one)
        carrier.hold.set()
        await first
        assert len(carrier.sent) == 1


async def test_a_worker_that_dies_while_sending_leaves_the_order_to_be_sent_again(lone):
    async with ordering(lone, {"status": "101", "itemCode": ITEM}) as (one, partner, _, carrier):
        carrier.hold = asyncio.Event()
        made = await ordered(partner)
        dying = asyncio.create_task(send(one))
        await carrier.asked.wait()
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
        order = (await view(partner, made))["order"]
        assert (order["state"], order["attempts"]) == ("waiting", 1)
        carrier.hold.set()
        await send(one)
        assert len(carrier.sent) == 1
        await send_later(one)
        assert carrier.numbers == [made["id"]] * 2
        assert (await view(partner, made))["item_code"] == ITEM


async def test_the_same_order_many_times_at_once_is_one_order(lone):
    async with ordering(lone) as (one, partner, _post, carrier):
        posts = [partner.post("/v1/shipments", json=wish()) for _ in range(10)]
        answers = await asyncio.gather(*posts)
        assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
        assert len({answer.json()["id"] for answer in answers}) == 1
        await send(one)
        assert len(carrier.sent) == 1
        again = await partner.post("/v1/shipments", json=wish())
        assert (again.status_code, again.json()["item_code"]) == (200, ITEM)
        by_number = {k: v for k, v in wish().items() if k not in {"sender", "receiver"}}
        known = await partner.post("/v1/shipments", json=by_number | {"item_code": ITEM})
        assert (known.status_code, known.json()["id"]) == (200, again.json()["id"])
        other = await partner.post("/v1/shipments", json=wish(receiver=OFFICE, weight_grams=2))
        assert other.status_code == 409
        pointers = {error["pointer"] for error in other.json()["errors"]}
        assert pointers == {"/receiver", "/weight_grams"}
        assert "Canary" not in other.text


async def test_an_item_registered_with_its_number_is_not_ordered_again(lone):
    async with ordering(lone) as (one, partner, _post, carrier):
        registered = await ordered(partner, item_code=ITEM)
        assert registered["order"] is None
        again = await partner.post("/v1/shipments", json=wish())
        assert (again.status_code, again.json()["code"]) == (409, "shipment-taken")
        await send(one)
        assert carrier.sent == []


async def test_an_order_that_cannot_be_made_says_what_to_send(lone):
    async with ordering(lone) as (one, partner, post, _carrier):
        bare = await partner.post("/v1/shipments", json=wish(sender=None, receiver=None))
        assert (bare.status_code, bare.json()["code"]) == (422, "item-code-needed")
        assert [e["pointer"] for e in bare.json()["errors"]] == ["/sender", "/receiver"]
        unknown = await partner.post("/v1/shipments", json=wish(account="nobody"))
        assert (unknown.status_code, unknown.json()["code"]) == (422, "item-code-needed")
        assert unknown.json()["errors"][0]["pointer"] == "/account"
        other = await partner.post("/v1/shipments", json=wish(carrier="ghn"))
        assert (other.status_code, other.json()["code"]) == (422, "item-code-needed")
        await one.running.do(open_another, post.public)
        several = await partner.post("/v1/shipments", json=wish())
        assert several.json()["errors"][0]["pointer"] == "/account"
        lacking = await partner.post("/v1/shipments", json=wish(account="other"))
        assert (lacking.status_code, lacking.json()["code"]) == (422, "item-code-needed")
        detail = lacking.json()["detail"]
        assert "motcua carrier add vnpost-d --account other" in detail
        assert "base_url, username, password, customer_code" in detail
        named = await partner.post("/v1/shipments", json=wish(account="city"))
        assert named.status_code == 201


@pytest.mark.parametrize(
    ("pointer", "receiver"),
    [
        ("/receiver/phone", {"phone": "gọi sau"}),
        ("/receiver/name", {"name": "a\u0000b"}),
        ("/receiver/name", {"name": "a" * 121}),
        ("/receiver/address", {"address": ""}),
        ("/receiver/ward_code", {"ward_code": "70 101"}),
        ("/receiver/fax", {"fax": "1"}),
    ],
)
async def test_a_party_the_post_could_not_find_is_refused(lone, pointer, receiver):
    async with ordering(lone) as (_, partner, _post, _carrier):
        answer = await partner.post("/v1/shipments", json=wish(receiver=CITIZEN | receiver))
        assert answer.status_code == 422, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
        assert "Canary" not in answer.text


async def test_an_account_of_one_agency_carries_nobody_elses_orders(lone):
    async with ordering(lone) as (one, partner, _post, carrier):
        theirs = FILED.model_copy(update={"code": "H30-1", "agency": "000.00.07.H30"})
        await one.hear(agency("H30", None), agency("000.00.07.H30", "H30"), theirs)
        await one.running.do(hand_to, "H29")
        async with one.calls("H30") as stranger:
            for account in (None, "city"):
                told = wish(dossier="H30-1", account=account)
                refused = await stranger.post("/v1/shipments", json=told)
                assert (refused.status_code, refused.json()["code"]) == (422, "item-code-needed")
                assert "lacks" not in refused.text
        await ordered(partner)
        await send(one)
        assert len(carrier.sent) == 1


async def test_an_account_that_is_completed_keeps_what_it_had(lone):
    async with ordering(lone) as (one, partner, post, _carrier):
        await one.running.do(hand_to, "H29")
        await ordered(partner)
        await send(one)
        assert await tell(partner, post, 7) == ["applied"]


async def test_an_order_waits_for_an_account_that_lost_its_password(lone):
    async with ordering(lone) as (one, partner, _post, carrier):
        made = await ordered(partner)
        engine = one.running.database.engine
        await engine.execute("UPDATE carrier_account SET password = NULL")
        await send(one)
        order = (await view(partner, made))["order"]
        assert (order["state"], order["problem"]) == ("waiting", "carrier-account-incomplete")
        assert carrier.sent == []
        await engine.execute("DELETE FROM carrier_account")
        await send_later(one)
        order = (await view(partner, made))["order"]
        assert (order["state"], order["problem"]) == ("waiting", "carrier-account-incomplete")


def agency(code, parent):
    return AgencyRegistered(code=code, name=code, kind=AgencyKind.DEPARTMENT, parent=parent)


NOTHING = {
    "public_key_pem": None,
    "secret": None,
    "base_url": None,
    "username": None,
    "password": None,
    "customer_code": None,
}


async def open_another(public_key, uow):
    told = NOTHING | {"public_key_pem": public_key}
    await accounts.open_account("vnpost-d", "other", **told, uow=uow)


async def hand_to(whose, uow):
    await accounts.open_account("vnpost-d", "city", **NOTHING, agency=whose, uow=uow)
