"""When nothing has been heard of an item for too long (bưu gửi không có tin). Values only.

Working days are Monday to Friday in Vietnam. The office's calendar with its holidays belongs to intake and
is not known here, so after a long holiday an item may be called silent some days early; it is never an end.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from contracts.vocabulary import VIETNAM, ShipmentStatus
from services.postal.domain import CarrierEvent, Position, Strength
from services.postal.places import is_terminal

WEEK = 7
WORKING = 5
"""Working days of a week; `date.weekday` counts from Monday."""


def is_awaited(position: Position) -> bool:
    """Whether word of an item is due: the post has it, and no end was told.

    >>> is_awaited(Position())
    False
    """
    return position.accepted_at is not None and not is_terminal(position.status)


def last_word(events: Iterable[CarrierEvent]) -> datetime | None:
    """When the latest word of an item reached us; what an office notes for itself is none."""
    return max((one.recorded_at for one in events if _is_word(one)), default=None)


def last_moment(events: Iterable[CarrierEvent]) -> datetime | None:
    """When the latest thing told of an item happened."""
    return max((one.moment for one in events if _is_word(one)), default=None)


def silent_from(heard_at: datetime, working_days: int) -> datetime:
    """The first instant at which so many whole working days have passed since a word.

    >>> silent_from(datetime(2020, 3, 16, 9, tzinfo=VIETNAM), 5).isoformat()
    '2020-03-24T00:00:00+07:00'
    """
    day = heard_at.astimezone(VIETNAM).date()
    for _ in range(working_days):
        day += timedelta(days=1)
        while day.weekday() >= WORKING:
            day += timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)


def working_days_between(earlier: datetime, later: datetime) -> int:
    """How many whole working days lie between two instants, the days they are on not counted.

    >>> monday = datetime(2020, 3, 16, 9, tzinfo=VIETNAM)
    >>> working_days_between(monday, monday + timedelta(days=8)), working_days_between(monday, monday)
    (5, 0)
    """
    first = earlier.astimezone(VIETNAM).date() + timedelta(days=1)
    end = later.astimezone(VIETNAM).date()
    return max(0, _worked_before(end) - _worked_before(first))


def _worked_before(day: date) -> int:
    weeks, rest = divmod(day.toordinal() - 1, WEEK)
    return weeks * WORKING + min(rest, WORKING)


def _is_word(event: CarrierEvent) -> bool:
    return event.strength is not Strength.OPERATOR or event.status is not ShipmentStatus.UNMAPPED
