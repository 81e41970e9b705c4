"""Whoever holds a link that was used may learn until when the rating can be changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.database import UnitOfWork
from chassis.running import running_of
from services.rating.commands.refused import UnknownRating
from services.rating.commands.tokens import held_invitation
from services.rating.tables import Rating


@dataclass(frozen=True)
class Standing:
    """A rating that was given, and how long its link can change it."""

    rating: Rating
    revisable: bool
    until: datetime | None


async def read_standing(token: str, uow: UnitOfWork) -> Standing:
    """What stands of the rating a link gave. Raises as `held_invitation` does, and `UnknownRating`."""
    invitation, known = await held_invitation(token, uow)
    rating = await uow.get(Rating, invitation.id)
    if rating is None or invitation.used_at is None:
        raise UnknownRating("Nothing was rated by this link yet.")
    minutes = running_of(uow).settings.rating_revision_minutes
    until = invitation.used_at + timedelta(minutes=minutes) if minutes else None
    own = known.provenance is rating.provenance and rating.voided_at is None
    return Standing(rating, own and until is not None and until > uow.now, until)
