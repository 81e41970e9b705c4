"""A citizen is invited; the links of a dossier are given to those who hand them out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.vocabulary import Occasion, Provenance
from services.rating import domain, queries
from services.rating.choosing import chosen_for
from services.rating.commands.refused import RatingAlreadyGiven, UnknownDossier, UnknownInvitation
from services.rating.commands.tokens import keep_anew, keep_ways, link_of
from services.rating.counting import counted, moving_cells, recount
from services.rating.links import Links
from services.rating.tables import Invitation, InvitationReading, KnownDossier, PostedResult

ENCLOSED = frozenset({Occasion.RETURNED, Occasion.DELIVERED})
"""Occasions that a card in the envelope of the result asks about, before anybody is invited."""


@dataclass(frozen=True)
class Invited:
    """An invitation, and whether it was minted, or issued anew, just now."""

    invitation: Invitation
    minted: bool


async def invite(
    dossier: str,
    occasion: Occasion,
    handed_over_at: datetime,
    uow: UnitOfWork,
    *,
    by_post: bool = False,
    known: KnownDossier | None = None,
) -> None:
    """Invite the citizen to rate an occasion that nobody was invited to rate.

    The dossier is as it is `known`, or else looked up.
    """
    known = known or await uow.get(KnownDossier, dossier)
    invitation = await _minted(dossier, occasion, handed_over_at, known, uow)
    invitation.by_post = by_post
    # Added, not kept: it must be certain that it is new, for it is counted.
    uow.add(invitation)
    # A card in the envelope may have made it known before.
    uow.keep(link_of(invitation, uow))
    recount(None, counted(invitation, None), uow)


def renew(invitation: Invitation, handed_over_at: datetime, uow: UnitOfWork) -> None:
    """Make a void invitation good again, for the full time."""
    with moving_cells(invitation, None, uow):
        invitation.voided_at = None
        _reopen(invitation, handed_over_at, uow)


async def invite_on_receipt(
    code: str, caller: Principal, request: str | None, uow: UnitOfWork
) -> Invited:
    """The invitation a receipt carries: minted when the first one is printed, the same on each reprint.

    Raises `UnknownDossier`, and `RatingKeyReplaced` where its token cannot be derived again.
    """
    known = await expect_reachable(code, caller, uow)
    invitation = await queries.invitation_for(code, Occasion.RECEIVED, uow)
    minted = invitation is None
    if invitation is None:
        # Added, not kept: of two prints at once the second one fails, looks again, and finds the first's.
        invitation = await _minted(code, Occasion.RECEIVED, uow.now, known, uow)
        stands = await uow.get(PostedResult, code)
        if stands is not None:
            stands.revision += 1
            invitation.voided_at = uow.now if stands.withdrawn else None
        uow.add(invitation)
        keep_anew(invitation, uow)
        recount(None, counted(invitation, None), uow)
    else:
        await keep_ways([invitation], uow)
    uow.add(InvitationReading.of(at=uow.now, client=caller.client, dossier=code, request=request))
    return Invited(invitation, minted=minted)


async def read_invitations(
    code: str, caller: Principal, request: str | None, uow: UnitOfWork
) -> Sequence[Invitation]:
    """The invitations of a dossier; that they were read is recorded.

    Raises `UnknownDossier`, and `RatingKeyReplaced` where the tokens cannot be derived again.
    """
    await expect_reachable(code, caller, uow)
    found = await queries.invitations_of(code, uow)
    await keep_ways(found, uow)
    uow.add(InvitationReading.of(at=uow.now, client=caller.client, dossier=code, request=request))
    return found


async def invitation_to_draw(  # noqa: PLR0917 - the unit of work comes last
    code: str,
    occasion: Occasion,
    way: Provenance,
    caller: Principal,
    request: str | None,
    uow: UnitOfWork,
) -> Invitation:
    """The invitation whose QR code is drawn; for a card in the envelope also one that is still to come.

    That one opens once the delivery is confirmed. Raises `UnknownDossier`, `UnknownInvitation`, and
    `RatingKeyReplaced` where the tokens cannot be derived again.
    """
    known = await expect_reachable(code, caller, uow)
    invitation = await queries.invitation_for(code, occasion, uow)
    if invitation is not None:
        await keep_ways([invitation], uow)
    elif way is Provenance.POSTAL_CARD and occasion in ENCLOSED:
        invitation = await _minted(code, occasion, uow.now, known, uow)
        keep_anew(invitation, uow)
    else:
        raise UnknownInvitation("Nobody can rate this yet; ask again later.")
    told = {"at": uow.now, "client": caller.client, "dossier": code, "request": request}
    uow.add(InvitationReading.of(**told, occasion=occasion))
    return invitation


async def issue_anew(
    code: str, occasion: Occasion, caller: Principal, request: str | None, uow: UnitOfWork
) -> Invited:
    """Replace every link and code of an invitation (cấp lại đường dẫn), for the full time.

    What was given out works no more; that it was replaced, and by whom, is recorded. Raises
    `UnknownDossier`, `UnknownInvitation`, and `RatingAlreadyGiven` where there is nothing left to rate.
    """
    await expect_reachable(code, caller, uow)
    invitation = await queries.invitation_for(code, occasion, uow)
    if invitation is None:
        raise UnknownInvitation("Nobody can rate this yet; ask again later.")
    if invitation.used_at is not None:
        raise RatingAlreadyGiven("What was rated is not asked again.")
    with moving_cells(invitation, None, uow):
        invitation.issue += 1
        _reopen(invitation, invitation.ratable_at, uow)
    keep_anew(invitation, uow)
    told = {"at": uow.now, "client": caller.client, "dossier": code, "request": request}
    uow.add(InvitationReading.of(**told, occasion=occasion, issue=invitation.issue))
    return Invited(invitation, minted=True)


async def expect_reachable(code: str, caller: Principal, uow: UnitOfWork) -> KnownDossier:
    """A dossier the caller may speak for. Raises `UnknownDossier`."""
    dossier = await uow.get(KnownDossier, code)
    if dossier is None or not await running_of(uow).tree.covers(caller, dossier.agency):
        raise UnknownDossier("No dossier of this code is within your reach.")
    return dossier


def _reopen(invitation: Invitation, handed_over_at: datetime, uow: UnitOfWork) -> None:
    days = running_of(uow).settings.rating_days
    invitation.expires_at = domain.expiry(handed_over_at, uow.now, days)
    invitation.ignored_at = None
    invitation.revision += 1


async def _minted(
    dossier: str,
    occasion: Occasion,
    handed_over_at: datetime,
    known: KnownDossier | None,
    uow: UnitOfWork,
) -> Invitation:
    running = running_of(uow)
    asked = await chosen_for(known.agency if known else None, occasion, uow)
    return Invitation.of(
        id=running.own(Links).invitation(dossier, occasion),
        dossier=dossier,
        occasion=occasion,
        questionnaire=asked.id,
        agency=known.agency if known else None,
        procedure=known.procedure if known else None,
        minted_at=uow.now,
        ratable_at=handed_over_at,
        expires_at=domain.expiry(handed_over_at, uow.now, running.settings.rating_days),
    )
