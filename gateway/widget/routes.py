"""The scripts, the button and the snippet page; all public, none knows of anybody."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from chassis.auth import public_access
from chassis.web import Here
from contracts.problems import NotFound
from gateway.web.button import Look, button_svg
from gateway.web.widget import widget_page
from gateway.web.wording import language_of
from gateway.widget.files import scripts, versions

router = APIRouter(
    dependencies=[public_access("scripts and snippets are for everybody's pages")],
    include_in_schema=False,
)
page = partial(router.api_route, methods=["GET", "HEAD"])

KEPT_LONG: Final = "public, max-age=31536000, immutable"
KEPT_SHORT: Final = "public, max-age=300"
FOR_PAGES_ELSEWHERE: Final = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
NOTHING_ELSE: Final = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
NOT_MODIFIED: Final = 304

Language = Annotated[str | None, Query(alias="lang")]


class UnknownScript(NotFound):
    """There is no such script, or its version is not kept any more."""

    title_vi = "Không có tệp lệnh này, hoặc phiên bản này không còn được giữ"


@page("/widget")
async def snippets(here: Here, lang: Language = None) -> Response:
    """How the rating form is put into a page of a portal (mã nhúng)."""
    return widget_page(here.settings.public_url.rstrip("/"), language_of(lang))


@page("/widget/v1/versions.json")
async def read_versions() -> Response:
    """Which versions of the scripts are served, and the digests that pin them."""
    headers = {"Cache-Control": KEPT_SHORT, "Access-Control-Allow-Origin": "*"}
    return JSONResponse(versions(), headers=headers | FOR_PAGES_ELSEWHERE)


@page("/widget/v1/button.svg")
async def button(lang: Language = None, theme: Look = Look.LIGHT) -> Response:
    """A picture that links to the rating page (nút đánh giá)."""
    headers = {"Cache-Control": "public, max-age=86400"} | FOR_PAGES_ELSEWHERE | NOTHING_ELSE
    return Response(button_svg(language_of(lang), theme), headers=headers, media_type=SVG)


@page("/widget/v1/{name}.js")
async def script(name: str, request: Request) -> Response:
    """A script: the current version by its short name, any version by the name with its digest."""
    found = scripts().get(f"{name}.js")
    if found is None:
        raise UnknownScript("See /widget/v1/versions.json for those there are.")
    pinned = found.name == f"{name}.js"
    tag = f'"{found.name}"'
    headers = {
        "Cache-Control": KEPT_LONG if pinned else KEPT_SHORT,
        # Whoever pins it by its hash needs to read it to compare; there is nothing of anybody in it.
        "Access-Control-Allow-Origin": "*",
        "ETag": tag,
        "Vary": "Accept-Encoding",
        **FOR_PAGES_ELSEWHERE,
        **NOTHING_ELSE,
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.packed, headers=headers, media_type=SCRIPT)
    return Response(found.content, headers=headers, media_type=SCRIPT)


SCRIPT: Final = "text/javascript; charset=utf-8"
SVG: Final = "image/svg+xml"
