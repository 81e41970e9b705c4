"""What every page shares: the frame, the stylesheets' addresses, the way to the other language."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from chassis.pages import Pages
from gateway.web.wording import LANGUAGES, VIETNAMESE, other_language, wording

STATIC: Final = Path(__file__).parent / "static"
"""The folder the gateway serves under ``/static``."""


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so a browser may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


def address(path: str, language: str, query: Mapping[str, str] | None = None) -> str:
    """The address of a page in a language; Vietnamese is the address without ``lang``.

    >>> address("/board/hcmc-2020", "en", {"agency": "H29"})
    '/board/hcmc-2020?agency=H29&lang=en'
    """
    asked = dict(query or {}) | ({} if language == VIETNAMESE else {"lang": language})
    return f"{path}?{urlencode(asked)}" if asked else path


PAGES: Final = Pages(
    "gateway.web",
    asset=asset,
    languages=LANGUAGES,
    address=address,
)


def show(
    template: str,
    language: str,
    *,
    path: str,
    query: Mapping[str, str] | None = None,
    status: int = 200,
    private: bool = False,
    **values: object,
) -> HTMLResponse:
    """Render a page whose own address is `path` and `query`, with its texts and the shared ones.

    A template finds its texts under `t`: those of the file named like it, e.g. ``board.html`` and
    ``texts/board.json``, unless `values` brings others.
    """
    texts = wording(template.removesuffix(".html"), language) if "t" not in values else {}
    other = other_language(language)
    return PAGES.page(
        template,
        language=language,
        status=status,
        private=private,
        path=path,
        common=wording("common", language),
        other_language=other,
        other_address=address(path, other, query),
        **({"t": texts} | values),
    )
