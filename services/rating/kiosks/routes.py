"""Kiosks over HTTP, for those who run them and for one-stop systems that push the dossier at hand."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis import telemetry
from chassis.edge import StrictRoute
from chassis.hearing import heard_of
from chassis.permissions import Operator, RatingWriter
from chassis.web import Works, refusals
from contracts.rating.kiosks import (
    EnrolmentView,
    EnrolmentWanted,
    KioskList,
    KioskView,
    ReleaseView,
    ReleaseWanted,
    TicketPushed,
    TicketView,
)
from contracts.wire import Code
from services.rating.commands import (
    RatingAlreadyGiven,
    RatingKeyReplaced,
    RatingLinkExpired,
    RatingLinkVoid,
    UnknownDossier,
)
from services.rating.kiosks import commands, refused, views
from services.rating.kiosks.invited import heard_of_invitation
from services.rating.routes.headers import UNCACHED
from services.rating.tables import KnownDossier

router = APIRouter(prefix="/v1/kiosks", route_class=StrictRoute, tags=["kiosks"])

LONGEST_PART = 200


@router.post("/enrolments", status_code=201, responses=refusals(refused.UnknownAgency))
async def make_enrolment(
    wanted: EnrolmentWanted, caller: Operator, work: Works, response: Response
) -> EnrolmentView:
    """Make a code by which one device becomes the kiosk of a counter (mã đăng ký thiết bị đánh giá).

    It is good for ten minutes and once. Type it in at the device, at the page `/kiosk`.
    """
    response.headers.update(UNCACHED)
    return views.enrolment(await work(commands.make_enrolment, wanted, caller))


@router.get("", responses=refusals(refused.UnknownAgency))
async def list_kiosks(
    caller: Operator,
    work: Works,
    agency: Annotated[Code | None, Query(description="This agency and those below it.")] = None,
    cursor: Annotated[
        str, Query(max_length=64, description="`next_cursor` of the part before.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=LONGEST_PART)] = LONGEST_PART,
) -> KioskList:
    """Kiosks within reach: how each stands, its last heartbeat, what waits there and here."""
    found = await work(commands.kiosks_within, agency, cursor, limit + 1, caller)
    return views.kiosks(found, limit)


@router.delete("/{id}", responses=refusals(refused.UnknownKiosk))
async def revoke_kiosk(id: str, caller: Operator, work: Works) -> KioskView:
    """Take a kiosk out of use, from its next request on; what it handed over stays."""
    return views.kiosk(await work(commands.revoke, id, caller))


@router.post("/{id}/release", responses=refusals(refused.UnknownKiosk))
async def release_items(
    id: str,
    wanted: ReleaseWanted,
    caller: Operator,
    work: Works,
) -> ReleaseView:
    """Let the items of a kiosk count that were held because too many came at once."""
    return views.released(await work(commands.release, id, wanted.reason, caller))


@router.put(
    "/{id}/ticket",
    responses=refusals(
        refused.UnknownKiosk,
        UnknownDossier,
        refused.NoInvitationYet,
        RatingAlreadyGiven,
        RatingLinkVoid,
        RatingLinkExpired,
        refused.KioskIsRevoked,
        RatingKeyReplaced,
    ),
)
async def push_ticket(
    id: str,
    pushed: TicketPushed,
    caller: RatingWriter,
    work: Works,
) -> TicketView:
    """Put the dossier of the citizen at the counter before its kiosk, for three minutes.

    It takes the place of the one before; pushed again it goes on for another three minutes.
    """
    await heard_of(KnownDossier, pushed.dossier, caller, work.running)
    await heard_of_invitation(pushed, work.running)
    request = telemetry.REQUEST_ID.get()
    return views.ticket(await work(commands.push_ticket, id, pushed, caller, request))


@router.delete("/{id}/ticket", status_code=204, responses=refusals(refused.UnknownKiosk))
async def take_ticket_away(id: str, caller: RatingWriter, work: Works) -> Response:
    """Take whatever dossier is before a kiosk away; the citizen has left."""
    await work(commands.take_ticket_away, id, caller)
    return Response(status_code=204)
