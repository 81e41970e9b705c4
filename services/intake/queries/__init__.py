"""What intake looks up by more than a key."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from chassis.database import Database, UnitOfWork
from chassis.tenancy import AgencyTree, tree_in
from services.intake.domain import in_time
from services.intake.queries.lists import DossierQuestion, dossiers, how_many, watched_until
from services.intake.tables import Amendment, DeclaredDay, Step

__all__ = [
    "DossierQuestion",
    "agency_tree",
    "amendments_of",
    "declared_days",
    "dossiers",
    "how_many",
    "steps_of",
    "watched_until",
]


def agency_tree(database: Database) -> AgencyTree:
    """The directory's tree, from the directory itself."""
    return tree_in(database, database.metadata.tables["agency"])


async def steps_of(code: str, uow: UnitOfWork) -> Sequence[Step]:
    """Everything reported of a dossier, oldest first; of one instant, as the fold takes them."""
    return in_time(await uow.all(Step, col(Step.dossier) == code))


async def amendments_of(code: str, uow: UnitOfWork) -> Sequence[Amendment]:
    """How what was filed of a dossier was replaced, oldest first."""
    number = col(Amendment.number)
    return await uow.all(Amendment, col(Amendment.dossier) == code, order_by=(number,))


async def declared_days(database: Database) -> list[DeclaredDay]:
    """The operator's words on single days, in the order they were given."""
    day = DeclaredDay
    columns = (col(day.day), col(day.declared_at), col(day.works), col(day.reason))
    rows = await database.select(
        select(*columns, col(day.decision)).order_by(col(day.declared_at), col(day.day))
    )
    return [DeclaredDay.of(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
