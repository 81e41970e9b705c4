"""When a delivery is tried again (Standard Webhooks 1.0.0): values in, values out."""

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Before each attempt: at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h."""

SPAN = sum(PAUSES, timedelta())
"""From the first attempt to the last: 75 hours, 35 minutes and 5 seconds."""

JITTER = 0.2
LONGEST_WISH = timedelta(hours=1)
"""The longest pause an endpoint may ask for."""

PROBE_PAUSES = PAUSES[1:3]
"""Between two attempts at an endpoint that fails as a whole; the last one from then on."""


def pause_after(attempts: int, chance: float | None = None) -> timedelta | None:
    """The pause after so many attempts, give or take a fifth; None when the schedule is over.

    >>> pause_after(1, 0.5)
    datetime.timedelta(seconds=5)
    >>> pause_after(10) is None
    True
    """
    if attempts >= len(PAUSES):
        return None
    return spread(PAUSES[attempts], chance)


def spread(pause: timedelta, chance: float | None = None) -> timedelta:
    """A pause, give or take a fifth, so that those who failed together do not return together."""
    drawn = random.random() if chance is None else chance  # noqa: S311 - jitter
    return pause * (1 - JITTER + 2 * JITTER * drawn)


def probe_pause(probes: int) -> timedelta:
    """The pause before an endpoint that fails as a whole is tried again."""
    return spread(PROBE_PAUSES[min(probes, len(PROBE_PAUSES) - 1)])


def wished_pause(retry_after: str | None, now: datetime) -> timedelta | None:
    """The pause that a ``Retry-After`` asks for, an hour at most; None for none that can be read.

    >>> wished_pause("120", datetime.now())
    datetime.timedelta(seconds=120)
    >>> wished_pause("999999999999", datetime.now())
    datetime.timedelta(seconds=3600)
    >>> wished_pause("0000000001000", datetime.now())
    datetime.timedelta(seconds=1000)
    """
    if retry_after is None:
        return None
    told = retry_after.strip()
    if told.isascii() and told.isdigit():
        # Cut, because a number of thousands of digits is refused by `int` itself.
        return min(timedelta(seconds=int(told.lstrip("0")[:9] or 0)), LONGEST_WISH)
    try:
        wished = parsedate_to_datetime(told) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wished, timedelta()), LONGEST_WISH)
