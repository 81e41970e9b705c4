"""The hours an office works, and how office time runs through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from contracts.vocabulary import VIETNAM
from services.intake.clock.calendar import ONE_DAY, Calendar


@dataclass(frozen=True)
class OfficeHours:
    """The hours an office works each working day (giờ hành chính), in Vietnam's local time.

    No law fixes them nationwide. The default, 8 hours in two sessions, is one found in use in
    provincial one-stop software; an operator whose office keeps other hours passes its own.
    Raises `ValueError` when the sessions are missing, empty or overlap.
    """

    sessions: Sequence[tuple[time, time]] = (
        (time(7, 0), time(11, 30)),
        (time(13, 30), time(17, 0)),
    )

    def __post_init__(self) -> None:
        edges = [edge for session in self.sessions for edge in session]
        if not edges or any(opens >= closes for opens, closes in pairwise(edges)):
            raise ValueError("office hours are sessions in order, none empty, none overlapping")

    @property
    def closes_at(self) -> time:
        """When the last session ends: the moment a due day is over for the office."""
        return self.sessions[-1][1]

    def opening(self, instant: datetime, calendar: Calendar) -> datetime:
        """The first moment of office hours at or after an instant, in Vietnam's time."""
        local = instant.astimezone(VIETNAM)
        if calendar.is_working(local.date()):
            for opens, closes in _sessions_on(local.date(), self):
                if local < closes:
                    return max(local, opens)
        tomorrow = calendar.next_working(local.date() + ONE_DAY)
        return _at(tomorrow, self.sessions[0][0])

    def advance(self, instant: datetime, run: timedelta, calendar: Calendar) -> datetime:
        """The moment when so much office time has run since the next opening.

        A run that ends with a session ends at its closing, not at the next opening.
        """
        moment = self.opening(instant, calendar)
        left = run
        while left:
            closes = next(end for _, end in _sessions_on(moment.date(), self) if moment < end)
            if left <= closes - moment:
                return moment + left
            left -= closes - moment
            moment = self.opening(closes, calendar)
        return moment

    def elapsed(self, start: datetime, end: datetime, calendar: Calendar) -> timedelta:
        """How much office time lies between two instants; nothing when the second is not later."""
        if end <= start:
            return timedelta()
        first, last = vietnam_day(start), vietnam_day(end)
        if first == last:
            return self._worked_on(first, start, end, calendar)
        between = calendar.working_days_between(first, last) - calendar.is_working(last)
        whole = sum((_at(first, c) - _at(first, o) for o, c in self.sessions), timedelta())
        ends = self._worked_on(first, start, end, calendar)
        return ends + whole * between + self._worked_on(last, start, end, calendar)

    def _worked_on(
        self, day: date, start: datetime, end: datetime, calendar: Calendar
    ) -> timedelta:
        if not calendar.is_working(day):
            return timedelta()
        spans = (min(end, closes) - max(start, opens) for opens, closes in _sessions_on(day, self))
        return sum((span for span in spans if span > timedelta()), timedelta())


def end_of_hours(day: date, hours: OfficeHours | None = None) -> datetime:
    """The moment a day's office hours end, in Vietnam's time."""
    return _at(day, (hours or OfficeHours()).closes_at)


def vietnam_day(instant: datetime) -> date:
    """The day an instant falls on in Vietnam. Raises `ValueError` for a naive instant.

    >>> from datetime import UTC
    >>> str(vietnam_day(datetime(2020, 3, 16, 23, 30, tzinfo=UTC)))
    '2020-03-17'
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without an offset is not a moment")
    return instant.astimezone(VIETNAM).date()


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, VIETNAM)


def _sessions_on(day: date, hours: OfficeHours) -> list[tuple[datetime, datetime]]:
    return [(_at(day, opens), _at(day, closes)) for opens, closes in hours.sessions]
