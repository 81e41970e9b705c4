"""Writes the pictures of docs/portals anew: ``python -m tests.screenshots``, with Chromium beside it.

What they show is invented; each page is the one the gateway renders.
"""

import asyncio
from pathlib import Path

from playwright.async_api import async_playwright

from contracts.rating import RatingReceipt
from gateway.web.badge import badge
from gateway.web.board_procedure import procedure_page
from gateway.web.board_target import target_page
from gateway.web.board_unit import unit_page
from gateway.web.board_watch import watch_list_page
from gateway.web.codes import code_page
from gateway.web.plan_badge import plan_badge
from gateway.web.rating import Given, rating_page, thanks_page
from gateway.web.results import results_page
from tests.browsing import at, shown
from tests.gateway.board_samples import frame, k04, procedure, unit, watch_list
from tests.gateway.rating_samples import CODE, TOKEN, UNTIL, a_form_of
from tests.gateway.result_samples import AGENCY, TODAY, URL, plenty
from tests.servers import find_chromium

FOLDER = Path(__file__).parents[1] / "docs" / "portals" / "images"
LARGEST = 60_000
TELEPHONE = {"width": 360, "height": 720}
TALL = {"width": 900, "height": 1290}
DESK = {"width": 900, "height": 860}
SCALES = {
    "rating-nine-criteria": 0.48,
    "results": 0.65,
    "board-target": 0.5,
    **dict.fromkeys(("board-unit", "board-watch-list", "board-procedure"), 0.6),
}
"""A page that is long or wide is shown smaller, so that its picture stays small."""


def pages() -> dict[str, tuple[str, dict[str, int], bool]]:
    """Each picture's page, its screen, and whether all of the page is shown."""
    receipt = RatingReceipt(accepted_at=UNTIL, message="", version=1, revisable_until=UNTIL)
    given = Given({"overall": "5"})
    made = {
        "rating-phone": (rating_page(a_form_of("overall-5/1"), TOKEN, "vi"), TELEPHONE, False),
        "rating-nine-criteria": (
            rating_page(a_form_of("tt01-2018/1"), TOKEN, "vi"),
            TELEPHONE,
            True,
        ),
        "rating-thanks": (thanks_page("vi", receipt, TOKEN, given), TELEPHONE, False),
        "rating-code": (code_page("vi", CODE[:20]), TELEPHONE, False),
        "results": (results_page(plenty(), "vi", TODAY, URL), DESK, False),
        "board-target": (target_page(k04(halves=4), frame(), URL), TALL, False),
        "board-unit": (unit_page(unit(), frame()), DESK, False),
        "board-watch-list": (watch_list_page(watch_list(), frame()), DESK, False),
        "board-procedure": (procedure_page(procedure(), frame()), DESK, False),
    }
    return {
        name: (bytes(page.body).decode(), screen, whole)
        for name, (page, screen, whole) in made.items()
    }


async def write() -> None:
    """Take every picture. Raises `RuntimeError` for one that has become too large for the docs."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    rendered = {name: html for name, (html, _, _) in made.items()}
    rendered[f"ratings/{AGENCY}/badge.svg"] = badge(plenty(), "vi")
    board = unit().scoreboard.model_copy(update={"targets": [k04().target]})
    rendered["board/hcmc-2020/badge.svg"] = plan_badge(board, board.targets[0], "vi")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_chromium().launch)
        for name, (_, screen, whole) in made.items():
            scale = {"device_scale_factor": SCALES.get(name, 1)}
            async with shown(browser, rendered, viewport=screen, **scale) as page:
                await page.goto(at(name))
                file = FOLDER / f"{name}.png"
                await page.screenshot(path=file, full_page=whole)
                if file.stat().st_size > LARGEST:
                    raise RuntimeError(f"{file.name} has {file.stat().st_size} bytes.")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(write())
