"""What intake looks up by more than a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from chassis.database import Database, UnitOfWork
from chassis.tenancy import AgencyTree, tree_in
from contracts.vocabulary import Channel, DossierStatus
from services.intake.domain import DONE, REFUSED, RETURNED, STOPPED, WITHDRAWN
from services.intake.tables import DeclaredDay, Dossier, Step

SETTLED = (DONE, RETURNED, REFUSED, STOPPED, WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class DossierQuestion:
    """Which dossiers are asked for; None means any."""

    agencies: frozenset[str]
    procedure: str | None = None
    status: DossierStatus | None = None
    channel: Channel | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None
    """Exclusive."""
    overdue_at: datetime | None = None
    """Only those still open and due before this instant."""
    after: str | None = None
    """Only those with a greater code: where the page before ended."""


def agency_tree(database: Database) -> AgencyTree:
    """The directory's tree, from the directory itself."""
    return tree_in(database, database.metadata.tables["agency"])


async def steps_of(code: str, uow: UnitOfWork) -> Sequence[Step]:
    """Everything reported of a dossier, oldest first."""
    order = (col(Step.occurred_at), col(Step.recorded_at), col(Step.key))
    return await uow.all(Step, col(Step.dossier) == code, order_by=order)


async def dossiers(question: DossierQuestion, limit: int, uow: UnitOfWork) -> list[Dossier]:
    """The first dossiers that answer a question, in the order of their codes."""
    return await uow.all(
        Dossier, *_conditions(question), order_by=(col(Dossier.code),), limit=limit
    )


async def declared_days(database: Database) -> list[DeclaredDay]:
    """The operator's words on single days, in the order they were given."""
    day = DeclaredDay
    columns = (col(day.day), col(day.declared_at), col(day.works), col(day.reason))
    rows = await database.select(
        select(*columns, col(day.decision)).order_by(col(day.declared_at), col(day.day))
    )
    return [DeclaredDay.of(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def _conditions(question: DossierQuestion) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(Dossier.agency).in_(question.agencies)]
    equal = (
        (Dossier.procedure, question.procedure),
        (Dossier.status, question.status),
        (Dossier.channel, question.channel),
    )
    conditions += [col(column) == wanted for column, wanted in equal if wanted is not None]
    if question.received_from is not None:
        conditions.append(col(Dossier.received_at) >= question.received_from)
    if question.received_to is not None:
        conditions.append(col(Dossier.received_at) < question.received_to)
    if question.overdue_at is not None:
        conditions.append(col(Dossier.due_at) < question.overdue_at)
        conditions.append(col(Dossier.status).not_in(SETTLED))
    if question.after is not None:
        conditions.append(col(Dossier.code) > question.after)
    return conditions
