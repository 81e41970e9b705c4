"""A form, a rating, or a refusal for whoever holds a link."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.auth import public_access
from chassis.edge import StrictRoute
from chassis.web import Reading, Works, refusals
from contracts.rating import (
    RatingFormView,
    RatingGiven,
    RatingReceipt,
    RatingRefused,
    RatingStanding,
    RefusalReceipt,
)
from services.rating import commands, views
from services.rating.routes.headers import UNCACHED

router = APIRouter(prefix="/v1", route_class=StrictRoute)

holder = public_access("citizens have no account here: a one-use link is its own proof")

Language = Annotated[str, Query(pattern="^(vi|en)$", description="`vi` or `en`.")]
Revises = Annotated[
    int | None,
    Query(ge=1, description="The version that is to be changed, while that can be done."),
]

OF_A_LINK = (
    commands.UnknownRatingLink,
    commands.RatingAlreadyGiven,
    commands.RatingLinkTooEarly,
    commands.RatingLinkExpired,
    commands.RatingLinkVoid,
    commands.RatingLinkReplaced,
    commands.RatingCodeMistyped,
)
"""What may have become of a link or a code."""


@router.get(
    "/rating-forms/{token}",
    tags=["ratings"],
    dependencies=[holder],
    responses=refusals(*OF_A_LINK, commands.RatingRevisedMeanwhile, commands.RatingTakenOut),
)
async def read_form(
    token: str,
    uow: Reading,
    response: Response,
    language: Language = "vi",
    revises: Revises = None,
) -> RatingFormView:
    """The questionnaire of a link as data (phiếu đánh giá). Opening it spends nothing."""
    response.headers.update(UNCACHED)
    return views.form(await commands.open_form(token, uow, revises), language)


@router.get(
    "/rating-standings/{token}",
    tags=["ratings"],
    dependencies=[holder],
    responses=refusals(
        commands.UnknownRating,
        commands.UnknownRatingLink,
        commands.RatingLinkTooEarly,
        commands.RatingLinkReplaced,
        commands.RatingCodeMistyped,
    ),
)
async def read_standing(token: str, uow: Reading, response: Response) -> RatingStanding:
    """Until when the rating that a link gave can be changed; nothing of what it says."""
    response.headers.update(UNCACHED)
    return views.standing(await commands.read_standing(token, uow))


@router.post(
    "/ratings",
    tags=["ratings"],
    status_code=201,
    response_model=RatingReceipt,
    dependencies=[holder],
    responses=refusals(
        *OF_A_LINK,
        commands.AnswersInvalid,
        commands.RatingRevisedMeanwhile,
        commands.RatingTakenOut,
    ),
)
async def give_rating(given: RatingGiven, work: Works) -> Response:
    """Rate a result, once for each link (đánh giá mức độ hài lòng). Send option ids only.

    For a few minutes the same link changes what it gave (200): send the receipt's version as `revises`.
    """
    answer = await work.answer(commands.give_rating, given, show=views.accepted)
    answer.headers.update(UNCACHED)
    return answer


@router.post(
    "/rating-refusals",
    tags=["ratings"],
    dependencies=[holder],
    responses=refusals(*OF_A_LINK),
)
async def decline_rating(refused: RatingRefused, work: Works, response: Response) -> RefusalReceipt:
    """Say that one would rather not rate (từ chối đánh giá); the link stays good all the same."""
    response.headers.update(UNCACHED)
    return views.declined(await work(commands.decline, refused), refused.language)
