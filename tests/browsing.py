"""Pages that were rendered beforehand, shown to a browser as the gateway would serve them."""

from contextlib import asynccontextmanager
from urllib.parse import quote, unquote, urlsplit

from gateway.web.layout import STATIC

HOST = "http://rendered.test"
KINDS = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript"}


@asynccontextmanager
async def shown(browser, pages: dict[str, str], **context):
    """A browser's page in which `HOST/<name>` is the page of that name."""
    opened = await browser.new_context(**context)

    async def answer(route, request):
        path = unquote(urlsplit(request.url).path)
        if path.startswith("/static/"):
            name = path.removeprefix("/static/")
            body = (STATIC / name).read_bytes()
            await route.fulfill(body=body, content_type=KINDS[name.rsplit(".", 1)[-1]])
        elif (name := path[1:]) in pages:
            kind = "image/svg+xml" if name.endswith(".svg") else "text/html; charset=utf-8"
            await route.fulfill(body=pages[name], content_type=kind)
        else:
            await route.fulfill(status=404, body="")

    await opened.route("**/*", answer)
    try:
        yield await opened.new_page()
    finally:
        await opened.close()


def at(name: str) -> str:
    """The address of a rendered page."""
    return f"{HOST}/{quote(name)}"
