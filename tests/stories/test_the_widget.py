"""A citizen rates on a portal's own page: the element under the strictest policy, in a real browser."""

import asyncio
import re

import pytest

from contracts.vocabulary import VIETNAM
from services.rating.domain import token_hash
from services.rating.tables import Invitation, RatingToken
from tests.axe import violations
from tests.stories.portals import FALLBACK, links, portal_beside, ratings

pytestmark = pytest.mark.parametrize("lane", ["sqlite"])

EVENTS = ("ready", "before-submit", "submitted", "queued", "rejected", "declined", "error")
WATCH = (
    "names => { window.heard = []; names.forEach(name => addEventListener('motcua-' + name, "
    "({ detail, composed, cancelable }) => window.heard.push([name, detail, composed, cancelable]))) }"
)


async def watched(portal, context):
    page = portal.listen(await context.new_page())
    await page.add_init_script(f"({WATCH})({list(EVENTS)!r})")
    return page


async def heard(page) -> list[str]:
    return [name for name, *_ in await page.evaluate("window.heard")]


def state(page, name: str):
    return page.locator(f"motcua-rating[state={name}]").wait_for(state="attached")


async def left_behind(page, context) -> list:
    kept = await page.evaluate("[Object.keys(localStorage), Object.keys(sessionStorage)]")
    databases = await page.evaluate("indexedDB.databases()")
    return [*kept[0], *kept[1], *databases, *await context.cookies()]


async def test_a_citizen_rates_by_keyboard_alone_under_the_strictest_policy(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        page = await watched(portal, context)
        await page.goto(portal.with_element(token))
        await state(page, "ready")
        assert await page.get_by_role("radio").count() == 5
        assert await page.get_by_role("radio", checked=True).count() == 0
        assert not await page.get_by_role("link", name=FALLBACK).is_visible()
        await page.keyboard.press("Tab")
        # Sent without an answer: the message takes the focus, and nothing goes out.
        await page.get_by_role("button", name="Gửi đánh giá").focus()
        await page.keyboard.press("Enter")
        alert = page.get_by_role("alert")
        assert await alert.evaluate("one => one.getRootNode().activeElement === one")
        assert "chưa trả lời" in await alert.inner_text()
        assert await ratings(suite) == []
        await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowDown")
        assert await page.get_by_role("radio", name="Hài lòng", exact=True).is_checked()
        await page.keyboard.press("Tab")
        await page.keyboard.type("Nhanh, rõ ràng. Cảm ơn 🙂")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await state(page, "done")
        status = page.get_by_role("status")
        assert "Cảm ơn" in await status.inner_text()
        assert await status.evaluate("one => one.getRootNode().activeElement === one")
        assert await page.get_by_role("radio").count() == 0
        [rating] = await ratings(suite)
        assert rating["answers"] == {"overall": "4"}
        assert await heard(page) == ["ready", "before-submit", "submitted"]
        # Events say that something happened, never what.
        told = await page.evaluate("JSON.stringify(window.heard)")
        assert "overall" not in told
        assert token not in told
        assert await left_behind(page, context) == []
        assert portal.complaints == []
        await context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("mode", "width", "scheme"),
    [("inline", 1280, "light"), ("compact", 1280, "dark"), ("inline", 320, "dark")],
)
async def test_axe_finds_nothing_in_the_element_and_it_fits_where_it_stands(
    suite, chromium, language, mode, width, scheme
):
    """320 pixels are what is left of 1280 at 400 %."""
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme
        )
        page = await watched(portal, context)
        await page.goto(portal.with_element(token, f'lang="{language}" mode="{mode}"'))
        await state(page, "ready")
        assert await violations(page) == []
        sideways = "document.documentElement.scrollWidth - innerWidth"
        assert await page.evaluate(sideways) <= 0
        for target in await page.locator("motcua-rating .o label, motcua-rating button").all():
            box = await target.bounding_box()
            assert box["height"] >= 48
            assert box["width"] >= 48
        label = page.locator("motcua-rating legend span").first
        assert await label.evaluate("one => one.closest('[lang]').lang") == language
        name = page.locator("motcua-rating dd").first
        assert await name.evaluate("one => one.closest('[lang]').lang") == "vi"
        send = {"vi": "Gửi đánh giá", "en": "Send"}[language]
        await page.get_by_role("button", name=send).click()
        assert await violations(page) == []
        await page.get_by_role("radio").first.click()
        await page.get_by_role("button", name=send).click()
        await state(page, "done")
        assert await violations(page) == []
        assert await page.evaluate(sideways) <= 0
        assert portal.complaints == []
        await context.close()


async def test_without_network_an_answer_waits_and_is_sent_once(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        page = await watched(portal, context)
        await page.goto(portal.with_element(token))
        await state(page, "ready")
        await context.set_offline(True)
        await page.get_by_role("radio").nth(1).check()
        await page.get_by_role("button", name="Gửi đánh giá").click()
        await state(page, "queued")
        assert await heard(page) == ["ready", "before-submit", "queued"]
        [kept] = await page.evaluate("Object.values(localStorage)")
        # The link itself is not kept: whoever looks at the machine later cannot rate with it.
        assert token not in kept
        assert re.search('"overall":"4"', kept)
        assert await ratings(suite) == []
        await context.set_offline(False)
        await state(page, "done")
        assert len(await ratings(suite)) == 1
        assert await left_behind(page, context) == []
        await context.close()


async def test_an_answer_that_waits_is_sent_when_the_page_is_opened_again(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        page = await watched(portal, context)
        address = portal.with_element(token)
        await page.goto(address)
        await state(page, "ready")
        # Sent and recorded, but the answer is lost on its way: the citizen's machine does not know.
        await page.route("**/v1/ratings", lost_on_the_way)
        await page.get_by_role("radio").nth(0).check()
        await page.get_by_role("button", name="Gửi đánh giá").click()
        await state(page, "queued")
        assert len(await ratings(suite)) == 1
        await page.close()
        again = await watched(portal, context)
        await again.goto(address)
        await state(again, "done")
        # Under the same key it is the same rating, told again.
        assert len(await ratings(suite)) == 1
        assert await heard(again) == ["submitted"]
        assert await left_behind(again, context) == []
        await context.close()


async def test_where_nothing_may_be_stored_the_page_is_asked_to_stay_open(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        page = await watched(portal, context)
        await page.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
        )
        await page.goto(portal.with_element(token))
        await state(page, "ready")
        await context.set_offline(True)
        await page.get_by_role("radio").nth(1).check()
        await page.get_by_role("button", name="Gửi đánh giá").click()
        await state(page, "queued")
        assert "để mở trang này" in await page.get_by_role("status").inner_text()
        await context.set_offline(False)
        await state(page, "done")
        assert len(await ratings(suite)) == 1
        await context.close()


async def lost_on_the_way(route):
    await route.fetch()
    await route.abort()


async def test_what_waited_for_a_week_is_forgotten(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        page = await watched(portal, context)
        address = portal.with_element(token)
        await page.goto(address)
        await state(page, "ready")
        await context.set_offline(True)
        await page.get_by_role("radio").nth(1).check()
        await page.get_by_role("button", name="Gửi đánh giá").click()
        await state(page, "queued")
        aged = "for (const name in localStorage) if (name.startsWith('motcua-')) { const kept = "
        aged += "JSON.parse(localStorage[name]); kept.at -= 7 * 864e5; "
        await page.evaluate(aged + "localStorage[name] = JSON.stringify(kept) }")
        await page.close()
        await context.set_offline(False)
        again = await watched(portal, context)
        await again.goto(address)
        await state(again, "ready")
        assert await ratings(suite) == []
        assert await left_behind(again, context) == []
        await context.close()


async def test_a_busy_service_is_asked_again_when_it_says(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        page = await watched(portal, context)
        sent: list[str] = []

        async def busy_once(route, request):
            if request.method == "POST":
                sent.append(request.headers["idempotency-key"])
                if len(sent) == 1:
                    told = {"Retry-After": "1", "Access-Control-Allow-Origin": portal.origin}
                    told["Access-Control-Expose-Headers"] = "Retry-After"
                    await route.fulfill(status=503, headers=told, json={})
                    return
            await route.continue_()

        await page.route("**/v1/ratings", busy_once)
        await page.goto(portal.with_element(token))
        await page.get_by_role("radio").nth(1).check()
        await page.get_by_role("button", name="Gửi đánh giá").click()
        await state(page, "queued")
        await state(page, "done")
        assert len(sent) == 2
        assert len(set(sent)) == 1
        assert len(await ratings(suite)) == 1
        await context.close()


async def change(suite, token, **changes):
    async def changed(uow):
        known = await uow.get(RatingToken, token_hash(token))
        invitation = await uow.get(Invitation, known.invitation)
        for name, value in changes.items():
            setattr(invitation, name, value)
        invitation.revision += 1

    await suite.running["rating"].do(changed)


async def test_links_at_their_end_say_so_in_a_state_of_their_own(suite, chromium):
    async with suite.partner() as city, suite.public() as anybody, portal_beside(suite) as portal:
        used, expired, void = await links(suite, city, 3)
        from datetime import datetime

        long_ago = datetime(2020, 1, 1, tzinfo=VIETNAM)
        await change(suite, expired, expires_at=long_ago)
        await change(suite, void, voided_at=long_ago)
        given = {"token": used, "answers": {"overall": "5"}}
        assert (await anybody.post("/v1/ratings", json=given)).status_code == 201
        context = await chromium.new_context()
        for token, told in (
            (used, "used"),
            (expired, "expired"),
            (void, "expired"),
            ("n" * 43, "error"),
        ):
            page = await watched(portal, context)
            await page.goto(portal.with_element(token))
            await state(page, told)
            assert await page.get_by_role("radio").count() == 0
            assert len(await page.get_by_role("status").inner_text()) > 20
            assert await heard(page) == ["error"]
            assert await violations(page) == []
            await page.close()
        await context.close()


async def test_a_site_that_is_not_registered_reads_nothing_and_operators_are_told(suite, chromium):
    async with suite.partner() as city, portal_beside(suite, registered=False) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        page = await watched(portal, context)
        await page.goto(portal.with_element(token))
        await state(page, "error")
        assert await page.get_by_role("radio").count() == 0
        # The way that always works is offered instead.
        link = page.get_by_role("link", name="Mở trang đánh giá")
        assert await link.get_attribute("href") == f"{portal.gateway}/r/{token}"
        await portal.strangers.write()
        from chassis.database import UnitOfWork
        from gateway.queries import stranger_origins

        [stranger] = await stranger_origins(UnitOfWork(suite.running["gateway"].database))
        assert stranger.origin == portal.origin
        assert stranger.times >= 1
        await context.close()


async def test_a_page_can_hold_a_form_back_and_change_its_language(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        page = await watched(portal, context)
        await page.goto(portal.with_element(token))
        await state(page, "ready")
        await page.get_by_role("radio").nth(2).check()
        await page.evaluate("document.querySelector('motcua-rating').lang = 'en'")
        send = page.get_by_role("button", name="Send")
        await send.wait_for()
        # What was chosen stays.
        assert await page.get_by_role("radio").nth(2).is_checked()
        await page.evaluate(
            "document.querySelector('motcua-rating').addEventListener('motcua-before-submit', "
            "event => event.preventDefault(), { once: true })"
        )
        await send.click()
        assert await page.locator("motcua-rating").get_attribute("state") == "ready"
        assert await ratings(suite) == []
        await send.click()
        await state(page, "done")
        assert [rating["language"] for rating in await ratings(suite)] == ["en"]
        await context.close()


async def test_who_would_rather_not_rate_is_thanked_and_nothing_is_rated(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        page = await watched(portal, context)
        await page.goto(portal.with_element(token))
        async with page.expect_request("**/v1/rating-refusals") as asked:
            await page.get_by_role("button", name="Tôi không muốn đánh giá").click()
        told = (await asked.value).post_data_json
        assert told == {"token": token, "language": "vi"}
        await state(page, "done")
        assert "Không có đánh giá nào được gửi" in await page.get_by_role("status").inner_text()
        assert await ratings(suite) == []
        assert (await heard(page))[-1] == "declined"
        await context.close()


async def test_a_rating_just_given_can_be_changed_where_the_receipt_says_so(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        page = await watched(portal, context)
        sent: list[dict] = []

        async def receipt(route, request):
            if request.method != "POST":
                await route.continue_()
                return
            sent.append(request.post_data_json)
            told = {"message": "Đã ghi nhận.", "version": len(sent)}
            if len(sent) == 1:
                told["revisable_until"] = "2999-01-01T00:00:00+07:00"
            headers = {"Access-Control-Allow-Origin": portal.origin}
            await route.fulfill(status=201, headers=headers, json=told)

        await page.route("**/v1/ratings", receipt)
        await page.goto(portal.with_element(token))
        await page.get_by_role("radio").nth(4).check()
        await page.get_by_role("button", name="Gửi đánh giá").click()
        await page.get_by_role("button", name="Sửa đánh giá").click()
        assert await page.get_by_role("radio").nth(4).is_checked()
        await page.get_by_role("radio").nth(0).check()
        await page.get_by_role("button", name="Gửi đánh giá").click()
        await state(page, "done")
        await asyncio.wait_for(_until(lambda: len(sent) == 2), 20)
        assert [body.get("revises") for body in sent] == [None, 1]
        assert sent[1]["answers"] == {"overall": "5"}
        assert await page.get_by_role("button", name="Sửa đánh giá").count() == 0
        await context.close()


async def _until(true):
    while not true():
        await asyncio.sleep(0.02)


async def test_where_the_script_does_not_run_the_link_within_leads_to_the_page(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context(java_script_enabled=False)
        page = portal.listen(await context.new_page())
        await page.goto(portal.with_element(token))
        await page.get_by_role("link", name=FALLBACK).click()
        await page.wait_for_url(f"{portal.gateway}/r/{token}")
        assert await page.get_by_role("radio").count() >= 5
        await context.close()


async def test_forced_colours_still_show_what_is_chosen(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context(forced_colors="active", reduced_motion="reduce")
        page = await watched(portal, context)
        await page.goto(portal.with_element(token))
        first, second = (page.locator("motcua-rating .o label").nth(n) for n in (0, 1))
        await page.get_by_role("radio").first.check()
        border = "one => getComputedStyle(one).borderColor"
        assert await first.evaluate(border) != await second.evaluate(border)
        moving = "one => getComputedStyle(one).transitionDuration"
        assert await first.evaluate(moving) == "0s"
        assert await violations(page) == []
        await context.close()
