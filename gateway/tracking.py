"""The tracking page: a dossier's code and the PIN of its receipt, against limits of failures."""

import time
from collections.abc import Callable
from math import ceil
from typing import Annotated

import httpx
from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from chassis.auth import public_access
from chassis.running import Running
from chassis.web import Here
from contracts.intake import TrackView
from contracts.post_desk import PostLeg, PostTrackView
from contracts.vocabulary import Scope
from contracts.wire import Code
from gateway.attempts import Attempts, Limit, network_of
from gateway.forms import posted_form
from gateway.keys import GATEWAY, SigningKey
from gateway.upstream import ask
from gateway.web.post_track import tracking_pages, ways
from gateway.web.track import TrackError, limited_page, track_page, tracked_page
from gateway.web.wording import language_of

router = APIRouter(
    dependencies=[public_access("whoever holds a receipt shows it by its PIN")],
    include_in_schema=False,
)
OF_A_CODE = Limit(5, 15 * 60.0)
OF_A_NETWORK = Limit(20, 60 * 60.0)
LONGEST_PIN = 64
POST_SECONDS = 2.0
"""How long the page waits for news of the post."""
_CODE: TypeAdapter[str] = TypeAdapter(Code)


class Guard:
    """Keeps PINs from being guessed: a limit for each code, there or not, and for each network."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._codes = Attempts(OF_A_CODE)
        self._networks = Attempts(OF_A_NETWORK)

    def begin(self, code: str, network: str) -> float:
        """Begin an attempt; seconds to wait where it is one too many, and nothing was begun."""
        now = self._now()
        wait = max(self._codes.wait(code, now), self._networks.wait(network, now))
        if wait == 0:
            self._codes.begin(code, now)
            self._networks.begin(network, now)
        return wait

    def give_back(self, code: str, network: str) -> None:
        """The attempt was no failure."""
        self._codes.give_back(code)
        self._networks.give_back(network)


async def open_guard(_: Running) -> Guard:
    """The guard of a gateway that opens."""
    return Guard()


@router.get("/track")
async def track_form(lang: Annotated[str | None, Query()] = None) -> Response:
    """The form that asks for a code and a PIN (tra cứu hồ sơ)."""
    return track_page(language_of(lang))


@router.post("/track")
async def track(request: Request, here: Here) -> Response:
    """Where a dossier stands, for whoever has the code and the PIN of its receipt."""
    fields = await posted_form(request)
    language = language_of(fields.get("language"))
    code, pin = "".join(fields.get("code", "").split()), fields.get("pin", "")
    if not code or not pin.strip():
        return track_page(language, TrackError.INCOMPLETE)
    guard = here.own(Guard)
    network = network_of(request.client.host if request.client else None)
    # Codes are counted whether anybody has them or not, and however they are spelt.
    counted = code.upper()[:LONGEST_PIN]
    wait = guard.begin(counted, network)
    if wait > 0:
        return limited_page(language, ceil(wait))
    answer = await _asked(code, pin, request, here)
    if answer.status_code == httpx.codes.OK:
        guard.give_back(counted, network)
        return await _shown(TrackView.model_validate_json(answer.content), language, request, here)
    if answer.status_code == httpx.codes.NOT_FOUND:
        return track_page(language, TrackError.NOT_FOUND)
    guard.give_back(counted, network)
    return track_page(language, TrackError.UNAVAILABLE)


async def _shown(view: TrackView, language: str, request: Request, here: Running) -> Response:
    """The page of a dossier. Where its items are is told if postal answers in time."""
    token = here.own(SigningKey).token(GATEWAY, None, [Scope.SHIPMENTS_READ])
    own = {"Authorization": f"Bearer {token}"}
    path = f"/v1/dossiers/{view.code}/post"
    answer = await ask(request, "postal", "GET", path, seconds=POST_SECONDS, headers=own)
    legs: list[PostLeg] = []
    if answer.status_code == httpx.codes.OK:
        legs = PostTrackView.model_validate_json(answer.content).legs
    pages = tracking_pages(here.settings.carrier_tracking_pages)
    items = ways(legs, language, here.database.now(), pages)
    # A dossier that postal has not heard of has no items.
    away = answer.status_code not in {httpx.codes.OK, httpx.codes.NOT_FOUND}
    return tracked_page(view, language, items, post_away=away)


async def _asked(code: str, pin: str, request: Request, here: Here) -> httpx.Response:
    """Intake's answer; what can be no code or no PIN is answered like one that is wrong."""
    try:
        _CODE.validate_python(code)
    except ValidationError:
        return httpx.Response(httpx.codes.NOT_FOUND)
    if len(pin) > LONGEST_PIN:
        return httpx.Response(httpx.codes.NOT_FOUND)
    token = here.own(SigningKey).token(GATEWAY, None, [Scope.DOSSIERS_READ])
    return await ask(
        request,
        "intake",
        "POST",
        "/v1/tracking",
        headers={"Authorization": f"Bearer {token}"},
        json={"code": code, "pin": pin},
    )
