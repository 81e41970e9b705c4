"""Links for those who hand them to citizens."""

from http import HTTPStatus
from io import BytesIO
from typing import Annotated, Literal

import segno
from fastapi import APIRouter, Query, Response

from chassis import telemetry
from chassis.edge import StrictRoute
from chassis.hearing import heard_of
from chassis.permissions import RatingWriter
from chassis.web import Works, refusals
from contracts.rating import InvitationList, InvitationView, InvitationWanted
from contracts.vocabulary import Occasion, Provenance
from contracts.wire import Code
from services.rating import commands, views
from services.rating.links import Links
from services.rating.routes.headers import UNCACHED
from services.rating.tables import KnownDossier

router = APIRouter(prefix="/v1", route_class=StrictRoute)

PIXELS = 8
"""Of a module, so that a phone reads it from a screen."""

Format = Annotated[Literal["svg", "png"], Query(description="`svg` or `png`.")]
Way = Annotated[
    Literal[Provenance.SELF_QR, Provenance.POSTAL_CARD],
    Query(description="For a screen or a paper at the counter, or for the card in an envelope."),
]


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
    await heard_of(KnownDossier, code, caller, work.running)
    request = telemetry.REQUEST_ID.get()
    found = await work(commands.read_invitations, code, caller, request)
    return views.invitations(found, work.running.own(Links), work.running.database.now())


@router.post(
    "/dossiers/{code}/rating-invitations",
    tags=["ratings"],
    status_code=201,
    responses=refusals(
        commands.UnknownDossier,
        commands.UnknownInvitation,
        commands.RatingAlreadyGiven,
        commands.RatingKeyReplaced,
    ),
)
async def invite_or_issue_anew(
    code: Code, wanted: InvitationWanted, caller: RatingWriter, work: Works, response: Response
) -> InvitationView:
    """The link a receipt carries, the same for each reprint (200); or a new one in place of all before."""
    response.headers.update(UNCACHED)
    await heard_of(KnownDossier, code, caller, work.running)
    request = telemetry.REQUEST_ID.get()
    if wanted.reissue:
        invited = await work(commands.issue_anew, code, wanted.occasion, caller, request)
    else:
        invited = await work(commands.invite_on_receipt, code, caller, request)
    if not invited.minted:
        response.status_code = HTTPStatus.OK
    links, now = work.running.own(Links), work.running.database.now()
    return views.invitation(invited.invitation, links, now)


@router.get(
    "/dossiers/{code}/rating-invitations/{occasion}/qr",
    tags=["ratings"],
    response_class=Response,
    responses=refusals(
        commands.UnknownDossier, commands.UnknownInvitation, commands.RatingKeyReplaced
    )
    | {200: {"content": {"image/svg+xml": {}, "image/png": {}}}},
)
async def draw_invitation(  # noqa: PLR0917 - FastAPI passes them by name
    code: Code,
    occasion: Occasion,
    caller: RatingWriter,
    work: Works,
    format: Format = "svg",
    way: Way = Provenance.SELF_QR,
) -> Response:
    """The QR code of a link (mã QR đánh giá); each reading is recorded.

    The one for the card in an envelope is drawn before the result is delivered, and opens nothing until then.
    """
    await heard_of(KnownDossier, code, caller, work.running)
    request = telemetry.REQUEST_ID.get()
    found = await work(commands.invitation_to_draw, code, occasion, way, caller, request)
    links = work.running.own(Links)
    return _drawn(links.url(links.secret(found, way)), format)


def _drawn(address: str, format: str) -> Response:
    drawing = BytesIO()
    # Fifteen of a hundred may be lost: paper is folded, stamped and copied.
    segno.make(address, error="m", micro=False).save(drawing, kind=format, scale=PIXELS, border=4)
    kind = "image/png" if format == "png" else "image/svg+xml"
    return Response(drawing.getvalue(), media_type=kind, headers=UNCACHED)
