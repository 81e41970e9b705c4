"""The pages people see: home, board, rating page, API reference; each asks a service and draws."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.staticfiles import StaticFiles

from chassis.auth import public_access
from chassis.web import Here, declare_access
from contracts.kpi import PlanList, Scoreboard
from contracts.problems import NotFound
from contracts.rating import RatingFormView, RatingGiven, RatingReceipt
from contracts.vocabulary import Scope
from gateway import tracking
from gateway.forms import posted_form
from gateway.keys import GATEWAY, SigningKey
from gateway.upstream import ServiceAway, ask
from gateway.web.board import board_page, boards_page
from gateway.web.csv import scoreboard_csv
from gateway.web.home import home_page
from gateway.web.layout import STATIC
from gateway.web.rating import posted_answers, rating_page, refusal_page, thanks_page
from gateway.web.reference import reference_page
from gateway.web.wording import language_of

router = APIRouter(
    dependencies=[public_access("pages are for everybody; a rating link is its own proof")],
    include_in_schema=False,
)
page = partial(router.api_route, methods=["GET", "HEAD"])
"""A page; HEAD is answered as GET is, without the body (RFC 9110)."""

Language = Annotated[str | None, Query(alias="lang")]
REFUSALS = {404: "unknown_link", 409: "used", 410: "expired"}
SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}", re.ASCII)
"""What may stand as one part of an address behind the gateway: no plan and no link looks otherwise."""


class NoSuchPlan(NotFound):
    """There is no such plan."""

    title_vi = "Không có kế hoạch này"


def mount_pages(app: FastAPI, openapi: dict[str, Any]) -> None:
    """Add the pages and their one stylesheet to the gateway."""
    app.state.openapi_document = openapi
    app.include_router(router)
    app.include_router(tracking.router)
    declare_access(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")


@page("/")
async def home(request: Request, here: Here, lang: Language = None) -> Response:
    """What this is, and where to go."""
    return home_page(await _plans(request, here), language_of(lang))


@page("/board")
async def boards(request: Request, here: Here, lang: Language = None) -> Response:
    """The plans that have a board."""
    plans = await _plans(request, here)
    if plans is None:
        return refusal_page("unavailable", language_of(lang), "/board")
    return boards_page(plans, language_of(lang))


@page("/board/{plan}.json")
async def board_json(
    plan: str, request: Request, here: Here, agency: str | None = None
) -> Response:
    """The board's numbers for programs."""
    scoreboard = await _scoreboard(plan, agency, request, here)
    if scoreboard is None:
        raise NoSuchPlan("See /v1/plans for the plans there are.")
    return Response(scoreboard.model_dump_json(), media_type="application/json")


@page("/board/{plan}.csv")
async def board_csv(plan: str, request: Request, here: Here, agency: str | None = None) -> Response:
    """The board's numbers for a spreadsheet."""
    scoreboard = await _scoreboard(plan, agency, request, here)
    if scoreboard is None:
        raise NoSuchPlan("See /v1/plans for the plans there are.")
    headers = {"Content-Disposition": f'attachment; filename="{scoreboard.plan}.csv"'}
    return Response(
        scoreboard_csv(scoreboard), headers=headers, media_type="text/csv; charset=utf-8"
    )


@page("/board/{plan}")
async def board(
    plan: str, request: Request, here: Here, agency: str | None = None, lang: Language = None
) -> Response:
    """How a plan stands (bảng chỉ tiêu)."""
    try:
        scoreboard = await _scoreboard(plan, agency, request, here)
    except ServiceAway:
        return refusal_page("unavailable", language_of(lang), f"/board/{plan}")
    if scoreboard is None:
        return refusal_page("unknown_page", language_of(lang), f"/board/{plan}")
    return board_page(scoreboard, language_of(lang), {"agency": agency} if agency else None)


@page("/r/{token}")
async def rating(token: str, request: Request, lang: Language = None) -> Response:
    """The rating page (phiếu đánh giá). Opening it spends nothing."""
    language = language_of(lang)
    answer = await _form(token, language, request)
    if answer.status_code != httpx.codes.OK:
        return _refused(answer, language, token)
    return rating_page(RatingFormView.model_validate_json(answer.content), token, language)


@router.post("/r/{token}")
async def rate(token: str, request: Request) -> Response:
    """Take the answers of the rating page."""
    fields = await posted_form(request)
    language = language_of(fields.get("language"))
    answers, comment = posted_answers(fields), fields.get("comment", "")
    given: dict[str, Any] = {"token": token, "answers": answers, "language": language}
    if comment.strip():
        given["comment"] = comment
    answer = await ask(request, "rating", "POST", "/v1/ratings", json=given)
    if answer.status_code == httpx.codes.CREATED:
        return thanks_page(language, RatingReceipt.model_validate_json(answer.content))
    if answer.status_code in REFUSALS:
        return _refused(answer, language, token)
    error = _mistake(answer, answers, comment)
    form = await _form(token, language, request)
    if form.status_code != httpx.codes.OK:
        return _refused(form, language, token)
    view = RatingFormView.model_validate_json(form.content)
    return rating_page(view, token, language, error, chosen=answers, comment=comment)


@page("/docs")
async def docs(request: Request, lang: Language = None) -> Response:
    """The API reference."""
    return reference_page(request.app.state.openapi_document, language_of(lang))


@page("/openapi.json")
async def openapi(request: Request) -> Response:
    """The API reference for programs (OpenAPI 3.1)."""
    return JSONResponse(request.app.state.openapi_document)


def _mistake(answer: httpx.Response, answers: dict[str, str], comment: str) -> str:
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return "unavailable"
    if not answers:
        return "nothing_chosen"
    limit = next(m.max_length for m in _COMMENT.metadata if hasattr(m, "max_length"))
    return "comment_too_long" if len(comment) > limit else "not_accepted"


_COMMENT = RatingGiven.model_fields["comment"]


async def _form(token: str, language: str, request: Request) -> httpx.Response:
    if SEGMENT.fullmatch(token) is None:
        return httpx.Response(httpx.codes.NOT_FOUND)
    told = {"language": language}
    return await ask(request, "rating", "GET", f"/v1/rating-forms/{token}", params=told)


def _refused(answer: httpx.Response, language: str, token: str) -> Response:
    kind = REFUSALS.get(answer.status_code, "unavailable")
    return refusal_page(kind, language, f"/r/{token}")


async def _plans(request: Request, here: Here) -> PlanList | None:
    answer = await ask(request, "kpi", "GET", "/v1/plans", headers=_own_token(here))
    if answer.status_code != httpx.codes.OK:
        return None
    return PlanList.model_validate_json(answer.content)


async def _scoreboard(
    plan: str, agency: str | None, request: Request, here: Here
) -> Scoreboard | None:
    """The plan's scoreboard, or None where there is none. Raises `ServiceAway`."""
    if SEGMENT.fullmatch(plan) is None:
        return None
    params = {"agency": agency} if agency else {}
    path = f"/v1/plans/{plan}/scoreboard"
    answer = await ask(request, "kpi", "GET", path, headers=_own_token(here), params=params)
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise ServiceAway("The figures cannot be asked for just now.", retry_after=2)
    if answer.status_code != httpx.codes.OK:
        return None
    return Scoreboard.model_validate_json(answer.content)


def _own_token(here: Here) -> dict[str, str]:
    """The board is public: the gateway reads figures in its own name, never in a visitor's."""
    token = here.own(SigningKey).token(GATEWAY, None, [Scope.INDICATORS_READ])
    return {"Authorization": f"Bearer {token}"}
