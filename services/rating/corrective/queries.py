"""What is asked about corrective actions."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import ActionState
from services.rating.tables import CorrectiveAction

UNFINISHED = (ActionState.PLANNED, ActionState.UNDERWAY)


@dataclass(frozen=True)
class Wanted:
    """Which actions are asked for."""

    agencies: frozenset[str] | None
    state: ActionState | None = None
    plan: str | None = None
    overdue_on: date | None = None
    """Those that should have been done before this day."""
    after: tuple[date, str] | None = None


async def actions(wanted: Wanted, limit: int, uow: UnitOfWork) -> list[CorrectiveAction]:
    """Corrective actions, by deadline."""
    deadline, key = col(CorrectiveAction.deadline), col(CorrectiveAction.id)
    told = []
    if wanted.agencies is not None:
        agency = CorrectiveAction.__table__.c.agency
        told.append(among(agency, wanted.agencies, postgres=uow.database.is_postgres))
    if wanted.state is not None:
        told.append(col(CorrectiveAction.state) == wanted.state)
    if wanted.plan is not None:
        told.append(col(CorrectiveAction.plan) == wanted.plan)
    if wanted.overdue_on is not None:
        told += [col(CorrectiveAction.state).in_(UNFINISHED), deadline < wanted.overdue_on]
    if wanted.after is not None:
        day, last = wanted.after
        told.append(or_(deadline > day, and_(deadline == day, key > last)))
    return await uow.all(CorrectiveAction, *told, order_by=(deadline, key), limit=limit)


async def entered(natural_key: str, uow: UnitOfWork) -> CorrectiveAction | None:
    """The action that was entered with this content."""
    found = await uow.all(CorrectiveAction, col(CorrectiveAction.natural_key) == natural_key)
    return found[0] if found else None


async def overdue(today: date, limit: int, uow: UnitOfWork) -> list[CorrectiveAction]:
    """Actions that should have been done before today, and of which that was not told."""
    return await uow.all(
        CorrectiveAction,
        col(CorrectiveAction.overdue_told_at).is_(None),
        col(CorrectiveAction.state).in_(UNFINISHED),
        col(CorrectiveAction.deadline) < today,
        order_by=(col(CorrectiveAction.agency), col(CorrectiveAction.id)),
        limit=limit,
    )
