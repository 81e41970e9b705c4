"""The rating form in a frame: asked of rating, sent to rating; it works without JavaScript."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Any, Final

import httpx
from fastapi import APIRouter, Query, Request, Response

from chassis.auth import public_access
from contracts.rating import RatingFormView, RatingReceipt
from gateway.forms import LARGEST_FORM, posted_form
from gateway.origins.frames import FRAME, Frame
from gateway.upstream import ask
from gateway.web.embed import End, Place, end_frame, form_frame, thanks_frame
from gateway.web.rating import LONGEST_COMMENT, RatingError, posted_answers
from gateway.web.wording import language_of

router = APIRouter(
    dependencies=[public_access("a rating link is its own proof")], include_in_schema=False
)
page = partial(router.api_route, methods=["GET", "HEAD"])

TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
NONCE: Final = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
ENDS: Final = {404: End.UNKNOWN_LINK, 422: End.UNKNOWN_LINK, 409: End.USED, 410: End.EXPIRED}

Language = Annotated[str | None, Query(alias="lang")]


@page("/embed/{token}")
async def framed(
    token: str, request: Request, lang: Language = None, nonce: str | None = None
) -> Response:
    """The form for a frame of a registered site. Opening it spends nothing."""
    place = _place(token, request, language_of(lang), nonce)
    if _frame(request).stranger:
        return end_frame(End.STRANGER, place)
    return await _shown(place, request)


@router.post("/embed/{token}")
async def rate_in_a_frame(token: str, request: Request, nonce: str | None = None) -> Response:
    """Take the answers of a form in a frame."""
    fields = await posted_form(request, LARGEST_FORM)
    place = _place(token, request, language_of(fields.get("language")), nonce)
    if _frame(request).stranger:
        return end_frame(End.STRANGER, place)
    answers, comment = posted_answers(fields), fields.get("comment", "")
    given: dict[str, Any] = {"token": token, "answers": answers, "language": place.language}
    if comment.strip():
        given["comment"] = comment
    answer = await ask(request, "rating", "POST", "/v1/ratings", json=given)
    if answer.status_code == httpx.codes.CREATED:
        return thanks_frame(RatingReceipt.model_validate_json(answer.content).message, place)
    if answer.status_code in ENDS and answer.status_code != httpx.codes.UNPROCESSABLE_ENTITY:
        return end_frame(ENDS[answer.status_code], place)
    mistake = _mistake(answer, answers, comment)
    return await _shown(place, request, mistake, chosen=answers, comment=comment)


async def _shown(
    place: Place, request: Request, error: RatingError | None = None, **sent: Any
) -> Response:
    if TOKEN.fullmatch(place.token) is None:
        return end_frame(End.UNKNOWN_LINK, place)
    told = {"language": place.language}
    answer = await ask(request, "rating", "GET", f"/v1/rating-forms/{place.token}", params=told)
    if answer.status_code != httpx.codes.OK:
        return end_frame(ENDS.get(answer.status_code, End.UNAVAILABLE), place)
    form = RatingFormView.model_validate_json(answer.content)
    return form_frame(form, place, error, **sent)


def _mistake(answer: httpx.Response, answers: dict[str, str], comment: str) -> RatingError:
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return RatingError.UNAVAILABLE
    if not answers:
        return RatingError.NOTHING_CHOSEN
    if len(comment) > LONGEST_COMMENT:
        return RatingError.COMMENT_TOO_LONG
    return RatingError.NOT_ACCEPTED


def _frame(request: Request) -> Frame:
    found: Frame = request.scope.get(FRAME, Frame())
    return found


def _place(token: str, request: Request, language: str, nonce: str | None) -> Place:
    told = nonce if nonce and NONCE.fullmatch(nonce) else None
    return Place(token=token, language=language, parent=_frame(request).parent, nonce=told)
