"""Alerts are raised: each once, whoever of several processes is first.

An alert leaves as the event `alert.raised`, which webhooks and followers of the journal get for their own
agencies. What was told is kept in the row it is about, or in the alert's own, whose key is what it is about.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.rating import AlertRaised
from contracts.vocabulary import AlertRule
from services.rating.anomalies import reporting
from services.rating.anomalies.queries import Period
from services.rating.anomalies.thresholds import thresholds
from services.rating.cases import queries as cases
from services.rating.cases.office import day_of
from services.rating.tables import Invitation, KnownDossier, RatingAlert

BATCH = 200


@dataclass(frozen=True)
class Alarm:
    """What is to be told."""

    rule: AlertRule
    agency: str
    count: int
    since: date
    until: date
    mark: str
    """What makes it one: the same again is not told."""


async def raise_alert(alarm: Alarm, uow: UnitOfWork) -> bool:
    """Tell an agency's followers of something, unless that was done; whether it was told now."""
    told = f"{alarm.rule}|{alarm.agency}|{alarm.mark}"
    key = hashlib.sha256(told.encode()).hexdigest()[:32]
    if await uow.get(RatingAlert, key) is not None:
        return False
    row = RatingAlert.of(
        id=key,
        rule=alarm.rule,
        agency=alarm.agency,
        count=alarm.count,
        since=alarm.since,
        until=alarm.until,
        raised_at=uow.now,
    )
    uow.add(row)
    event = AlertRaised.model_validate(row.__dict__ | {"alert": key})
    uow.record(event, subject=key, agency=alarm.agency)
    return True


async def tell_opened(agency: str, restricted: bool, uow: UnitOfWork) -> list[AlertRule]:
    """Tell of an agency's cases that were not told of; returns what was raised."""
    found = await cases.untold(agency, restricted=restricted, uow=uow)
    if not found:
        return []
    for case in found:
        case.alerted_at = uow.now
        case.revision += 1
    alarm = Alarm(
        rule=AlertRule.INTEGRITY_CASES if restricted else AlertRule.CASES_OPENED,
        agency=await _told_to(agency, uow, restricted=restricted),
        count=len(found),
        since=min(case.opened_on for case in found),
        until=max(case.opened_on for case in found),
        mark=min(f"{case.id}{case.reopened}" for case in found),
    )
    return [alarm.rule] if await raise_alert(alarm, uow) else []


async def tell_overdue(uow: UnitOfWork) -> list[AlertRule]:
    """Tell agencies of cases that an answer is overdue for; returns what was raised."""
    today, raised = day_of(uow.now), []
    found = await cases.overdue(today, BATCH, uow)
    for (agency, restricted), group in groupby(
        sorted(found, key=lambda one: (one.agency or "", one.restricted, one.id)),
        key=lambda one: (one.agency or "", one.restricted),
    ):
        theirs = list(group)
        for case in theirs:
            case.overdue_told_at = uow.now
            case.revision += 1
        alarm = Alarm(
            rule=AlertRule.CASES_OVERDUE,
            agency=await _told_to(agency, uow, restricted=restricted),
            count=len(theirs),
            since=min(case.due_on for case in theirs),
            until=max(case.due_on for case in theirs),
            mark=f"{today}|{theirs[0].id}",
        )
        if await raise_alert(alarm, uow):
            raised.append(alarm.rule)
    return raised


async def tell_negative(agency: str, count: int, uow: UnitOfWork) -> bool:
    """Tell an agency that too many of its last ratings are negative, once a week."""
    today = day_of(uow.now)
    limit = thresholds().negative_share
    since = today - timedelta(days=limit.days)
    alarm = Alarm(AlertRule.NEGATIVE_SHARE, agency, count, since, today, _week(today))
    return await raise_alert(alarm, uow)


async def tell_anomalies(agency: str, count: int, period: Period, uow: UnitOfWork) -> bool:
    """Tell an agency that there is something to look into, once a week."""
    since, until = day_of(period.since), day_of(period.until)
    alarm = Alarm(AlertRule.ANOMALIES, agency, count, since, until, _week(since))
    return await raise_alert(alarm, uow)


async def anomalous(period: Period, uow: UnitOfWork) -> dict[str, int]:
    """How many things are to be looked into in a period, by agency."""
    found = await reporting.report(None, period, uow)
    counts: dict[str, int] = {}
    for flag in found.flags:
        counts[flag.agency] = counts.get(flag.agency, 0) + 1
    return counts


async def place_cases(uow: UnitOfWork) -> None:
    """Give cases their agency that were opened before it was heard whose dossier it was."""
    found = await cases.without_agency(BATCH, uow)
    invitations = await uow.get_many(Invitation, [(case.invitation,) for case in found])
    codes = [(one.dossier,) for one in invitations.values()]
    dossiers = await uow.get_many(KnownDossier, codes) if codes else {}
    for case in found:
        invitation = invitations.get((case.invitation,))
        dossier = dossiers.get((invitation.dossier,)) if invitation is not None else None
        if dossier is not None:
            case.agency, case.procedure = dossier.agency, dossier.procedure
            case.revision += 1


async def _told_to(agency: str, uow: UnitOfWork, *, restricted: bool) -> str:
    """Whose followers are told: of what is restricted those of the agency above all others alone."""
    if not restricted:
        return agency
    return (await running_of(uow).tree.lineage(agency))[-1]


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
