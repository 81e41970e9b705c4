"""Cases of ratings over HTTP, for those who owe an answer and for those who hand one over."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.permissions import CaseWorker, OriginalReader
from chassis.web import Here, Reading, Works, refusals
from contracts.rating import (
    CaseAssignment,
    CaseClosing,
    CaseReply,
    ContactView,
    PetitionHandover,
    PetitionView,
    RatingCasePage,
    RatingCaseView,
)
from contracts.vocabulary import CaseKind, CaseState
from contracts.wire import Code
from services.rating.cases import commands, queries, views
from services.rating.cases.office import day_of
from services.rating.cases.refused import (
    CaseHandedOver,
    CaseNotHandedOver,
    CaseSettled,
    PetitionConsentMissing,
    UnknownCase,
)
from services.rating.cases.seen import seen_by
from services.rating.lists import CursorUnknown, UnknownAgency, cursor_read
from services.rating.routes.headers import UNCACHED
from services.rating.sealed import CommentKeyMissing
from services.rating.tables import Comment, RatingCase

router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.get(
    "/rating-cases", tags=["rating cases"], responses=refusals(CursorUnknown, UnknownAgency)
)
async def list_cases(  # noqa: PLR0917 - FastAPI passes them by name
    caller: CaseWorker,
    here: Here,
    uow: Reading,
    response: Response,
    agency: Annotated[Code | None, Query(description="With everything below it.")] = None,
    state: CaseState | None = None,
    kind: CaseKind | None = None,
    overdue: Annotated[bool, Query(description="Only those an answer is overdue for.")] = False,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RatingCasePage:
    """Cases of unhappy or asking citizens (việc cần xử lý), those due first at the head."""
    response.headers.update(UNCACHED)
    today = day_of(uow.now)
    wanted = queries.Wanted(state, kind, today if overdue else None, cursor_read(cursor))
    found = await queries.cases(wanted, await seen_by(caller, here, agency), limit + 1, uow)
    return views.page(found, await queries.comments_of(found, uow), today, limit)


@router.get("/rating-cases/{id}", tags=["rating cases"], responses=refusals(UnknownCase))
async def read_case(
    id: Code, caller: CaseWorker, uow: Reading, response: Response
) -> RatingCaseView:
    """One case with what was done about it."""
    response.headers.update(UNCACHED)
    found = await commands.expect_case(id, caller, uow)
    comment = await uow.get(Comment, found.invitation)
    return views.case(found, comment, day_of(uow.now), await queries.acts_on(id, uow))


@router.get(
    "/rating-cases/{id}/contact",
    tags=["rating cases"],
    responses=refusals(UnknownCase, CommentKeyMissing),
)
async def read_contact(
    id: Code, caller: OriginalReader, work: Works, response: Response
) -> ContactView:
    """How the citizen wants to be reached, for the reply alone; each reading is recorded."""
    response.headers.update(UNCACHED)
    return views.contact(*await work(commands.contact_of, id, caller))


@router.post(
    "/rating-cases/{id}/assignments",
    tags=["rating cases"],
    response_model=RatingCaseView,
    responses=refusals(UnknownCase, CaseSettled),
)
async def assign_case(id: Code, told: CaseAssignment, caller: CaseWorker, work: Works) -> Response:
    """Say which desk owes the answer, and by when (giao xử lý)."""

    async def assign(uow: UnitOfWork) -> Shown:
        return await _shown(await commands.assign(id, told, caller, uow), uow)

    return await work.answer(assign, show=_case)


@router.post(
    "/rating-cases/{id}/replies",
    tags=["rating cases"],
    response_model=RatingCaseView,
    responses=refusals(UnknownCase, CaseSettled, CommentKeyMissing),
)
async def reply_to_citizen(id: Code, told: CaseReply, caller: CaseWorker, work: Works) -> Response:
    """Reply to the citizen (phản hồi): read at the page of the rating link, and sent where they asked."""

    async def reply(uow: UnitOfWork) -> Shown:
        return await _shown(await commands.reply(id, told, caller, uow), uow)

    return await work.answer(reply, show=_case)


@router.post(
    "/rating-cases/{id}/closings",
    tags=["rating cases"],
    response_model=RatingCaseView,
    responses=refusals(UnknownCase, CaseSettled, CaseNotHandedOver),
)
async def close_case(id: Code, told: CaseClosing, caller: CaseWorker, work: Works) -> Response:
    """Let a case end, with what came of it (đóng việc)."""

    async def close(uow: UnitOfWork) -> Shown:
        return await _shown(await commands.close(id, told, caller, uow), uow)

    return await work.answer(close, show=_case)


@router.post(
    "/rating-cases/{id}/pakn",
    tags=["rating cases"],
    response_model=PetitionView,
    responses=refusals(UnknownCase, CaseSettled, PetitionConsentMissing, CaseHandedOver),
)
async def hand_over_case(
    id: Code, told: PetitionHandover, caller: CaseWorker, work: Works
) -> Response:
    """Let a case go on as a petition with its legal days (chuyển phản ánh, kiến nghị): what to hand over."""

    async def hand_over(uow: UnitOfWork) -> Shown:
        return await _shown(await commands.hand_over(id, told, caller, uow), uow)

    return await work.answer(hand_over, show=_petition)


Shown = tuple[RatingCase, Comment | None, UnitOfWork]


async def _shown(row: RatingCase, uow: UnitOfWork) -> Shown:
    return row, await uow.get(Comment, row.invitation), uow


def _case(shown: Shown) -> tuple[int, BaseModel]:
    row, comment, uow = shown
    return 200, views.case(row, comment, day_of(uow.now))


def _petition(shown: Shown) -> tuple[int, BaseModel]:
    row, comment, _ = shown
    return 200, views.petition(row, comment.redacted if comment is not None else None)
