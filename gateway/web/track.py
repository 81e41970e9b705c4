"""The tracking page: where a dossier stands, and nothing of anybody."""

from collections.abc import Sequence
from enum import StrEnum

from starlette.responses import HTMLResponse

from contracts.intake import TrackView
from contracts.labels import label
from gateway.web.layout import show
from gateway.web.post_track import Way
from gateway.web.wording import ENGLISH, shown_instant, wording

MINUTE = 60
PATH = "/track"


class TrackError(StrEnum):
    """Why the form is shown again."""

    INCOMPLETE = "incomplete"
    NOT_FOUND = "not_found"
    LIMITED = "limited"
    UNAVAILABLE = "unavailable"


STATUS = {
    None: 200,
    TrackError.INCOMPLETE: 422,
    TrackError.NOT_FOUND: 404,
    TrackError.LIMITED: 429,
    TrackError.UNAVAILABLE: 503,
}


def track_page(
    language: str, error: TrackError | None = None, minutes: int | None = None
) -> HTMLResponse:
    """Ask for a code and a PIN. What was typed is not repeated: every refusal looks the same."""
    t = wording("track", language)
    said = None if error is None else t[f"error_{error}"].format(minutes=minutes)
    return show(
        "track.html",
        language,
        path=PATH,
        status=STATUS[error],
        private=True,
        t=t,
        error=said,
        tracked=None,
    )


def limited_page(language: str, seconds: int) -> HTMLResponse:
    """Ask to wait: too many attempts were wrong."""
    page = track_page(language, TrackError.LIMITED, -(-seconds // MINUTE))
    page.headers["Retry-After"] = str(seconds)
    return page


def tracked_page(
    tracked: TrackView, language: str, items: Sequence[Way] = (), *, post_away: bool = False
) -> HTMLResponse:
    """Tell where a dossier stands, what comes next, and where its items of the post are."""
    t = wording("track", language)
    moments = ("submitted_at", "received_at", "due_at", "done_at", "returned_at")
    return show(
        "track.html",
        language,
        path=PATH,
        private=True,
        t=t,
        error=None,
        tracked=tracked,
        post=wording("post_track", language),
        ways=items,
        post_away=post_away,
        status_said=label(tracked.status, "en" if language == ENGLISH else "vi"),
        following=t[f"next_{tracked.status}"],
        moments=[
            (t[name], shown_instant(moment))
            for name in moments
            if (moment := getattr(tracked, name)) is not None
        ],
    )
