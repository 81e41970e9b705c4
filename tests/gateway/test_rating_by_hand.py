"""A rating given as people do: in a browser without script, by keys alone, on a small screen."""

import pytest

from tests.axe import violations
from tests.gateway.rating_samples import CODE, TOKEN, a_form_of
from tests.gateway.test_addresses import served
from tests.gateway.test_rating_routes import Rating

TELEPHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 256}
NO_SCRIPT = {"java_script_enabled": False}


async def opened(chromium, **context):
    made = await chromium.new_context(reduced_motion="reduce", **context)
    page = await made.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


async def test_a_rating_takes_two_taps_without_script_and_can_be_changed_and_declined(
    before, chromium
):
    rating = Rating()
    async with before(rating) as client, served(client.app) as port:
        page = await opened(chromium, viewport=TELEPHONE, **NO_SCRIPT)
        await page.goto(f"http://127.0.0.1:{port}/r/{TOKEN}")
        await page.get_by_text("Hài lòng", exact=True).click()
        await page.get_by_role("button", name="Gửi đánh giá").click()
        assert await page.get_by_role("heading", level=1).text_content() == "Cảm ơn quý vị"
        assert [one["answers"] for one in rating.told] == [{"overall": "4"}]
        await page.get_by_role("button", name="Sửa đánh giá").click()
        assert await page.get_by_label("Hài lòng", exact=True).is_checked()
        await page.get_by_text("Rất không hài lòng").click()
        await page.get_by_role("button", name="Gửi đánh giá đã sửa").click()
        assert rating.told[1] | {"token": ""} == {
            "token": "",
            "answers": {"overall": "1"},
            "language": "vi",
            "revises": 1,
        }
        await page.goto(f"http://127.0.0.1:{port}/r/{TOKEN}?lang=en")
        await page.get_by_role("button", name="I do not want to rate").click()
        assert "recorded" in await page.get_by_role("heading", level=1).text_content()
        assert await page.context.cookies() == []
        assert page.complaints == []
        await page.context.close()


async def test_a_form_of_several_questions_is_filled_in_by_keys_alone(before, chromium):
    rating = Rating("tt01-2018/1")
    view = a_form_of("tt01-2018/1", "en")
    async with before(rating) as client, served(client.app) as port:
        page = await opened(chromium, viewport=TELEPHONE, **NO_SCRIPT)
        await page.goto(f"http://127.0.0.1:{port}/r")
        await reach(page, "code")
        await page.keyboard.type(CODE.lower())
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/r/{CODE}")
        await page.goto(f"http://127.0.0.1:{port}/r/{CODE}?lang=en")
        for number in range(1, len(view.questions) + 1):
            await reach(page, f"q{number}-first")
            await page.keyboard.press("ArrowDown")
        await reach(page, "comment")
        await page.keyboard.type("Chờ lâu 😀")
        # Past what opens the wish for a reply.
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Thank you").wait_for()
        [told] = rating.told
        assert told["answers"] == {q.id: q.options[1].id for q in view.questions}
        assert told["comment"] == "Chờ lâu 😀"
        await page.context.close()


async def reach(page, wanted: str):
    """Press Tab until an element has the focus, as somebody without a mouse does; it is seen then."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if await focused.get_attribute("id") == wanted:
            box = await focused.bounding_box()
            assert box is not None
            assert 0 <= box["y"] <= page.viewport_size["height"]
            return
    raise AssertionError(f"No key leads to {wanted}.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_mistake_takes_the_focus_and_is_mended_on_a_screen_at_400_percent(
    before, chromium, scheme
):
    rating = Rating("sipas/1")
    rating.refuses = (
        *(422, "answers-invalid"),
        [{"pointer": f"/answers/{a_form_of('sipas/1').questions[1].id}", "code": "missing"}],
    )
    rating.refuses[2][0]["detail"] = "Answer this question."
    async with before(rating) as client, served(client.app) as port:
        page = await opened(chromium, viewport=NARROW, color_scheme=scheme)
        await page.goto(f"http://127.0.0.1:{port}/r/{TOKEN}")
        await page.locator("#q1-first + label").click()
        await page.locator("#comment").fill("<script>alert(1)</script>")
        await page.get_by_role("button", name="Gửi đánh giá").click()
        alert = page.get_by_role("alert")
        assert await alert.evaluate("one => one === document.activeElement")
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        assert await violations(page) == []
        assert await page.locator("#comment").input_value() == "<script>alert(1)</script>"
        assert await page.locator("#q1-first").is_checked()
        await alert.locator("[href='#q2-first']").click()
        box = await page.locator("#q2-first").bounding_box()
        assert 0 <= box["y"] <= NARROW["height"]
        # A browser calls each page that is answered with 422 a failure, and nothing else is one.
        assert [each for each in page.complaints if "422" not in each] == []
        await page.context.close()
