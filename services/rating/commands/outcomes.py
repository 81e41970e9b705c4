"""How an invitation ends without a rating: the citizen declines, or its time goes by."""

from chassis.database import UnitOfWork
from contracts.rating import RatingRefused
from services.rating import queries
from services.rating.commands.tokens import usable_invitation
from services.rating.counting import moving_cells
from services.rating.tables import Invitation

AT_ONCE = 500
"""Invitations that one step of the job ends."""


async def decline(refused: RatingRefused, uow: UnitOfWork) -> Invitation:
    """Record that the citizen would rather not rate (từ chối đánh giá); the first time stands.

    A rating is taken all the same while the link is good. Raises as `usable_invitation` does.
    """
    invitation, _ = await usable_invitation(refused.token, uow)
    if invitation.declined_at is None:
        with moving_cells(invitation, None, uow):
            invitation.declined_at = uow.now
            invitation.revision += 1
    return invitation


async def end_unanswered(uow: UnitOfWork) -> int:
    """Record of some invitations that their time went by without an answer; returns of how many."""
    found = await queries.unanswered(uow.now, AT_ONCE, uow)
    for invitation in found:
        with moving_cells(invitation, None, uow):
            invitation.ignored_at = uow.now
            invitation.revision += 1
    return len(found)
