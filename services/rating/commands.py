"""What can be done: a citizen is invited, the link is asked for, the rating is given."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import Running, running_of
from contracts.problems import Conflict, Gone, Invalid, NotFound, Unavailable
from contracts.rating import RatingGiven, RatingSubmitted
from contracts.vocabulary import Occasion, Provenance
from services.rating import domain, queries
from services.rating.links import Links
from services.rating.questionnaires import OVERALL, Questionnaire, chosen, questionnaires
from services.rating.tables import (
    Comment,
    Invitation,
    InvitationReading,
    KnownDossier,
    KnownProcedure,
    Rating,
)

LOOK_EVERY = 0.02
"""Seconds between two looks for a dossier whose news is still on its way."""


class UnknownDossier(NotFound):
    """No such dossier is within your reach."""

    title_vi = "Không tìm thấy hồ sơ"


class UnknownRatingLink(NotFound):
    """There is no such rating link."""

    title_vi = "Liên kết đánh giá không tồn tại"


class RatingAlreadyGiven(Conflict):
    """This rating link has been used."""

    title_vi = "Liên kết đánh giá đã được sử dụng"


class RatingLinkExpired(Gone):
    """The time of this rating link is over."""

    title_vi = "Liên kết đánh giá đã hết hạn"


class AnswersInvalid(Invalid):
    """The answers do not fit the questionnaire."""

    title_vi = "Câu trả lời chưa khớp với phiếu đánh giá"


class RatingKeyReplaced(Unavailable):
    """The rating key is not the one this link was made with."""

    title_vi = "Khóa tạo liên kết đánh giá đã bị thay"


@dataclass(frozen=True)
class Form:
    """A questionnaire as it is put to one citizen."""

    questionnaire: Questionnaire
    invitation: Invitation
    procedure: str | None
    """Its name, once it is known here."""
    agency: str | None


@dataclass(frozen=True)
class Invited:
    """An invitation, and whether it was minted just now."""

    invitation: Invitation
    minted: bool


def invite(dossier: str, occasion: Occasion, handed_over_at: datetime, uow: UnitOfWork) -> None:
    """Invite the citizen to rate, unless that has been done for this occasion of the dossier."""
    uow.keep(_minted(dossier, occasion, handed_over_at, uow))


async def invite_on_receipt(
    code: str, caller: Principal, request: str | None, uow: UnitOfWork
) -> Invited:
    """The invitation a receipt carries: minted when the first one is printed, the same on each reprint.

    Raises `UnknownDossier`, and `RatingKeyReplaced` where its token cannot be derived again.
    """
    await _expect_reachable(code, caller, uow)
    invitation = await queries.invitation_for(code, Occasion.RECEIVED, uow)
    minted = invitation is None
    if invitation is None:
        # Added, not kept: of two prints at once the second one fails, looks again, and finds the first's.
        invitation = _minted(code, Occasion.RECEIVED, uow.now, uow)
        uow.add(invitation)
    _expect_derivable([invitation], running_of(uow))
    uow.add(InvitationReading.of(at=uow.now, client=caller.client, dossier=code, request=request))
    return Invited(invitation, minted=minted)


async def settled(code: str, caller: Principal, running: Running) -> None:
    """Wait, at most `settle_seconds`, until the news of a dossier the caller may see has come.

    One that is out of reach is waited for like one that is not there: the time it takes tells nothing.
    """
    until = time.monotonic() + running.settings.settle_seconds
    while time.monotonic() < until:
        dossier = await UnitOfWork(running.database).get(KnownDossier, code)
        if dossier is not None and await running.tree.covers(caller, dossier.agency):
            return
        await asyncio.sleep(LOOK_EVERY)


async def read_invitations(
    code: str, caller: Principal, request: str | None, uow: UnitOfWork
) -> Sequence[Invitation]:
    """The invitations of a dossier; that they were read is recorded.

    Raises `UnknownDossier`, and `RatingKeyReplaced` where the tokens cannot be derived again.
    """
    await _expect_reachable(code, caller, uow)
    found = await queries.invitations_of(code, uow)
    _expect_derivable(found, running_of(uow))
    uow.add(InvitationReading.of(at=uow.now, client=caller.client, dossier=code, request=request))
    return found


async def open_form(token: str, uow: UnitOfWork) -> Form:
    """What the holder of a link is asked; asking spends nothing. Raises as `usable_invitation` does."""
    invitation = await usable_invitation(token, uow)
    procedure = agency = None
    dossier = await uow.get(KnownDossier, invitation.dossier)
    if dossier is not None:
        named = await uow.get(KnownProcedure, dossier.procedure)
        procedure = named.name if named else None
        agency = await queries.agency_name(dossier.agency, uow)
    return Form(questionnaires()[invitation.questionnaire], invitation, procedure, agency)


async def give_rating(given: RatingGiven, uow: UnitOfWork) -> Rating:
    """Take a citizen's rating (ghi nhận đánh giá) and spend its link.

    The score, the time and the provenance are ours to say. Raises `AnswersInvalid` naming each answer,
    and as `usable_invitation` does.
    """
    invitation = await usable_invitation(given.token, uow)
    questionnaire = questionnaires()[invitation.questionnaire]
    mistakes = domain.mistakes(questionnaire, given.answers)
    if mistakes:
        raise AnswersInvalid(f"{len(mistakes)} to change.", errors=mistakes)
    invitation.used_at = uow.now
    invitation.revision += 1
    rating = _rating(invitation, questionnaire, given, uow)
    uow.add(rating)
    if given.comment:
        redacted = domain.redacted(given.comment)
        uow.add(Comment.of(invitation=invitation.id, text=given.comment, redacted=redacted))
    uow.record(_submitted(invitation, rating), subject=invitation.dossier)
    return rating


async def usable_invitation(token: str, uow: UnitOfWork) -> Invitation:
    """The invitation a token can still be spent on.

    Raises `UnknownRatingLink`, `RatingAlreadyGiven` or `RatingLinkExpired`; whoever holds the token of a
    link may learn what became of it.
    """
    invitation = await uow.get(Invitation, domain.token_hash(token))
    if invitation is None:
        raise UnknownRatingLink("Open the link as it was sent to you.")
    if invitation.used_at is not None:
        raise RatingAlreadyGiven("Each link takes one rating.")
    if invitation.expires_at <= uow.now:
        raise RatingLinkExpired("A link is good for a limited number of days.")
    return invitation


async def _expect_reachable(code: str, caller: Principal, uow: UnitOfWork) -> None:
    dossier = await uow.get(KnownDossier, code)
    if dossier is None or not await running_of(uow).tree.covers(caller, dossier.agency):
        raise UnknownDossier("No dossier of this code is within your reach.")


def _expect_derivable(found: Sequence[Invitation], running: Running) -> None:
    links = running.own(Links)
    if any(domain.token_hash(links.token(one.id)) != one.token_hash for one in found):
        raise RatingKeyReplaced("Ask the operator to restore the key; links given out still work.")


def _minted(
    dossier: str, occasion: Occasion, handed_over_at: datetime, uow: UnitOfWork
) -> Invitation:
    running = running_of(uow)
    new_id = secrets.token_hex(16)
    return Invitation.of(
        token_hash=domain.token_hash(running.own(Links).token(new_id)),
        id=new_id,
        dossier=dossier,
        occasion=occasion,
        questionnaire=chosen()[occasion].id,
        minted_at=uow.now,
        expires_at=domain.expiry(handed_over_at, uow.now, running.settings.rating_days),
    )


def _rating(
    invitation: Invitation, questionnaire: Questionnaire, given: RatingGiven, uow: UnitOfWork
) -> Rating:
    option = questionnaire.overall.levels[given.answers[OVERALL]]
    return Rating.of(
        invitation=invitation.id,
        questionnaire=questionnaire.id,
        answers=given.answers,
        score=option.score,
        option_class=option.option_class,
        provenance=Provenance.SELF_LINK,
        language=given.language,
        submitted_at=uow.now,
    )


def _submitted(invitation: Invitation, rating: Rating) -> RatingSubmitted:
    return RatingSubmitted(
        dossier=invitation.dossier,
        occasion=invitation.occasion,
        questionnaire=rating.questionnaire,
        option=rating.answers[OVERALL],
        score=rating.score,
        option_class=rating.option_class,
        provenance=rating.provenance,
        submitted_at=rating.submitted_at,
    )
