"""The snippet page: what portals copy from it works, and the preview sends nothing."""

import re

import pytest

from chassis.settings import Settings
from gateway.web.wording import wording
from gateway.widget.files import current
from suite.together import together
from tests.axe import violations
from tests.gateway.page_samples import Reading
from tests.gateway.test_addresses import served

BASE = "https://motcua.example.vn"


@pytest.fixture
async def gateway(tmp_path, embedded):
    settings = Settings(data=tmp_path, public_url=f"{BASE}/")
    embedded.fill(settings)
    async with together(settings, work=False) as at_work, served(at_work.app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_each_snippet_is_whole_pinned_and_copyable(gateway, chromium, language):
    context = await chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    await page.goto(f"{gateway}/widget?lang={language}")
    assert await page.locator("html").get_attribute("lang") == language
    for name in ("element", "frame", "plain", "button"):
        shown = await page.locator(f"#{name}-code").inner_text()
        button = page.locator(f"[data-copies={name}-code]")
        await button.click()
        await page.wait_for_function(
            "one => one.textContent === one.dataset.done", arg=await button.element_handle()
        )
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == shown
        reading = Reading(f"<main>{copied}</main>")
        assert reading.faults == []
        for _, attributes in reading.elements:
            for told in ("src", "href"):
                assert told not in attributes or attributes[told].startswith(f"{BASE}/")
        for script in reading.all("script"):
            short = re.sub(r".*/(.+)\.[0-9a-f]{12}\.js", r"\1.js", script["src"])
            assert script["integrity"] == current(short).integrity
            assert script["crossorigin"] == "anonymous"
    await context.close()


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("vi", 1280, "light"), ("en", 320, "dark")]
)
async def test_the_page_is_for_everybody_and_its_preview_sends_nothing(
    gateway, chromium, language, width, scheme
):
    context = await chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = await context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda failed: complaints.append(str(failed)))
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{gateway}/widget?lang={language}")
    for mode in ("inline", "compact"):
        form = page.locator(f"motcua-rating[mode={mode}]")
        await form.locator("form").wait_for()
        assert await form.get_by_role("radio").count() == 7
        await form.get_by_role("button").first.click()
        # Only the overall question must be answered.
        assert await form.get_by_role("alert").count() == 1
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for mode in ("inline", "compact"):
        form = page.locator(f"motcua-rating[mode={mode}]")
        await form.get_by_role("radio").nth(4).click()
        await form.get_by_role("button").first.click()
        await form.get_by_role("status").wait_for()
    assert await violations(page) == []
    assert all(url.startswith(gateway) for url in asked)
    assert not [url for url in asked if "/v1/rat" in url.replace("/widget/v1/", "")]
    assert await page.evaluate("Object.keys(localStorage)") == []
    assert await context.cookies() == []
    assert complaints == []
    await context.close()


async def test_without_javascript_the_snippets_are_there_to_be_selected(gateway, chromium):
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{gateway}/widget")
    assert "<motcua-rating" in await page.locator("#element-code").inner_text()
    # No button that would do nothing.
    assert not await page.locator("[data-copies]").first.is_visible()
    await context.close()


async def test_the_page_says_of_itself_what_is_true(gateway, chromium):
    page = await chromium.new_page()
    answer = await page.goto(f"{gateway}/widget")
    policy = (await answer.all_headers())["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    text = await page.locator("footer").inner_text()
    assert wording("widget", "vi")["promise"] in text
    await page.close()
