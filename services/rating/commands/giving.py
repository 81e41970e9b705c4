"""A citizen opens a form, rates, and may change the rating for a few minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.problems import FieldError
from contracts.rating import Contact, RatingGiven, RatingSubmitted
from contracts.vocabulary import VIETNAM, Provenance
from services.rating import domain, queries
from services.rating.cases.opening import follow_up
from services.rating.commands.refused import (
    AnswersInvalid,
    RatingAlreadyGiven,
    RatingRevisedMeanwhile,
    RatingTakenOut,
)
from services.rating.commands.tokens import expect_usable, held_invitation
from services.rating.comments.keeping import remember_comment
from services.rating.counting import counted, moving_cells, recount
from services.rating.criteria import answered, standard
from services.rating.questionnaires import Questionnaire, questionnaires
from services.rating.tables import (
    Comment,
    EarlierComment,
    EarlierRating,
    Invitation,
    KnownDossier,
    KnownProcedure,
    Rating,
    RatingToken,
)


@dataclass(frozen=True)
class Form:
    """A questionnaire as it is put to one citizen."""

    questionnaire: Questionnaire
    invitation: Invitation
    procedure: str | None
    """Its name, once it is known here."""
    agency: str | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is told in a rating, and how it came here; the server says the latter."""

    answers: Mapping[str, str]
    """Question id to option id."""
    language: str
    provenance: Provenance
    submitted_at: datetime
    """When the citizen answered, as far as that is known; a device without network tells it later."""
    comment: str | None = None
    device: str | None = None
    """The kiosk it came from."""
    contact: Contact | None = None
    """Where the citizen wants a reply, if they ask for one."""
    complaint: bool = False
    """Whether the comment is a complaint."""
    petition: bool = False
    """Whether it may be handed over as a petition."""


@dataclass(frozen=True)
class Accepted:
    """A rating as it stands now, and until when the same link can change it."""

    rating: Rating
    revisable_until: datetime | None
    revised: bool = False
    """Whether it took the place of an earlier version."""


async def open_form(token: str, uow: UnitOfWork, revises: int | None = None) -> Form:
    """What the holder of a link is asked, or was, where the rating is to be changed; asking spends nothing.

    Raises as `usable_invitation` does, and `RatingRevisedMeanwhile` or `RatingTakenOut`.
    """
    invitation, known = await held_invitation(token, uow)
    if revises is not None and invitation.used_at is not None:
        await _revisable(invitation, known, revises, uow)
    else:
        expect_usable(invitation, uow)
    procedure = agency = None
    dossier = await uow.get(KnownDossier, invitation.dossier)
    if dossier is not None:
        named = await uow.get(KnownProcedure, dossier.procedure)
        procedure = named.name if named else None
        agency = await queries.agency_name(dossier.agency, uow)
    return Form(questionnaires()[invitation.questionnaire], invitation, procedure, agency)


async def give_rating(given: RatingGiven, uow: UnitOfWork) -> Accepted:
    """Take a citizen's rating (ghi nhận đánh giá) and spend its link, or change the one it gave just now.

    The score, the time and the provenance are ours to say. Raises `AnswersInvalid` naming each answer,
    as `usable_invitation` does, and `RatingRevisedMeanwhile` or `RatingTakenOut` where a change is too late.
    """
    invitation, token = await held_invitation(given.token, uow)
    told = Told(
        answers=given.answers,
        language=given.language,
        provenance=token.provenance,
        submitted_at=uow.now,
        comment=given.comment,
        contact=given.contact,
        complaint=given.complaint,
        petition=given.petition,
    )
    if invitation.used_at is None:
        expect_usable(invitation, uow)
        if given.revises is not None:
            raise RatingRevisedMeanwhile("Nothing was rated yet: leave `revises` out.")
        rating = await take_rating(invitation, told, uow)
        return Accepted(rating, revisable_until(invitation, uow))
    rating = await _revisable(invitation, token, given.revises, uow)
    await revise_rating(invitation, rating, told, uow)
    return Accepted(rating, revisable_until(invitation, uow), revised=True)


async def take_rating(invitation: Invitation, told: Told, uow: UnitOfWork) -> Rating:
    """Enter the one rating of an invitation that can still be used, however it came.

    Every way in ends here. Raises `AnswersInvalid` naming each answer.
    """
    questionnaire = _fitting(invitation.questionnaire, told)
    before = counted(invitation, None)
    invitation.used_at = uow.now
    invitation.revision += 1
    rating = Rating.of(invitation=invitation.id, **_content(questionnaire, told, uow))
    uow.add(rating)
    recount(before, counted(invitation, rating), uow)
    await remember_comment(invitation, rating, told, uow)
    if domain.names_dossier(invitation.dossier):
        uow.record(submitted(invitation, rating), subject=invitation.dossier)
    await follow_up(invitation, rating, told, uow)
    return rating


async def revise_rating(
    invitation: Invitation, rating: Rating, told: Told, uow: UnitOfWork
) -> None:
    """Let a rating be what is told now, whole, and keep what it was. Raises `AnswersInvalid`."""
    questionnaire = _fitting(rating.questionnaire, told)
    with moving_cells(invitation, rating, uow):
        await set_aside(rating, uow)
        rating.change(**_content(questionnaire, told, uow))
        invitation.revision += 1
    comment = await uow.get(Comment, invitation.id)
    if comment is not None:
        # What it was before in the citizen's own words is kept by nobody.
        earlier = {"version": rating.version - 1, "redacted": comment.redacted}
        uow.add(EarlierComment.of(invitation=invitation.id, **earlier))
    await remember_comment(invitation, rating, told, uow)
    uow.record(submitted(invitation, rating), subject=invitation.dossier)
    await follow_up(invitation, rating, told, uow)


async def set_aside(rating: Rating, uow: UnitOfWork) -> None:
    """Keep a rating as it is among the earlier ones, and let what follows be its next version."""
    kept = {name: getattr(rating, name) for name in _KEPT}
    uow.add(EarlierRating.of(**kept, replaced_at=uow.now))
    rating.version += 1
    rating.revision += 1


def revisable_until(invitation: Invitation, uow: UnitOfWork) -> datetime | None:
    """Until when a rating can be changed; None where it cannot, or was not given."""
    minutes = running_of(uow).settings.rating_revision_minutes
    if invitation.used_at is None or not minutes:
        return None
    until = invitation.used_at + timedelta(minutes=minutes)
    return until if until > uow.now else None


def submitted(invitation: Invitation, rating: Rating) -> RatingSubmitted:
    """The news that a rating stands as it is."""
    return RatingSubmitted(
        dossier=invitation.dossier,
        occasion=invitation.occasion,
        version=rating.version,
        questionnaire=rating.questionnaire,
        option=questionnaires()[rating.questionnaire].outcome(rating.answers).option,
        score=rating.score,
        option_class=rating.option_class,
        provenance=rating.provenance,
        submitted_at=rating.submitted_at,
        criteria=answered(rating.questionnaire, rating.answers)
        if rating.questionnaire in standard().questionnaires
        else None,
    )


async def _revisable(
    invitation: Invitation, token: RatingToken, revises: int | None, uow: UnitOfWork
) -> Rating:
    """The rating that the holder of a spent token may still change, by the version it stands at."""
    rating = await uow.get(Rating, invitation.id)
    until = revisable_until(invitation, uow)
    if rating is None or until is None or token.provenance is not rating.provenance:
        raise RatingAlreadyGiven("Each link takes one rating.")
    if rating.voided_at is not None:
        raise RatingTakenOut("Nothing more can be said by this link.")
    last = until.astimezone(VIETNAM).isoformat(timespec="seconds")
    how = f"Send `revises`: {rating.version} to change it until {last}."
    if revises is None:
        again = FieldError(pointer="/revises", code="missing", detail=how)
        raise RatingAlreadyGiven(how, errors=[again])
    if revises != rating.version:
        raise RatingRevisedMeanwhile(how)
    return rating


def _fitting(id: str, told: Told) -> Questionnaire:
    questionnaire = questionnaires()[id]
    mistakes = domain.mistakes(questionnaire, told.answers)
    if mistakes:
        raise AnswersInvalid(f"{len(mistakes)} to change.", errors=mistakes)
    return questionnaire


def _content(questionnaire: Questionnaire, told: Told, uow: UnitOfWork) -> dict[str, object]:
    outcome = questionnaire.outcome(told.answers)
    return {
        "questionnaire": questionnaire.id,
        "answers": dict(told.answers),
        "score": outcome.score,
        "option_class": outcome.option_class,
        "provenance": told.provenance,
        "language": told.language,
        "device": told.device,
        "submitted_at": told.submitted_at,
        "received_at": uow.now,
    }


_KEPT = (
    *("invitation", "version", "questionnaire", "answers", "score", "option_class"),
    *("provenance", "language", "device", "submitted_at", "received_at"),
)
