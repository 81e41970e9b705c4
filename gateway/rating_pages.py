"""What the holder of a rating link sees and sends, without a script: form, thanks, refusals, typed codes."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import Annotated, Any, Final

import httpx
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from chassis.auth import public_access
from chassis.pages import page_headers
from contracts.problems import ProblemView
from contracts.rating import RatingFormView, RatingReceipt, RatingStanding, ReplyView
from contracts.vocabulary import ReplyChannel
from gateway.codes import typed_code
from gateway.forms import LARGEST_FORM, FormTooLarge, posted_form
from gateway.upstream import ask
from gateway.web.codes import code_page
from gateway.web.layout import address
from gateway.web.rating import (
    LONGEST_COMMENT,
    NO,
    NOTHING,
    YES,
    Given,
    RatingError,
    declined_page,
    posted_answers,
    posted_wishes,
    rating_page,
    thanks_page,
)
from gateway.web.refusal import Refusal, refusal_page
from gateway.web.segments import SEGMENT
from gateway.web.wording import language_of

router = APIRouter(
    dependencies=[public_access("a rating link is its own proof")], include_in_schema=False
)
page = partial(router.api_route, methods=["GET", "HEAD"])

Language = Annotated[str | None, Query(alias="lang")]


VERSION: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)

REFUSALS: Final = {
    "unknown-rating-link": Refusal.UNKNOWN_LINK,
    "rating-already-given": Refusal.USED,
    "rating-revised-meanwhile": Refusal.CHANGED,
    "rating-link-too-early": Refusal.TOO_EARLY,
    "rating-link-expired": Refusal.EXPIRED,
    "rating-link-void": Refusal.VOID,
    "rating-link-replaced": Refusal.REPLACED,
    "rating-taken-out": Refusal.TAKEN_OUT,
    "rating-code-mistyped": Refusal.MISTYPED,
}
"""What rating says of a link, by the code of its problem."""

BY_STATUS: Final = {404: Refusal.UNKNOWN_LINK, 409: Refusal.USED, 410: Refusal.EXPIRED}
"""What a link is where the code is none of these."""


@page("/r")
async def code_form(lang: Language = None) -> Response:
    """The form that asks for a code from paper (mã đánh giá)."""
    return code_page(language_of(lang))


@router.post("/r")
async def enter_code(request: Request) -> Response:
    """Lead to the form of a code, or say what of it cannot be right."""
    fields = await posted_form(request)
    language = language_of(fields.get("language"))
    typed = fields.get("code", "")
    read = typed_code(typed)
    if read.mistake is not None:
        return code_page(language, typed, read)
    to = address(f"/r/{read.code}", language)
    return RedirectResponse(to, 303, page_headers(language, private=True))


@page("/r/{token}")
async def rating(token: str, request: Request, lang: Language = None) -> Response:
    """The rating page (phiếu đánh giá). Opening it spends nothing."""
    language = language_of(lang)
    return await _page(token, language, request)


@router.post("/r/{token}")
async def rate(token: str, request: Request) -> Response:
    """Take the answers of the rating page, given for the first time or changed."""
    try:
        language, given = _given(await posted_form(request, LARGEST_FORM))
    except FormTooLarge:
        language = language_of(None)
        return await _page(token, language, request, error=RatingError.COMMENT_TOO_LONG)
    mistake = _mistake(given)
    if mistake is not None or SEGMENT.fullmatch(token) is None:
        return await _page(token, language, request, given, error=mistake)
    told = _told(token, language, given)
    answer = await ask(request, "rating", "POST", "/v1/ratings", json=told)
    if answer.is_success:
        receipt = RatingReceipt.model_validate_json(answer.content)
        return thanks_page(language, receipt, token, given)
    if _of_the_link(answer):
        return await _refused(answer, language, token, request)
    error, wrong = _told_wrong(answer)
    return await _page(token, language, request, given, error=error, wrong=wrong)


@router.post("/r/{token}/revise")
async def revise(token: str, request: Request) -> Response:
    """Show the form again as it was filled in, to be changed (sửa đánh giá); nothing is taken yet."""
    language, given = _given(await posted_form(request, LARGEST_FORM))
    return await _page(token, language, request, given)


@router.post("/r/{token}/decline")
async def decline(token: str, request: Request) -> Response:
    """Note that the citizen does not wish to rate (từ chối đánh giá); again is the same."""
    fields = await posted_form(request)
    language = language_of(fields.get("language"))
    if SEGMENT.fullmatch(token) is None:
        return refusal_page(Refusal.UNKNOWN_LINK, language, f"/r/{token}")
    told = {"token": token}
    answer = await ask(request, "rating", "POST", "/v1/rating-refusals", json=told)
    if not answer.is_success:
        return await _refused(answer, language, token, request)
    form = await _form(token, language, request)
    return declined_page(language, token, open_still=form.status_code == httpx.codes.OK)


@router.post("/r/{token}/resolved")
async def judge(token: str, request: Request) -> Response:
    """Take the citizen's word on whether their matter is settled, once, and show how it stands."""
    fields = await posted_form(request)
    language = language_of(fields.get("language"))
    if SEGMENT.fullmatch(token) is None:
        return refusal_page(Refusal.UNKNOWN_LINK, language, f"/r/{token}")
    if (word := fields.get("resolved")) in {YES, NO}:
        told = {"resolved": word == YES}
        answer = await ask(request, "rating", "POST", f"/v1/rating-replies/{token}", json=told)
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            return refusal_page(Refusal.UNAVAILABLE, language, f"/r/{token}")
    return RedirectResponse(
        address(f"/r/{token}", language), 303, page_headers(language, private=True)
    )


async def _page(
    token: str,
    language: str,
    request: Request,
    given: Given = NOTHING,
    *,
    error: RatingError | None = None,
    wrong: frozenset[str] = frozenset(),
) -> Response:
    """The form with what was given so far, or what became of the link."""
    answer = await _form(token, language, request, given.revises)
    if answer.status_code != httpx.codes.OK:
        return await _refused(answer, language, token, request)
    form = RatingFormView.model_validate_json(answer.content)
    return rating_page(form, token, language, error, given=given, wrong=wrong)


def _given(fields: dict[str, str]) -> tuple[str, Given]:
    """The language and the content of a form: text in the one form in which it is counted and kept."""
    written = fields.get("comment", "").replace("\r\n", "\n")
    comment = unicodedata.normalize("NFC", written)
    revises = fields.get("revises", "")
    version = int(revises) if VERSION.fullmatch(revises) else None
    given = Given(posted_answers(fields), comment, version, posted_wishes(fields))
    return language_of(fields.get("language")), given


def _mistake(given: Given) -> RatingError | None:
    """What can be said without asking."""
    if len(given.comment) > LONGEST_COMMENT:
        return RatingError.COMMENT_TOO_LONG
    if not given.answers:
        return RatingError.NOTHING_CHOSEN
    wanted = given.wanted
    elsewhere = wanted.reply not in {"", ReplyChannel.PAGE}
    return RatingError.CONTACT_MISSING if elsewhere and not wanted.contact else None


def _told(token: str, language: str, given: Given) -> dict[str, Any]:
    told: dict[str, Any] = {"token": token, "answers": given.answers, "language": language}
    if given.comment.strip():
        told["comment"] = given.comment
    if given.revises is not None:
        told["revises"] = given.revises
    wanted = given.wanted
    if wanted.reply:
        here = wanted.reply == ReplyChannel.PAGE
        value = {} if here else {"value": wanted.contact}
        told["contact"] = {"channel": wanted.reply, **value}
    if wanted.complaint:
        told["complaint"] = True
    if wanted.petition:
        told["petition"] = True
    return told


def _told_wrong(answer: httpx.Response) -> tuple[RatingError, frozenset[str]]:
    """What of a form was not taken, and the questions it is about."""
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return RatingError.UNAVAILABLE, frozenset()
    problem = _problem(answer)
    pointers = [error.pointer for error in problem.errors] if problem else []
    if any(pointer.startswith("/comment") for pointer in pointers):
        return RatingError.COMMENT_REFUSED, frozenset()
    if any(pointer.startswith("/contact") for pointer in pointers):
        return RatingError.CONTACT_MISSING, frozenset()
    named = (each.removeprefix("/answers/") for each in pointers if each.startswith("/answers/"))
    wrong = frozenset(each.replace("~1", "/").replace("~0", "~") for each in named)
    missing = (
        bool(wrong) and problem is not None and {e.code for e in problem.errors} == {"missing"}
    )
    return RatingError.INCOMPLETE if missing else RatingError.NOT_ACCEPTED, wrong


async def _form(
    token: str, language: str, request: Request, revises: int | None = None
) -> httpx.Response:
    if SEGMENT.fullmatch(token) is None:
        return httpx.Response(httpx.codes.NOT_FOUND)
    told = {"language": language} | ({} if revises is None else {"revises": str(revises)})
    return await ask(request, "rating", "GET", f"/v1/rating-forms/{token}", params=told)


def _of_the_link(answer: httpx.Response) -> bool:
    problem = _problem(answer)
    return answer.status_code in BY_STATUS or (problem is not None and problem.code in REFUSALS)


async def _refused(answer: httpx.Response, language: str, token: str, request: Request) -> Response:
    """What became of a link, in words; of one that was used also how long its rating can be changed."""
    problem = _problem(answer)
    by_status = BY_STATUS.get(answer.status_code, Refusal.UNAVAILABLE)
    kind = REFUSALS.get(problem.code, by_status) if problem else by_status
    if kind is not Refusal.USED:
        return refusal_page(kind, language, f"/r/{token}")
    standing, reply = await _standing(token, request), await _reply(token, request)
    return refusal_page(kind, language, f"/r/{token}", standing, reply)


async def _reply(token: str, request: Request) -> ReplyView | None:
    """How the matter of whoever rated by a link stands; None where no reply is owed."""
    answer = await ask(request, "rating", "GET", f"/v1/rating-replies/{token}")
    if answer.status_code != httpx.codes.OK:
        return None
    return ReplyView.model_validate_json(answer.content)


async def _standing(token: str, request: Request) -> RatingStanding | None:
    """What stands of the rating a link gave; None where that is not told just now."""
    answer = await ask(request, "rating", "GET", f"/v1/rating-standings/{token}")
    if answer.status_code != httpx.codes.OK:
        return None
    return RatingStanding.model_validate_json(answer.content)


def _problem(answer: httpx.Response) -> ProblemView | None:
    try:
        return ProblemView.model_validate_json(answer.content)
    except ValidationError:
        return None
