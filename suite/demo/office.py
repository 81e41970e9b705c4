"""When offices work: the demonstration's own calendar of 2018 and 2020, and of autumn 2017.

It is the world's, not the product's: the suite counts due days with the calendar of `intake`, and the two
agree because both follow the same holidays (Labour Code 2012, Article 115, and the yearly notices).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random

from contracts.vocabulary import VIETNAM, TimeUnit

DAY = timedelta(days=1)

CLOSED = frozenset(
    {
        date(2017, 9, 4),  # National Day fell on a Saturday
        date(2018, 1, 1),
        *(date(2018, 2, 14) + n * DAY for n in range(7)),  # Tết Mậu Tuất
        date(2018, 4, 25),  # Hùng Kings
        date(2018, 4, 30),
        date(2018, 5, 1),
        date(2018, 9, 3),  # National Day fell on a Sunday
        date(2018, 12, 31),  # made up for on Saturday 5 January 2019
        date(2020, 1, 1),
        *(date(2020, 1, 23) + n * DAY for n in range(7)),  # Tết Canh Tý
        date(2020, 4, 2),  # Hùng Kings, the tenth of the third lunar month
        date(2020, 4, 30),
        date(2020, 5, 1),
        date(2020, 9, 2),
        date(2021, 1, 1),
        *(date(2021, 2, 10) + n * DAY for n in range(7)),  # Tết Tân Sửu
    }
)
"""Days off that are not weekends (ngày nghỉ lễ, Tết). No other working day
was moved in those months."""

_FIRST, _LAST = date(2017, 1, 1), date(2021, 12, 31)
SATURDAY = 5
MORNING = 0.6
"""Part of what comes to the counter before noon."""


def works(day: date) -> bool:
    """Whether offices are open on a day."""
    return day.weekday() < SATURDAY and day not in CLOSED


@cache
def _working_days() -> tuple[date, ...]:
    days = (_FIRST + n * DAY for n in range((_LAST - _FIRST).days + 1))
    return tuple(day for day in days if works(day))


def after(day: date, working_days: int) -> date:
    """The working day that many working days after a day; 0 is the day itself, or the next open one.

    >>> after(date(2020, 1, 22), 1)
    datetime.date(2020, 1, 30)
    """
    days = _working_days()
    if working_days == 0:
        return days[bisect_left(days, day)]
    return days[bisect_right(days, day) + working_days - 1]


def working_days_until(day: date, due: date) -> int:
    """How many working days there are after a day, up to another one and with it."""
    days = _working_days()
    return bisect_right(days, due) - bisect_right(days, day)


def due_on(received: date, amount: int, unit: TimeUnit) -> date:
    """The promised day (ngày hẹn trả): the day of receipt is not counted, a rest day rolls forward.

    >>> due_on(date(2020, 3, 16), 3, TimeUnit.WORKING_DAY)
    datetime.date(2020, 3, 19)
    """
    if unit is TimeUnit.CALENDAR_DAY:
        return after(received + amount * DAY, 0)
    return after(received, amount)


def closing(day: date) -> datetime:
    """The end of a day's hours."""
    return datetime.combine(day, time(17), VIETNAM)


def office_moment(day: date, random: Random) -> datetime:
    """A moment of a day's office hours, more often in the morning."""
    minutes = random.randrange(225) if random.random() < MORNING else 365 + random.randrange(200)
    return _at(day, time(7, 40), minutes, random)


def any_moment(day: date, random: Random) -> datetime:
    """A moment at which people send things online: any hour, but seldom at night."""
    hour = random.choices(
        range(24), (1,) * 6 + (4, 8, 12, 12, 10, 8, 7, 9, 10, 10, 9, 8, 7, 9, 10, 9, 6, 3)
    )[0]
    return _at(day, time(hour), random.randrange(60), random)


def soon_after(moment: datetime, random: Random, *, minutes: int) -> datetime:
    """A moment of office hours at most that many minutes later, on the next open day if needed."""
    later = moment + timedelta(minutes=random.randint(5, minutes))
    if works(later.date()) and later < closing(later.date()) and later.hour >= 7:  # noqa: PLR2004 - opening hour
        return later
    next_day = later.date() if later.hour < 7 and works(later.date()) else after(later.date(), 1)  # noqa: PLR2004 - opening time
    return datetime.combine(next_day, time(7, 45), VIETNAM) + timedelta(
        minutes=random.randrange(90)
    )


def _at(day: date, start: time, minutes: int, random: Random) -> datetime:
    return datetime.combine(day, start, VIETNAM) + timedelta(
        minutes=minutes, seconds=random.randrange(60)
    )
