"""The periods that figures are reported for (kỳ báo cáo): calendar ones, and official ones. Values only.

An official period ends on the 14th: a month is the 15th of the one before to the 14th (tháng báo cáo), and
so on up to the year, from 15 December to 14 December.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from contracts.periods import SECOND_HALF, Span
from contracts.vocabulary import Cadence

MONTHS = {Cadence.YEAR: 12, Cadence.HALF: 6, Cadence.QUARTER: 3, Cadence.MONTH: 1}
"""How many months a period has; one that is reported once has its plan's."""


def period_of(cadence: Cadence, day: date) -> Span:
    """The calendar period that a day lies in.

    >>> period_of(Cadence.HALF, date(2020, 8, 3)).first, period_of(Cadence.HALF, date(2020, 8, 3)).end
    (datetime.date(2020, 7, 1), datetime.date(2021, 1, 1))
    """
    months = MONTHS[cadence]
    first = (day.month - 1) // months * months
    end = first + months
    return Span(date(day.year, first + 1, 1), date(day.year + end // 12, end % 12 + 1, 1))


def official(period: Span) -> Span:
    """The official period that a calendar period is called after.

    >>> official(Span(date(2020, 1, 1), date(2020, 4, 1))).first
    datetime.date(2019, 12, 15)
    """
    return Span(_before(period.first), _before(period.end))


def knows(cadence: Cadence, period: Span) -> bool:
    """Whether a period is one of a cadence, by the calendar or officially."""
    if cadence is Cadence.ONCE:
        return False
    day = period.first
    if day.day == SECOND_HALF:
        called = period_of(cadence, day.replace(day=1) + timedelta(days=32))
        return period == official(called)
    return period == period_of(cadence, day)


def within(cadence: Cadence, whole: Span) -> Iterator[Span]:
    """The calendar periods of a cadence that lie within a period, in their order."""
    if cadence is Cadence.ONCE:
        yield whole
        return
    period = period_of(cadence, whole.first)
    while period.end <= whole.end:
        if period.first >= whole.first:
            yield period
        period = period_of(cadence, period.end)


def overlap(one: Span, other: Span) -> bool:
    """Whether two periods share a day."""
    return one.first < other.end and other.first < one.end


def _before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=SECOND_HALF)
