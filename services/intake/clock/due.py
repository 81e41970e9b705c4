"""When a result is due (thời hạn giải quyết): the arithmetic of one run of the clock.

Days are Vietnam's, wherever the receipt was stamped. The day of receipt is not counted (Civil Code
2015, Articles 147 and 148), unless an operator says that its offices count it.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from contracts.intake import TimeLimit
from contracts.vocabulary import VIETNAM, TimeUnit
from services.intake.clock.calendar import ONE_DAY, Calendar
from services.intake.clock.hours import OfficeHours, end_of_hours, vietnam_day

MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class ReceiptDay:
    """How an office treats the day a dossier came in (ngày tiếp nhận); local custom, not the decree."""

    cutoff: time | None = None
    """What comes at this hour or later counts as received on the next working day; None: no such hour."""
    counts: bool = False
    """Whether the day of receipt is the first day counted."""


@dataclass(frozen=True)
class Office:
    """How an office counts: its calendar, its hours, its custom for the day of receipt."""

    calendar: Calendar
    hours: OfficeHours = field(default_factory=OfficeHours)
    receipt: ReceiptDay = field(default_factory=ReceiptDay)


@dataclass(frozen=True)
class Due:
    """The promised moment of a result (hạn trả kết quả) and how it came about."""

    starts_on: date
    """First day that counts; without a limit, the day after receipt."""
    due_on: date | None
    """The promised day (ngày hẹn trả), always a working day; none where no limit is stated."""
    due_at: datetime | None
    """The promised moment in Vietnam's time: that day's closing, or for hours the exact minute."""
    unit: TimeUnit | None
    calendar: str
    """Edition of the calendar used."""


def due(
    started_at: datetime,
    limit: TimeLimit | None,
    office: Office,
    *,
    paused: timedelta = timedelta(),
) -> Due:
    """When the result of a dossier whose clock started at an instant is due.

    Working days are counted on the calendar. Calendar days and months count every day and roll a
    due date on a rest day forward; a month ends on the same day of the later month, or its last.
    Working hours run through office hours from receipt. A limit of 0 is due in the office time at
    hand: the same day, or the next working day when the office has closed. `paused` lengthens the run:
    office time for working hours, whole days of the limit's kind otherwise (see `pause_of`). Raises
    `ValueError` for a naive instant.
    """
    calendar, hours = office.calendar, office.hours
    received_on = _received_on(started_at, office)
    tomorrow = received_on + ONE_DAY
    if limit is None:
        return Due(tomorrow, None, None, None, calendar.edition)
    opening = hours.opening(started_at, calendar)
    if limit.unit is TimeUnit.WORKING_HOUR:
        moment = hours.advance(opening, timedelta(hours=limit.amount) + paused, calendar)
        return Due(opening.date(), moment.date(), moment, limit.unit, calendar.edition)
    if limit.amount == 0 and not paused:
        due_on = starts_on = opening.date()
    else:
        due_on, starts_on = _due_day(received_on, limit, calendar, paused.days), tomorrow
    if limit.unit is TimeUnit.WORKING_DAY:
        starts_on = calendar.next_working(starts_on)
    due_at = end_of_hours(due_on, hours)
    return Due(starts_on, due_on, due_at, limit.unit, calendar.edition)


def pause_of(since: datetime, until: datetime, unit: TimeUnit, office: Office) -> timedelta:
    """How much of a limit's kind of time lies in a pause: office time, working days or days.

    Days are those after the first one, up to and including the last: a pause within a day is none.
    """
    if unit is TimeUnit.WORKING_HOUR:
        return office.hours.elapsed(since, until, office.calendar)
    first, last = vietnam_day(since), vietnam_day(until)
    if last <= first:
        return timedelta()
    if unit is TimeUnit.WORKING_DAY:
        return timedelta(days=office.calendar.working_days_between(first, last))
    return last - first


def later(moment: datetime, length: timedelta, unit: TimeUnit, office: Office) -> datetime:
    """A promised moment, later by a pause as `pause_of` gives it; of days the hour of the day stays."""
    if unit is TimeUnit.WORKING_HOUR:
        return office.hours.advance(moment, length, office.calendar)
    local, calendar = moment.astimezone(VIETNAM), office.calendar
    if unit is TimeUnit.WORKING_DAY:
        day = calendar.add_working_days(local.date(), length.days)
    else:
        day = calendar.next_working(local.date() + length)
    return datetime.combine(day, local.time(), VIETNAM)


def _received_on(started_at: datetime, office: Office) -> date:
    """The day that counts as the day of receipt: the first day counted comes after it."""
    day = vietnam_day(started_at)
    local = started_at.astimezone(VIETNAM)
    if office.receipt.cutoff is not None and local.time() >= office.receipt.cutoff:
        day = office.calendar.next_working(day + ONE_DAY)
    return day - ONE_DAY if office.receipt.counts else day


def _due_day(received_on: date, limit: TimeLimit, calendar: Calendar, paused: int) -> date:
    if limit.unit is TimeUnit.WORKING_DAY:
        return calendar.add_working_days(received_on, limit.amount + paused)
    days = timedelta(days=paused)
    if limit.unit is TimeUnit.MONTH:
        return calendar.next_working(_months_later(received_on, limit.amount) + days)
    return calendar.next_working(received_on + timedelta(days=limit.amount) + days)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, MONTHS_IN_YEAR)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
