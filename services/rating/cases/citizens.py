"""The reply to whoever holds a rating link, and their word on it."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from chassis.auth import public_access
from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.running import running_of
from chassis.web import Reading, Works, refusals
from contracts.rating import ReplyJudged, ReplyView
from services.rating.cases import commands, views
from services.rating.cases.refused import NoReplyAwaited, ReplyNotAsked
from services.rating.commands.refused import UnknownRatingLink
from services.rating.routes.headers import UNCACHED
from services.rating.sealed import CommentKeyMissing, SealedWords
from services.rating.tables import RatingCase

router = APIRouter(prefix="/v1", route_class=StrictRoute)

holder = public_access("citizens have no account here: the link they rated by is its own proof")


@router.get(
    "/rating-replies/{token}",
    tags=["ratings"],
    dependencies=[holder],
    responses=refusals(UnknownRatingLink, NoReplyAwaited, CommentKeyMissing),
)
async def read_reply(token: str, uow: Reading, response: Response) -> ReplyView:
    """How the matter of whoever holds a rating link stands, with the reply once there is one (phản hồi)."""
    response.headers.update(UNCACHED)
    return _told(await commands.case_of_link(token, uow), uow)


@router.post(
    "/rating-replies/{token}",
    tags=["ratings"],
    response_model=ReplyView,
    dependencies=[holder],
    responses=refusals(UnknownRatingLink, NoReplyAwaited, ReplyNotAsked, CommentKeyMissing),
)
async def judge_reply(token: str, told: ReplyJudged, work: Works) -> Response:
    """Say whether the matter is settled; no opens it again, once (đã được giải quyết hay chưa).

    The reply's text is not told again.
    """

    async def judge(uow: UnitOfWork) -> ReplyView:
        # Answers under an Idempotency-Key are kept in plain text.
        return views.reply(await commands.judge(token, told, uow), None)

    answer = await work.answer(judge, show=_answer)
    answer.headers.update(UNCACHED)
    return answer


def _told(row: RatingCase, uow: UnitOfWork) -> ReplyView:
    words = running_of(uow).own(SealedWords)
    text = words.opened(row.reply, commands.TABLE, "reply", row.id) if row.reply else None
    return views.reply(row, text)


def _answer(view: ReplyView) -> tuple[int, BaseModel]:
    return 200, view
