"""Working days of the offices (ngày làm việc): Monday to Friday without the holidays an operator lists.

Rating keeps no calendar of its own, and intake's is not asked: a day owed to a citizen must not wait for
another service. Values only.
"""

from collections.abc import Collection
from datetime import date, timedelta

SATURDAY = 5


def after_working_days(day: date, count: int, holidays: Collection[date] = ()) -> date:
    """The working day that is so many after a day; the day itself does not count.

    >>> after_working_days(date(2026, 4, 29), 2, {date(2026, 4, 30), date(2026, 5, 1)})
    datetime.date(2026, 5, 5)
    """
    found = day
    while count > 0:
        found += timedelta(days=1)
        if found.weekday() < SATURDAY and found not in holidays:
            count -= 1
    return found


def holidays_in(text: str) -> frozenset[date]:
    r"""The days a text lists, one a line; what stands behind ``#`` is for people. Raises `ValueError`.

    >>> sorted(holidays_in("2026-04-30  # 30/4\n\n2026-05-01"))
    [datetime.date(2026, 4, 30), datetime.date(2026, 5, 1)]
    """
    told = (line.partition("#")[0].strip() for line in text.splitlines())
    return frozenset(date.fromisoformat(line) for line in told if line)
