"""The periods figures are asked for, by the calendar and by the reporting rule. Values only.

The reporting month runs from the 15th of the month before to the 14th (Nghị định 09/2019/NĐ-CP, Điều 12);
reporting quarters, halves and years are made of such months, so the reporting year 2020 begins on the 15th
of December 2019. Every period of both kinds is made of whole half-months.
"""

import re
from dataclasses import dataclass
from datetime import date

from contracts.periods import SECOND_HALF, Span
from contracts.vocabulary import PeriodKind

MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class _Kind:
    """How the periods of one kind are named and how long they are."""

    months: int
    mark: str
    """Between year and number in a key; empty where a year is the whole key."""
    digits: int
    report: bool

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a key looks like."""
        number = rf"-{self.mark}([0-9]{{{self.digits}}})" if self.digits else "()"
        return re.compile(rf"([0-9]{{4}}){number}")


_KINDS = {
    PeriodKind.YEAR: _Kind(12, "", 0, report=False),
    PeriodKind.HALF: _Kind(6, "H", 1, report=False),
    PeriodKind.QUARTER: _Kind(3, "Q", 1, report=False),
    PeriodKind.MONTH: _Kind(1, "", 2, report=False),
    PeriodKind.REPORT_YEAR: _Kind(12, "", 0, report=True),
    PeriodKind.REPORT_HALF: _Kind(6, "H", 1, report=True),
    PeriodKind.REPORT_QUARTER: _Kind(3, "Q", 1, report=True),
    PeriodKind.REPORT_MONTH: _Kind(1, "", 2, report=True),
}

EXAMPLES = {
    kind: f"2020-{told.mark}{1:0{told.digits}}" if told.digits else "2020"
    for kind, told in _KINDS.items()
}
"""A key of each kind, for the sentence of whoever refuses another one."""


def period_of(kind: str, key: str) -> Span:
    """The days of a period (kỳ báo cáo). Raises `ValueError` for a kind or a key that names none.

    >>> period_of("report_quarter", "2020-Q1")
    Span(first=datetime.date(2019, 12, 15), end=datetime.date(2020, 3, 15))
    >>> period_of("half", "2020-H2")
    Span(first=datetime.date(2020, 7, 1), end=datetime.date(2021, 1, 1))
    """
    named = PeriodKind(kind)
    told = _KINDS[named]
    match = told.pattern.fullmatch(key)
    year, number = (int(match[1]), int(match[2] or 1)) if match else (0, 0)
    if not date.min.year < year < date.max.year or not 1 <= number <= MONTHS_IN_YEAR // told.months:
        raise ValueError(f"a {named} is named like {EXAMPLES[named]}")
    first = (number - 1) * told.months
    return Span(
        _begin(year, first, report=told.report),
        _begin(year, first + told.months, report=told.report),
    )


def key_of(kind: str, day: date) -> str:
    """The key of the period of a kind that a day lies in. Raises `ValueError` for another kind.

    >>> key_of("report_month", date(2019, 12, 15)), key_of("month", date(2019, 12, 15))
    ('2020-01', '2019-12')
    """
    told = _KINDS[PeriodKind(kind)]
    ahead = told.report and day.day >= SECOND_HALF
    year, month = divmod(day.year * MONTHS_IN_YEAR + day.month - 1 + ahead, MONTHS_IN_YEAR)
    number = month // told.months + 1
    return f"{year:04}-{told.mark}{number:0{told.digits}}" if told.digits else f"{year:04}"


def before(kind: str, key: str) -> str:
    """The key of the period before a period.

    >>> before("report_quarter", "2020-Q1")
    '2019-Q4'
    """
    return key_of(kind, date.fromordinal(period_of(kind, key).first.toordinal() - 1))


def _begin(year: int, month: int, *, report: bool) -> date:
    """The first day of a month, counted from 0 and on into the next year; reports begin it earlier."""
    months = year * MONTHS_IN_YEAR + month - report
    return date(months // MONTHS_IN_YEAR, months % MONTHS_IN_YEAR + 1, SECOND_HALF if report else 1)
