"""What criteria are counted from: dossiers with a result, by how they went and how they were rated."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Table, and_, case, func, or_, select
from sqlalchemy.sql import ColumnElement

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import VIETNAM, AgencyKind, Channel, Occasion, Provenance
from services.rating.criteria import Alike


@dataclass(frozen=True)
class Stretch:
    """Days from one, inclusive, to another, exclusive."""

    first: date
    end: date


async def alike_dossiers(
    agencies: frozenset[str] | None,
    stretch: Stretch,
    forms: Iterable[str],
    uow: UnitOfWork,
) -> list[Alike]:
    """Dossiers with a result in a stretch of days, grouped by what they have in common.

    Answers count of these questionnaires, given by citizens themselves; None of agencies is all.
    """
    pace, known, invitation, rating = _tables(uow)
    counts = and_(
        rating.c.invitation == invitation.c.id,
        rating.c.voided_at.is_(None),
        rating.c.provenance != Provenance.ASSISTED,
        rating.c.questionnaire.in_(sorted(forms)),
    )
    about = and_(invitation.c.dossier == pace.c.code, invitation.c.occasion == Occasion.RETURNED)
    columns = (
        *(known.c.agency, pace.c.time_points, pace.c.stage_points),
        *(rating.c.questionnaire, rating.c.answers),
    )
    rows = await uow.select(
        select(*columns, func.count())
        .select_from(
            pace.join(known, known.c.code == pace.c.code)
            .outerjoin(invitation, about)
            .outerjoin(rating, counts)
        )
        .where(
            pace.c.done_on >= stretch.first,
            pace.c.done_on < stretch.end,
            *_within(agencies, known, uow),
        )
        .group_by(*columns)
    )
    found: list[tuple[Any, ...]] = [tuple(row) for row in rows]
    return [
        Alike(agency, time_points, stages, questionnaire, answers, dossiers)
        for agency, time_points, stages, questionnaire, answers, dossiers in found
    ]


@dataclass(frozen=True)
class OnlineDossiers:
    """Dossiers received in a stretch of days, as far as criterion 9 counts them."""

    dossiers: int
    filed_online: int
    late: int


async def online_dossiers(
    agencies: frozenset[str] | None, stretch: Stretch, now: datetime, uow: UnitOfWork
) -> OnlineDossiers:
    """How many dossiers were received, how many of them online, and how many of those are late."""
    pace, known, *_ = _tables(uow)
    online = known.c.channel == Channel.ONLINE
    overdue = and_(pace.c.done_at.is_(None), pace.c.due_at < now)
    late = and_(online, or_(pace.c.time_points == 0, overdue))
    first, end = (datetime.combine(day, time.min, VIETNAM) for day in (stretch.first, stretch.end))
    rows = await uow.select(
        select(
            func.count(),
            func.coalesce(func.sum(case((online, 1), else_=0)), 0),
            func.coalesce(func.sum(case((late, 1), else_=0)), 0),
        )
        .select_from(pace.join(known, known.c.code == pace.c.code))
        .where(
            pace.c.received_at >= first,
            pace.c.received_at < end,
            *_within(agencies, known, uow),
        )
    )
    return OnlineDossiers(*map(int, rows[0]))


async def agency_names(codes: Iterable[str], uow: UnitOfWork) -> dict[str, str]:
    """What agencies are called, as the directory's news says."""
    table = uow.database.metadata.tables["known_agency"]
    wanted = among(table.c.code, codes, postgres=uow.database.is_postgres)
    rows = await uow.select(select(table.c.code, table.c.name).where(wanted))
    return {row.code: row.name for row in rows}


async def agency_kind(code: str, uow: UnitOfWork) -> AgencyKind | None:
    """What kind of body an agency is, as the directory's news says."""
    table = uow.database.metadata.tables["known_agency"]
    rows = await uow.select(select(table.c.kind).where(table.c.code == code))
    return AgencyKind(rows[0].kind) if rows and rows[0].kind in set(AgencyKind) else None


def _tables(uow: UnitOfWork) -> tuple[Table, Table, Table, Table]:
    tables = uow.database.metadata.tables
    known, pace = tables["known_dossier"], tables["dossier_pace"]
    return pace, known, tables["invitation"], tables["rating"]


def _within(
    agencies: frozenset[str] | None, known: Table, uow: UnitOfWork
) -> tuple[ColumnElement[bool], ...]:
    if agencies is None:
        return ()
    return (among(known.c.agency, agencies, postgres=uow.database.is_postgres),)
