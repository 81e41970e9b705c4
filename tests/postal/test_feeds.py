"""Lists of carriers read on from a saved place: nothing twice, nothing left out, whatever goes wrong."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from prometheus_client import REGISTRY

from contracts.directory import AgencyRegistered
from contracts.vocabulary import AgencyKind, Carrier
from services.postal import accounts, feed_jobs, feeds, jobs, service
from services.postal.carriers.base import BadRecord, FeedPage, Record
from services.postal.domain import ShipmentStatus, TimeQuality
from services.postal.feeds import Turn
from tests.postal.recordings.vnpost_b import account, token_for
from tests.postal.test_orders import CITIZEN, OFFICE
from tests.postal.test_service import DOSSIER, FILED, ITEM

KEY = (Carrier.VNPOST_B, "city", "status")


def place(number: int) -> str:
    return f"5e6f{number:020x}"


def document(number: int, code="4", **changed):
    return {
        "_id": {"$oid": place(number)},
        "CustomerCode": "KH-1",
        "EventTime": f"{16 + number % 10}/03/2020 10:15:30",
        "ItemCode": ITEM,
        "StatusCode": code,
    } | changed


class Feed:
    """The carrier's own side: a list of documents, given in pages behind an id."""

    def __init__(self, *documents, page=500):
        self.documents = list(documents)
        self.page = page
        self.asked = []
        self.orders = []
        self.wrong = []
        """Answers given first, instead of the list."""

    def __call__(self, request):
        if request.url.path == "/token":
            return token_for(request)
        if request.url.path.endswith("/order/post"):
            self.orders.append(json.loads(request.content))
            return httpx.Response(200, json={"Status": "100", "Message": "OK"})
        after = request.url.params["lastId"]
        self.asked.append(after)
        if self.wrong:
            return self.wrong.pop(0)
        told = [one for one in self.documents if one["_id"]["$oid"] > after][: self.page]
        return httpx.Response(200, json={"_returned": len(told), "_embedded": {"rh:doc": told}})


async def open_account(uow, **changed):
    own = account()
    told = {
        "base_url": own.base_url,
        "username": own.username,
        "password": own.password,
        "customer_code": own.customer_code,
    } | changed
    await accounts.open_account(
        "vnpost-b", "city", public_key_pem=None, secret=None, uow=uow, **told
    )


@asynccontextmanager
async def reading(lone, feed, **settings):
    """Postal on the line to a carrier's list, with a shipment in one of its items."""
    async with lone(service, **settings) as one, one.calls() as partner:
        await one.hear(
            AgencyRegistered(code="H29", name="TP", kind=AgencyKind.CITY),
            AgencyRegistered(
                code=FILED.agency, name="Ban", kind=AgencyKind.DEPARTMENT, parent="H29"
            ),
            FILED,
        )
        await one.running.do(open_account)
        line = one.running.own(jobs.CarrierLine)
        await line.http.aclose()
        line.http = httpx.AsyncClient(transport=httpx.MockTransport(feed))
        order = {"leg": "outbound_result", "carrier": "vnpost-b", "item_code": ITEM}
        made = await partner.post("/v1/shipments", json=order | {"dossier": DOSSIER})
        assert made.status_code == 201, made.text
        yield one, partner, made.json()["id"]


async def read(one):
    await feed_jobs.read_feeds(one.running)


async def read_later(one):
    """As `read`, after the pause."""
    await one.running.database.engine.execute("UPDATE carrier_feed SET next_at = opened_at")
    await read(one)


async def row(one):
    columns = "cursor, attempts, problem, heard_at, next_at"
    [found] = await one.running.database.engine.execute(f"SELECT {columns} FROM carrier_feed")
    return dict(zip(columns.split(", "), found, strict=True))


async def standing(partner, shipment):
    return (await partner.get(f"/v1/shipments/{shipment}")).json()


async def test_a_list_is_read_to_its_end_and_then_on_from_there(lone):
    feed = Feed(*(document(n, str(40 + n)) for n in range(1, 4)), document(4))
    async with reading(lone, feed) as (one, partner, shipment):
        await read(one)
        view = await standing(partner, shipment)
        assert (view["status"], view["provisional"]) == ("delivered", False)
        assert [event["strength"] for event in view["events"]] == ["pull"] * 4
        assert len(await one.announced("shipment.delivered")) == 1
        assert (await row(one))["cursor"] == place(4)
        await read(one)
        assert feed.asked == ["0" * 24]
        feed.documents.append(document(5, "77"))
        await read_later(one)
        await read_later(one)
        assert feed.asked == ["0" * 24, place(4), place(5)]
        assert len((await standing(partner, shipment))["events"]) == 5


async def test_full_pages_are_read_one_after_another_in_one_go(lone):
    feed = Feed(*(document(n, "1", ItemCode=None) for n in range(1, 1203)))
    async with reading(lone, feed) as (one, _partner, _shipment):
        await read(one)
        assert feed.asked == ["0" * 24, place(500), place(1000)]
        assert (await row(one))["cursor"] == place(1202)


@pytest.mark.parametrize(
    "wrong",
    [
        httpx.Response(500),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json={"_embedded": 7}),
        httpx.Response(200, json={"_embedded": {"rh:doc": [{}]}}),
        httpx.Response(401),
    ],
)
async def test_a_page_that_is_none_moves_nothing_and_is_asked_for_again(lone, wrong):
    feed = Feed(document(1))
    feed.wrong = [wrong, wrong]
    async with reading(lone, feed) as (one, partner, shipment):
        await read(one)
        failed = await row(one)
        assert (failed["cursor"], failed["attempts"]) == ("0" * 24, 1)
        assert (failed["problem"], failed["heard_at"]) == ("carrier-unavailable", None)
        asked = len(feed.asked)
        await read(one)
        assert len(feed.asked) == asked
        feed.wrong.clear()
        await read_later(one)
        mended = await row(one)
        assert (mended["cursor"], mended["attempts"], mended["problem"]) == (place(1), 0, None)
        assert (await standing(partner, shipment))["status"] == "delivered"


async def test_pauses_grow_while_a_list_cannot_be_read(lone):
    feed = Feed()
    async with reading(lone, feed) as (one, _partner, _shipment):
        pauses = []
        for _ in range(4):
            feed.wrong = [httpx.Response(500)]
            await read_later(one)
            [[asked, following]] = await one.running.database.engine.execute(
                "SELECT asked_at, next_at FROM carrier_feed"
            )
            pauses.append(instant(following) - instant(asked))
        for pause, seconds in zip(pauses, (30, 60, 120, 240), strict=True):
            assert timedelta(seconds=seconds * 0.79) < pause < timedelta(seconds=seconds * 1.21 + 5)


def instant(stored):
    from datetime import UTC, datetime

    if isinstance(stored, datetime):
        return stored
    told = datetime.fromisoformat(str(stored))
    return told if told.tzinfo else told.replace(tzinfo=UTC)


async def test_bad_records_do_not_stop_a_page(lone):
    feed = Feed(
        document(1, None), document(2, ItemCode="x"), document(3, CustomerCode="KH-2"), document(4)
    )
    async with reading(lone, feed) as (one, partner, shipment):
        await read(one)
        assert (await standing(partner, shipment))["status"] == "delivered"
        assert (await row(one))["cursor"] == place(4)


async def test_an_order_is_numbered_by_the_list_and_followed(lone):
    feed = Feed()
    async with reading(lone, feed) as (one, partner, _shipment):
        told = {"dossier": DOSSIER, "leg": "outbound_result", "carrier": "vnpost-b", "attempt": 2}
        parties = {"sender": OFFICE, "receiver": CITIZEN}
        made = (await partner.post("/v1/shipments", json=told | parties)).json()
        await jobs.send_orders(one.running)
        [content] = feed.orders
        assert content["OrderNumber"] == made["id"]
        view = await standing(partner, made["id"])
        assert (view["order"]["state"], view["item_code"]) == ("made", None)
        item = "CV000000005VN"
        feed.documents.append(document(1, "9", ItemCode=item, OrderNumber=made["id"]))
        feed.documents.append(document(2, "4", ItemCode=item, OrderNumber=made["id"]))
        await read(one)
        view = await standing(partner, made["id"])
        assert (view["item_code"], view["status"]) == (item, "delivered")
        assert view["heard_at"] is not None


async def test_two_workers_never_read_the_same_page(lone):
    feed = Feed(*(document(n, str(40 + n)) for n in range(1, 9)))
    async with reading(lone, feed) as (one, partner, shipment):
        await one.running.do(feeds.open_feeds)
        await asyncio.gather(*(read(one) for _ in range(4)))
        assert feed.asked == ["0" * 24]
        assert len((await standing(partner, shipment))["events"]) == 8


async def test_a_page_read_by_two_is_kept_by_the_first_alone(lone):
    async with reading(lone, Feed()) as (one, partner, shipment):
        await one.running.do(feeds.open_feeds)
        turn = await one.running.do(feeds.claim, KEY)
        told = Record(ITEM, "4", ShipmentStatus.DELIVERED, None, TimeQuality.RECEIVED)
        page = FeedPage((told, BadRecord("x")), place(7), more=True)
        following = await one.running.do(feeds.take_page, turn, page)
        assert following == Turn(KEY, place(7), turn.account)
        stale = FeedPage((told,), place(3), more=True)
        assert await one.running.do(feeds.take_page, turn, stale) is None
        await one.running.do(feeds.failed, turn, "carrier-unavailable")
        kept = await row(one)
        assert (kept["cursor"], kept["problem"]) == (place(7), None)
        assert len((await standing(partner, shipment))["events"]) == 1


async def test_place_and_records_are_kept_together_or_not_at_all(lone):
    feed = Feed(document(1))
    async with reading(lone, feed) as (one, partner, shipment):
        await one.running.do(feeds.open_feeds)
        turn = await one.running.do(feeds.claim, KEY)
        told = Record(ITEM, "4", ShipmentStatus.DELIVERED, None, TimeQuality.RECEIVED)

        async def interrupted(uow):
            await feeds.take_page(turn, FeedPage((told,), place(1), more=False), uow)
            raise RuntimeError("the process ends here")

        with pytest.raises(RuntimeError):
            await one.running.do(interrupted)
        assert (await row(one))["cursor"] == "0" * 24
        assert (await standing(partner, shipment))["events"] == []
        await read_later(one)
        assert (await row(one))["cursor"] == place(1)
        assert (await standing(partner, shipment))["status"] == "delivered"


async def test_a_list_is_read_only_once_its_account_is_complete(lone):
    feed = Feed(document(1))

    async def forget(uow):
        [account_row] = await feeds.queries.accounts(uow)
        account_row.password = None

    async with reading(lone, feed) as (one, _partner, _shipment):
        await one.running.do(forget)
        await read(one)
        assert await one.running.database.engine.execute("SELECT 1 FROM carrier_feed") == []
        await one.running.do(open_account)
        await read(one)
        assert feed.asked == ["0" * 24]
        await one.running.do(forget)
        await read_later(one)
        assert (await row(one))["problem"] == "carrier-account-incomplete"
        assert feed.asked == ["0" * 24]


async def test_the_age_of_what_is_known_is_told(lone):
    feed = Feed(document(1, "88"))
    labels = {"carrier": "vnpost-b", "account": "city", "feed": "status"}

    def age():
        return REGISTRY.get_sample_value("motcua_carrier_feed_age_seconds", labels)

    async with reading(lone, feed) as (one, _partner, _shipment):
        await read(one)
        assert age() < 60
        feed.wrong = [httpx.Response(500)]
        database = one.running.database
        now = database.now
        database.now = lambda: now() + timedelta(hours=2)
        await read(one)
        assert 7200 <= age() < 7300


async def test_unknown_codes_are_counted_apart_and_only_so_many(lone):
    def counted(code):
        labels = {"carrier": "vnpost-b", "code": code}
        return REGISTRY.get_sample_value("motcua_carrier_unknown_codes_total", labels) or 0

    # Numbers of people, and words, are no labels; and a stranger cannot make labels without end.
    codes = ["901", "Nguyễn Văn A", "0909123456", *(str(1000 + n) for n in range(60))]
    feed = Feed(*(document(n + 1, code) for n, code in enumerate(codes)))
    before = counted("901"), counted("other")
    async with reading(lone, feed) as (one, partner, shipment):
        await read(one)
        assert (await standing(partner, shipment))["status"] == "registered"
        assert len((await standing(partner, shipment))["events"]) == len(codes)
    assert counted("901") == before[0] + 1
    assert counted("other") >= before[1] + 42
    for told in ("Nguyễn Văn A", "0909123456"):
        assert counted(told) == 0
    names = REGISTRY.collect()
    told = {
        sample.labels["code"]
        for metric in names
        if metric.name == "motcua_carrier_unknown_codes"
        for sample in metric.samples
        if sample.labels["carrier"] == "vnpost-b"
    }
    assert len(told) <= 21
