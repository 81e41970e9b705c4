"""On which day of Vietnam, and in which half-month, a moment lies, as SQL: the same on both engines."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Date,
    Integer,
    Interval,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
)
from sqlalchemy.sql import ColumnElement

from contracts.vocabulary import VIETNAM
from services.kpi.domain import SECOND_HALF

Moment = ColumnElement[Any]

WELL_KNOWN = (2000, 2050)
"""The years whose half-months PostgreSQL looks up by when they begin; to work one out is far dearer."""


def day_of(moment: Moment, *, postgres: bool) -> ColumnElement[date]:
    """The day in Vietnam, by the same history of its clock on both engines."""
    (_, at_first), *changes = clock_of_vietnam()
    if postgres:
        here: ColumnElement[Any] = case(
            *((moment >= since, _ahead_by(seconds, moment)) for since, seconds in changes[::-1]),
            else_=_ahead_by(at_first, moment),
        )
        return cast(here, Date)
    told = case(
        *((moment >= since, f"{seconds} seconds") for since, seconds in changes[::-1]),
        else_=f"{at_first} seconds",
    )
    # Whole seconds: SQLite would round the last half millisecond of a day into the next.
    return func.date(func.substr(moment, 1, 19), told, type_=Date)


def days_between(
    first: ColumnElement[date], last: ColumnElement[date], *, postgres: bool
) -> ColumnElement[int]:
    """Days from one to another."""
    if postgres:
        return last.op("-", return_type=Integer())(first)
    return cast(func.julianday(last) - func.julianday(first), Integer)


def bucket_at(moment: Moment, *, postgres: bool) -> ColumnElement[date]:
    """First day of the half-month a moment lies in."""
    day = day_of(moment, postgres=postgres)
    if not postgres:
        half = case((func.strftime("%d", day) >= f"{SECOND_HALF}", f"{SECOND_HALF}"), else_="01")
        return func.strftime("%Y-%m-", day).op("||")(half)
    since, until = (datetime(year, 1, 1, tzinfo=VIETNAM).astimezone(UTC) for year in WELL_KNOWN)
    half_month = func.width_bucket(
        moment, _half_months("timezone(INTERVAL '{ahead} seconds', {at})")
    )
    late = func.date_part("day", day) >= SECOND_HALF
    worked_out = cast(func.date_trunc("month", day), Date) + case((late, SECOND_HALF - 1), else_=0)
    return case(
        (and_(moment >= since, moment < until), _half_months("CAST({at} AS date)")[half_month]),
        else_=worked_out,
    )


def _half_months(told: str) -> ColumnElement[Any]:
    """Something of each half-month of the years well known, in order; worked out once a statement."""
    first, end = WELL_KNOWN
    *_, (_, ahead) = clock_of_vietnam()
    each = told.format(at="month + late", ahead=ahead)
    return literal_column(
        f"(ARRAY(SELECT {each} FROM generate_series("  # noqa: S608 - of our own constants alone
        f"TIMESTAMP '{first}-01-01', TIMESTAMP '{end - 1}-12-01', INTERVAL '1 month') AS month, "
        f"unnest(ARRAY[INTERVAL '0 days', INTERVAL '{SECOND_HALF - 1} days']) AS late ORDER BY 1))",
        ARRAY(Date),
    )


def _ahead_by(seconds: int, moment: Moment) -> ColumnElement[Any]:
    return func.timezone(cast(literal(f"{seconds} seconds"), Interval), moment)


@cache
def clock_of_vietnam() -> tuple[tuple[datetime, int], ...]:
    """Since when Vietnam's clock is how many seconds before UTC's; the first is as before 1900."""
    found: list[tuple[datetime, int]] = []
    at, end = datetime(1899, 1, 1, tzinfo=UTC), datetime(1980, 1, 1, tzinfo=UTC)
    while at < end:
        seconds = _ahead(at)
        if not found or found[-1][1] != seconds:
            found.append((_changed(at - timedelta(days=1), at) if found else at, seconds))
        at += timedelta(days=1)
    return tuple(found)


def _changed(before: datetime, after: datetime) -> datetime:
    """The first second at which the clock stands as it does after."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        before, after = (before, middle) if _ahead(middle) == _ahead(after) else (middle, after)
    return after


def _ahead(at: datetime) -> int:
    ahead = at.astimezone(VIETNAM).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0
