"""The board's pages, their twins for programs and spreadsheets, and the badge of a target."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from chassis.auth import public_access
from chassis.pages import page_headers
from chassis.web import Here
from contracts.kpi import PlanView
from gateway.board.asking import Board, NoSuchBoard, NoSuchPlan, board_of
from gateway.upstream import ServiceAway
from gateway.web.board import board_page
from gateway.web.board_csv import procedure_csv, target_csv, unit_csv, watch_list_csv
from gateway.web.board_frame import Frame
from gateway.web.board_procedure import procedure_page
from gateway.web.board_target import target_page
from gateway.web.board_unit import unit_page
from gateway.web.board_watch import watch_list_page
from gateway.web.csv import scoreboard_csv
from gateway.web.plan_badge import plan_badge
from gateway.web.refusal import Refusal, refusal_page
from gateway.web.wording import language_of

router = APIRouter(
    dependencies=[public_access("counts of dossiers, small ones hidden; nobody's data")],
    include_in_schema=False,
)
page = partial(router.api_route, methods=["GET", "HEAD"])
Asking = Annotated[Board, Depends(board_of)]
Language = Annotated[str | None, Query(alias="lang")]
Drawn = tuple[BaseModel, Response]
"""What a page shows, and the page."""
KEPT: Final = "public, max-age=300"
"""How long a site that shows the picture may keep it."""


@page("/board/{plan}.json")
async def board_json(plan: str, board: Asking) -> Response:
    """The board's numbers for programs."""
    return _json(await board.scoreboard(plan), board)


@page("/board/{plan}.csv")
async def board_csv(plan: str, board: Asking) -> Response:
    """The board's numbers for a spreadsheet."""
    found = await board.scoreboard(plan)
    return _csv(scoreboard_csv(found), plan, found, board)


@page("/board/{plan}")
async def board_of_a_plan(
    plan: str, request: Request, board: Asking, lang: Language = None
) -> Response:
    """How a plan stands (bảng chỉ tiêu)."""
    language = language_of(lang)

    async def draw() -> Drawn:
        found = await board.scoreboard(plan)
        return found, board_page(found, language, board.asked.query, private=board.internal)

    return await _shown(draw(), board, language, request)


@page("/board/{plan}/badge.svg")
async def badge(
    plan: str, board: Asking, target: str | None = None, lang: Language = None
) -> Response:
    """A plan's score, or one target, as a picture that other sites show (huy hiệu chỉ tiêu)."""
    language = language_of(lang)
    found = await board.scoreboard(plan)
    row = None if target is None else await board.row(found, target)
    headers = page_headers(language, private=board.internal) | {
        "Cross-Origin-Resource-Policy": "cross-origin"
    }
    if not board.internal:
        headers["Cache-Control"] = KEPT
    drawn = plan_badge(found, row, language)
    answer = Response(drawn, headers=headers, media_type="image/svg+xml")
    return _known(answer, found, board, f"badge {language} {target}")


@page("/board/{plan}/watch-list.json")
async def watch_list_json(plan: str, board: Asking) -> Response:
    """The watch list for programs."""
    return _json(await board.watch_list(await board.plan(plan)), board)


@page("/board/{plan}/watch-list.csv")
async def watch_list_for_a_spreadsheet(plan: str, board: Asking) -> Response:
    """The watch list for a spreadsheet."""
    found = await board.watch_list(await board.plan(plan))
    return _csv(watch_list_csv(found), f"{plan}-watch-list", found, board)


@page("/board/{plan}/watch-list")
async def watch_list(plan: str, request: Request, board: Asking, lang: Language = None) -> Response:
    """Fields to hold a dialogue about (danh sách đối thoại)."""
    language = language_of(lang)

    async def draw() -> Drawn:
        told = await board.plan(plan)
        found = await board.watch_list(told)
        return found, watch_list_page(found, _frame(told, board, language))

    return await _shown(draw(), board, language, request)


@page("/board/{plan}/units/{agency}.json")
async def unit_json(plan: str, agency: str, board: Asking) -> Response:
    """A unit for programs."""
    return _json(await board.unit(plan, agency), board)


@page("/board/{plan}/units/{agency}.csv")
async def unit_for_a_spreadsheet(plan: str, agency: str, board: Asking) -> Response:
    """A unit for a spreadsheet."""
    found = await board.unit(plan, agency)
    return _csv(unit_csv(found), f"{plan}-{agency}", found, board)


@page("/board/{plan}/units/{agency}")
async def unit(
    plan: str, agency: str, request: Request, board: Asking, lang: Language = None
) -> Response:
    """A unit in every target of a plan, and its own fields (trang đơn vị)."""
    language = language_of(lang)

    async def draw() -> Drawn:
        found = await board.unit(plan, agency)
        return found, unit_page(found, _frame(await board.plan(plan), board, language))

    return await _shown(draw(), board, language, request)


@page("/board/{plan}/procedures/{code}.json")
async def procedure_json(plan: str, code: str, board: Asking) -> Response:
    """A procedure for programs."""
    return _json(await board.procedure(plan, code), board)


@page("/board/{plan}/procedures/{code}.csv")
async def procedure_for_a_spreadsheet(plan: str, code: str, board: Asking) -> Response:
    """A procedure for a spreadsheet."""
    found = await board.procedure(plan, code)
    return _csv(procedure_csv(found), f"{plan}-{code}", found, board)


@page("/board/{plan}/procedures/{code}")
async def procedure(
    plan: str, code: str, request: Request, board: Asking, lang: Language = None
) -> Response:
    """A procedure in the targets of a plan (trang thủ tục)."""
    language = language_of(lang)

    async def draw() -> Drawn:
        found = await board.procedure(plan, code)
        return found, procedure_page(found, _frame(await board.plan(plan), board, language))

    return await _shown(draw(), board, language, request)


@page("/board/{plan}/{target}.json")
async def target_json(plan: str, target: str, board: Asking) -> Response:
    """A target for programs."""
    return _json(await board.target(plan, target), board)


@page("/board/{plan}/{target}.csv")
async def target_for_a_spreadsheet(plan: str, target: str, board: Asking) -> Response:
    """A target for a spreadsheet."""
    found = await board.target(plan, target)
    return _csv(target_csv(found), f"{plan}-{target}", found, board)


@page("/board/{plan}/{target}")
async def target(  # noqa: PLR0917 - FastAPI passes them by name
    plan: str,
    target: str,
    request: Request,
    here: Here,
    board: Asking,
    lang: Language = None,
) -> Response:
    """One target: its figure, how it came about, and what is behind it (trang chỉ tiêu)."""
    language = language_of(lang)

    async def draw() -> Drawn:
        found = await board.target(plan, target)
        frame = _frame(await board.plan(plan), board, language)
        return found, target_page(found, frame, here.settings.public_url)

    return await _shown(draw(), board, language, request)


async def _shown(
    drawing: Awaitable[Drawn], board: Board, language: str, request: Request
) -> Response:
    """A page, or the page that says why there is none."""
    try:
        found, drawn = await drawing
    except (NoSuchBoard, NoSuchPlan):
        return refusal_page(Refusal.UNKNOWN_PAGE, language, request.url.path)
    except ServiceAway:
        return refusal_page(Refusal.UNAVAILABLE, language, request.url.path)
    return _known(drawn, found, board, language)


def _frame(plan: PlanView, board: Board, language: str) -> Frame:
    return Frame(plan, board.asked.query, language, board.internal)


def _json(found: BaseModel, board: Board) -> Response:
    answer = Response(found.model_dump_json(), media_type="application/json")
    return _known(answer, found, board, "json")


def _csv(written: str, name: str, found: BaseModel, board: Board) -> Response:
    answer = Response(written, media_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return _known(answer, found, board, "csv")


def _known(answer: Response, found: BaseModel, board: Board, kind: str) -> Response:
    """The answer, or 304 where the reader has the same figures; what a partner sees alone is never kept."""
    answer.headers["Vary"] = "Authorization"
    if board.internal:
        answer.headers["Cache-Control"] = "no-store"
        return answer
    told = hashlib.sha256(f"{kind} {sorted(board.asked.query.items())}".encode())
    told.update(repr(_without_instants(found.model_dump(mode="json"))).encode())
    answer.headers["ETag"] = tag = f'W/"{told.hexdigest()[:32]}"'
    known = board.request.headers.get("if-none-match", "")
    if known.strip() == "*" or tag in {each.strip() for each in known.split(",")}:
        kept = ("etag", "cache-control", "content-language", "vary", "cross-origin-resource-policy")
        headers = {name: answer.headers[name] for name in kept if name in answer.headers}
        return Response(status_code=304, headers=headers)
    return answer


def _without_instants(told: object) -> object:
    """The same without the moments it was counted and heard at: they change and the figures do not."""
    if isinstance(told, dict):
        return {k: _without_instants(v) for k, v in told.items() if k not in {"as_of", "heard_at"}}
    if isinstance(told, list):
        return [_without_instants(one) for one in told]
    return told
