"""Lists of dossiers: which are asked for, and how a page of them is found without reading the rest.

A page is in the order of codes. An index by agency and code gives it for one agency; of several, the
first codes of each are looked up in the index and the first of those are the page. However many dossiers
there are, and however few of them answer, no table is read through for an agency, a status or a due date.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import FromClause, String, bindparam, column, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement, Select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import Channel, DossierStatus
from services.intake.tables import Agency, Dossier

COUNTED = 100_000
"""How many dossiers a total counts at most."""


@dataclass(frozen=True, kw_only=True)
class DossierQuestion:
    """Which dossiers are asked for; None means any."""

    agencies: frozenset[str] | None
    procedure: str | None = None
    status: DossierStatus | None = None
    channel: Channel | None = None
    competent_agency: str | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None
    """Exclusive."""
    due_from: datetime | None = None
    """Only open ones that are due from here on."""
    due_to: datetime | None = None
    """Exclusive."""
    overdue: bool | None = None
    """Only those that are overdue at `now`, or only those that are not."""
    now: datetime
    after: str | None = None
    """Only those with a greater code: where the page before ended."""

    @property
    def of_open_ones(self) -> bool:
        """Whether only dossiers answer that can be overdue one day."""
        return bool(self.overdue or self.due_from or self.due_to)


async def dossiers(question: DossierQuestion, limit: int, uow: UnitOfWork) -> list[Dossier]:
    """The first dossiers that answer a question, in the order of their codes."""
    conditions = _conditions(question, Dossier)
    if question.after is not None:
        conditions.append(col(Dossier.code) > question.after)
    order = (col(Dossier.code),)
    agencies = question.agencies
    if agencies is not None and len(agencies) == 1 and not question.of_open_ones:
        conditions.append(col(Dossier.agency) == next(iter(agencies)))
    elif agencies is not None or question.status is not None or question.of_open_ones:
        # Of open ones even for one agency: SQLite without statistics takes the index of open ones
        # only where it answers by itself, which it does for codes alone.
        codes = _first_codes(question, limit, postgres=uow.database.is_postgres)
        conditions = [col(Dossier.code).in_(codes)]
    return await uow.all(Dossier, *conditions, order_by=order, limit=limit)


async def how_many(question: DossierQuestion, uow: UnitOfWork) -> int:
    """How many dossiers answer a question, wherever its page begins; counted up to `COUNTED`."""
    conditions = _conditions(question, Dossier)
    if question.agencies is not None:
        postgres = uow.database.is_postgres
        agency = Dossier.__table__.c.agency
        conditions.append(among(agency, question.agencies, postgres=postgres))
    some = select(col(Dossier.code)).where(*conditions).limit(COUNTED).subquery()
    return int((await uow.select(select(func.count()).select_from(some)))[0][0])


async def watched_until(now: datetime, limit: int, uow: UnitOfWork) -> list[Dossier]:
    """Dossiers of which something is to be told by now, the longest waiting first."""
    return await uow.all(
        Dossier, col(Dossier.watch_at) <= now, order_by=(col(Dossier.watch_at),), limit=limit
    )


def _first_codes(question: DossierQuestion, limit: int, *, postgres: bool) -> Select[str]:
    """The codes of a page: the first of each agency, then the first of these."""
    one = aliased(Dossier)
    units = _each_agency(question.agencies, postgres=postgres)
    first = select(col(one.code)).where(col(one.agency) == units.c.agency)
    first = first.where(*_conditions(question, one)).order_by(col(one.code)).limit(limit)
    if question.after is not None:
        first = first.where(col(one.code) > question.after)
    if postgres:
        each = first.lateral("each")
        codes = select(each.c.code).select_from(units.join(each, true())).order_by(each.c.code)
    else:
        # SQLite has no LATERAL, but takes a limit inside IN that looks at the row outside.
        picked = aliased(Dossier)
        codes = (
            select(col(picked.code))
            .select_from(units)
            .join(picked, col(picked.code).in_(first.correlate(units)))
            .order_by(col(picked.code))
        )
    return codes.limit(limit)


def _each_agency(agencies: frozenset[str] | None, *, postgres: bool) -> FromClause:
    """A row for each agency; for each of the directory when None."""
    if agencies is None:
        return select(col(Agency.code).label("agency")).subquery("unit")
    told = sorted(agencies)
    if postgres:
        array = func.unnest(bindparam(None, told, ARRAY(String)))
        return array.table_valued(column("agency", String), name="unit").render_derived()
    each = func.json_each(json.dumps(told)).table_valued(column("value", String), name="each")
    return select(each.c.value.label("agency")).subquery("unit")


def _conditions(question: DossierQuestion, of: type[Dossier]) -> list[ColumnElement[bool]]:
    """What a question says of a dossier, besides its agency and where the page begins."""
    equal = (
        (of.procedure, question.procedure),
        (of.status, question.status),
        (of.channel, question.channel),
        (of.competent_agency, question.competent_agency),
    )
    conditions = [col(column) == wanted for column, wanted in equal if wanted is not None]
    spans = (
        (of.received_at, question.received_from, question.received_to),
        (of.due_at, question.due_from, question.due_to),
    )
    for instant, start, end in spans:
        conditions += [col(instant) >= start] if start is not None else []
        conditions += [col(instant) < end] if end is not None else []
    late_at = col(of.late_at)
    if question.of_open_ones:
        conditions.append(late_at.is_not(None))
    if question.overdue:
        conditions.append(late_at <= question.now)
    elif question.overdue is not None:
        conditions.append(late_at.is_(None) | (late_at > question.now))
    return conditions
