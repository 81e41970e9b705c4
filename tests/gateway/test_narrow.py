"""A page at 400 % on a screen of 1280, which is 320 wide: nothing has to be pushed sideways to be read."""

import pytest

from tests.browsing import at, shown
from tests.gateway.page_samples import every_page

NARROW = {"width": 320, "height": 256}

TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.body.querySelectorAll('*')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.tagName + '.' + one.getAttribute('class'))"""


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_no_page_in_any_state_is_wider_than_a_screen_at_400_percent(chromium, language):
    pages = every_page(language)
    wide = {}
    async with shown(chromium, pages, viewport=NARROW) as page:
        for name in pages:
            await page.goto(at(name))
            if found := await page.evaluate(TOO_WIDE):
                wide[name] = found
    assert wide == {}
