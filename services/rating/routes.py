"""Rating over HTTP: links for those who hand them out, a form and a rating for whoever holds one.

No route shows a single rating to anybody: totals are kpi's, from enough of them upwards.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis import telemetry
from chassis.auth import public_access
from chassis.edge import StrictRoute
from chassis.permissions import RatingWriter
from chassis.web import Reading, Works, refusals
from contracts.rating import (
    InvitationList,
    InvitationView,
    InvitationWanted,
    RatingFormView,
    RatingGiven,
    RatingReceipt,
)
from contracts.wire import Code
from services.rating import commands, views
from services.rating.links import Links

router = APIRouter(prefix="/v1", route_class=StrictRoute)

UNCACHED = {"Cache-Control": "no-store"}

holder = public_access("citizens have no account here: a one-use link is its own proof")

Language = Annotated[str, Query(pattern="^(vi|en)$", description="`vi` or `en`.")]


@router.get(
    "/dossiers/{code}/rating-invitations",
    tags=["ratings"],
    responses=refusals(commands.UnknownDossier, commands.RatingKeyReplaced),
)
async def read_invitations(
    code: Code, caller: RatingWriter, work: Works, response: Response
) -> InvitationList:
    """The one-use links of a dossier, for the receipt, an SMS or Zalo; each reading is recorded."""
    response.headers.update(UNCACHED)
    await commands.settled(code, caller, work.running)
    request = telemetry.REQUEST_ID.get()
    found = await work(commands.read_invitations, code, caller, request)
    return views.invitations(found, work.running.own(Links))


@router.post(
    "/dossiers/{code}/rating-invitations",
    tags=["ratings"],
    status_code=201,
    responses=refusals(commands.UnknownDossier, commands.RatingKeyReplaced),
)
async def invite_on_receipt(
    code: Code, _: InvitationWanted, caller: RatingWriter, work: Works, response: Response
) -> InvitationView:
    """The link a receipt carries; minted for the first print, the same for each reprint (200)."""
    response.headers.update(UNCACHED)
    await commands.settled(code, caller, work.running)
    request = telemetry.REQUEST_ID.get()
    invited = await work(commands.invite_on_receipt, code, caller, request)
    if not invited.minted:
        response.status_code = HTTPStatus.OK
    return views.invitation(invited.invitation, work.running.own(Links))


@router.get(
    "/rating-forms/{token}",
    tags=["ratings"],
    dependencies=[holder],
    responses=refusals(
        commands.UnknownRatingLink, commands.RatingAlreadyGiven, commands.RatingLinkExpired
    ),
)
async def read_form(
    token: str, uow: Reading, response: Response, language: Language = "vi"
) -> RatingFormView:
    """The questionnaire of a link as data (phiếu đánh giá). Opening it spends nothing."""
    response.headers.update(UNCACHED)
    return views.form(await commands.open_form(token, uow), language)


@router.post(
    "/ratings",
    tags=["ratings"],
    status_code=201,
    response_model=RatingReceipt,
    dependencies=[holder],
    responses=refusals(
        commands.UnknownRatingLink,
        commands.RatingAlreadyGiven,
        commands.RatingLinkExpired,
        commands.AnswersInvalid,
    ),
)
async def give_rating(given: RatingGiven, work: Works) -> Response:
    """Rate a result, once for each link (đánh giá mức độ hài lòng). Send option ids only."""
    answer = await work.answer(commands.give_rating, given, show=views.receipt)
    answer.headers.update(UNCACHED)
    return answer
