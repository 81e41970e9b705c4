"""The portal's answers as they are kept, and whom its departments mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.periods import Span
from contracts.vocabulary import Evaluation
from services.kpi.national.tables import NationalDepartment, NationalEvaluation

Row = NationalEvaluation


@dataclass(frozen=True)
class Wanted:
    """Which answers are asked for."""

    agencies: Collection[str]
    """Whose answers they are."""
    evaluation: Evaluation | None = None
    first: date | None = None
    end: date | None = None
    after: tuple[datetime, str] | None = None


async def answers(wanted: Wanted, limit: int, uow: UnitOfWork) -> list[Row]:
    """Answers, the latest first."""
    at, key = col(Row.stored_at), col(Row.id)
    told = [among(Row.__table__.c.agency, wanted.agencies, postgres=uow.database.is_postgres)]
    if wanted.evaluation is not None:
        told.append(col(Row.evaluation) == wanted.evaluation)
    if wanted.first is not None:
        told.append(col(Row.first) == wanted.first)
    if wanted.end is not None:
        told.append(col(Row.end) == wanted.end)
    if wanted.after is not None:
        moment, last = wanted.after
        told.append(or_(at < moment, and_(at == moment, key < last)))
    return await uow.all(Row, *told, order_by=(at.desc(), key.desc()), limit=limit)


async def answer(id: str, uow: UnitOfWork) -> Row | None:
    """The answer of an id."""
    rows = await uow.all(Row, col(Row.id) == id)
    return rows[0] if rows else None


async def last_answer(question: str, uow: UnitOfWork) -> Row | None:
    """The answer to a question that is in force."""
    rows = await uow.all(
        Row, col(Row.question) == question, order_by=(col(Row.number).desc(),), limit=1
    )
    return rows[0] if rows else None


async def last_numbers(questions: Iterable[str], uow: UnitOfWork) -> Mapping[str, int]:
    """The number of the answer in force, by question."""
    table = Row.__table__.c
    rows = await uow.select(
        select(table.question, func.max(table.number))
        .where(among(table.question, set(questions), postgres=uow.database.is_postgres))
        .group_by(table.question)
    )
    return dict(map(tuple, rows))


async def in_force(agencies: Collection[str], period: Span, uow: UnitOfWork) -> list[Row]:
    """Answers in force of exactly these days, the latest first."""
    rows = await uow.all(
        Row,
        col(Row.first) == period.first,
        col(Row.end) == period.end,
        among(Row.__table__.c.agency, agencies, postgres=uow.database.is_postgres),
        order_by=(col(Row.stored_at).desc(), col(Row.id).desc()),
    )
    last = await last_numbers([row.question for row in rows], uow)
    return [row for row in rows if row.number == last[row.question]]


async def spans(agencies: Collection[str], uow: UnitOfWork) -> Sequence[Span]:
    """The days that there are answers of, the latest first."""
    table = Row.__table__.c
    rows = await uow.select(
        select(table.first, table.end)
        .where(among(table.agency, agencies, postgres=uow.database.is_postgres))
        .distinct()
        .order_by(table.first.desc(), table.end.desc())
        .limit(5)
    )
    return [Span(first, end) for first, end in map(tuple, rows)]


async def said_departments(departments: Iterable[str], uow: UnitOfWork) -> Mapping[str, str]:
    """The agencies that operators said departments mean, by the portal's ids."""
    table = NationalDepartment.__table__.c
    rows = await uow.select(
        select(table.department, table.agency).where(
            among(table.department, set(departments), postgres=uow.database.is_postgres)
        )
    )
    return dict(map(tuple, rows))
