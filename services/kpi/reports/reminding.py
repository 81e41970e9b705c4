"""What agencies owe on a day, put together (đôn đốc báo cáo)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.periods import Span
from services.kpi.indicators.series import Series
from services.kpi.opening import definitions_of
from services.kpi.reports import queries
from services.kpi.reports.due import Due, Obligation, obligations, of_offices, owing, standing
from services.kpi.reports.queries import Listed


@dataclass(frozen=True)
class Reminders:
    """What is owed, and what those who owe it are called."""

    dues: list[Due]
    names: Mapping[str, str]


async def owed_by(
    agency: str | None, on: date, here: Running, uow: UnitOfWork, *, series: str | None = None
) -> Reminders:
    """What an agency and everything below it owe on a day; everybody when None."""
    reach = await here.tree.below(agency)
    known = await queries.listed(reach, uow)
    told = definitions_of(here)
    asked = [one for one in told.series.values() if series is None or one.id == series]
    owed = [
        each for each in await _of_offices(asked, reach, on, here, uow) if _was_there(each, known)
    ]
    for one in asked:
        for plan in told.asking_for(one):
            below = await here.tree.below(plan.agency)
            kinds = {code: listed.kind for code, listed in known.items() if code in below}
            agencies = [code for code in owing(one, plan.agency, kinds) if code in reach]
            period = Span(plan.period_from, plan.period_to)
            found = obligations(one, plan.id, period, agencies, on)
            owed += [each for each in found if _was_there(each, known)]
    handed = await queries.handed({each.series.id for each in owed}, reach, uow)
    names = {code: listed.name for code, listed in known.items()}
    return Reminders(standing(owed, handed, on), names)


async def _of_offices(
    asked: Sequence[Series], reach: frozenset[str], on: date, here: Running, uow: UnitOfWork
) -> list[Obligation]:
    """What offices owe whatever the plans, within the days for which the installation asks for it."""
    first = here.settings.quality_scores_from
    theirs = [one for one in asked if one.owner == "offices"]
    if first is None or not theirs:
        return []
    days = Span(first, min(here.settings.quality_scores_to or on, on))
    busy = await queries.busy(reach, days, uow)
    return [each for one in theirs for each in of_offices(one, days, busy, on)]


def _was_there(owed: Obligation, known: Mapping[str, Listed]) -> bool:
    """Whether an agency was there at the end of the period it would owe a report for."""
    listed = known.get(owed.agency)
    return listed is not None and listed.there_on(owed.period.end - timedelta(days=1))
