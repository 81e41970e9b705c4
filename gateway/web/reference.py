"""The API reference: an OpenAPI document as a page that needs no script and nobody's server."""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from gateway.web.layout import show
from gateway.web.outline import outline
from gateway.web.wording import wording

CODE = re.compile(r"``(?P<double>[^`]+)``|`(?P<single>[^`]+)`")
"""Literals in a docstring: text between single or double backticks."""


def reference_page(openapi: Mapping[str, Any], language: str) -> HTMLResponse:
    """Show an OpenAPI 3 document at ``/docs``.

    Scopes are read from each operation's `security`; problem codes from an answer's description
    (a code in backticks, a colon, its title), from its ``x-problem-codes`` and from its examples of
    ``application/problem+json``. Raises `KeyError` where a reference of the document leads nowhere.
    """
    t = wording("reference", language)
    told = openapi["info"]
    return show(
        "reference.html",
        language,
        path="/docs",
        name=told["title"],
        version=told["version"],
        description=told.get("description", ""),
        groups=outline(openapi, t["other_group"]),
        prose=prose,
        paragraphs=paragraphs,
    )


def prose(text: str) -> Markup:
    """A sentence of a docstring, its literals marked as code and everything else escaped.

    >>> prose("At most ``limit`` rows, <= 200.")
    Markup('At most <code>limit</code> rows, &lt;= 200.')
    """
    parts: list[Markup] = []
    end = 0
    for literal in CODE.finditer(text):
        parts.append(escape(text[end : literal.start()]))
        shown = literal["double"] or literal["single"]
        parts.append(Markup("<code>{}</code>").format(shown))
        end = literal.end()
    parts.append(escape(text[end:]))
    return Markup().join(parts)


def paragraphs(text: str) -> list[Markup]:
    """The paragraphs of a docstring, as `prose`."""
    blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n", text))
    return [prose(block) for block in blocks if block]
