"""The anomaly report of a period."""

from dataclasses import dataclass
from datetime import date, datetime, time

from chassis.database import UnitOfWork
from chassis.running import Running, running_of
from contracts.problems import FieldError, Invalid
from contracts.vocabulary import VIETNAM
from services.rating.anomalies import queries
from services.rating.anomalies.queries import Period
from services.rating.anomalies.rules import Flag, Ground, flags
from services.rating.anomalies.thresholds import thresholds
from services.rating.cases.office import Office

LONGEST_DAYS = 92
MOST = 100_000
"""Ratings that are looked at in one report."""


class AnomalyPeriodUnusable(Invalid):
    """The period is empty or too long."""

    title_vi = "Khoảng thời gian không phù hợp"


@dataclass(frozen=True)
class Report:
    """What is to be looked into."""

    flags: list[Flag]
    ratings: int
    complete: bool


def period_of(since: date, until: date) -> Period:
    """The period from a Vietnamese day to another one, exclusive. Raises `AnomalyPeriodUnusable`."""
    if not 0 < (until - since).days <= LONGEST_DAYS:
        detail = f"Ask for 1 to {LONGEST_DAYS} days, the last one exclusive."
        error = FieldError(pointer="/to", code="period", detail=detail)
        raise AnomalyPeriodUnusable(detail, errors=[error])
    return Period(
        datetime.combine(since, time(), VIETNAM), datetime.combine(until, time(), VIETNAM)
    )


async def report(agencies: frozenset[str] | None, period: Period, uow: UnitOfWork) -> Report:
    """What is to be looked into among the ratings that these agencies got in a period."""
    found = await queries.taps(agencies, period, MOST + 1, uow)
    told = found[:MOST]
    ground = await _ground({tap.agency for tap in told}, running_of(uow))
    return Report(flags(told, ground, thresholds()), len(told), complete=len(found) <= MOST)


async def _ground(agencies: set[str], running: Running) -> Ground:
    parents: dict[str, str | None] = {}
    for agency in agencies:
        listed = await running.tree.listed(agency)
        parents[agency] = listed.parent if listed else None
    settings = running.settings
    return Ground(
        parents=parents,
        opens=settings.morning_opens,
        closes=settings.afternoon_closes,
        holidays=running.own(Office).holidays,
    )
