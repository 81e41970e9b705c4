"""Everybody can use every page: axe-core finds nothing, on a desk and a telephone, by day and by night."""

from itertools import islice

import pytest

from chassis.settings import Settings
from suite.together import together
from tests.axe import violations
from tests.browsing import at, shown
from tests.gateway.page_samples import every_page
from tests.gateway.test_addresses import served

DESK = {"width": 1280, "height": 900}
TELEPHONE = {"width": 390, "height": 844}
PARTS = 4
"""So many at a time, so that a busy machine ends each within its limit."""


@pytest.mark.parametrize(
    ("language", "viewport", "scheme"), [("vi", DESK, "light"), ("en", TELEPHONE, "dark")]
)
@pytest.mark.parametrize("part", range(PARTS))
async def test_axe_finds_nothing_on_any_page_in_any_state(
    chromium, language, viewport, scheme, part
):
    pages = dict(islice(every_page(language).items(), part, None, PARTS))
    found = {}
    async with shown(chromium, pages, viewport=viewport, color_scheme=scheme) as page:
        for name in pages:
            await page.goto(at(name))
            if wrong := await violations(page):
                found[name] = wrong
    assert found == {}


async def test_axe_finds_nothing_on_the_whole_reference(chromium, tmp_path, embedded):
    settings = Settings(data=tmp_path)
    embedded.fill(settings)
    async with together(settings, work=False) as at_work, served(at_work.app) as port:
        page = await chromium.new_page(viewport=DESK)
        await page.goto(f"http://127.0.0.1:{port}/docs")
        assert await violations(page) == []
        await page.close()


async def test_axe_sees_what_is_wrong(chromium):
    """The two tests above cannot pass because nothing is looked at."""
    faulty = '<!doctype html><html><title>x</title><body><img src="/static/motcua.svg"></html>'
    async with shown(chromium, {"faulty": faulty}) as page:
        await page.goto(at("faulty"))
        found = await violations(page)
    assert "image-alt: img" in found
    assert "html-has-lang: html" in found
