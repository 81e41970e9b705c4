"""A rating is said not to count, with a reason, or to count again; nothing of it is deleted or shown."""

from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from contracts.rating import LiftWanted, RatingVoided, VoidWanted
from contracts.vocabulary import Occasion
from services.rating import queries
from services.rating.cases.opening import follow_void
from services.rating.commands.giving import set_aside, submitted
from services.rating.commands.inviting import expect_reachable
from services.rating.commands.refused import RatingAlreadyVoid, RatingNotVoid, UnknownRating
from services.rating.counting import moving_cells
from services.rating.tables import Invitation, Rating, RatingVoid


@dataclass(frozen=True)
class Said:
    """Who says something of which rating."""

    dossier: str
    occasion: Occasion
    caller: Principal
    request: str | None
    """The id of the request."""


async def void_rating(said: Said, wanted: VoidWanted, uow: UnitOfWork) -> RatingVoid:
    """Take a rating out of every figure (hủy đánh giá).

    Raises `UnknownDossier`, `UnknownRating` or `RatingAlreadyVoid`.
    """
    invitation, rating = await _given(said, uow)
    if rating.voided_at is not None:
        raise RatingAlreadyVoid("Lift that first to give another reason.")
    with moving_cells(invitation, rating, uow):
        rating.voided_at = uow.now
        rating.revision += 1
        invitation.revision += 1
    told = RatingVoided(
        dossier=invitation.dossier,
        occasion=invitation.occasion,
        version=rating.version,
        voided_at=uow.now,
    )
    uow.record(told, subject=invitation.dossier)
    await follow_void(invitation.id, uow)
    row = _row(said, rating, uow)
    row.change(reason=wanted.reason, note=wanted.note)
    uow.add(row)
    return row


async def lift_void(said: Said, wanted: LiftWanted, uow: UnitOfWork) -> RatingVoid:
    """Let a rating count again (khôi phục đánh giá), as its next version.

    Raises `UnknownDossier`, `UnknownRating` or `RatingNotVoid`.
    """
    invitation, rating = await _given(said, uow)
    if rating.voided_at is None:
        raise RatingNotVoid("There is nothing to lift.")
    with moving_cells(invitation, rating, uow):
        rating.voided_at = None
        invitation.revision += 1
        await set_aside(rating, uow)
    uow.record(submitted(invitation, rating), subject=invitation.dossier)
    row = _row(said, rating, uow)
    row.change(lifts=True, note=wanted.note)
    uow.add(row)
    return row


async def _given(said: Said, uow: UnitOfWork) -> tuple[Invitation, Rating]:
    await expect_reachable(said.dossier, said.caller, uow)
    invitation = await queries.invitation_for(said.dossier, said.occasion, uow)
    rating = await uow.get(Rating, invitation.id) if invitation else None
    if invitation is None or rating is None:
        raise UnknownRating("Nothing was rated, so nothing can be void.")
    return invitation, rating


def _row(said: Said, rating: Rating, uow: UnitOfWork) -> RatingVoid:
    return RatingVoid.of(
        invitation=rating.invitation,
        version=rating.version,
        client=said.caller.client,
        request=said.request,
        at=uow.now,
    )
