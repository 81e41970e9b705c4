"""Dossiers that were open at an instant, and how they stood then (hồ sơ đang giải quyết tại thời điểm).

Time alone makes them late, so no cell holds them: they are counted from the facts when somebody asks, by when
each was received and left, never by how it stands today. What was promised is taken as it is known today.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, case, func, not_, or_, select, true, union_all
from sqlalchemy.sql import ColumnElement

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import VIETNAM, DossierStatus, TimeUnit
from services.kpi.facts import Fact
from services.kpi.facts.timeliness import overdue_by_ot_c, overdue_by_ot_d
from services.kpi.recount.measures import STATISTICS_DUE, kept_by
from services.kpi.structure import Units
from services.kpi.tables import DossierFact

_ENDED = (DossierStatus.REFUSED, DossierStatus.STOPPED, DossierStatus.WITHDRAWN)
NAMES = ("open", "within_c", "overdue_c", "within_d", "overdue_d")

fact = DossierFact.__table__.c


async def open_at(
    units: Units, end: datetime, judged_at: datetime, uow: UnitOfWork
) -> Mapping[tuple[str, str], Counter[str]]:
    """What was open just before an instant, by the agency it counts as and field.

    Received before it, and not left before it. `judged_at` is the instant promises are compared with: the
    same, or now while it is still to come. The database counts: of a city a hundred thousand are open.
    """
    postgres = uow.database.is_postgres
    whose = among(fact.agency, units, postgres=postgres)
    received = and_(whose, fact.received_at < end, fact.field.is_not(None))
    # What ended without anybody telling when is open at no instant.
    stays = or_(fact.status.is_(None), fact.status.not_in(_ENDED))
    late = (
        _overdue_c(judged_at, postgres=postgres).label("late_c"),
        _overdue_d(judged_at, postgres=postgres).label("late_d"),
    )
    each = union_all(
        select(fact.agency, fact.field, *late).where(received, fact.left_at.is_(None), stays),
        select(fact.agency, fact.field, *late).where(received, fact.left_at >= end),
    ).subquery()
    rows = await uow.select(
        select(
            *(each.c.agency, each.c.field, func.count()),
            *(func.sum(case((told, 1), else_=0)) for told in (each.c.late_c, each.c.late_d)),
        ).group_by(each.c.agency, each.c.field)
    )
    found: dict[tuple[str, str], Counter[str]] = {}
    for agency, field, count, late_c, late_d in map(tuple, rows):
        stood = found.setdefault((units[agency], units.field(field)), Counter())
        told = (count, count - late_c, late_c, count - late_d, late_d)
        stood.update(dict(zip(NAMES, told, strict=True)))
    return found


def told_of(fact: Fact, instant: datetime) -> Iterator[str]:
    """What an open dossier adds at an instant: what `open_at` counts, told of one."""
    yield "open"
    yield "overdue_c" if overdue_by_ot_c(fact, instant) else "within_c"
    yield "overdue_d" if overdue_by_ot_d(fact, instant) else "within_d"


def _overdue_c(instant: datetime, *, postgres: bool) -> ColumnElement[bool]:
    """`overdue_by_ot_c` in SQL."""
    waited = _waited_since(instant)
    return case(
        (fact.supplement_again_at < instant, true()),
        (
            waited == fact.supplement_requested_at,
            _is_past(waited, STATISTICS_DUE, postgres=postgres),
        ),
        else_=_is_over(instant, STATISTICS_DUE),
    )


def _overdue_d(instant: datetime, *, postgres: bool) -> ColumnElement[bool]:
    """`overdue_by_ot_d` in SQL."""
    waited = _waited_since(instant)
    past = _is_past(waited, fact.due_at, postgres=postgres)
    return case((waited.is_not(None), past), else_=_is_over(instant, fact.due_at))


def _waited_since(instant: datetime) -> ColumnElement[Any]:
    asked, until = fact.supplement_requested_at, fact.supplement_waited_until
    return case(
        (and_(asked < instant, or_(until.is_(None), until >= instant)), asked),
        (fact.paused_since < instant, fact.paused_since),
    )


def _is_past(
    moment: ColumnElement[Any], due: ColumnElement[Any], *, postgres: bool
) -> ColumnElement[bool]:
    return not_(kept_by(moment, due, postgres=postgres))


def _is_over(instant: datetime, due: ColumnElement[Any]) -> ColumnElement[bool]:
    """`timeliness.is_over` of one instant: a promise of days is broken if its day ended before."""
    midnight = datetime.combine(instant.astimezone(VIETNAM).date(), time.min, VIETNAM)
    if instant == midnight:
        midnight -= timedelta(days=1)
    return case((fact.due_unit == TimeUnit.WORKING_HOUR, due < instant), else_=due < midnight)
