"""Stretches of Vietnamese days, and the half-months that figures are kept in. Values only."""

from dataclasses import dataclass
from datetime import date, timedelta

SECOND_HALF = 15
"""A half-month begins on the 1st or the 15th: calendar months and report months (15th to 14th) are both
made of whole ones."""


def bucket_of(day: date) -> date:
    """The half-month a day lies in, named by its first day.

    >>> bucket_of(date(2020, 2, 14)), bucket_of(date(2020, 2, 15))
    (datetime.date(2020, 2, 1), datetime.date(2020, 2, 15))
    """
    return day.replace(day=SECOND_HALF if day.day >= SECOND_HALF else 1)


def following(bucket: date) -> date:
    """The half-month after a half-month."""
    if bucket.day < SECOND_HALF:
        return bucket.replace(day=SECOND_HALF)
    return (bucket.replace(day=28) + timedelta(days=4)).replace(day=1)


def quarter_of(day: date) -> date:
    """The calendar quarter a day lies in, named by its first day.

    >>> quarter_of(date(2020, 6, 30)), quarter_of(date(2020, 1, 1))
    (datetime.date(2020, 4, 1), datetime.date(2020, 1, 1))
    """
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


@dataclass(frozen=True)
class Span:
    """A half-open stretch of days."""

    first: date
    end: date
    """Exclusive."""

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day < self.end


@dataclass(frozen=True)
class Cut:
    """A period as whole half-months, and the days before and after them."""

    whole: Span | None
    edges: tuple[Span, ...]


def cut(period: Span) -> Cut:
    """Cut a period into whole half-months and the edges that are not.

    >>> cut(Span(date(2017, 8, 21), date(2018, 1, 1))).edges
    (Span(first=datetime.date(2017, 8, 21), end=datetime.date(2017, 9, 1)),)
    """
    if period.first >= period.end:
        return Cut(None, ())
    first = bucket_of(period.first)
    begin = first if first == period.first else following(first)
    end = bucket_of(period.end)
    if begin >= end:
        return Cut(None, (period,))
    edges = (Span(period.first, begin), Span(end, period.end))
    return Cut(Span(begin, end), tuple(edge for edge in edges if edge.first < edge.end))
