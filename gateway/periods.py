"""Periods that public figures are asked for: months as people and as reports count them, quarters, years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

MONTHS: Final = 12
OFFICIAL_DAY: Final = 15
"""Reports of a month begin on this day of the month before (Nghị định 09/2019/NĐ-CP, Điều 12)."""

KEY: Final = re.compile(
    r"(?:(?P<official>official-)?(?P<month_year>(?:19|20|21)\d\d)-(?P<month>0[1-9]|1[0-2])"
    r"|(?P<quarter_year>(?:19|20|21)\d\d)-q(?P<quarter>[1-4])|(?P<year>(?:19|20|21)\d\d))",
    re.ASCII,
)


class PeriodKind(StrEnum):
    """What sort of period it is (kỳ số liệu)."""

    OFFICIAL_MONTH = "official_month"
    """From the 15th of the month before to the 14th (kỳ báo cáo tháng)."""
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


OFFERED: Final = {
    PeriodKind.OFFICIAL_MONTH: 12,
    PeriodKind.MONTH: 12,
    PeriodKind.QUARTER: 8,
    PeriodKind.YEAR: 5,
}
"""How many of each kind a reader chooses among; every other one has its address."""


@dataclass(frozen=True)
class Period:
    """A period, half-open, of whole half-months."""

    kind: PeriodKind
    year: int
    number: int = 1
    """Which month or quarter of the year."""

    @property
    def key(self) -> str:
        """How an address names it.

        >>> [Period(kind, 2020, 3).key for kind in PeriodKind]
        ['official-2020-03', '2020-03', '2020-q3', '2020']
        """
        return {
            PeriodKind.OFFICIAL_MONTH: f"official-{self.year}-{self.number:02d}",
            PeriodKind.MONTH: f"{self.year}-{self.number:02d}",
            PeriodKind.QUARTER: f"{self.year}-q{self.number}",
            PeriodKind.YEAR: f"{self.year}",
        }[self.kind]

    @property
    def first(self) -> date:
        """Its first day.

        >>> Period(PeriodKind.OFFICIAL_MONTH, 2020, 1).first.isoformat()
        '2019-12-15'
        """
        if self.kind is PeriodKind.OFFICIAL_MONTH:
            return _month(self.year, self.number - 1, OFFICIAL_DAY)
        return _month(self.year, self._first_month)

    @property
    def end(self) -> date:
        """The day after its last.

        >>> Period(PeriodKind.QUARTER, 2020, 4).end.isoformat()
        '2021-01-01'
        """
        if self.kind is PeriodKind.OFFICIAL_MONTH:
            return _month(self.year, self.number, OFFICIAL_DAY)
        return _month(self.year, self._first_month + self._months)

    def before(self, steps: int) -> Period:
        """The one of its kind so many before.

        >>> Period(PeriodKind.MONTH, 2020, 2).before(3).key
        '2019-11'
        """
        a_year = MONTHS // self._months
        place = self.year * a_year + self.number - 1 - steps
        return Period(self.kind, place // a_year, place % a_year + 1)

    @property
    def _months(self) -> int:
        return {PeriodKind.QUARTER: 3, PeriodKind.YEAR: MONTHS}.get(self.kind, 1)

    @property
    def _first_month(self) -> int:
        return (self.number - 1) * self._months + 1


def period_of(key: str) -> Period | None:
    """The period of a key; None where it is none.

    >>> period_of("official-2020-03").first.isoformat(), period_of("2020-13")
    ('2020-02-15', None)
    """
    told = KEY.fullmatch(key)
    if told is None:
        return None
    if told["year"]:
        return Period(PeriodKind.YEAR, int(told["year"]))
    if told["quarter"]:
        return Period(PeriodKind.QUARTER, int(told["quarter_year"]), int(told["quarter"]))
    kind = PeriodKind.OFFICIAL_MONTH if told["official"] else PeriodKind.MONTH
    return Period(kind, int(told["month_year"]), int(told["month"]))


def period_at(kind: PeriodKind, day: date) -> Period:
    """The period of a kind that a day lies in.

    >>> period_at(PeriodKind.OFFICIAL_MONTH, date(2020, 12, 15)).key
    'official-2021-01'
    >>> period_at(PeriodKind.QUARTER, date(2020, 12, 15)).key
    '2020-q4'
    """
    if kind is PeriodKind.OFFICIAL_MONTH and day.day >= OFFICIAL_DAY:
        day = _month(day.year, day.month + 1)
    number = {PeriodKind.YEAR: 1, PeriodKind.QUARTER: (day.month + 2) // 3}.get(kind, day.month)
    return Period(kind, day.year, number)


def offered(day: date) -> dict[PeriodKind, list[Period]]:
    """The periods a reader is offered on a day, the latest of each kind first.

    >>> [period.key for period in offered(date(2020, 3, 16))[PeriodKind.YEAR]]
    ['2020', '2019', '2018', '2017', '2016']
    """
    return {
        kind: [period_at(kind, day).before(steps) for steps in range(number)]
        for kind, number in OFFERED.items()
    }


def _month(year: int, month: int, day: int = 1) -> date:
    """A day of a month that may lie before January or after December of the year."""
    return date(year + (month - 1) // MONTHS, (month - 1) % MONTHS + 1, day)
