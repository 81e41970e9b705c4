"""What is looked up of imports, and for them, by more than a key."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from chassis.database import Database, UnitOfWork
from contracts.vocabulary import ImportState
from services.intake.tables import ImportJob, ImportPart, Step

OPEN = (ImportState.QUEUED, ImportState.RUNNING)
AT_ONCE = 500
"""Codes in one question: an engine takes so many parameters."""


async def next_import(uow: UnitOfWork) -> ImportJob | None:
    """The oldest import that was handed over and is not at its end."""
    found = await uow.all(
        ImportJob,
        col(ImportJob.state).in_(OPEN),
        col(ImportJob.file).is_not(None),
        order_by=(col(ImportJob.created_at), col(ImportJob.id)),
        limit=1,
    )
    return found[0] if found else None


async def files_in_use(database: Database) -> frozenset[str]:
    """Names of received files that an import still needs."""
    rows = await database.select(
        select(col(ImportJob.file)).where(
            col(ImportJob.state).in_(OPEN), col(ImportJob.file).is_not(None)
        )
    )
    return frozenset(row.file for row in rows)


async def import_finished_before(instant: datetime, uow: UnitOfWork) -> ImportJob | None:
    """An import that came to its end before an instant, if there is one."""
    found = await uow.all(ImportJob, col(ImportJob.finished_at) < instant, limit=1)
    return found[0] if found else None


async def parts_of(job: str, after: int, limit: int, database: Database) -> Sequence[ImportPart]:
    """The next parts of an import's results."""
    where = (col(ImportPart.job) == job, col(ImportPart.number) > after)
    uow = UnitOfWork(database)
    return await uow.all(ImportPart, *where, order_by=(col(ImportPart.number),), limit=limit)


async def steps_of_many(codes: Sequence[str], uow: UnitOfWork) -> dict[str, dict[str, Step]]:
    """Everything reported of dossiers: for each code its steps by their keys."""
    found: dict[str, dict[str, Step]] = {code: {} for code in codes}
    for first in range(0, len(codes), AT_ONCE):
        asked = codes[first : first + AT_ONCE]
        for step in await uow.all(Step, col(Step.dossier).in_(asked)):
            found[step.dossier][step.key] = step
    return found
