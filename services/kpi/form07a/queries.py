"""What form 07a is counted from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import VIETNAM
from services.kpi.domain import Span
from services.kpi.form07a.counting import Counted
from services.kpi.open_at import open_at
from services.kpi.structure import Units
from services.kpi.tables import Cell

_FLOWS = (
    *("received", "received_full_online", "received_partial_online"),
    *("received_post", "received_counter"),
    *("settled_d", "early_d", "on_time_d", "late_d"),
)


async def counted(units: Units, period: Span, as_of: datetime, uow: UnitOfWork) -> Counted:
    """What was counted of these agencies in a period of whole half-months."""
    first, end = _midnight(period.first), _midnight(period.end)
    return Counted(
        within_period=await _flows(units, period.first, period.end, uow),
        until_period=await _flows(units, date.min, period.first, uow),
        open_before=_by_field(await open_at(units, first, first, uow)),
        open_after=_by_field(await open_at(units, end, as_of, uow)),
    )


async def _flows(
    units: Units, first: date, end: date, uow: UnitOfWork
) -> Mapping[str, Mapping[str, int]]:
    sums = [func.sum(col(getattr(Cell, name))) for name in _FLOWS]
    rows: Sequence[Row[Any]] = await uow.select(
        select(col(Cell.field), *sums)
        .where(
            among(Cell.__table__.c.agency, units, postgres=uow.database.is_postgres),
            col(Cell.bucket) >= first,
            col(Cell.bucket) < end,
        )
        .group_by(col(Cell.field))
    )
    found: dict[str, Counter[str]] = {}
    for field, *amounts in map(tuple, rows):
        told = dict(zip(_FLOWS, map(int, amounts), strict=True))
        found.setdefault(units.field(field), Counter()).update(told)
    return found


def _by_field(told: Mapping[tuple[str, str], Counter[str]]) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, Counter[str]] = {}
    for (_, field), amounts in told.items():
        found.setdefault(field, Counter()).update(amounts)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, VIETNAM)
