import json
from dataclasses import replace
from datetime import datetime

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary import VIETNAM, Carrier, Leg, ShipmentStatus
from services.postal.carriers import INTERFACES, UnknownCarrierInterface, interface_of
from services.postal.carriers.base import (
    CarrierAccountIncomplete,
    CarrierMessageTooLarge,
    CarrierSignatureInvalid,
    CarrierUnavailable,
    CreatedOrder,
    Order,
    OrderRefusedByCarrier,
    Party,
    Record,
    UnreadableCarrierMessage,
    as_event,
)
from services.postal.carriers.distrust import written_instant
from services.postal.carriers.vnpost_d import VnpostD
from services.postal.domain import Strength, TimeQuality, fold
from services.postal.places import is_terminal
from tests.postal.recordings.vnpost_d import account, private_key, public_pem, signature

RECEIVED_AT = datetime(2020, 3, 20, 9, 0, tzinfo=VIETNAM)
ITEM = "CV497960035VN"


def test_each_interface_is_registered_under_its_own_name():
    for carrier, interface in INTERFACES.items():
        assert interface.name is carrier
        assert interface_of(carrier.value) is interface


@pytest.mark.parametrize("name", ["pigeon", "nobody", ""])
def test_an_interface_nobody_speaks_is_not_found(name):
    with pytest.raises(UnknownCarrierInterface):
        interface_of(name)


@pytest.mark.parametrize("carrier", sorted(INTERFACES))
def test_every_code_of_a_table_says_how_it_is_known_and_in_which_words(carrier):
    for code, meaning in INTERFACES[carrier].meanings.items():
        assert code == code.strip() != ""
        assert meaning.text or "words" in meaning.provenance
        assert meaning.provenance


def test_deliveries_in_part_and_money_are_mapped_to_no_end():
    codes = VnpostD().meanings
    assert {code for code in codes if is_terminal(codes[code].status)} == {"9", "14", "19", "109"}
    for code in ("20", "21", "23", "25", "26", "27", "28", "29"):
        assert VnpostD().meaning(code).status is ShipmentStatus.UNMAPPED


def test_the_carrier_gets_our_own_answer_where_it_asks_for_no_other():
    assert VnpostD().acknowledge([], {}) is None


def test_an_event_holds_all_its_record_says_and_each_part_tells_it_from_others():
    record = Record(
        item_code=ITEM,
        code="14",
        status=ShipmentStatus.DELIVERED,
        text="Đã giao hàng",
        time_quality=TimeQuality.EVENT,
        occurred_at=RECEIVED_AT,
        office="Bưu cục Quận 1",
        attempt=2,
        receiver_name="Nguyễn Văn A",
        slip="BP-17",
    )
    told = {"carrier": Carrier.VNPOST_D, "strength": Strength.PULL, "recorded_at": RECEIVED_AT}
    event = as_event(record, **told)
    names = ["code", "status", "time_quality", "occurred_at", "office", "attempt"]
    for name in [*names, "receiver_name", "slip"]:
        assert getattr(event, name) == getattr(record, name)
    for other in ({"office": None}, {"attempt": 1}, {"slip": None}, {"code": "15"}):
        assert as_event(replace(record, **other), **told).event_key != event.event_key
    assert as_event(replace(record, text=None), **told).event_key == event.event_key


def test_secrets_of_an_account_are_not_shown_with_it():
    shown_account = repr(account(secret="battery staple"))
    assert "correct horse" not in shown_account
    assert "battery staple" not in shown_account


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_whatever_the_bytes_a_message_is_read_or_refused(raw):
    with pytest.raises((UnreadableCarrierMessage, CarrierSignatureInvalid)):
        VnpostD().read(raw, {}, account())


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.lists(JSON, max_size=4), JSON)
def test_whatever_stands_behind_the_signed_record_the_batch_is_read(others, status):
    odd = [*others, {"itemCode": ITEM, "status": status}, {"itemCode": status, "status": 7}]
    body = {"data": [{"itemCode": ITEM, "status": 7}, *odd], "sendDate": "16/03/2020 10:15:30"}
    body["signature"] = signature(body, "carrier")
    batch = VnpostD().read(json.dumps(body).encode(), {}, account())
    assert len(batch.records) == len(odd) + 1
    assert batch.strength is Strength.PARTIAL


def test_a_message_is_verified_under_each_accounts_own_key():
    body = {"data": [{"itemCode": ITEM, "status": 7}], "sendDate": "16/03/2020 10:15:30"}
    body["signature"] = signature(body, "stranger")
    raw = json.dumps(body).encode()
    other = account(public_key_pem=public_pem(private_key("stranger")))
    assert len(VnpostD().read(raw, {}, other).records) == 1
    with pytest.raises(CarrierSignatureInvalid):
        VnpostD().read(raw, {}, account())


def test_a_body_of_exactly_one_mebibyte_is_read():
    body = {"data": [{"itemCode": ITEM, "status": 7}], "sendDate": "16/03/2020 10:15:30"}
    body["signature"] = signature(body, "carrier")
    raw = json.dumps(body).encode().ljust(1024 * 1024)
    assert len(VnpostD().read(raw, {}, account()).records) == 1
    with pytest.raises(CarrierMessageTooLarge):
        VnpostD().read(raw + b" ", {}, account())


def test_the_actual_receiver_is_read_where_an_operator_knows_its_field():
    interface = VnpostD(receiver_field="actualReceiver")
    records = [{"itemCode": ITEM, "status": 14, "actualReceiver": "Trần Thị B++"}]
    records += [{"itemCode": ITEM, "status": 14, "actualReceiver": "+++ +++"}]
    body = {"data": records, "sendDate": "16/03/2020 10:15:30"}
    body["signature"] = signature(body, "carrier")
    named, masked = interface.read(json.dumps(body).encode(), {}, account()).records
    assert named.receiver_name == "Trần Thị B++"
    assert masked.receiver_name is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "16/03",
        "16/03-2020 10:00:00",
        "٠١/٠٣/2020",
        "2020-03-16T10",
        "2020-W12-1",
        "20200316",
        "16/03/2020 24:00:00",
        "16/03/2020 10:00:00+99:00",
        None,
        20200316,
        "0001-01-01T00:00:00Z",
    ],
)
def test_what_is_written_otherwise_is_no_instant(written):
    assert written_instant(written) is None


@settings(deadline=None)
@given(st.text(max_size=45))
def test_any_text_is_an_instant_or_none(written):
    found = written_instant(written)
    assert found is None or found.instant.tzinfo is not None


# Asking the carrier


class Post:
    """A stand-in of the carrier that answers what it is told to, and remembers what it was asked."""

    def __init__(self, *answers, tokens=("token-one", "token-two", "token-three")):
        self.answers = list(answers)
        self.tokens = list(tokens)
        self.asked = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.path.endswith("/GetAccessToken"):
            token = self.tokens.pop(0)
            return (
                token
                if isinstance(token, httpx.Response)
                else said({"success": True, "token": token})
            )
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self))

    @property
    def paths(self) -> list[str]:
        return [request.url.path.rpartition("/")[2] for request in self.asked]


def said(content, status=200, **more) -> httpx.Response:
    return httpx.Response(status, json=content, **more)


def history(*entries, key="statusHistory", **group) -> httpx.Response:
    return said({"success": True, "data": [{"itemCode": ITEM, key: list(entries), **group}]})


def entry(name, hour="09:05:30", day="16/03/2020", **more):
    return {"createdDate": day, "createHour": hour, "statusName": name, **more}


async def pulled(*answers, **changed):
    post = Post(*answers)
    async with post.client() as http:
        return await VnpostD().pull(ITEM, account(**changed), http)


async def test_the_history_of_an_item_has_the_events_own_times():
    post = Post(
        history(
            entry("Bưu cục đã nhận hàng", locateName="Bưu cục Quận 1"),
            entry("Đã giao hàng", "15:20:00", "18/03/2020", LocateName="BCP Thủ Đức"),
        )
    )
    async with post.client() as http:
        first, last = await VnpostD().pull(" cv497960035vn", account(), http)
    assert (first.code, first.status) == ("7", ShipmentStatus.ACCEPTED)
    assert first.occurred_at == datetime(2020, 3, 16, 9, 5, 30, tzinfo=VIETNAM)
    assert first.time_quality is TimeQuality.EVENT
    assert first.office == "Bưu cục Quận 1"
    assert (last.code, last.status, last.office) == ("14", ShipmentStatus.DELIVERED, "BCP Thủ Đức")
    assert post.paths == ["GetAccessToken", "GetStatusHistoryOrder"]
    login, asked = post.asked
    assert json.loads(login.content) == {
        "username": "one-stop",
        "password": "correct horse",
        "customerCode": "C000000001",
    }
    assert dict(asked.url.params) == {"type": "1", "code": ITEM}
    assert asked.headers["token"] == "token-one"
    assert str(asked.url).startswith("https://post.example/customer-partner/GetStatusHistoryOrder?")


async def test_a_pulled_history_confirms_what_a_message_only_claimed():
    body = {"data": [{"itemCode": ITEM, "status": 14}], "sendDate": "18/03/2020 15:21:00"}
    body["signature"] = signature(body, "carrier")
    batch = VnpostD().read(json.dumps(body).encode(), {}, account())
    told = {"carrier": Carrier.VNPOST_D, "recorded_at": RECEIVED_AT}
    events = [as_event(record, strength=batch.strength, **told) for record in batch.records]
    claimed = fold(events, Leg.OUTBOUND_RESULT)
    records = await pulled(history(entry("Đã giao hàng", "15:20:00", "18/03/2020")))
    events += [as_event(record, strength=Strength.PULL, **told) for record in records]
    confirmed = fold(events, Leg.OUTBOUND_RESULT)
    assert (claimed.status, claimed.provisional) == (ShipmentStatus.DELIVERED, True)
    assert (confirmed.status, confirmed.provisional) == (ShipmentStatus.DELIVERED, False)
    assert confirmed.delivered_at == datetime(2020, 3, 18, 15, 20, tzinfo=VIETNAM)


@pytest.mark.parametrize("hour", ["createHour", "createdHour", "time"])
@pytest.mark.parametrize("day", ["16/03/2020", "16-03-2020", "2020-03-16", "2020-03-16T00:00:00"])
async def test_the_day_and_the_hour_are_read_under_each_name_and_form(day, hour):
    (record,) = await pulled(
        history({"createdDate": day, hour: "09:05", "statusName": "Đã giao hàng"})
    )
    assert record.occurred_at == datetime(2020, 3, 16, 9, 5, tzinfo=VIETNAM)
    assert record.time_quality is TimeQuality.EVENT


async def test_the_name_of_the_history_may_have_a_blank_behind_it():
    (record,) = await pulled(history(entry("Đang giao hàng"), key="statusHistory "))
    assert record.status is ShipmentStatus.OUT_FOR_DELIVERY


async def test_a_time_known_to_the_day_or_not_at_all_says_so():
    records = await pulled(history(entry("Đã giao hàng", hour=None), entry("Đã tạo", None, None)))
    assert [record.time_quality for record in records] == [TimeQuality.BATCH, TimeQuality.RECEIVED]
    assert records[0].occurred_at == datetime(2020, 3, 16, tzinfo=VIETNAM)
    assert records[1].occurred_at is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("đã giao  hàng.", "14"),
        ("ĐÃ PHÁT THÀNH CÔNG", "109"),
        ("Chuyển tin cho bưu tá", "2"),
        ("Hoàn thành công", "19"),
        ("Giao hàng thành công một phần", "23"),
        ("Huỷ thu gom", "9"),
        ("Đã đến bưu cục phát", "11"),
    ],
)
async def test_a_wording_stands_for_its_code(name, code):
    (record,) = await pulled(history(entry(name)))
    assert record.code == code
    assert record.status is VnpostD().meaning(code).status


async def test_a_wording_that_only_holds_another_stands_for_nothing():
    (record,) = await pulled(history(entry("Đã giao hàng cho bưu cục khác")))
    assert record.status is ShipmentStatus.UNMAPPED
    assert record.code == "Đã giao hàng cho bưu"
    assert record.text == "Đã giao hàng cho bưu cục khác"


async def test_a_code_wins_over_the_wording_beside_it():
    first, second = await pulled(
        history(
            entry("Đã giao hàng", statusCode=15),
            entry("Đã giao hàng", status="OK"),
        )
    )
    assert (first.code, first.status) == ("15", ShipmentStatus.DELIVERY_FAILED)
    assert second.code == "14"


async def test_the_history_of_another_item_is_not_taken():
    other = {"itemCode": "CV497960049VN", "statusHistory": [entry("Đã giao hàng")]}
    own = {
        "itemCode": "CV497960049VN",
        "originalItemCode": ITEM,
        "statusHistory": [entry("Đã tạo")],
    }
    records = await pulled(said({"data": [other, own]}))
    assert [record.code for record in records] == ["1"]
    assert records[0].item_code == ITEM


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"[]",
        b"null",
        b"7",
        b'{"data": null}',
        b'{"data": [null, 7, "x"]}',
        b'{"data": {"statusHistory": "x"}}',
        b'{"data": [{"statusHistory": [null, 7, {}, {"statusName": 7.5}, {"statusCode": []}]}]}',
    ],
)
async def test_a_history_of_nothing_usable_is_empty(content):
    assert await pulled(httpx.Response(200, content=content)) == []


async def test_an_item_number_that_is_none_is_not_asked_for():
    post = Post()
    async with post.client() as http:
        assert await VnpostD().pull("../../x?y=1", account(), http) == []
    assert post.asked == []


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_is_renewed_once_and_kept(status):
    post = Post(history(), said({}, status), history(), history())
    interface = VnpostD()
    async with post.client() as http:
        for _ in range(3):
            await interface.pull(ITEM, account(), http)
    calls = ["GetAccessToken", "GetStatusHistoryOrder", "GetStatusHistoryOrder", "GetAccessToken"]
    assert post.paths == [*calls, "GetStatusHistoryOrder", "GetStatusHistoryOrder"]
    assert [request.headers.get("token") for request in post.asked] == (
        [None, "token-one", "token-one", None, "token-two", "token-two"]
    )


async def test_an_account_the_carrier_refuses_is_not_asked_for_ever():
    post = Post(said({}, 401), said({}, 401))
    async with post.client() as http:
        with pytest.raises(CarrierUnavailable):
            await VnpostD().pull(ITEM, account(), http)
    assert len(post.asked) == 4


@pytest.mark.parametrize(
    "answer",
    [
        said({}, 500),
        said({}, 429),
        said({}, 302, headers={"location": "https://elsewhere.example/"}),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, content=b'{"data": NaN}'),
        httpx.Response(200, content=b"[" * 100_000),
        httpx.Response(200, content=b"\xff\xfe"),
        httpx.Response(200, content=b"{}".ljust(1024 * 1024 + 1)),
        httpx.Response(200, content=b"{}", headers={"content-encoding": "identity, x-other"}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("broken"),
    ],
)
async def test_an_answer_that_cannot_be_used_means_the_carrier_is_unavailable(answer):
    with pytest.raises(CarrierUnavailable):
        await pulled(answer)


async def test_a_history_too_long_to_be_one_is_refused():
    with pytest.raises(CarrierUnavailable):
        await pulled(history(*[{"statusCode": 10}] * 1001))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x" * 4097,
        "a\r\nb: c",
        "mã",
        " padded ",
        7,
        None,
        ["t"],
        said({}, 500),
        said([]),
        said(7),
    ],
)
async def test_an_access_token_that_cannot_be_sent_is_none(token):
    post = Post(tokens=[token])
    async with post.client() as http:
        with pytest.raises(CarrierUnavailable):
            await VnpostD().pull(ITEM, account(), http)


@pytest.mark.parametrize("missing", ["base_url", "username", "password", "customer_code"])
async def test_an_account_that_lacks_something_is_told_so_before_anything_is_sent(missing):
    post = Post()
    async with post.client() as http:
        with pytest.raises(CarrierAccountIncomplete):
            await VnpostD().pull(ITEM, account(**{missing: None}), http)
    assert post.asked == []


async def test_an_address_that_is_none_means_the_carrier_is_unavailable():
    async with httpx.AsyncClient() as http:
        for base_url in ("no-scheme", "https://[", "ftp://post.example"):
            with pytest.raises(CarrierUnavailable):
                await VnpostD().pull(ITEM, account(base_url=base_url), http)


# Ordering


OFFICE = Party("Bộ phận Một cửa", "0280000000", "86 Lê Thánh Tôn", "70", "70101")
CITIZEN = Party("Nguyễn Văn A", "0900000000", "1 Đường số 1", "70", "70102")
RESULT = Order("D-1-outbound_result-1", OFFICE, CITIZEN, "Kết quả giải quyết TTHC", 120)


async def ordered(answer, order=RESULT) -> tuple[CreatedOrder, httpx.Request]:
    post = Post(answer)
    async with post.client() as http:
        created = await VnpostD().create_order(order, account(), http)
    return created, post.asked[-1]


async def test_an_order_is_carried_out_at_once_and_its_number_is_the_items():
    made = {"itemCode": ITEM, "originalID": "MVN1", "status": 1, "totalFee": 29160}
    created, asked = await ordered(said(made))
    assert created == CreatedOrder(RESULT.number, ITEM, "MVN1")
    assert (asked.method, asked.url.path) == ("POST", "/customer-partner/CreateOrder")
    body = json.loads(asked.content)
    assert body["orderCreationStatus"] == 1
    assert body["customerCode"] == "C000000001"
    content = body["informationOrder"]
    assert content["saleOrderCode"] == RESULT.number
    assert content["senderName"] == "Bộ phận Một cửa"
    assert content["receiverCommuneCode"] == "70102"
    assert content["receiverDistrictCode"] == content["senderDistrictCode"] == "VNPOST"
    assert content["weight"] == "120"
    assert content["sendType"] == "2"
    assert "serviceCode" not in content


async def test_an_order_may_be_fetched_and_name_its_service():
    _, asked = await ordered(
        said([{"itemCode": ITEM}]), replace(RESULT, collect=True, service_code="S1")
    )
    content = json.loads(asked.content)["informationOrder"]
    assert (content["sendType"], content["serviceCode"]) == ("1", "S1")


async def test_an_order_whose_item_number_follows_later_is_made_all_the_same():
    created, _ = await ordered(said({"itemCode": None, "originalID": "MVN1"}))
    assert created == CreatedOrder(RESULT.number, None, "MVN1")


@pytest.mark.parametrize(
    "answer",
    [said({"message": "x"}, 400), said({}, 422), said({"message": "x"}), said({"itemCode": "?"})],
)
async def test_an_order_without_a_number_was_refused(answer):
    with pytest.raises(OrderRefusedByCarrier):
        await ordered(answer)


@pytest.mark.parametrize(
    "answer", [said([]), said(7), said("x"), said({}, 503), httpx.ReadTimeout("slow")]
)
async def test_an_order_whose_answer_cannot_be_read_may_or_may_not_exist(answer):
    with pytest.raises(CarrierUnavailable):
        await ordered(answer)
