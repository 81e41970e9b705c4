"""Pages that say no, and what to do next."""

from collections.abc import Mapping
from enum import StrEnum

from starlette.responses import HTMLResponse

from contracts.rating import RatingStanding, ReplyView
from gateway.web.layout import show
from gateway.web.wording import shown_day, shown_instant, wording


class Refusal(StrEnum):
    """Why a page cannot be shown."""

    USED = "used"
    """The rating link has been used."""
    CHANGED = "changed"
    """The rating was changed meanwhile, so that it is not the version somebody wants to change."""
    TOO_EARLY = "too_early"
    """What the link asks about has not come about yet."""
    EXPIRED = "expired"
    """The rating link is past its time, and nobody has rated by it."""
    VOID = "void"
    """The rating link cannot be used while its occasion is in doubt, or is gone."""
    REPLACED = "replaced"
    """A newer rating link was given out in place of this one."""
    TAKEN_OUT = "taken_out"
    """The rating was made void, so that it cannot be changed."""
    MISTYPED = "mistyped"
    """A code from paper has a character that is not right."""
    UNKNOWN_LINK = "unknown_link"
    """No rating link of this secret was ever made."""
    UNAVAILABLE = "unavailable"
    """A service behind the page does not answer."""
    TOO_MANY = "too_many"
    """The reader, or others at the same address, asked too often."""
    UNKNOWN_PAGE = "unknown_page"
    """There is no such page or plan."""


STATUS = {
    Refusal.USED: 409,
    Refusal.CHANGED: 409,
    Refusal.TOO_EARLY: 409,
    Refusal.EXPIRED: 410,
    Refusal.VOID: 410,
    Refusal.REPLACED: 410,
    Refusal.TAKEN_OUT: 410,
    Refusal.MISTYPED: 422,
    Refusal.UNKNOWN_LINK: 404,
    Refusal.UNAVAILABLE: 503,
    Refusal.TOO_MANY: 429,
    Refusal.UNKNOWN_PAGE: 404,
}

RETRY_SECONDS = "120"
"""How long a reader is asked to wait for a service that does not answer."""

OF_A_LINK = frozenset(Refusal) - {Refusal.UNAVAILABLE, Refusal.TOO_MANY, Refusal.UNKNOWN_PAGE}
"""Refusals that stand at a rating link's own address: no way out of them leads further in."""


def refusal_page(
    kind: Refusal | str,
    language: str,
    path: str = "",
    standing: RatingStanding | None = None,
    reply: ReplyView | None = None,
) -> HTMLResponse:
    """Say why there is no page here; `path` is the address that was asked for.

    Without a path the link to the other language stays at the address the browser shows. The
    `standing` of a rating that was given tells how long it can be, or could be, changed; the `reply` how
    the matter of its citizen stands. Raises `ValueError` for an unknown kind.
    """
    refusal = Refusal(kind)
    t = wording("refusal", language)
    response = show(
        "refusal.html",
        language,
        path=path,
        status=STATUS[refusal],
        private=True,
        t=t,
        kind=refusal,
        until=_until(standing, t),
        revises=standing.version if standing and standing.revisable else None,
        reply=reply,
        reply_due=_due(reply, t),
        bare=refusal in OF_A_LINK,
    )
    if refusal is Refusal.UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _until(standing: RatingStanding | None, t: Mapping[str, str]) -> str | None:
    if standing is None or standing.revisable_until is None:
        return None
    said = t["until"] if standing.revisable else t["until_then"]
    return said.format(instant=shown_instant(standing.revisable_until))


def _due(reply: ReplyView | None, t: Mapping[str, str]) -> str | None:
    if reply is None or reply.text is not None:
        return None
    if reply.due_on is None:
        return t["reply_over"]
    return t["reply_due"].format(day=shown_day(reply.due_on))
