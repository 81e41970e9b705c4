import json
from datetime import datetime, timedelta

import httpx
import pytest

from contracts.vocabulary import VIETNAM, Carrier, ShipmentStatus
from services.postal.carriers.base import Account, CarrierSignatureInvalid, Order, Party
from services.postal.carriers.vnpost_d import VnpostD
from services.postal.domain import TimeQuality
from services.postal.s10 import Verdict, check
from suite.sandbox.ledger import ItemEvent, Ledger
from suite.sandbox.post import PostAccount, create_post, create_post_in
from suite.sandbox.signing import post_key, public_pem, signed_callback

ITEM = "CV497960035VN"
NINE = datetime(2020, 3, 16, 9, 0, tzinfo=VIETNAM)
TRUTH = [
    {
        "itemCode": ITEM,
        "events": [
            {"code": 14, "at": "2020-03-17T10:20:30+07:00", "office": "Bưu cục phát"},
            {"code": 7, "at": "2020-03-16T02:00:00Z", "office": "Bưu cục khai thác"},
        ],
    }
]


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def client_of(app):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://post")


async def token_of(client, **changed):
    account = PostAccount()
    login = {
        "username": account.username,
        "password": account.password,
        "customerCode": account.customer_code,
    } | changed
    return await client.post("/GetAccessToken", json=login)


async def history(client, token, code=ITEM):
    asked = {"type": 1, "code": code}
    return await client.get("/GetStatusHistoryOrder", params=asked, headers={"token": token})


async def test_the_history_has_the_posts_own_words_and_times():
    async with client_of(create_post(Ledger())) as client:
        assert (await client.post("/sandbox/items", json=TRUTH)).json() == {"new": 2}
        token = (await token_of(client)).json()["token"]
        answer = (await history(client, token)).json()
    assert answer["data"][0]["statusHistory"] == [
        {
            "createdDate": "17/03/2020",
            "createHour": "10:20:30",
            "statusName": "Đã giao hàng",
            "locateName": "Bưu cục phát",
        },
        {
            "createdDate": "16/03/2020",
            "createHour": "09:00:00",
            "statusName": "Bưu cục đã nhận hàng",
            "locateName": "Bưu cục khai thác",
        },
    ]


async def test_what_is_told_twice_happened_once():
    async with client_of(create_post(Ledger())) as client:
        await client.post("/sandbox/items", json=TRUTH)
        assert (await client.post("/sandbox/items", json=TRUTH)).json() == {"new": 0}


async def test_a_call_without_a_good_token_is_refused():
    clock = Clock()
    async with client_of(create_post(Ledger(), token_seconds=60, clock=clock)) as client:
        assert (await client.get("/GetStatusHistoryOrder?type=1&code=" + ITEM)).status_code == 401
        assert (await history(client, "made-up")).status_code == 401
        token = (await token_of(client)).json()["token"]
        assert (await history(client, token)).status_code == 200
        clock.now = 61
        assert (await history(client, token)).status_code == 401


@pytest.mark.parametrize("wrong", [{"username": "x"}, {"password": "x"}, {"customerCode": "x"}])
async def test_a_stranger_gets_no_token(wrong):
    async with client_of(create_post(Ledger())) as client:
        assert (await token_of(client, **wrong)).status_code == 401


async def test_an_unknown_item_has_no_history():
    async with client_of(create_post(Ledger())) as client:
        token = (await token_of(client)).json()["token"]
        assert (await history(client, token, "CV000000000VN")).json() == {"data": []}


@pytest.mark.parametrize(
    "told",
    [
        [{"itemCode": ITEM, "events": [{"code": 14, "at": "2020-03-17T10:20:30"}]}],
        [{"itemCode": ITEM, "events": [{"code": -1, "at": "2020-03-17T10:20:30Z"}]}],
        {"itemCode": ITEM},
    ],
)
async def test_a_truth_that_cannot_be_is_refused(told):
    async with client_of(create_post(Ledger())) as client:
        assert (await client.post("/sandbox/items", json=told)).status_code == 422


async def test_what_the_post_knows_survives_its_restart(tmp_path):
    async with client_of(create_post_in(tmp_path)) as client:
        await client.post("/sandbox/items", json=TRUTH)
    async with client_of(create_post_in(tmp_path)) as client:
        token = (await token_of(client)).json()["token"]
        assert len((await history(client, token)).json()["data"][0]["statusHistory"]) == 2


def test_a_line_cut_short_by_a_crash_spoils_no_other(tmp_path):
    first = Ledger(tmp_path)
    first.witness(ITEM, [ItemEvent(NINE, 1, "")])
    with (tmp_path / "post.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"item": "CV4979')
    again = Ledger(tmp_path)
    again.witness(ITEM, [ItemEvent(NINE + timedelta(hours=1), 7, "")])
    assert [event.code for event in Ledger(tmp_path).history(ITEM)] == [1, 7]


def test_an_order_sent_again_gets_the_same_item_even_after_a_restart(tmp_path):
    ledger = Ledger(tmp_path)
    item = ledger.order("D1-1")
    assert check(item) is Verdict.OK
    assert ledger.order("D2-1") != item
    assert Ledger(tmp_path).order("D1-1") == item


def test_the_key_of_a_folder_stays_the_same(tmp_path):
    key = post_key(tmp_path)
    assert public_pem(post_key(tmp_path)) == public_pem(key)
    assert (tmp_path / "post-public.pem").read_bytes() == public_pem(key)
    assert (tmp_path / "post-private.pem").stat().st_mode & 0o077 == 0


def test_a_callback_is_signed_over_its_date_and_its_first_record(tmp_path):
    key = post_key(tmp_path)
    account = Account("city", Carrier.VNPOST_D, public_key_pem=public_pem(key).decode())
    records = [{"itemCode": ITEM, "status": 14}, {"itemCode": "CV497960049VN", "status": 12}]
    raw = signed_callback(records, NINE, key)
    batch = VnpostD().read(raw, {}, account)
    assert batch.sent_at == NINE
    assert [(one.item_code, one.code) for one in batch.records] == [
        (ITEM, "14"),
        ("CV497960049VN", "12"),
    ]
    forged = json.loads(raw)
    forged["data"][0]["status"] = 19
    with pytest.raises(CarrierSignatureInvalid):
        VnpostD().read(json.dumps(forged).encode(), {}, account)


def suites_account():
    known = PostAccount()
    return Account(
        "city",
        Carrier.VNPOST_D,
        base_url="http://post",
        username=known.username,
        password=known.password,
        customer_code=known.customer_code,
    )


async def test_the_suite_pulls_what_truly_happened():
    async with client_of(create_post(Ledger())) as client:
        await client.post("/sandbox/items", json=TRUTH)
        pulled = await VnpostD().pull(ITEM, suites_account(), client)
    ends = [one for one in pulled if one.status is ShipmentStatus.DELIVERED]
    assert [one.occurred_at for one in ends] == [datetime(2020, 3, 17, 10, 20, 30, tzinfo=VIETNAM)]
    assert ends[0].time_quality is TimeQuality.EVENT


async def test_the_suite_orders_and_finds_its_order_again():
    citizen = Party("Nguyễn Văn A", "0900000000", "1 đường Một", "70", "7001")
    order = Order("D1-outbound-1", citizen, citizen, "Kết quả giải quyết", 200)
    async with client_of(create_post(Ledger())) as client:
        made = await VnpostD().create_order(order, suites_account(), client)
        again = await VnpostD().create_order(order, suites_account(), client)
        assert made.item_code is not None
        pulled = await VnpostD().pull(made.item_code, suites_account(), client)
    assert made == again
    assert [one.status for one in pulled] == [ShipmentStatus.ORDER_CREATED]


async def test_an_order_without_a_receiver_is_refused_and_makes_no_item():
    ledger = Ledger()
    async with client_of(create_post(ledger)) as client:
        token = (await token_of(client)).json()["token"]
        order = {"informationOrder": {"saleOrderCode": "D1"}}
        answer = await client.post("/CreateOrder", json=order, headers={"token": token})
    assert answer.status_code == 422
    assert ledger.ordered("D1") is None
