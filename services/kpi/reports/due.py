"""What is owed, what is late, and what was handed in of it (đôn đốc báo cáo). Values only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.periods import Span
from contracts.vocabulary import DueState, ReportState, SeriesKind
from services.kpi.indicators.series import Series
from services.kpi.reports.periods import official, period_of, within

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Obligation:
    """A report that an agency owes for a period."""

    series: Series
    plan: str | None
    """None of what is owed whatever the plans."""
    agency: str
    period: Span

    @property
    def due_on(self) -> date:
        """The last day on which it is in time."""
        return self.period.end - A_DAY + timedelta(days=self.series.due_days)


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A report that was handed in and stands: it waits, or is approved."""

    report: str
    series: str
    agency: str
    period: Span
    about: str | None
    state: ReportState


@dataclass(frozen=True)
class Due:
    """How a report that is owed stands."""

    owed: Obligation
    state: DueState
    late_since: date | None = None
    report: str | None = None


@dataclass(frozen=True)
class Received:
    """Of the reports whose day is over how many were handed in (K39), and how many agencies owe none."""

    count: int
    among: int
    agencies: int
    among_agencies: int


def owed_periods(series: Series, plan: Span) -> Sequence[Span]:
    """The periods of a plan that a series is owed for."""
    if series.before:
        return [period_of(series.every, plan.first - A_DAY)]
    # A plan shorter than the cadence asks for its own period.
    return list(within(series.every, plan)) or [plan]


def owed_days(series: Series, asked: Span, there_on: Callable[[date], bool]) -> Span | None:
    """Of which days asked for an agency owes a series: of the periods on whose last day it was there.

    What it left unreported of its last days is told by whoever is there at that period's end.
    """
    spans = list(within(series.every, asked)) or [asked]
    owed = [span for span in spans if there_on(span.end - A_DAY)]
    if not owed:
        return None
    first = asked.first if owed[0] is spans[0] else owed[0].first
    return Span(first, asked.end if owed[-1] is spans[-1] else owed[-1].end)


def obligations(
    series: Series, plan: str, period: Span, agencies: Iterable[str], on: date
) -> Iterator[Obligation]:
    """What agencies owe of a series for the periods of a plan that were over by a day."""
    spans = [span for span in owed_periods(series, period) if span.end <= on]
    for agency in agencies:
        for span in spans:
            yield Obligation(series, plan, agency, span)


def of_offices(
    series: Series, asked: Span, busy: Mapping[date, frozenset[str]], on: date
) -> Iterator[Obligation]:
    """What offices owe of a series for each period that was over by a day and in which they had dossiers.

    `busy` is who had any, by half-month.
    """
    for period in within(series.every, asked):
        if period.end <= on:
            had = (agencies for bucket, agencies in busy.items() if period.holds(bucket))
            for agency in sorted(frozenset().union(*had)):
                yield Obligation(series, None, agency, period)


def standing(owed: Iterable[Obligation], handed: Iterable[Handed], on: date) -> list[Due]:
    """How each report that is owed stands on a day, the longest owed first."""
    told: dict[tuple[str, str], list[Handed]] = {}
    for one in handed:
        told.setdefault((one.series, one.agency), []).append(one)
    found = [_stands(one, told.get((one.series.id, one.agency), ()), on) for one in owed]
    return sorted(found, key=_by_day)


def received(dues: Iterable[Due], on: date) -> Received:
    """Of the reports whose last day is over how many were handed in, late or not."""
    over = [due for due in dues if due.owed.due_on < on]
    agencies = {due.owed.agency for due in over}
    behind = {due.owed.agency for due in over if due.state is DueState.LATE}
    handed = sum(due.state is not DueState.LATE for due in over)
    return Received(handed, len(over), len(agencies - behind), len(agencies))


def _stands(owed: Obligation, handed: Sequence[Handed], on: date) -> Due:
    answers = [one for one in handed if _answers(owed, one)]
    if owed.series.kind is SeriesKind.TASK:
        return _all_tasks(owed, answers, on)
    for state, says in ((ReportState.APPROVED, DueState.APPROVED), *_WAITS):
        for one in answers:
            if one.state is state:
                return Due(owed, says, report=one.report)
    return _nothing(owed, on)


_WAITS = ((ReportState.SUBMITTED, DueState.WAITING),)


def _all_tasks(owed: Obligation, answers: Sequence[Handed], on: date) -> Due:
    """A plan's tasks are told when each of them is; they wait as long as one waits."""
    best: dict[str | None, bool] = {}
    for one in answers:
        best[one.about] = best.get(one.about, False) or one.state is ReportState.APPROVED
    if len(best) < (owed.series.tasks or 0):
        return _nothing(owed, on)
    return Due(owed, DueState.APPROVED if all(best.values()) else DueState.WAITING)


def _nothing(owed: Obligation, on: date) -> Due:
    if on > owed.due_on:
        return Due(owed, DueState.LATE, late_since=owed.due_on + A_DAY)
    return Due(owed, DueState.DUE)


def _answers(owed: Obligation, handed: Handed) -> bool:
    """Whether a report is of the period owed: the calendar's, the official one, or a longer one."""
    asked, told = owed.period, handed.period
    if owed.series.kind is SeriesKind.OCCURRENCE:
        return asked.holds(told.first)
    whole = told.first <= asked.first and asked.end <= told.end
    return whole or told == official(asked)


def _by_day(due: Due) -> tuple[date, str, str, date]:
    return due.owed.due_on, due.owed.series.id, due.owed.agency, due.owed.period.first


def owing(series: Series, plan_agency: str, below: Mapping[str, str]) -> list[str]:
    """Who owes a series: the plan's own agency, or those of its kinds among the agencies below it."""
    if series.owner == "plan":
        return [plan_agency]
    return sorted(code for code, kind in below.items() if kind in set(series.kinds))
