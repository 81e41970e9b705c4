"""What is looked up of the portal's side by more than a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from chassis.tables import Stored
from contracts.catalogue import CatalogueImportState
from contracts.syncing import SyncState
from contracts.vocabulary import VIETNAM
from gateway.tables import (
    CatalogueImport,
    NationalDay,
    NationalDifference,
    NationalSync,
    NationalTally,
)


@dataclass(frozen=True, kw_only=True)
class SyncQuestion:
    """Which dossiers are asked for; None means any."""

    agencies: frozenset[str] | None
    state: SyncState | None = None
    reason: str | None = None
    first: date | None = None
    """Only those whose last change was heard of on this Vietnamese day or later."""
    end: date | None = None
    """Exclusive."""
    after: str | None = None


async def due(limit: int, uow: UnitOfWork) -> list[str]:
    """Dossiers to tell the portal of now, the longest waiting first."""
    row = NationalSync
    statement = select(col(row.code)).where(col(row.try_at) <= uow.now)
    found = await uow.select(statement.order_by(col(row.try_at)).limit(limit))
    return [code for (code,) in found]


async def synced(question: SyncQuestion, limit: int, uow: UnitOfWork) -> list[NationalSync]:
    """The first dossiers that answer a question, in the order of their codes."""
    conditions = _conditions(question, postgres=uow.database.is_postgres)
    order = (col(NationalSync.code),)
    return await uow.all(NationalSync, *conditions, order_by=order, limit=limit)


@dataclass(frozen=True)
class Backlog:
    """How much there is to tell, and since when."""

    waiting: int
    parked: int
    oldest: datetime | None


async def backlog(uow: UnitOfWork) -> Backlog:
    """How much waits and how much is put aside."""
    row = NationalSync
    states = (SyncState.WAITING, SyncState.PARKED)
    statement = (
        select(col(row.state), func.count(), func.min(col(row.wanted_since)))
        .where(col(row.state).in_(states))
        .group_by(col(row.state))
    )
    told: list[Any] = list(await uow.select(statement))
    found = {state: (count, oldest) for state, count, oldest in told}
    waiting, oldest = found.get(SyncState.WAITING, (0, None))
    return Backlog(waiting, found.get(SyncState.PARKED, (0, None))[0], oldest)


async def oldest_waiting(uow: UnitOfWork) -> datetime | None:
    """Since when the oldest change waits to be told."""
    row = NationalSync
    statement = select(func.min(col(row.wanted_since))).where(col(row.state) == SyncState.WAITING)
    oldest: datetime | None = (await uow.select(statement))[0][0]
    return oldest


async def tallies(
    day: NationalDay, agencies: frozenset[str] | None, uow: UnitOfWork
) -> list[NationalTally]:
    """How a day's dossiers compare, by agency."""
    row = NationalTally
    conditions = [col(row.day) == day.day, col(row.run) == day.run]
    if agencies is not None:
        conditions.append(among(_agency_of(row), agencies, postgres=uow.database.is_postgres))
    return await uow.all(row, *conditions, order_by=(col(row.agency), col(row.difference)))


async def differences(
    day: NationalDay, agencies: frozenset[str] | None, limit: int, uow: UnitOfWork
) -> list[NationalDifference]:
    """The first dossiers of a day that differ, by code."""
    row = NationalDifference
    conditions = [col(row.day) == day.day, col(row.run) == day.run]
    if agencies is not None:
        conditions.append(among(_agency_of(row), agencies, postgres=uow.database.is_postgres))
    return await uow.all(row, *conditions, order_by=(col(row.code),), limit=limit)


async def imports_being_compared(uow: UnitOfWork) -> list[CatalogueImport]:
    """Imports of the catalogue whose comparison has not come to its end."""
    row = CatalogueImport
    return await uow.all(row, col(row.state) == CatalogueImportState.COMPARING)


async def imports_due(uow: UnitOfWork) -> list[str]:
    """Imports of the catalogue that a worker may take now, the longest waiting first."""
    row = CatalogueImport
    statement = select(col(row.id)).where(col(row.try_at) <= uow.now).order_by(col(row.try_at))
    return [found for (found,) in await uow.select(statement)]


async def imports_before(instant: datetime, uow: UnitOfWork) -> list[str]:
    """Imports of the catalogue that were asked for before an instant."""
    row = CatalogueImport
    statement = select(col(row.id)).where(col(row.made_at) < instant)
    return [found for (found,) in await uow.select(statement)]


def _conditions(question: SyncQuestion, *, postgres: bool) -> Sequence[ColumnElement[bool]]:
    row = NationalSync
    found: list[ColumnElement[bool]] = []
    if question.agencies is not None:
        found.append(among(_agency_of(row), question.agencies, postgres=postgres))
    if question.state is not None:
        found.append(col(row.state) == question.state)
    if question.reason is not None:
        found.append(col(row.reason) == question.reason)
    if question.first is not None or question.end is not None:
        # Those of which nothing was told yet are told anyway.
        found.append(col(row.sent) > 0)
    if question.first is not None:
        found.append(col(row.heard_at) >= _midnight(question.first))
    if question.end is not None:
        found.append(col(row.heard_at) < _midnight(question.end))
    if question.after is not None:
        found.append(col(row.code) > question.after)
    return found


def _agency_of(table: type[Stored]) -> ColumnElement[Any]:
    return table.__table__.c.agency


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)
