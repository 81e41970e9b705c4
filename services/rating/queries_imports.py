"""What an import of ratings looks up by more than a key."""

from collections.abc import Iterable

from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import Occasion
from services.rating.tables import Invitation


async def invitations_about(
    dossiers: Iterable[str], uow: UnitOfWork
) -> dict[tuple[str, Occasion], Invitation]:
    """The invitations of many dossiers, by dossier and occasion."""
    table = uow.database.metadata.tables["invitation"]
    theirs = among(table.c.dossier, dossiers, postgres=uow.database.is_postgres)
    rows = await uow.all(Invitation, theirs, order_by=(col(Invitation.id),))
    return {(row.dossier, row.occasion): row for row in rows}
