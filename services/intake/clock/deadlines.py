"""When a deadline is past: the same answer for violations, verdicts, the sweep and explanations."""

from datetime import date, datetime, time, timedelta

from contracts.vocabulary import VIETNAM, TimeUnit
from services.intake.clock.calendar import ONE_DAY
from services.intake.clock.due import Office
from services.intake.clock.hours import vietnam_day


def is_past(moment: datetime, due_at: datetime | None, unit: TimeUnit | None) -> bool:
    """Whether a moment is after a promise: of days the day counts to its end, of hours the minute.

    >>> due = datetime(2020, 3, 19, 17, tzinfo=VIETNAM)
    >>> is_past(due + timedelta(hours=6), due, TimeUnit.WORKING_DAY)
    False
    >>> is_past(due + timedelta(minutes=1), due, TimeUnit.WORKING_HOUR)
    True
    """
    return due_at is not None and moment >= past_from(due_at, unit) and moment != due_at


def past_from(due_at: datetime, unit: TimeUnit | None) -> datetime:
    """From when a promise is past: the minute itself for hours, the end of the day for days."""
    if unit is TimeUnit.WORKING_HOUR:
        return due_at
    return end_of_day(vietnam_day(due_at))


def end_of_day(day: date) -> datetime:
    """The midnight that ends a day in Vietnam."""
    return datetime.combine(day + ONE_DAY, time(), VIETNAM)


def last_answer(asked_at: datetime, days: int, office: Office) -> date:
    """The last day to answer a request for papers; a rest day rolls it forward."""
    return office.calendar.next_working(vietnam_day(asked_at) + timedelta(days=days))


def answered_by(submitted_at: datetime, hours: int, office: Office) -> datetime:
    """Until when an online dossier is answered: so many working hours after it was sent."""
    return office.hours.advance(submitted_at, timedelta(hours=hours), office.calendar)
