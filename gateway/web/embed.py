"""The rating form for a frame on a registered site: the same questions, nothing around them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from contracts.rating import RatingFormView
from gateway.web.layout import address, show
from gateway.web.rating import ANSWER, LONGEST_COMMENT, RatingError, faces
from gateway.web.widget import with_our_scripts
from gateway.web.wording import other_language, wording
from gateway.widget.files import current


class End(StrEnum):
    """Why there is no form in a frame."""

    USED = "used"
    EXPIRED = "expired"
    UNKNOWN_LINK = "unknown_link"
    UNAVAILABLE = "unavailable"
    STRANGER = "stranger"
    """The site around the frame is not registered."""


ENDS: Final = {
    End.USED: (409, "end_used"),
    End.EXPIRED: (410, "end_expired"),
    End.UNKNOWN_LINK: (404, "end_unknown_link"),
    End.UNAVAILABLE: (503, "end_unavailable"),
    End.STRANGER: (403, "end_stranger"),
}
"""The status of each, and what is said."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a form stands: which link it is of, in which site's frame, in which language."""

    token: str
    language: str
    parent: str | None = None
    """The registered site that is told of what happens in the frame."""
    nonce: str | None = None
    """What that site calls this frame, so that it knows whom it hears."""

    @property
    def query(self) -> dict[str, str]:
        """What its address tells besides the language."""
        told = {"parent": self.parent, "nonce": self.nonce}
        return {name: value for name, value in told.items() if value}

    @property
    def path(self) -> str:
        """Its address without what is asked."""
        return f"/embed/{self.token}"


def form_frame(
    form: RatingFormView,
    place: Place,
    error: RatingError | None = None,
    *,
    chosen: Mapping[str, str] | None = None,
    comment: str = "",
) -> HTMLResponse:
    """Show the questions; with an `error` what to change, and what was `chosen` and written stays."""
    picked = chosen or {}
    missing = [each.id for each in form.questions if each.required and each.id not in picked]
    return _frame(
        place,
        {None: 200, RatingError.UNAVAILABLE: 503}.get(error, 422),
        form=form,
        faces={each.id: faces(each.options) for each in form.questions},
        field=ANSWER,
        chosen=picked,
        comment=comment,
        longest_comment=LONGEST_COMMENT,
        error=error,
        missing=missing[:1] if error is RatingError.NOTHING_CHOSEN else [],
    )


def thanks_frame(message: str, place: Place) -> HTMLResponse:
    """Thank in the words of the receipt; the site around is told that something was sent, not what."""
    return _frame(place, 200, form=None, said=message, thanks=True)


def end_frame(end: End, place: Place) -> HTMLResponse:
    """Say why there is no form, with the page as a way out."""
    status, key = ENDS[end]
    said = wording("embed", place.language)[key]
    return _frame(place, status, form=None, said=said, thanks=False)


def _frame(place: Place, status: int, **values: object) -> HTMLResponse:
    language = place.language
    asked = dict(place.query) | ({"lang": language} if language != "vi" else {})
    page = show(
        "embed.html",
        language,
        path=place.path,
        query=place.query,
        status=status,
        private=True,
        t={**wording("rating", language), **wording("embed", language)},
        action=f"{place.path}?{urlencode(asked)}" if asked else place.path,
        elsewhere=address(f"/r/{place.token}", language),
        place=place,
        other=other_language(language),
        script=current("motcua-frame.js"),
        **values,
    )
    return with_our_scripts(page)
