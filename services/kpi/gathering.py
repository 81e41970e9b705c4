"""What figures need beside dossiers: approved reports, who owes them, where citizens can rate."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.vocabulary import VIETNAM, SeriesKind
from services.kpi.counted import Counted
from services.kpi.domain import Span
from services.kpi.exploring import watching
from services.kpi.indicators import Owed
from services.kpi.indicators.needs import Need
from services.kpi.open_at import open_at
from services.kpi.opening import definitions_of
from services.kpi.reports import queries as reports
from services.kpi.reports.due import owed_days, owing, received
from services.kpi.reports.reminding import owed_by
from services.kpi.structure import Units

BEYOND_DOSSIERS = frozenset({Need.REPORTS, Need.OWED, Need.CHANNELS})


async def with_watch_list(
    counted: Counted, units: Units, here: Running, uow: UnitOfWork
) -> Counted:
    """The same with how many fields are on the watch list."""
    fields = await watched_fields(counted, units, here, uow)
    return replace(counted, on_the_watch_list=sum(bool(one.reasons) for one in fields))


async def watched_fields(
    counted: Counted, units: Units, here: Running, uow: UnitOfWork
) -> Sequence[watching.Field]:
    """Every field in which anything happened in the period, and why it is watched."""
    end = datetime.combine(counted.period.end, time.min, VIETNAM)
    still_open = await open_at(units, end, min(end, uow.now), uow)
    return watching.fields(counted.cells(), still_open, criteria_of(here))


def criteria_of(here: Running) -> watching.Criteria:
    """From when on a field is watched, as this installation has it set."""
    return watching.Criteria(
        volume_percent=here.settings.watch_volume_percent,
        overdue=here.settings.watch_overdue,
        between_agencies=here.settings.watch_between_agencies,
    )


async def with_reports(  # noqa: PLR0917 - what is asked, all named at the call
    counted: Counted,
    units: Units,
    needs: frozenset[Need],
    series: Collection[str],
    here: Running,
    uow: UnitOfWork,
) -> Counted:
    """The same with what was reported about the agencies and the period, by today or its end."""
    if Need.CHANNELS in needs:
        counted = await _with_channels(counted, uow)
    if needs.isdisjoint({Need.REPORTS, Need.OWED}):
        return counted
    agencies = frozenset(units) | {counted.agency}
    owing_days = await _owing(agencies, series, counted.period, here, uow)
    return replace(
        counted,
        reports=await reports.approved(agencies, counted.period, uow),
        owing_by_series={name: frozenset(days) for name, days in owing_days.items()},
        keepers={
            name: await _keepers(days, units, here)
            for name, days in owing_days.items()
            if definitions_of(here).series[name].kind is SeriesKind.COUNT
        },
        days_owed={
            (name, agency): span
            for name, days in owing_days.items()
            for agency, span in days.items()
        },
        owed_by_series=(
            await _owed(counted.agency, series, here, uow) if Need.OWED in needs else {}
        ),
    )


async def _with_channels(counted: Counted, uow: UnitOfWork) -> Counted:
    """The same with where citizens can rate."""
    end = counted.period.end - timedelta(days=1)
    day = min(end, uow.now.astimezone(VIETNAM).date())
    channels = await reports.agencies_with_channel(uow, on=day)
    told = [replace(row, rating_channel=row.code in channels) for row in counted.directory]
    return replace(counted, directory=told)


async def _owing(
    agencies: frozenset[str],
    series: Collection[str],
    period: Span,
    here: Running,
    uow: UnitOfWork,
) -> Mapping[str, Mapping[str, Span]]:
    """Who owes each series, of these agencies, and of which days; nobody owes what was before it or after."""
    listed = await reports.listed(agencies, uow)
    found: dict[str, dict[str, Span]] = {}
    told = definitions_of(here)
    for one in (told.series[name] for name in series if name in told.series):
        days = found.setdefault(one.id, {})
        for plan in told.asking_for(one):
            below = await here.tree.below(plan.agency)
            kinds = {code: entry.kind for code, entry in listed.items() if code in below}
            for agency in agencies.intersection(owing(one, plan.agency, kinds)):
                known = listed.get(agency)
                span = owed_days(one, period, known.there_on) if known else period
                if span is not None:
                    days[agency] = span
    return found


async def _keepers(owing: Collection[str], units: Units, here: Running) -> Mapping[str, str]:
    """Whose report tells of each agency: its own, or of the nearest above it that owes one."""
    keeping = {units.get(agency, agency) for agency in owing}
    found: dict[str, str] = {}
    for agency in {*units, *units.values()}:
        unit = units.get(agency, agency)
        line = await here.tree.lineage(unit)
        found[agency] = next((one for one in line if one in keeping), unit)
    return found


async def _owed(
    agency: str, series: Collection[str], here: Running, uow: UnitOfWork
) -> dict[str, Owed]:
    """Reports due by today, and those that have come."""
    today = uow.now.astimezone(VIETNAM).date()
    found = {}
    for name in series:
        if name in definitions_of(here).series:
            reminders = await owed_by(agency, today, here, uow, series=name)
            told = received(reminders.dues, today)
            found[name] = Owed(due=told.among, received=told.count)
    return found
