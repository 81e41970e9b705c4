"""What the worker looks for again and again, and raises alerts of."""

import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from chassis import telemetry
from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.vocabulary import VIETNAM, AlertRule
from services.rating.alerts import raising
from services.rating.alerts.pace import Pace
from services.rating.anomalies import queries as ratings
from services.rating.anomalies.queries import Period
from services.rating.anomalies.thresholds import thresholds
from services.rating.cases import queries as cases
from services.rating.cases.office import day_of
from services.rating.corrective.commands import tell_overdue as tell_overdue_actions

log = logging.getLogger("motcua.rating")

WEEK = timedelta(days=7)


async def watch_cases(running: Running) -> None:
    """Tell of new cases once it is quiet, and of those an answer is overdue for."""
    settings = running.settings
    await running.do(raising.place_cases)
    if not settings.rating_alerts:
        return
    pace = Pace(
        quiet=timedelta(minutes=settings.rating_alert_quiet_minutes),
        cap=timedelta(minutes=settings.rating_alert_cap_minutes),
    )
    look = UnitOfWork(running.database)
    for agency, restricted, first, last in await cases.agencies_untold(look):
        if pace.is_due(first, last, look.now):
            _count(await running.do(raising.tell_opened, agency, restricted))
    while raised := await running.do(raising.tell_overdue):
        _count(raised)


async def watch_actions(running: Running) -> None:
    """Tell of corrective actions that are overdue."""
    if not running.settings.rating_alerts:
        return
    while raised := await running.do(tell_overdue_actions):
        _count(raised)


async def watch_shares(running: Running) -> None:
    """Tell agencies of whose last ratings too many are negative."""
    if not running.settings.rating_alerts:
        return
    limit, look = thresholds().negative_share, UnitOfWork(running.database)
    since = look.now - timedelta(days=limit.days)
    for agency, negative, among in await ratings.negative_among_the_last(limit.last, since, look):
        too_many = among >= limit.last and negative >= limit.share * among
        if too_many and await running.do(raising.tell_negative, agency, negative):
            _count([AlertRule.NEGATIVE_SHARE])


async def watch_anomalies(running: Running) -> None:
    """Tell agencies what was to be looked into in the last whole week, Monday to Sunday."""
    if not running.settings.rating_alerts:
        return
    look = UnitOfWork(running.database)
    today = day_of(look.now)
    monday = datetime.combine(today - timedelta(days=today.weekday()), time(), VIETNAM)
    period = Period(monday - WEEK, monday)
    for agency, count in (await raising.anomalous(period, look)).items():
        if await running.do(raising.tell_anomalies, agency, count, period):
            _count([AlertRule.ANOMALIES])


def _count(raised: Iterable[AlertRule]) -> None:
    for rule in raised:
        telemetry.RATING_ALERTS.labels(rule.value).inc()
        log.warning("alert raised", extra={"kind": rule.value})
