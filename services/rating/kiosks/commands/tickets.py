"""The one-stop system puts a dossier before a kiosk, for as long as its citizen stands there."""

import secrets
from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.hearing import reaches
from chassis.running import running_of
from contracts.rating.kiosks import TicketPushed
from contracts.vocabulary import Occasion, Provenance
from services.rating import domain as ratings
from services.rating import queries
from services.rating.commands import (
    RatingAlreadyGiven,
    RatingLinkExpired,
    RatingLinkVoid,
    UnknownDossier,
    invite_on_receipt,
)
from services.rating.kiosks import domain
from services.rating.kiosks.commands.standing import expect_kiosk
from services.rating.kiosks.refused import KioskIsRevoked, NoInvitationYet
from services.rating.kiosks.tables import Kiosk, KioskStanding, KioskTicket
from services.rating.links import Links
from services.rating.tables import Invitation, KnownDossier, KnownProcedure, RatingToken


@dataclass(frozen=True)
class Screen:
    """What a kiosk is to show."""

    kiosk: Kiosk
    agency: str | None
    """What the kiosk's agency is called."""
    ticket: KioskTicket | None = None
    invitation: Invitation | None = None
    procedure: str | None = None
    dossier_agency: str | None = None


async def push_ticket(
    kiosk: str, pushed: TicketPushed, caller: Principal, request: str | None, uow: UnitOfWork
) -> KioskTicket:
    """Put a dossier before a kiosk for three minutes, in place of the one that was there.

    Pushed again it goes on under the same ticket. Raises `UnknownKiosk`, `KioskIsRevoked`,
    `UnknownDossier`, `NoInvitationYet`, `RatingAlreadyGiven`, `RatingLinkVoid`, `RatingLinkExpired`.
    """
    row = await expect_kiosk(kiosk, caller, uow)
    standing = await uow.get(KioskStanding, kiosk)
    if row.revoked_at is not None or standing is None:
        raise KioskIsRevoked("Enrol a device for this counter.")
    invitation = await _invitation(pushed, caller, request, uow)
    before = await uow.get(KioskTicket, standing.ticket) if standing.ticket else None
    good_until = uow.now + domain.TICKET_GOOD
    if before is not None and before.invitation == invitation.id and before.good_until > uow.now:
        before.good_until = good_until
        before.revision += 1
        return before
    if before is not None:
        _end(before, uow)
    ticket = KioskTicket.of(
        id=secrets.token_urlsafe(16),
        kiosk=kiosk,
        invitation=invitation.id,
        occasion=invitation.occasion,
        pushed_by=caller.client,
        pushed_at=uow.now,
        good_until=good_until,
    )
    uow.add(ticket)
    uow.keep(_phone_token(invitation, uow))
    standing.ticket = ticket.id
    standing.revision += 1
    return ticket


async def take_ticket_away(kiosk: str, caller: Principal, uow: UnitOfWork) -> None:
    """Take whatever dossier is before a kiosk away. Raises `UnknownKiosk`."""
    await expect_kiosk(kiosk, caller, uow)
    standing = await uow.get(KioskStanding, kiosk)
    if standing is None or standing.ticket is None:
        return
    ticket = await uow.get(KioskTicket, standing.ticket)
    if ticket is not None:
        _end(ticket, uow)
    standing.ticket = None
    standing.revision += 1


async def screen_of(kiosk: Kiosk, uow: UnitOfWork) -> Screen:
    """What a kiosk is to show now."""
    agency = await queries.agency_name(kiosk.agency, uow)
    resting = Screen(kiosk, agency)
    standing = await uow.get(KioskStanding, kiosk.id)
    ticket = await uow.get(KioskTicket, standing.ticket) if standing and standing.ticket else None
    if ticket is None or ticket.good_until <= uow.now:
        return resting
    invitation = await uow.get(Invitation, ticket.invitation)
    if invitation is None or invitation.used_at or invitation.voided_at:
        return resting
    procedure = dossier_agency = None
    dossier = await uow.get(KnownDossier, invitation.dossier)
    if dossier is not None:
        named = await uow.get(KnownProcedure, dossier.procedure)
        procedure = named.name if named else None
        dossier_agency = await queries.agency_name(dossier.agency, uow)
    return Screen(kiosk, agency, ticket, invitation, procedure, dossier_agency)


async def _invitation(
    pushed: TicketPushed, caller: Principal, request: str | None, uow: UnitOfWork
) -> Invitation:
    dossier = await uow.get(KnownDossier, pushed.dossier)
    if dossier is None or not await reaches(caller, dossier.agency, running_of(uow)):
        raise UnknownDossier("No dossier of this code is within your reach.")
    invitation = await queries.invitation_for(pushed.dossier, pushed.occasion, uow)
    if invitation is None and pushed.occasion is Occasion.RECEIVED:
        invited = await invite_on_receipt(pushed.dossier, caller, request, uow)
        invitation = invited.invitation
    if invitation is None:
        raise NoInvitationYet("Report first that the result was returned, then push the dossier.")
    if invitation.used_at is not None:
        raise RatingAlreadyGiven("The citizen has rated this already.")
    if invitation.voided_at is not None:
        raise RatingLinkVoid("The delivery of the result is being looked into; it may open again.")
    if invitation.expires_at <= uow.now:
        raise RatingLinkExpired("An invitation is good for a limited number of days.")
    return invitation


def _end(ticket: KioskTicket, uow: UnitOfWork) -> None:
    if ticket.ended_at is None:
        ticket.ended_at = uow.now
        ticket.revision += 1


def _phone_token(invitation: Invitation, uow: UnitOfWork) -> RatingToken:
    token = running_of(uow).own(Links).token(invitation, Provenance.SELF_QR)
    return RatingToken.of(
        token_hash=ratings.token_hash(token),
        invitation=invitation.id,
        provenance=Provenance.SELF_QR,
        issue=invitation.issue,
        made_at=uow.now,
    )
