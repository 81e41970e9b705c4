"""The API reference in a browser: both languages, a desk and a telephone."""

import pytest

from chassis.settings import Settings
from gateway.openapi import operations
from suite.schemas import gateway_openapi
from suite.together import together
from tests.gateway.test_addresses import served


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
async def test_every_operation_is_shown_with_examples_and_nothing_runs_off_the_side(
    chromium, tmp_path, embedded, language, width, height
):
    settings = Settings(data=tmp_path)
    embedded.fill(settings)
    async with together(settings, work=False) as at_work, served(at_work.app) as port:
        page = await chromium.new_page(viewport={"width": width, "height": height})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(f"http://127.0.0.1:{port}/docs?lang={language}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        articles = page.locator("article.operation")
        assert await articles.count() == len(list(operations(gateway_openapi())))
        shown = await articles.evaluate_all(
            "all => all.map(one => one.querySelectorAll('pre code').length)"
        )
        # A webhook, and the dossier before a kiosk, are taken away without a body.
        assert sum(count == 0 for count in shown) == 2
        filing = page.locator("article.operation", has_text="dossier-code-taken").first
        told = await filing.text_content()
        for text in ("000.00.19.H29-250915-0001", "dossiers:write", "quota-exceeded", "due_at"):
            assert text in told
        await page.close()
    assert complaints == []
