"""Orders, cancellations and prices of the post's two interfaces that are asked and send no messages."""

import json

import httpx
import pytest

from services.postal.carriers.base import (
    CarrierAccountIncomplete,
    CarrierUnavailable,
    CreatedOrder,
    Order,
    OrderRefusedByCarrier,
    Party,
)
from services.postal.carriers.vnpost_a import VnpostA
from services.postal.carriers.vnpost_b import VnpostB
from tests.postal.recordings import vnpost_a, vnpost_b

NUMBER = "0f" * 16
OFFICE = Party("Bộ phận Một cửa", "028 3829 0000", "86 Lê Thánh Tôn", "70", "26740")
CITIZEN = Party("Nguyễn Văn A", "0909123456", "9 Ngõ 1", "10", "00001")
ORDER = Order(NUMBER, OFFICE, CITIZEN, "Kết quả giải quyết TTHC", 120)


class Post:
    """The carrier's own side: answers in turn, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def __call__(self, request):
        if request.url.path.endswith("/token"):
            return vnpost_b.token_for(request)
        self.asked.append(request)
        answer = self.answers.pop(0)
        status, content = answer if isinstance(answer, tuple) else (200, answer)
        return httpx.Response(status, json=content)

    def client(self):
        return httpx.AsyncClient(transport=httpx.MockTransport(self))


async def order_a(*answers, **changed):
    post = Post(*answers)
    async with post.client() as http:
        return await VnpostA().create_order(ORDER, vnpost_a.account(**changed), http), post


async def test_hcc_online_takes_an_order_under_our_number():
    made, post = await order_a({"Status": True}, options={"receiving_office": "16"})
    assert made == CreatedOrder(NUMBER, None, None)
    [asked] = post.asked
    assert asked.url.path == "/serviceApi/v1/postDieuTin"
    assert dict(asked.url.params) == {"token": "battery-staple"}
    content = json.loads(asked.content)
    assert content["SoDonHang"] == NUMBER
    assert (content["MaKhachHang"], content["MaTinhNhan"]) == ("KH-1", 10)
    assert (content["TenNguoiGui"], content["TenNguoiNhan"]) == (OFFICE.name, CITIZEN.name)
    assert (content["PosIdNhanTin"], content["SoTienCOD"]) == (16, 0)


@pytest.mark.parametrize("answer", [{"Status": False, "Message": "Sai mã"}, {}, {"Status": "no"}])
async def test_hcc_online_refuses_what_it_does_not_say_yes_to(answer):
    with pytest.raises(OrderRefusedByCarrier) as refused:
        await order_a(answer)
    assert ("Sai mã" in refused.value.detail) is bool(answer.get("Message"))


@pytest.mark.parametrize("answer", [(500, {}), (401, {}), [], None])
async def test_hcc_online_that_is_away_has_perhaps_made_the_order(answer):
    with pytest.raises(CarrierUnavailable) as away:
        await order_a(answer)
    assert "battery" not in away.value.detail


async def on_b(call, *answers, **changed):
    post = Post(*answers)
    async with post.client() as http:
        return await call(VnpostB(), vnpost_b.account(**changed), http), post


async def create(interface, account, http):
    return await interface.create_order(ORDER, account, http)


async def cancel(interface, account, http):
    return await interface.cancel_order(NUMBER, None, account, http)


async def price(interface, account, http):
    return await interface.price(ORDER, account, http)


@pytest.mark.parametrize("status", ["100", 100, "101"])
async def test_an_order_that_is_made_or_was_made_before_is_made(status):
    made, post = await on_b(create, {"Status": status, "Message": "OK"})
    assert made == CreatedOrder(NUMBER, None, None)
    [asked] = post.asked
    assert (asked.method, asked.url.path) == ("POST", "/apiVNPostNGSP/p1.0/order/post")
    content = json.loads(asked.content)
    assert (content["CustomerCode"], content["OrderNumber"]) == ("KH-1", NUMBER)
    assert (content["SenderProvince"], content["ReceiverProvince"]) == (70, 10)
    assert (content["ReceiverName"], content["ReceiverDistrict"]) == (CITIZEN.name, 0)


async def test_an_order_through_a_province_is_told_by_service():
    lgsp = {"base_url": "https://lgsp.example/vnpost", "options": {"lgsp": "yes"}}
    _, post = await on_b(create, {"Status": "100"}, **lgsp)
    assert str(post.asked[0].url) == "https://lgsp.example/vnpost?service=orderpost"
    assert post.asked[0].headers["access_token"] == "token-one"


@pytest.mark.parametrize("answer", [{"Status": "99", "Message": "Trùng"}, {}, {"Status": None}])
async def test_what_is_not_made_is_refused(answer):
    with pytest.raises(OrderRefusedByCarrier):
        await on_b(create, answer)


async def test_an_order_is_taken_back_by_its_number():
    _, post = await on_b(cancel, {"Status": "100"})
    [asked] = post.asked
    assert (asked.method, asked.url.path) == ("GET", "/apiVNPostNGSP/p1.0/order/cancel")
    assert dict(asked.url.params) == {"CustomerCode": "KH-1", "OrderNumber": NUMBER}
    for answer in ({"Status": "101"}, {"Status": "5"}, {}):
        with pytest.raises(OrderRefusedByCarrier):
            await on_b(cancel, answer)


async def test_a_price_is_whole_dong_or_none():
    lgsp = {"base_url": "https://lgsp.example/vnpost", "options": {"lgsp": "yes"}}
    told, post = await on_b(price, {"content": {"price": "27000.0"}}, **lgsp)
    assert told == 27000
    content = json.loads(post.asked[0].content)
    assert (content["weight"], content["mainSrv"]) == (120, "HCC")
    assert content["receiver"] == {"provCode": 10, "distCode": 0}
    for answer in ({}, {"content": []}, {"content": {"price": "27000.5"}}):
        with pytest.raises(CarrierUnavailable):
            await on_b(price, answer, **lgsp)
    with pytest.raises(CarrierAccountIncomplete):
        await on_b(price, {})


async def test_a_token_is_renewed_once_when_it_is_refused():
    post = Post((401, {}), {"Status": "100"}, {"Status": "100"}, (403, {}), (401, {}))
    interface = VnpostB()
    async with post.client() as http:
        await create(interface, vnpost_b.account(), http)
        await create(interface, vnpost_b.account(), http)
        with pytest.raises(CarrierUnavailable):
            await create(interface, vnpost_b.account(), http)
    assert len(post.asked) == 5


def test_what_an_account_lacks_is_named():
    assert VnpostA().missing_for_feeds(vnpost_a.account(secret=None)) == ("secret",)
    assert VnpostA().missing_for_orders(vnpost_a.account(customer_code=None)) == ("customer_code",)
    lacking = vnpost_b.account(base_url=None, password=None)
    assert VnpostB().missing_for_feeds(lacking) == ("base_url", "password")
    assert VnpostB().missing_for_orders(vnpost_b.account()) == ()
