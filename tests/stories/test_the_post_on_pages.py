"""What people see of the post: a citizen with a receipt, an operator at the desk; and whom neither sees."""

import pytest

from tests.builders import filing
from tests.conftest import Suite
from tests.gateway.page_samples import Reading
from tests.gateway.test_addresses import served
from tests.postal.test_whose_word import PROOF
from tests.postal.vnpost import Post
from tests.stories.test_papers import CODE, prepare

RECEIVER = "Canary Trần Thị Nhận Thay"
STREET = "99 Đường Chim Hoàng Yến"
PARTY = {
    "name": RECEIVER,
    "phone": "0987654321",
    "address": STREET,
    "province_code": "70",
    "ward_code": "70101",
}
ITEMS = ("CV497960035VN", "CV000000005VN", "SANDBOX-1")
NOBODY = (RECEIVER, STREET, "0987654321", "Nguyễn Văn A", PROOF["slip_number"])


def order(leg, item=None, **changes):
    return {"dossier": CODE, "leg": leg, "carrier": "vnpost-d", "item_code": item} | changes


async def a_busy_post(suite: Suite, city) -> str:
    """A result that was delivered twice over, an order that goes nowhere, an orphan; the receipt's PIN."""
    post = Post()
    await suite.running["postal"].do(post.open_account)
    await prepare(city)
    await city.post("/v1/dossiers", json=filing())
    await suite.settle()
    made = await city.post("/v1/shipments", json=order("outbound_result", ITEMS[0]))
    assert made.status_code == 201, made.text
    told = await city.post(
        "/v1/shipments", json=order("outbound_originals", sender=PARTY, receiver=PARTY)
    )
    assert told.status_code == 201, told.text
    for item, status, day in ((ITEMS[0], 7, 17), (ITEMS[0], 10, 18), (ITEMS[1], 7, 18)):
        record = [{"itemCode": item, "status": status, "contentNote": RECEIVER}]
        message = post.signed(record, f"{day}/03/2020 08:00:00")
        await city.post("/v1/carriers/vnpost-d/city/events", json=message)
    proof = PROOF | {"receiver_name": RECEIVER, "note": f"{RECEIVER}, {STREET}"}
    other = proof | {"status": "returned", "occurred_at": "2020-03-25T09:00:00+07:00"}
    for each in (proof, other):
        said = await city.post(f"/v1/shipments/{made.json()['id']}/confirm", json=each)
        assert said.status_code == 200, said.text
    await suite.settle()
    return (await city.get(f"/v1/dossiers/{CODE}/papers/receipt.json")).json()["pin"]


async def test_the_receiver_is_on_no_page_and_no_list_of_the_post(suite):
    async with suite.partner() as city, suite.public() as anybody:
        pin = await a_busy_post(suite, city)
        tracked = await anybody.post("/track", data={"code": CODE, "pin": pin})
        assert tracked.status_code == 200
        text = " ".join(Reading(tracked.text).spoken.split())
        for each in (ITEMS[0], "17/03/2020", "Đang xác minh kết quả phát", "Bộ phận Một cửa"):
            assert each in text, text
        desk = await anybody.get("/post")
        assert desk.status_code == 200, desk.text
        for each in ("CV…0035VN", "CV…0005VN", "Thông tin phát mâu thuẫn", "chưa ai đăng ký"):
            assert each in Reading(desk.text).spoken
        for item in (*ITEMS, CODE):
            assert item not in desk.text
        lists = [
            (await city.get(address)).text
            for address in (
                *("/v1/post/overview", "/v1/post/items?state=contested"),
                *("/v1/post/items?state=order_problem", "/v1/manifests/outbound.html"),
                "/v1/manifests/outbound.json?state=handed_over&date=2020-03-17",
            )
        ]
        for page in (
            tracked.text,
            desk.text,
            (await anybody.get("/post?lang=en")).text,
            *lists[:4],
        ):
            assert [word for word in NOBODY if word in page] == []
        of_one = await anybody.get("/post?agency=H29")
        assert "chưa ai đăng ký" not in of_one.text
        assert (await anybody.get("/post?agency=H98")).status_code == 404
        assert (await anybody.get("/post?agency=%3Cscript%3E")).status_code == 404
        assert (await anybody.head("/post")).status_code == 200


@pytest.mark.parametrize("lane", ["sqlite"])
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
async def test_the_desk_and_the_way_of_an_item_are_drawn_by_a_browser_without_script(
    suite, chromium, width, height
):
    complaints: list[str] = []
    viewport = {"width": width, "height": height}
    context = await chromium.new_context(java_script_enabled=False, viewport=viewport)
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    async with suite.partner() as city, served(suite.app) as port:
        pin = await a_busy_post(suite, city)
        await page.goto(f"http://127.0.0.1:{port}/post")
        tiles = page.locator(".desk-tile")
        assert await tiles.count() >= 5
        await expect_within(page, width)
        await tiles.filter(has_text="Thông tin phát mâu thuẫn").click()
        assert page.url.endswith("#contested")
        bar = await page.locator(".desk-age .reach").first.bounding_box()
        track = await page.locator(".desk-age .track").first.bounding_box()
        # Waiting for a moment only: the bar lies within its track.
        assert 0 <= bar["width"] <= track["width"]
        await page.goto(f"http://127.0.0.1:{port}/track")
        await page.get_by_label("Mã hồ sơ").fill(CODE)
        await page.get_by_label("Mã tra cứu").fill(pin)
        await page.keyboard.press("Enter")
        await page.locator(".leg").first.wait_for()
        await expect_within(page, width)
        drawing = page.get_by_role("img").first
        assert "chặng" in await drawing.text_content()
        stops = await page.locator(".way").first.locator("circle").count()
        assert stops == await page.locator(".stops").first.locator("li").count()
        if width > 1000:
            await expect_names_under_their_stops(page)
    await context.close()
    assert complaints == []


async def expect_within(page, width):
    """Nothing runs off the side."""
    for each in await page.locator("main, table, .card, svg").all():
        box = await each.bounding_box()
        assert box is None or box["x"] + box["width"] <= width + 1


async def expect_names_under_their_stops(page):
    circles = await page.locator(".way").first.locator("circle").all()
    names = await page.locator(".stops").first.locator("li").all()
    for circle, name in zip(circles, names, strict=True):
        dot, text = await circle.bounding_box(), await name.bounding_box()
        middle = dot["x"] + dot["width"] / 2
        assert abs(middle - (text["x"] + text["width"] / 2)) < 3


@pytest.mark.parametrize("lane", ["sqlite"])
async def test_the_desk_prints_on_paper_without_what_only_a_screen_needs(suite, chromium):
    async with suite.partner() as city, served(suite.app) as port:
        await a_busy_post(suite, city)
        page = await chromium.new_page()
        await page.goto(f"http://127.0.0.1:{port}/post")
        await page.emulate_media(media="print")
        assert not await page.locator(".menu").is_visible()
        assert await page.locator(".desk-table").first.is_visible()
        heads = page.locator(".desk-table thead").first
        shown = await heads.evaluate("one => getComputedStyle(one).display")
        assert shown == "table-header-group"
        await page.close()
