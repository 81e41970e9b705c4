"""The pages people see: home, board, API reference; each asks a service and draws."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.staticfiles import StaticFiles

from chassis.auth import public_access
from chassis.database import UnitOfWork
from chassis.web import Here, declare_access
from contracts.kpi import PlanList
from contracts.problems import Unavailable
from contracts.vocabulary import VIETNAM
from gateway import desk, kiosk, rating_pages, results, tracking
from gateway.board import routes as board
from gateway.board.asking import own_token
from gateway.queries import password_clients
from gateway.upstream import ask
from gateway.web.board import Debt, boards_page
from gateway.web.home import home_page
from gateway.web.layout import STATIC
from gateway.web.reference import reference_page
from gateway.web.refusal import refusal_page
from gateway.web.wording import language_of
from gateway.widget import framed
from gateway.widget import routes as widget

router = APIRouter(
    dependencies=[public_access("pages are for everybody")],
    include_in_schema=False,
)
page = partial(router.api_route, methods=["GET", "HEAD"])
"""A page; HEAD is answered as GET is, without the body (RFC 9110)."""

Language = Annotated[str | None, Query(alias="lang")]
PAGE_SECONDS = 5.0
"""How long somebody who looks at a page waits for the figures on it."""


def mount_pages(app: FastAPI, openapi: dict[str, Any]) -> None:
    """Add the pages and their stylesheets to the gateway."""
    app.state.openapi_document = openapi
    app.include_router(router)
    app.include_router(board.router)
    app.include_router(rating_pages.router)
    app.include_router(results.router)
    app.include_router(tracking.router)
    app.include_router(desk.router)
    app.include_router(widget.router)
    app.include_router(framed.router)
    app.include_router(kiosk.router)
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
    return boards_page(plans, language_of(lang), await _debt(here))


@page("/docs")
async def docs(request: Request, lang: Language = None) -> Response:
    """The API reference."""
    return reference_page(request.app.state.openapi_document, language_of(lang))


@page("/openapi.json")
async def openapi(request: Request) -> Response:
    """The API reference for programs (OpenAPI 3.1)."""
    return JSONResponse(request.app.state.openapi_document)


async def _plans(request: Request, here: Here) -> PlanList | None:
    answer = await ask(
        request, "kpi", "GET", "/v1/plans", headers=own_token(here), seconds=PAGE_SECONDS
    )
    if answer.status_code != httpx.codes.OK:
        return None
    return PlanList.model_validate_json(answer.content)


async def _debt(here: Here) -> Debt | None:
    """Systems on the weaker way in; not told while the register cannot be read."""
    try:
        found = await password_clients(UnitOfWork(here.database))
    except Unavailable:
        return None
    ends = found[0].expires_at if found else None
    if ends is None:
        return None
    return Debt(systems=len(found), ends_on=ends.astimezone(VIETNAM).date())
