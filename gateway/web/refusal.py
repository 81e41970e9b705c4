"""Pages that say no, and what to do next."""

from enum import StrEnum

from starlette.responses import HTMLResponse

from gateway.web.layout import show


class Refusal(StrEnum):
    """Why a page cannot be shown."""

    USED = "used"
    """The rating link has been used."""
    EXPIRED = "expired"
    """The rating link is past its time."""
    UNKNOWN_LINK = "unknown_link"
    """No rating link of this secret was ever made."""
    UNAVAILABLE = "unavailable"
    """A service behind the page does not answer."""
    UNKNOWN_PAGE = "unknown_page"
    """There is no such page or plan."""


STATUS = {
    Refusal.USED: 409,
    Refusal.EXPIRED: 410,
    Refusal.UNKNOWN_LINK: 404,
    Refusal.UNAVAILABLE: 503,
    Refusal.UNKNOWN_PAGE: 404,
}

RETRY_SECONDS = "120"
"""How long a reader is asked to wait for a service that does not answer."""

OF_A_LINK = frozenset({Refusal.USED, Refusal.EXPIRED, Refusal.UNKNOWN_LINK})
"""Refusals that stand at a rating link's own address: no way out of them leads further in."""


def refusal_page(kind: Refusal | str, language: str, path: str = "") -> HTMLResponse:
    """Say why there is no page here; `path` is the address that was asked for.

    Without a path the link to the other language stays at the address the browser shows. Raises
    `ValueError` for an unknown kind.
    """
    refusal = Refusal(kind)
    response = show(
        "refusal.html",
        language,
        path=path,
        status=STATUS[refusal],
        private=True,
        kind=refusal,
        bare=refusal in OF_A_LINK,
    )
    if refusal is Refusal.UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response
