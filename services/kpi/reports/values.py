"""Approved figures as the engine of indicators reads them, and what they come to together. Values only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.periods import Span
from contracts.vocabulary import FigureSource, Manner, SeriesKind, TaskState


@dataclass(frozen=True, kw_only=True)
class Approved:
    """One approved report."""

    series: str
    agency: str
    period: Span
    """Of an occurrence its day."""
    count: int | None = None
    among: int | None = None
    """A percentage has both too: 86.25 % is 8625 among 10000."""
    value: bool | str | None = None
    occurred_on: date | None = None
    about: str | None = None
    kind: SeriesKind
    source: FigureSource
    evidence_no: str | None = None
    manner: Manner | None = None
    report: str = ""
    """The id it can be read by."""


@dataclass(frozen=True)
class Total:
    """Numbers of several agencies together, and whose are missing.

    As long as anybody's are missing the sum is of the others alone: it is no figure of the whole.
    """

    count: int
    among: int
    missing: tuple[str, ...]
    """The agencies that owe reports and have not told every day of the period."""

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def total(
    rows: Sequence[Approved],
    owing: Collection[str],
    period: Span,
    *,
    whole: str | None = None,
    days: Mapping[str, Span] | None = None,
) -> Total:
    """What ratios or counts of the owing agencies sum up to over a period.

    Where the agency above them (`whole`) told the period for all of them, its numbers are taken alone, so
    that nothing counts twice. Rows of agencies that owe nothing are left out. `days` are those that an
    agency owes which was not there throughout.
    """
    counted, by_whole = taken(rows, owing, period, whole)
    if by_whole:
        return _summed(counted, ())
    told = _by_agency(rows)
    owed = days or {}
    missing = [
        agency
        for agency in sorted(owing)
        if not covered(told.get(agency, ()), owed.get(agency, period))
    ]
    return _summed(counted, missing)


def taken(
    rows: Sequence[Approved], owing: Collection[str], period: Span, whole: str | None
) -> tuple[list[Approved], bool]:
    """The rows that are summed up, and whether the agency above (`whole`) told them for all."""
    told = _by_agency(rows)
    if whole is not None and covered(told.get(whole, ()), period):
        return told[whole], True
    return [row for agency in sorted(owing) for row in told.get(agency, ())], False


def covered(rows: Iterable[Approved], period: Span) -> bool:
    """Whether periods of one agency, none of which overlap, leave no day of a period out."""
    day = period.first
    for row in sorted(rows, key=lambda row: row.period.first):
        if row.period.first > day:
            return False
        day = max(day, row.period.end)
    return day >= period.end


def latest(rows: Iterable[Approved]) -> Approved | None:
    """The row of the period that ended last: a grade, a yes or no, a percentage."""
    return max(rows, key=_ended, default=None)


@dataclass(frozen=True)
class Occurrences:
    """How often something happened."""

    by_agency: Mapping[str, int]
    by_about: Mapping[str, int]
    """By what it was about, where that was told: the agencies inspected, for one."""

    @property
    def count(self) -> int:
        """How often in all."""
        return sum(self.by_agency.values())


def occurrences(rows: Iterable[Approved], *, manner: Manner | None = None) -> Occurrences:
    """Occurrences by agency and by what they were about; only planned or unannounced ones where asked."""
    counted = [row for row in rows if manner is None or row.manner is manner]
    return Occurrences(
        by_agency=Counter(row.agency for row in counted),
        by_about=Counter(row.about for row in counted if row.about is not None),
    )


def tasks(rows: Iterable[Approved]) -> Mapping[str, TaskState]:
    """How each task stands, by its number. At most one approved report of a task stands at a time."""
    return {str(row.about): TaskState(str(row.value)) for row in sorted(rows, key=_ended)}


def _by_agency(rows: Iterable[Approved]) -> dict[str, list[Approved]]:
    found: dict[str, list[Approved]] = {}
    for row in rows:
        found.setdefault(row.agency, []).append(row)
    return found


def _summed(rows: Iterable[Approved], missing: Sequence[str]) -> Total:
    told = list(rows)
    count, among = (sum(row.count or 0 for row in told), sum(row.among or 0 for row in told))
    return Total(count, among, tuple(missing))


def _ended(row: Approved) -> tuple[date, date]:
    return row.period.end, row.period.first
