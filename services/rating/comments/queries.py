"""What is asked about comments."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import CommentState
from services.rating.cases.seen import Seen
from services.rating.tables import Comment, Invitation


@dataclass(frozen=True)
class Placed:
    """A comment, and whose dossier and procedure it is about."""

    comment: Comment
    agency: str | None
    procedure: str | None


async def comments(
    state: CommentState | None,
    seen: Seen,
    after: tuple[date, str] | None,
    limit: int,
    uow: UnitOfWork,
) -> list[Placed]:
    """Comments that may be seen, oldest first; those that tell of harassment are read in their cases."""
    written, key = col(Comment.written_on), col(Comment.id)
    asked = select(col(Comment.invitation)).join(
        Invitation.__table__, col(Invitation.id) == col(Comment.invitation)
    )
    asked = asked.where(key.is_not(None), written.is_not(None), col(Comment.restricted).is_(False))
    if seen.agencies is not None:
        agency = Invitation.__table__.c.agency
        asked = asked.where(among(agency, seen.agencies, postgres=uow.database.is_postgres))
    if state is not None:
        asked = asked.where(col(Comment.state) == state)
    if after is not None:
        day, last = after
        asked = asked.where(or_(written > day, and_(written == day, key > last)))
    found = await uow.select(asked.order_by(written, key).limit(limit))
    keys = [(row[0],) for row in found]
    rows, places = await uow.get_many(Comment, keys), await uow.get_many(Invitation, keys)
    return [
        Placed(rows[one], places[one].agency, places[one].procedure)
        for one in keys
        if one in rows and one in places
    ]


async def comment_of(comment_id: str, uow: UnitOfWork) -> Placed | None:
    """The comment of this id."""
    for row in await uow.all(Comment, col(Comment.id) == comment_id):
        place = await uow.get(Invitation, row.invitation)
        if place is not None:
            return Placed(row, place.agency, place.procedure)
    return None


async def in_plain_text(limit: int, uow: UnitOfWork) -> list[Comment]:
    """Comments that are not sealed yet."""
    return await uow.all(Comment, col(Comment.text).is_not(None), limit=limit)


async def originals_before(day: date, limit: int, uow: UnitOfWork) -> list[Comment]:
    """Comments of before a day that can still be opened as they were written."""
    told = (col(Comment.written_on) < day, col(Comment.sealed).is_not(None))
    return await uow.all(Comment, *told, limit=limit)
