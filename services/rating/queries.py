"""What rating looks up by more than a key of its own."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import case, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import Occasion
from services.rating.tables import Invitation


async def invitations_of(dossier: str, uow: UnitOfWork) -> list[Invitation]:
    """The invitations of a dossier: to rate its result first, then the others, oldest first."""
    result_first = case((col(Invitation.occasion) == Occasion.RETURNED, 0), else_=1)
    order = (result_first, col(Invitation.minted_at), col(Invitation.occasion))
    return await uow.all(Invitation, col(Invitation.dossier) == dossier, order_by=order)


async def invitation_for(dossier: str, occasion: Occasion, uow: UnitOfWork) -> Invitation | None:
    """The invitation of an occasion of a dossier."""
    mine = (col(Invitation.dossier) == dossier, col(Invitation.occasion) == occasion)
    return next(iter(await uow.all(Invitation, *mine)), None)


async def invitations_about(
    dossiers: Iterable[str], uow: UnitOfWork
) -> dict[str, dict[Occasion, Invitation]]:
    """The invitations of several dossiers, by dossier and occasion."""
    mine = among(Invitation.__table__.c.dossier, dossiers, postgres=uow.database.is_postgres)
    found: dict[str, dict[Occasion, Invitation]] = {}
    for one in await uow.all(Invitation, mine):
        found.setdefault(one.dossier, {})[one.occasion] = one
    return found


async def unanswered(before: datetime, limit: int, uow: UnitOfWork) -> list[Invitation]:
    """Invitations whose time was over before an instant and that nobody answered, the oldest first."""
    ends = (
        *(Invitation.used_at, Invitation.declined_at),
        *(Invitation.ignored_at, Invitation.voided_at),
    )
    nothing = [col(end).is_(None) for end in ends]
    over = col(Invitation.expires_at) <= before
    order = (col(Invitation.expires_at), col(Invitation.id))
    return await uow.all(Invitation, over, *nothing, order_by=order, limit=limit)


async def agency_name(code: str, uow: UnitOfWork) -> str | None:
    """What an agency is called, once the directory's news of it has come."""
    table = uow.database.metadata.tables["known_agency"]
    rows = await uow.select(select(table.c.name).where(table.c.code == code))
    return str(rows[0].name) if rows else None
