"""A kiosk from its enrolment to the rating, in a real browser: with a network, and without one."""

import gzip
import json
import subprocess
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from gateway.kiosk import shell
from tests.axe import violations
from tests.servers import find_chromium
from tests.servers.node import free_port
from tests.stories.kiosks import (
    LEVEL,
    handed_over,
    office,
    rate,
    shown_ticket,
    waiting,
)

SHELL_BYTES = 25 * 1024
SMALLEST = 96


async def test_a_citizen_rates_the_dossier_at_the_counter_in_two_taps(tmp_path, request, chromium):
    async with office(tmp_path, request) as here:
        context = await chromium.new_context()
        page = await here.enrolled(context)
        assert await page.get_by_role("img", name="Mã QR").count() == 0
        await here.push()
        await shown_ticket(page)
        for each in ("Sở Nông nghiệp", "Quầy số 3", "Thành lập hộ kinh doanh"):
            assert await page.get_by_text(each).count() == 1
        async with page.expect_request("**/v1/kiosks/self/ratings") as sent:
            await rate(page, "4")
        await handed_over(page)
        request_sent = await sent.value
        async with httpx.AsyncClient() as thief:
            told = {"headers": request_sent.headers, "content": request_sent.post_data_buffer}
            replayed = await thief.post(request_sent.url, **told)
        assert (replayed.status_code, replayed.json()["code"]) == (401, "kiosk-proof-reused")
        [rated] = await here.rows("rating")
        assert (rated.provenance, rated.score, rated.language) == ("kiosk_counter", 4, "vi")
        [item] = await here.rows("kiosk_item")
        assert (item.item_order, item.outcome) == ("in_order", "taken")
        [kiosk] = await here.kiosks()
        assert (kiosk["state"], kiosk["gaps"]) == ("ready", 0)
        assert kiosk["heard_at"] is not None
        await context.close()


async def test_nobody_is_asked_again_who_would_rather_not_rate(tmp_path, request, chromium):
    async with office(tmp_path, request) as here:
        context = await chromium.new_context()
        page = await here.enrolled(context)
        await here.push()
        await shown_ticket(page)
        await page.get_by_role("button", name="Không đánh giá").click()
        await page.get_by_text("Quý vị đã chọn không đánh giá").wait_for()
        await handed_over(page)
        [invitation] = await here.rows("invitation")
        assert invitation.declined_at is not None
        assert await here.rows("rating") == []
        await context.close()


async def test_a_rating_without_a_network_is_kept_encrypted_and_handed_over_once(
    tmp_path, request, chromium
):
    async with office(tmp_path, request) as here:
        context = await chromium.new_context()
        page = await here.enrolled(context)
        await here.push()
        await shown_ticket(page)
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await context.set_offline(True)
        await page.get_by_role("radio", name=LEVEL["2"], exact=True).check()
        await page.get_by_role("button", name="Gửi đánh giá").click()
        await page.get_by_role("heading", name="Cảm ơn quý vị!").wait_for()
        assert await waiting(page) == 1
        assert await here.rows("kiosk_item") == []
        # The shell starts without a network, and tells the staff what waits.
        await page.goto(f"{here.address}/kiosk#staff")
        await page.reload()
        await page.locator("dd[data-name=waiting]").get_by_text("1", exact=True).wait_for()
        kept = await page.evaluate(KEPT)
        assert len(kept["items"]) == 1
        assert "overall" not in json.dumps(kept["items"])
        assert kept["extractable"] == [False, False]
        await page.get_by_role("button", name="Trở về").click()
        await page.get_by_role("radio").first.wait_for()
        await context.set_offline(False)
        await handed_over(page)
        [rated] = await here.rows("rating")
        assert (rated.provenance, rated.score) == ("kiosk_counter", 2)
        assert rated.submitted_at < rated.received_at
        assert len(await here.rows("kiosk_item")) == 1
        await context.close()


KEPT = """() => new Promise((resolve) => {
  const opened = indexedDB.open("motcua-kiosk");
  opened.onsuccess = () => {
    const read = opened.result.transaction(["items", "kept"]);
    const items = read.objectStore("items").getAll();
    const self = read.objectStore("kept").get("self");
    const box = read.objectStore("kept").get("box-key");
    read.oncomplete = () => {
      opened.result.close();
      resolve({
        items: items.result.map((one) => new TextDecoder("latin1").decode(one.box)),
        extractable: [self.result.key.extractable, box.result.extractable],
      });
    };
  };
})"""


@asynccontextmanager
async def plugged_in(profile):
    """Chromium with a profile that outlasts it, whose plug can be pulled."""
    from playwright.async_api import async_playwright

    found, port = find_chromium(), free_port()
    program = [str(found.path), "--headless", f"--remote-debugging-port={port}"]
    program += [f"--user-data-dir={profile}", *found.arguments, "about:blank"]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        transport = httpx.AsyncHTTPTransport(retries=0)
        async with httpx.AsyncClient(transport=transport) as http:
            while True:
                try:
                    await http.get(f"http://127.0.0.1:{port}/json/version")
                    break
                except httpx.TransportError:
                    assert process.poll() is None
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
            yield browser.contexts[0], process
    finally:
        process.kill()
        process.wait()


async def test_a_power_cut_takes_nothing_away_that_was_thanked_for(tmp_path, request):
    profile = tmp_path / "profile"
    async with office(tmp_path, request) as here:
        async with plugged_in(profile) as (context, process):
            page = await here.enrolled(context)
            await here.push()
            await shown_ticket(page)
            await context.set_offline(True)
            await rate(page, "5")
            process.kill()
            process.wait()
        assert await here.rows("kiosk_item") == []
        async with plugged_in(profile) as (context, _):
            page = await here.open(context)
            await page.get_by_role("radio").first.wait_for()
            await handed_over(page)
        [rated] = await here.rows("rating")
        assert (rated.provenance, rated.score) == ("kiosk_counter", 5)
        assert len(await here.rows("kiosk_item")) == 1


async def test_a_kiosk_that_can_keep_no_more_says_so_and_thanks_nobody(tmp_path, request, chromium):
    async with office(tmp_path, request) as here:
        context = await chromium.new_context()
        page = await here.enrolled(context)
        await context.set_offline(True)
        await rate(page)
        await page.evaluate(FILL)
        await page.evaluate("() => { location.hash = 'staff'; }")
        await page.get_by_role("button", name="Trở về").click()
        await page.get_by_role("radio").first.check()
        await page.get_by_role("button", name="Gửi đánh giá").click()
        await page.get_by_text("Thiết bị tạm ngừng nhận đánh giá").wait_for()
        assert await waiting(page) == 500
        # What cannot be opened any more keeps nothing back that can.
        await context.set_offline(False)
        await handed_over(page)
        assert len(await here.rows("walk_up_rating")) == 1
        await context.close()


FILL = """() => new Promise((resolve) => {
  const opened = indexedDB.open("motcua-kiosk");
  opened.onsuccess = () => {
    const read = opened.result.transaction("kept").objectStore("kept").get("box-key");
    read.onsuccess = async () => {
      const iv = new Uint8Array(12);
      const text = new TextEncoder().encode("x".repeat(30));
      const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, read.result, text);
      const write = opened.result.transaction("items", "readwrite");
      const items = write.objectStore("items");
      for (let n = 0; n < 498; n += 1) items.add({ iv, box });
      items.add({ iv, box: new ArrayBuffer(20) });
      write.oncomplete = () => { opened.result.close(); resolve(); };
    };
  };
})"""


async def test_a_revoked_kiosk_asks_to_be_enrolled_anew(tmp_path, request, chromium):
    async with office(tmp_path, request) as here:
        context = await chromium.new_context()
        page = await here.enrolled(context)
        [kiosk] = await here.kiosks()
        assert (await here.city.delete(f"/v1/kiosks/{kiosk['id']}")).status_code == 200
        await page.get_by_text("Thiết bị không còn được sử dụng").wait_for()
        await page.get_by_label("Mã đăng ký").fill("XXXXXXXX")
        await page.get_by_role("button", name="Đăng ký").click()
        await page.get_by_text("Mã không đúng hoặc đã hết hiệu lực").wait_for()
        await page.get_by_label("Mã đăng ký").fill(await here.code())
        await page.get_by_role("button", name="Đăng ký").click()
        await page.get_by_role("radio").first.wait_for()
        await rate(page)
        await handed_over(page)
        [walked_up] = await here.rows("walk_up_rating")
        assert walked_up.kiosk != kiosk["id"]
        await context.close()


async def test_a_hand_that_taps_on_and_on_is_held(tmp_path, request, chromium):
    async with office(tmp_path, request) as here:
        context = await chromium.new_context()
        page = await here.enrolled(context)
        await page.clock.set_fixed_time(datetime.now(UTC))
        await context.set_offline(True)
        for _ in range(5):
            await rate(page)
            await page.evaluate("() => { location.hash = 'staff'; }")
            await page.get_by_role("button", name="Trở về").click()
            await page.get_by_role("radio").first.wait_for()
        assert await waiting(page) == 5
        await context.set_offline(False)
        await handed_over(page)
        [kiosk] = await here.kiosks()
        assert kiosk["held"] == 2
        assert len(await here.rows("walk_up_rating")) == 3
        wanted = {"reason": "Đoàn khách, cán bộ xác nhận"}
        address = f"/v1/kiosks/{kiosk['id']}/release"
        assert (await here.city.post(address, json=wanted)).json()["taken"] == 2
        assert len(await here.rows("walk_up_rating")) == 5
        await context.close()


async def test_who_walks_away_leaves_nothing_and_who_needs_time_gets_it(
    tmp_path, request, chromium
):
    async with office(tmp_path, request) as here:
        context = await chromium.new_context()
        page = await context.new_page()
        await page.clock.install()
        await page.goto(f"{here.address}/kiosk")
        await page.get_by_label("Mã đăng ký").fill(await here.code())
        await page.get_by_role("button", name="Đăng ký").click()
        await page.get_by_role("radio").first.wait_for()
        await page.get_by_role("button", name="English").click()
        await page.get_by_role("radio", name="Very satisfied", exact=True).check()
        await page.clock.fast_forward(20_100)
        await page.get_by_role("button", name="Go on rating").click()
        assert await page.get_by_role("radio", name="Very satisfied").is_checked()
        await page.clock.fast_forward(20_100)
        await page.get_by_role("dialog").wait_for()
        await page.clock.fast_forward(20_100)
        await page.get_by_role("dialog").wait_for(state="detached")
        assert await page.locator("input:checked").count() == 0
        assert await page.locator("html").get_attribute("lang") == "vi"
        stored = await page.evaluate("[localStorage.length, sessionStorage.length]")
        assert stored == [0, 0]
        assert await context.cookies() == []
        assert await waiting(page) == 0
        await context.close()


async def test_the_next_dossier_takes_the_place_of_the_last_citizens_choice(
    tmp_path, request, chromium
):
    async with office(tmp_path, request, dossiers=2) as here:
        context = await chromium.new_context()
        page = await here.enrolled(context)
        await here.push()
        await shown_ticket(page)
        await page.get_by_role("radio", name=LEVEL["2"], exact=True).check()
        await here.push("000.00.19.H29-200316-0002")
        await page.locator("input:checked").wait_for(state="detached")
        await rate(page, "5")
        await handed_over(page)
        [rated] = await here.rows("rating")
        [_, second] = sorted(await here.rows("invitation"), key=lambda one: one.dossier)
        assert (rated.invitation, rated.score) == (second.id, 5)
        await context.close()


async def test_a_rating_is_given_by_keyboard_alone(tmp_path, request, chromium):
    async with office(tmp_path, request) as here:
        context = await chromium.new_context()
        page = await here.open(context)
        await page.get_by_label("Mã đăng ký").wait_for()
        await page.keyboard.type(await here.code())
        await page.keyboard.press("Enter")
        await page.get_by_role("radio").first.wait_for()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        await page.keyboard.press("ArrowDown")
        ringed = "() => getComputedStyle(document.activeElement.nextElementSibling).outlineStyle"
        assert await page.evaluate(ringed) == "solid"
        assert await page.get_by_role("radio", name=LEVEL["4"], exact=True).is_checked()
        for _ in range(2):
            await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Cảm ơn quý vị!").wait_for()
        await handed_over(page)
        [row] = await here.rows("walk_up_rating")
        assert row.score == 4
        await context.close()


@pytest.mark.parametrize(
    ("width", "height"), [(1280, 800), (800, 1280), (1024, 600), (320, 640), (320, 200)]
)
async def test_the_screen_fits_is_reached_and_breaks_no_rule(
    tmp_path, request, chromium, width, height
):
    """320 × 200 is 1280 × 800 at 400 %."""
    async with office(tmp_path, request) as here:
        context = await chromium.new_context(viewport={"width": width, "height": height})
        page = await here.open(context)
        await page.get_by_label("Mã đăng ký").wait_for()
        assert await violations(page) == []
        await page.get_by_label("Mã đăng ký").fill(await here.code())
        await page.get_by_role("button", name="Đăng ký").click()
        await page.get_by_role("radio").first.wait_for()
        await here.push()
        await shown_ticket(page)
        assert await violations(page) == []
        within = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert await page.evaluate(within)
        for target in await page.locator("button, .level").all():
            box = await target.bounding_box()
            assert min(box["width"], box["height"]) >= SMALLEST
            if width > 700 and height > 700:
                assert box["y"] >= height / 2 - 1, "within reach of who sits"
                assert box["y"] + box["height"] <= height
        await page.get_by_role("button", name="English").click()
        await page.get_by_role("radio", name="Very satisfied", exact=True).check()
        assert await violations(page) == []
        await page.get_by_role("button", name="Send my rating").click()
        await page.get_by_role("heading", name="Thank you!").wait_for()
        assert await violations(page) == []
        await page.goto(f"{here.address}/kiosk#staff")
        await page.get_by_role("heading", name="Dành cho nhân viên").wait_for()
        assert await violations(page) == []
        await context.close()


async def test_the_warning_breaks_no_rule(tmp_path, request, chromium):
    async with office(tmp_path, request) as here:
        context = await chromium.new_context()
        page = await here.enrolled(context)
        await page.clock.install()
        await page.get_by_role("radio", name=LEVEL["5"], exact=True).check()
        await page.clock.fast_forward(20_100)
        await page.get_by_role("dialog").wait_for()
        assert await violations(page) == []
        await context.close()


async def test_the_page_lets_in_nothing_foreign_and_the_door_tells_of_no_other_part(
    tmp_path, request
):
    async with office(tmp_path, request) as here, httpx.AsyncClient() as http:
        page = await http.get(f"{here.address}/kiosk")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "set-cookie" not in page.headers
        assert "<style" not in page.text
        for name in (*shell(), "texts.json"):
            answer = await http.get(f"{here.address}/kiosk/{name}")
            assert answer.status_code == (404 if name == "index.html" else 200), name
        worker = await http.get(f"{here.address}/kiosk/sw.js")
        assert worker.headers["service-worker-allowed"] == "/kiosk"
        assert (await http.get(f"{here.address}/kiosk/other.js")).status_code == 404
        assert (await http.head(f"{here.address}/kiosk")).status_code == 200


def test_the_shell_of_the_kiosk_stays_small():
    assert sum(len(gzip.compress(part)) for part in shell().values()) <= SHELL_BYTES
