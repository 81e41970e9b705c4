"""The page where a code from a slip or a card is typed."""

from collections.abc import Mapping

from starlette.responses import HTMLResponse

from gateway.codes import CODE_LENGTH, LONGEST_TYPED, CodeMistake, TypedCode
from gateway.web.layout import show
from gateway.web.wording import wording

PATH = "/r"
MOST_STRANGERS = 5
"""Characters that are named one by one; whoever typed more of them did not type a code."""


def code_page(language: str, typed: str = "", read: TypedCode | None = None) -> HTMLResponse:
    """Ask for a code; with one that was `read` and cannot be one, say which part is wrong and keep it."""
    t = wording("codes", language)
    mistake = read.mistake if read else None
    return show(
        "codes.html",
        language,
        path=PATH,
        status=422 if mistake else 200,
        private=True,
        t=t,
        error=None if read is None or mistake is None else _said(read, mistake, t),
        typed=typed[:LONGEST_TYPED],
    )


def _said(read: TypedCode, mistake: CodeMistake, t: Mapping[str, str]) -> str:
    named = ", ".join(f"“{one}”" for one in read.strangers[:MOST_STRANGERS])
    return t[f"error_{mistake}"].format(letters=named, length=CODE_LENGTH, typed=len(read.code))
