"""What rating looks up by more than a key of its own."""

from sqlalchemy import select
from sqlmodel import col

from chassis.database import UnitOfWork
from services.rating.tables import Invitation


async def invitations_of(dossier: str, uow: UnitOfWork) -> list[Invitation]:
    """The invitations of a dossier, oldest first."""
    order = (col(Invitation.minted_at), col(Invitation.occasion))
    return await uow.all(Invitation, col(Invitation.dossier) == dossier, order_by=order)


async def agency_name(code: str, uow: UnitOfWork) -> str | None:
    """What an agency is called, once the directory's news of it has come."""
    table = uow.database.metadata.tables["known_agency"]
    rows = await uow.select(select(table.c.name).where(table.c.code == code))
    return str(rows[0].name) if rows else None
