"""When a carrier is asked again, about an item or for a list, and how often at most. Values only."""

from collections import deque
from collections.abc import Hashable
from datetime import datetime, timedelta

from services.postal.domain import Position
from services.postal.places import is_terminal

JITTER = 0.2
"""By how much a pause is longer or shorter by chance, so that not everything is asked at once."""

FIRST_QUESTION = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=6)
FOLLOWED_FOR = timedelta(days=30)
"""How long an item is asked about after its end, and at full rate without a word."""

SLOW = timedelta(days=1)
"""The pause after an item's end, and after a month of silence."""

LAST_QUESTION = 480
"""After so many answers without news, about a year, an item is not asked about any more."""

FEED_FIRST_PAUSE = timedelta(seconds=30)
FEED_LONGEST_PAUSE = timedelta(hours=1)


def jittered(pause: timedelta, chance: float) -> timedelta:
    """A pause, up to a fifth longer or shorter.

    >>> jittered(timedelta(seconds=100), 0.0), jittered(timedelta(seconds=100), 1.0)
    (datetime.timedelta(seconds=80), datetime.timedelta(seconds=120))
    """
    return pause * (1 + JITTER * (2 * chance - 1))


def ended(position: Position) -> bool:
    """Whether an item's way has ended, by a word that is trusted."""
    return is_terminal(position.status) and not position.provisional


def next_question(asked: int, *, after_end: bool) -> timedelta | None:
    """How long to wait before an item is asked about again, after so many answers without news.

    >>> [next_question(n, after_end=False).total_seconds() / 60 for n in (0, 1, 2, 5, 99)]
    [15.0, 30.0, 60.0, 360.0, 360.0]
    >>> next_question(29, after_end=True).days, next_question(30, after_end=True)
    (1, None)
    """
    if after_end:
        return SLOW if asked < FOLLOWED_FOR // SLOW else None
    if asked >= LAST_QUESTION:
        return None
    if asked >= FOLLOWED_FOR // LONGEST_PAUSE:
        return SLOW
    doubled: timedelta = FIRST_QUESTION * 2 ** min(asked, 16)
    return min(LONGEST_PAUSE, doubled)


def feed_pause(attempts: int) -> timedelta:
    """How long to wait after so many tries at a list that failed.

    >>> [feed_pause(n).total_seconds() for n in (1, 2, 8, 99)]
    [30.0, 60.0, 3600.0, 3600.0]
    """
    doubled: timedelta = FEED_FIRST_PAUSE * 2 ** min(max(attempts, 1) - 1, 16)
    return min(FEED_LONGEST_PAUSE, doubled)


class Pace:
    """How many questions an account may still ask within a minute."""

    def __init__(self) -> None:
        self._asked: dict[Hashable, deque[datetime]] = {}

    def left(self, account: Hashable, per_minute: int, now: datetime) -> int:
        """Questions left until the oldest of the last minute is forgotten."""
        asked = self._asked.setdefault(account, deque())
        while asked and asked[0] <= now - timedelta(minutes=1):
            asked.popleft()
        return max(0, per_minute - len(asked))

    def spend(self, account: Hashable, questions: int, now: datetime) -> None:
        """Count questions that are asked now."""
        self._asked.setdefault(account, deque()).extend([now] * questions)
