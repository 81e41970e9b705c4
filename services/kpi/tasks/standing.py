"""How the tasks of a plan stand by the reports that were handed in. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from contracts.periods import Span
from contracts.vocabulary import DueState, TaskState
from services.kpi.indicators.series import Series, TaskNamed

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """A report of a task that stands: it waits, or is approved."""

    number: str
    period: Span
    state: TaskState
    approved: bool
    report: str
    evidence: dict[str, Any] | None = None
    """The document it rests on (`contracts.reports.Evidence`)."""


@dataclass(frozen=True)
class Task:
    """One task of a plan, and how it stands."""

    number: str
    named: TaskNamed | None
    """None where nobody wrote it down: then it has its number alone."""
    due_on: date
    """The last day it is to be done on."""
    report_due_on: date
    """The last day on which the report of it is in time."""
    reported: DueState | None
    """How that report stands; none while the plan lasts and nothing was handed in."""
    told: Told | None = None
    """The approved report of the latest period."""
    overdue: bool = False
    """Whether its day is over, and no approved report says it is done."""

    @property
    def done(self) -> bool:
        """Whether it is done, by an approved report."""
        return self.told is not None and self.told.state is TaskState.DONE


def tasks_of(series: Series, period: Span, told: Sequence[Told], on: date) -> list[Task]:
    """Every task of a series in their order, as they stand on a day by the reports of a plan's period."""
    within = [
        one for one in told if period.first <= one.period.first and one.period.end <= period.end
    ]
    return [
        _task(series, n, period, [one for one in within if one.number == str(n)], on)
        for n in range(1, (series.tasks or 0) + 1)
    ]


def _task(series: Series, n: int, period: Span, told: Sequence[Told], on: date) -> Task:
    named = series.named[n - 1] if series.named else None
    last = period.end - A_DAY
    due_on = named.due_on if named is not None and named.due_on is not None else last
    approved = max(
        (one for one in told if one.approved), key=lambda one: one.period.end, default=None
    )
    report_due_on = last + timedelta(days=series.due_days)
    done = approved is not None and approved.state is TaskState.DONE
    return Task(
        number=str(n),
        named=named,
        due_on=due_on,
        report_due_on=report_due_on,
        reported=_reported(told, last, report_due_on, on),
        told=approved,
        overdue=on > due_on and not done,
    )


def _reported(told: Sequence[Told], last: date, due_on: date, on: date) -> DueState | None:
    if any(one.approved for one in told):
        return DueState.APPROVED
    if told:
        return DueState.WAITING
    if on <= last:
        return None
    return DueState.LATE if on > due_on else DueState.DUE
