"""What intake looks up by more than a key."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import col

from chassis.database import Database, UnitOfWork
from chassis.tenancy import AgencyTree, Parents
from services.intake.queries_lists import DossierQuestion, dossiers, how_many, watched_until
from services.intake.tables import Agency, CalendarDay, Step

__all__ = [
    "DossierQuestion",
    "agency_tree",
    "calendar_overrides",
    "dossiers",
    "how_many",
    "steps_of",
    "watched_until",
]


def agency_tree(database: Database) -> AgencyTree:
    """The directory's tree, from the directory itself."""

    async def load() -> Parents:
        rows = await database.select(select(col(Agency.code), col(Agency.parent)))
        return {row.code: row.parent for row in rows}

    return AgencyTree(load)


async def steps_of(code: str, uow: UnitOfWork) -> Sequence[Step]:
    """Everything reported of a dossier, oldest first."""
    order = (col(Step.occurred_at), col(Step.recorded_at), col(Step.key))
    return await uow.all(Step, col(Step.dossier) == code, order_by=order)


async def calendar_overrides(database: Database) -> list[tuple[date, bool, str, str | None]]:
    """The operator's word on single days."""
    day = CalendarDay
    rows = await database.select(
        select(col(day.day), col(day.works), col(day.reason), col(day.decision))
    )
    return [(row.day, row.works, row.reason, row.decision) for row in rows]
