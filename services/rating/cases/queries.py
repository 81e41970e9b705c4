"""What is asked about cases."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import CaseKind, CaseState
from services.rating.cases.seen import Seen
from services.rating.tables import Comment, RatingAct, RatingCase

OPEN = (CaseState.OPENED, CaseState.ASSIGNED)
"""States in which an answer is owed."""


@dataclass(frozen=True)
class Wanted:
    """Which cases are asked for."""

    state: CaseState | None = None
    kind: CaseKind | None = None
    overdue_on: date | None = None
    """Those that an answer was owed for before this day."""
    after: tuple[date, str] | None = None


async def case_of(invitation: str, uow: UnitOfWork) -> RatingCase | None:
    """The case of a rating."""
    found = await uow.all(RatingCase, col(RatingCase.invitation) == invitation)
    return found[0] if found else None


async def cases(wanted: Wanted, seen: Seen, limit: int, uow: UnitOfWork) -> list[RatingCase]:
    """Cases that may be seen, those due first at the head."""
    due, key = col(RatingCase.due_on), col(RatingCase.id)
    told = [_seen(seen, postgres=uow.database.is_postgres)]
    if wanted.state is not None:
        told.append(col(RatingCase.state) == wanted.state)
    if wanted.kind is not None:
        told.append(col(RatingCase.kind) == wanted.kind)
    if wanted.overdue_on is not None:
        told += [col(RatingCase.state).in_(OPEN), due < wanted.overdue_on]
    if wanted.after is not None:
        day, last = wanted.after
        told.append(or_(due > day, and_(due == day, key > last)))
    return await uow.all(RatingCase, *told, order_by=(due, key), limit=limit)


def _seen(seen: Seen, *, postgres: bool) -> ColumnElement[bool]:
    agency, restricted = RatingCase.__table__.c.agency, RatingCase.__table__.c.restricted
    ways: list[ColumnElement[bool]] = []
    if seen.plain:
        ways.append(restricted.is_(False))
    if seen.restricted:
        other = () if seen.but is None else (agency != seen.but,)
        ways.append(and_(restricted.is_(True), *other))
    within: ColumnElement[bool] = agency.is_not(None)
    if seen.agencies is not None:
        within = among(agency, seen.agencies, postgres=postgres)
    return and_(within, or_(false(), *ways))


async def comments_of(found: list[RatingCase], uow: UnitOfWork) -> dict[str, Comment]:
    """The comments of these cases, by invitation."""
    rows = await uow.get_many(Comment, [(case.invitation,) for case in found])
    return {key[0]: row for key, row in rows.items()}


async def acts_on(subject: str, uow: UnitOfWork) -> list[RatingAct]:
    """What was done about a comment, a case or an action, oldest first."""
    return await uow.all(
        RatingAct, col(RatingAct.subject) == subject, order_by=(col(RatingAct.id),)
    )


async def without_agency(limit: int, uow: UnitOfWork) -> list[RatingCase]:
    """Cases of which it was not known whose they are when they were opened."""
    return await uow.all(RatingCase, col(RatingCase.agency).is_(None), limit=limit)


async def agencies_untold(uow: UnitOfWork) -> list[tuple[str, bool, datetime, datetime]]:
    """Agencies with cases no alert has told of: whether restricted, when the first and the last came."""
    opened = col(RatingCase.opened_at)
    agency, restricted = col(RatingCase.agency), col(RatingCase.restricted)
    asked = (
        select(agency, restricted, func.min(opened), func.max(opened))
        .where(col(RatingCase.alerted_at).is_(None), agency.is_not(None))
        .group_by(agency, restricted)
        .order_by(agency, restricted)
    )
    return [tuple(row) for row in await uow.select(asked)]


async def untold(agency: str, *, restricted: bool, uow: UnitOfWork) -> list[RatingCase]:
    """An agency's cases that no alert has told of."""
    return await uow.all(
        RatingCase,
        col(RatingCase.alerted_at).is_(None),
        col(RatingCase.agency) == agency,
        col(RatingCase.restricted).is_(restricted),
    )


async def overdue(today: date, limit: int, uow: UnitOfWork) -> list[RatingCase]:
    """Cases that an answer was owed for before today, and of which that was not told."""
    return await uow.all(
        RatingCase,
        col(RatingCase.overdue_told_at).is_(None),
        col(RatingCase.state).in_(OPEN),
        col(RatingCase.due_on) < today,
        col(RatingCase.agency).is_not(None),
        order_by=(col(RatingCase.agency), col(RatingCase.id)),
        limit=limit,
    )


async def ended_with_contact(before: date, limit: int, uow: UnitOfWork) -> list[RatingCase]:
    """Cases that ended before a day and still hold how to reach the citizen, or what they were told."""
    return await uow.all(
        RatingCase,
        col(RatingCase.closed_on) < before,
        or_(col(RatingCase.contact).is_not(None), col(RatingCase.reply).is_not(None)),
        limit=limit,
    )
