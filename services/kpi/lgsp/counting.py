"""How a month's balance of dossiers and its ratings are counted. Values in, values out.

Everything follows from when a dossier was received and settled, never from how it stands today: so every
month's balance holds, and what one month leaves over is what the next one begins with.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from contracts.lgsp import first_day, following_month
from contracts.vocabulary import VIETNAM, DossierStatus, OptionClass, TimeUnit

HIGHEST_SCORE = 5

ENDED = frozenset({DossierStatus.REFUSED, DossierStatus.STOPPED, DossierStatus.WITHDRAWN})


@dataclass(frozen=True)
class Stretch:
    """A month as two instants."""

    first: datetime
    end: datetime
    """Exclusive; now, while the month lasts."""


def stretch_of(month: str, now: datetime) -> Stretch:
    """A calendar month in Vietnam."""
    first = datetime.combine(first_day(month), time.min, VIETNAM)
    end = datetime.combine(first_day(following_month(month)), time.min, VIETNAM)
    return Stretch(first, min(end, now))


@dataclass(frozen=True)
class Life:
    """The moments of a dossier that a balance needs."""

    received_at: datetime
    due_at: datetime | None = None
    due_unit: TimeUnit | None = None
    status: DossierStatus | None = None
    done_at: datetime | None = None
    ended_at: datetime | None = None
    settled_at: datetime | None = None
    """When the agency's time ended, which may be before the dossier did."""
    paused_since: datetime | None = None

    @property
    def left_at(self) -> datetime | None:
        """When it was settled (đã giải quyết): with its result, else without one.

        A moment before the receipt is a slip; it was settled when it came.
        """
        left = self.done_at or self.ended_at
        return None if left is None else max(left, self.received_at)

    @property
    def forgotten(self) -> bool:
        """Whether it ended without a result and nobody remembers when: it is in no balance."""
        return self.status in ENDED and self.left_at is None

    @property
    def in_time(self) -> bool:
        """Whether it was settled by its promise; a slip of a date kept none (OT-D)."""
        settled = self.done_at or self.settled_at or self.ended_at
        if settled is None or _day(settled) < _day(self.received_at):
            return False
        return not self._late_at(settled)

    def overdue(self, until: datetime) -> bool:
        """Whether it was late just before an instant; while the applicant is waited for, no time passes."""
        if self.due_at is None:
            return False
        moment = until if self.paused_since is None else min(until, self.paused_since)
        if self.due_unit is TimeUnit.WORKING_HOUR:
            return self.due_at < moment
        # What is due on a day is late from the midnight that ends it.
        return _day(self.due_at) < _last_day_before(moment)

    def _late_at(self, moment: datetime) -> bool:
        if self.due_at is None:
            return False
        if self.due_unit is TimeUnit.WORKING_HOUR:
            return moment > self.due_at
        return _day(moment) > _day(self.due_at)


@dataclass(frozen=True)
class Balance:
    """What came in and went out in a month, and what is left."""

    carried: int = 0
    received: int = 0
    in_time: int = 0
    late: int = 0
    pending: int = 0
    pending_late: int = 0


def balance(lives: Iterable[Life], month: Stretch) -> Balance:
    """The balance of a month."""
    carried = received = in_time = late = pending = pending_late = 0
    for life in lives:
        left = life.left_at
        gone = left is not None and left < month.first
        if life.forgotten or life.received_at >= month.end or gone:
            continue
        if life.received_at < month.first:
            carried += 1
        else:
            received += 1
        if left is not None and left < month.end:
            in_time += life.in_time
            late += not life.in_time
        elif life.overdue(month.end):
            pending_late += 1
        else:
            pending += 1
    return Balance(carried, received, in_time, late, pending, pending_late)


@dataclass(frozen=True)
class Votes:
    """Ratings in the three levels of the bus (mức độ)."""

    very_good: int = 0
    good: int = 0
    bad: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.very_good + self.good + self.bad


def votes(counted: Iterable[tuple[int, OptionClass, int]]) -> Votes:
    """Scores on a scale of five, what they count as, and how often, in the three levels.

    Very good and good together are those that count as satisfied everywhere else.

    >>> votes([(5, OptionClass.POSITIVE, 3), (4, OptionClass.POSITIVE, 2), (3, OptionClass.NEUTRAL, 1)])
    Votes(very_good=3, good=2, bad=1)
    """
    very_good = good = bad = 0
    for score, kind, times in counted:
        if kind is not OptionClass.POSITIVE:
            bad += times
        elif score >= HIGHEST_SCORE:
            very_good += times
        else:
            good += times
    return Votes(very_good, good, bad)


def percent(count: int, among: int) -> float | None:
    """A percentage with one decimal, rounded down; none of nothing.

    >>> percent(2, 3), percent(1, 1), percent(0, 0)
    (66.6, 100.0, None)
    """
    return count * 1000 // among / 10 if among else None


def rest(*percents: float | None) -> float | None:
    """What is missing to 100, so that percentages add up.

    >>> rest(66.6), rest(33.3, 33.3), rest(None)
    (33.4, 33.4, None)
    """
    told = [round(one * 10) for one in percents if one is not None]
    return (1000 - sum(told)) / 10 if len(told) == len(percents) else None


def _day(instant: datetime) -> date:
    return instant.astimezone(VIETNAM).date()


def _last_day_before(moment: datetime) -> date:
    """The day of the last instant before a moment."""
    local = moment.astimezone(VIETNAM)
    midnight = local.timetz().replace(tzinfo=None) == time.min
    return date.fromordinal(local.date().toordinal() - midnight)
