"""The working-day calendar of the state sector (lịch làm việc), kept as published rows.

The rows stand in ``holidays.csv``, one day each: its kind, the set it belongs to, the reason and the
source. Public holidays follow the Labour Code; days off swapped against a working Saturday (hoán đổi
ngày làm việc) follow the yearly letter named in their row. What a row lacks, an operator's override
adds: overrides win.
"""

import csv
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.resources import files

ONE_DAY = timedelta(days=1)
WEEK = 7
FIRST_WEEKEND_DAY = 5
"""`date.weekday` of Saturday: state offices rest on Saturday and Sunday."""


class DayKind(StrEnum):
    """What an exceptional day is: a rest in the week, or work at the weekend."""

    DAY_OFF = "day_off"
    """A public holiday or a substitute for it (ngày nghỉ lễ, nghỉ bù, nghỉ hoán đổi)."""
    WORKING_DAY = "working_day"
    """A make-up working day (ngày làm bù)."""


class HolidaySet(StrEnum):
    """How certain a published row is."""

    ANNOUNCED = "announced"
    """Days of years whose holidays are known, 2017 to 2026."""
    EXPECTED = "expected"
    """Days computed from the Labour Code for a year not announced when this was published."""
    CULTURE_DAY = "culture_day"
    """24 November, Vietnam Culture Day (Ngày Văn hóa Việt Nam), from 2026: contested.

    Resolution 80-NQ/TW names it a day off; the consolidated Labour Code does not list it.
    """


@dataclass(frozen=True)
class HolidayRow:
    """One published exceptional day, with its Vietnamese reason and where it was taken from."""

    day: date
    kind: DayKind
    set: HolidaySet
    reason: str
    source: str


@dataclass(frozen=True)
class Override:
    """An exceptional day an operator has entered, with the decision (quyết định) it rests on."""

    day: date
    kind: DayKind
    reason: str = ""
    decision: str = ""


@dataclass(frozen=True)
class Calendar:
    """Which days are worked; two calendars with the same days have the same edition.

    A year that is not covered still rests at weekends, on the days expected of it and on those of
    the overrides; `covers` tells a reader that its due dates may yet move.
    """

    days_off: frozenset[date]
    working_days: frozenset[date]
    """Make-up working days, normally Saturdays."""
    years: frozenset[int]
    """Years whose holidays are announced."""
    edition: str = field(init=False)
    """Short digest of the content, 12 hexadecimal digits: stored beside each due date."""

    _weekdays_off: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _weekends_worked: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        content = [sorted(map(str, days)) for days in (self.days_off, self.working_days)]
        told = repr([*content, sorted(self.years)])
        object.__setattr__(self, "edition", sha256(told.encode()).hexdigest()[:12])
        rests = sorted(d for d in self.days_off - self.working_days if not _is_weekend(d))
        object.__setattr__(self, "_weekdays_off", tuple(rests))
        made_up = sorted(d for d in self.working_days if _is_weekend(d))
        object.__setattr__(self, "_weekends_worked", tuple(made_up))

    def covers(self, year: int) -> bool:
        """Whether the holidays of a year are announced and in here."""
        return year in self.years

    def is_working(self, day: date) -> bool:
        """Whether offices work on a day (ngày làm việc)."""
        if day in self.working_days:
            return True
        return day.weekday() < FIRST_WEEKEND_DAY and day not in self.days_off

    def next_working(self, day: date) -> date:
        """The first working day on or after a day: a rest day rolls forward, others stay.

        >>> str(standard_calendar().next_working(date(2020, 1, 23)))
        '2020-01-30'
        """
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """The working day `count` working days after a day that itself is not counted.

        With a count of 0 it is `start`, rolled forward. Raises `ValueError` for a negative count.

        >>> str(standard_calendar().add_working_days(date(2019, 1, 4), 1))
        '2019-01-05'
        """
        if count < 0:
            raise ValueError("cannot count working days backwards")
        if count == 0:
            return self.next_working(start)
        wanted = self._worked_up_to(start) + count
        # Few days are exceptional, so a jump by the days still missing lands close to the right one.
        day = start
        while missing := wanted - self._worked_up_to(day):
            day += timedelta(days=missing)
        return self._last_working(day)

    def subtract_working_days(self, end: date, count: int) -> date:
        """The working day `count` working days before a day that itself is not counted.

        Raises `ValueError` for a count below 1.

        >>> str(standard_calendar().subtract_working_days(date(2020, 1, 30), 1))
        '2020-01-22'
        """
        if count < 1:
            raise ValueError("a day before another is at least one day before it")
        wanted = self._worked_up_to(end - ONE_DAY) - count + 1
        day = end - ONE_DAY
        while missing := wanted - self._worked_up_to(day):
            day += timedelta(days=missing)
        return self._last_working(day)

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative backwards.

        >>> standard_calendar().working_days_between(date(2020, 1, 22), date(2020, 1, 30))
        1
        """
        return self._worked_up_to(end) - self._worked_up_to(start)

    def _last_working(self, day: date) -> date:
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def _worked_up_to(self, day: date) -> int:
        """How many working days lie between the beginning of the calendar and a day, inclusive."""
        weeks, rest = divmod(day.toordinal(), WEEK)
        weekdays = weeks * FIRST_WEEKEND_DAY + min(rest, FIRST_WEEKEND_DAY)
        lost = bisect_right(self._weekdays_off, day)
        return weekdays - lost + bisect_right(self._weekends_worked, day)

    def with_overrides(
        self, overrides: Iterable[Override], *, covering: Iterable[int] = ()
    ) -> "Calendar":
        """This calendar with an operator's days, which win; of two for a day the later one wins.

        `covering` names years the operator declares complete, so that `covers` says so.
        """
        kinds = {override.day: override.kind for override in overrides}
        off = {day for day, kind in kinds.items() if kind is DayKind.DAY_OFF}
        worked = set(kinds) - off
        return replace(
            self,
            days_off=(self.days_off - worked) | off,
            working_days=(self.working_days - off) | worked,
            years=self.years.union(covering),
        )


def _is_weekend(day: date) -> bool:
    return day.weekday() >= FIRST_WEEKEND_DAY


@cache
def published_rows() -> tuple[HolidayRow, ...]:
    """The packaged rows in the order of their days, one row a day."""
    text = files(__package__).joinpath("holidays.csv").read_text(encoding="utf-8")
    return tuple(
        HolidayRow(
            day=date.fromisoformat(row["day"]),
            kind=DayKind(row["kind"]),
            set=HolidaySet(row["set"]),
            reason=row["reason"],
            source=row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def standard_calendar(culture_day: bool = False) -> Calendar:
    """The calendar as published; `culture_day` also rests on 24 November from 2026 on.

    The culture day is off by default because the consolidated Labour Code does not list it.
    """
    taken = {HolidaySet.ANNOUNCED, HolidaySet.EXPECTED}
    if culture_day:
        taken.add(HolidaySet.CULTURE_DAY)
    rows = [row for row in published_rows() if row.set in taken]
    return Calendar(
        days_off=frozenset(row.day for row in rows if row.kind is DayKind.DAY_OFF),
        working_days=frozenset(row.day for row in rows if row.kind is DayKind.WORKING_DAY),
        years=frozenset(row.day.year for row in rows if row.set is HolidaySet.ANNOUNCED),
    )
