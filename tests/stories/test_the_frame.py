"""A citizen rates in a frame on a portal that allows nothing else, with and without JavaScript."""

import pytest

from gateway.origins import commands
from tests.axe import violations
from tests.stories.portals import FALLBACK, links, portal_beside, ratings

pytestmark = pytest.mark.parametrize("lane", ["sqlite"])

LISTEN = """
window.told = []; window.seen = [];
addEventListener("message", ({ origin, data }) => window.told.push([origin, data]));
for (const name of ["ready", "submitted"]) addEventListener("motcua-" + name, () => window.seen.push(name));
"""
SANDBOX = 'sandbox="allow-forms allow-scripts allow-same-origin"'


class Within:
    """A frame as a page of its own: axe does not look into frames of another origin."""

    def __init__(self, frame):
        self.frames = [frame]
        self.evaluate = frame.evaluate


async def opened(portal, context, address):
    page = portal.listen(await context.new_page())
    await page.add_init_script(LISTEN)
    await page.goto(address)
    return page


def plain(portal, token: str, query: str = "", attributes: str = SANDBOX) -> str:
    """A page with a frame and no script, under a policy that allows the frame alone."""
    frame = f'<iframe src="{portal.gateway}/embed/{token}{query}" title="{FALLBACK}" {attributes} '
    policy = f"default-src 'none'; img-src data:; frame-src {portal.gateway}"
    return portal.page("/plain", frame + 'width="100%" height="900"></iframe>', policy)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
async def test_the_host_script_puts_the_frame_in_and_hears_what_happens(
    suite, chromium, width, scheme
):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        viewport = {"width": width, "height": 800}
        context = await chromium.new_context(viewport=viewport, color_scheme=scheme)
        page = await opened(portal, context, portal.with_frame(token))
        frame = page.frame_locator("iframe")
        await frame.get_by_role("radio").first.wait_for()
        await page.wait_for_function("document.querySelector('iframe').height !== '600'")
        assert await violations(Within(page.frames[1])) == []
        inner = page.frames[1]
        hidden = "document.documentElement.scrollHeight - innerHeight"
        await inner.wait_for_function(f"{hidden} <= 0")
        assert await inner.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        await frame.get_by_role("button", name="Gửi đánh giá").click()
        await frame.get_by_role("alert").wait_for()
        focused = "document.activeElement.getAttribute('role')"
        await page.frames[1].wait_for_function(f"{focused} === 'alert'")
        assert await violations(Within(page.frames[1])) == []
        await frame.get_by_text("Bình thường", exact=True).click()
        await frame.get_by_role("button", name="Gửi đánh giá").click()
        await frame.get_by_role("status").wait_for()
        await page.wait_for_function("window.seen.includes('submitted')")
        assert await page.frames[1].evaluate(focused) == "status"
        assert await violations(Within(page.frames[1])) == []
        [rating] = await ratings(suite)
        assert rating["answers"] == {"overall": "3"}
        told = await page.evaluate("window.told")
        assert {origin for origin, _ in told} == {portal.gateway}
        assert len({message["nonce"] for _, message in told}) == 1
        assert {message["type"] for _, message in told} == {
            "motcua:ready",
            "motcua:resize",
            "motcua:submitted",
        }
        # No message says what was answered, or by which link.
        assert all(set(message) <= {"type", "nonce", "height"} for _, message in told)
        # The form that was sent without an answer; a browser tells of each such status.
        assert [said for said in portal.complaints if "status of 422" not in said] == []
        assert await context.cookies() == []
        await context.close()


async def test_the_host_script_believes_the_frame_alone(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        page = await opened(portal, context, portal.with_frame(token))
        await page.frame_locator("iframe").get_by_role("radio").first.wait_for()
        await page.wait_for_function("window.told.length >= 2")
        await page.evaluate(
            "window.heights = []; const frame = document.querySelector('iframe'); "
            "new MutationObserver(() => window.heights.push(frame.height))"
            ".observe(frame, { attributes: true })"
        )
        nonce = await page.evaluate("window.told[0][1].nonce")
        before = await page.evaluate("window.seen.length")
        # From the page itself: another origin, however well it knows the nonce.
        forged = {"type": "motcua:submitted", "nonce": nonce}
        await page.evaluate("message => postMessage(message, '*')", forged)
        # From the frame, about something that was not asked for here.
        other = {"type": "motcua:resize", "nonce": "someone-elses-nonce", "height": 4321}
        send = "message => parent.postMessage(message, '*')"
        await page.frames[1].evaluate(send, other)
        await page.frames[1].evaluate(
            send, {"type": "motcua:resize", "nonce": nonce, "height": 700}
        )
        await page.wait_for_function("window.heights.includes('700')")
        assert "4321" not in await page.evaluate("window.heights")
        assert await page.evaluate("window.seen.length") == before
        await context.close()


async def test_a_frame_works_without_javascript(suite, chromium):
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context(java_script_enabled=False)
        page = portal.listen(await context.new_page())
        await page.goto(plain(portal, token, f"?parent={portal.origin}&lang=en"))
        frame = page.frame_locator("iframe")
        await frame.get_by_role("button", name="Send").click()
        await frame.get_by_role("alert").wait_for()
        await frame.get_by_text("Dissatisfied", exact=True).click()
        await frame.get_by_role("button", name="Send").click()
        await frame.get_by_role("status").wait_for()
        [rating] = await ratings(suite)
        assert (rating["answers"], rating["language"]) == ({"overall": "2"}, "en")
        assert await context.cookies() == []
        await context.close()


async def test_a_frame_whose_page_is_told_by_the_browser_alone_is_shown(suite, chromium):
    """By the referrer, where the address does not say; without either any registered site may show it."""
    async with suite.partner() as city, portal_beside(suite) as portal:
        [token] = await links(suite, city)
        context = await chromium.new_context()
        for policy in ("strict-origin", "no-referrer"):
            address = plain(portal, token, "", f'{SANDBOX} referrerpolicy="{policy}"')
            page = await opened(portal, context, address)
            await page.frame_locator("iframe").get_by_role("radio").first.wait_for()
            # Without a nonce nobody is told anything.
            assert await page.evaluate("window.told") == []
            await page.close()
        await context.close()


@pytest.mark.parametrize(
    "query", ["", "?parent={origin}", "?parent={registered}", "?parent=javascript:alert(1)"]
)
async def test_no_other_site_shows_the_frame_and_operators_are_told(suite, chromium, query):
    async with suite.partner() as city, portal_beside(suite, registered=False) as portal:
        registered = "https://motcua.example.vn"
        await suite.running["gateway"].do(commands.add_origin, registered, "H29", "operator")
        [token] = await links(suite, city)
        context = await chromium.new_context()
        told = query.format(origin=portal.origin, registered=registered)
        page = await opened(portal, context, plain(portal, token, told))
        await page.wait_for_function("true")
        await page.frames[1].wait_for_load_state()
        assert page.frames[1].url.startswith("chrome-error://")
        assert any("frame-ancestors" in said for said in portal.complaints)
        assert await page.evaluate("window.told") == []
        await portal.strangers.write()
        from chassis.database import UnitOfWork
        from gateway.queries import stranger_origins

        rows = await stranger_origins(UnitOfWork(suite.running["gateway"].database))
        assert portal.origin in {row.origin for row in rows}
        await context.close()


async def test_the_headers_of_a_frame_name_the_one_site_that_shows_it(suite):
    site, other = "https://motcua.example.vn", "https://other.example.vn"
    for each in (site, other):
        await suite.running["gateway"].do(commands.add_origin, each, "H29", "operator")
    async with suite.partner() as city, suite.public() as browser:
        [token] = await links(suite, city)

        async def ancestors(query="", status=200, **headers):
            answer = await browser.get(f"/embed/{token}{query}", headers=headers)
            assert answer.status_code == status, answer.text
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "require-trusted-types-for 'script'" in policy
            assert "unsafe" not in policy
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "set-cookie" not in answer.headers
            [told] = [part for part in policy.split("; ") if part.startswith("frame-ancestors")]
            return told.removeprefix("frame-ancestors ")

        assert await ancestors(f"?parent={site}") == site
        assert await ancestors() == f"{site} {other}"
        framed = {"Sec-Fetch-Dest": "iframe", "Referer": f"{other}/rate?dossier=1"}
        assert await ancestors(**framed) == other
        assert await ancestors("?parent=https://evil.example", 403) == "'none'"
        assert await ancestors(f"?parent={site}&parent=https://evil.example", 403) == "'none'"
        evil = framed | {"Referer": "https://evil.example/"}
        assert await ancestors(f"?parent={site}", 403, **evil) == "'none'"
        # A link that is no more is told within the frame too.
        gone = await browser.get(f"/embed/{'n' * 43}?parent={site}")
        assert gone.status_code == 404
        assert f"frame-ancestors {site}" in gone.headers["content-security-policy"]
        # The page of a link itself is for no frame, whoever is registered.
        page = await browser.get(f"/r/{token}?parent={site}")
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        # What comes from the address is nowhere but where it was checked.
        odd = await browser.get(f"/embed/{token}?parent={site}&nonce=%22%3E%3Cscript%3E")
        assert "<script>" not in odd.text.replace('<script type="module"', "")
        assert "data-nonce" not in odd.text
