"""When a result is due (thời hạn giải quyết): rule sets by decree, office hours, the arithmetic.

Days are Vietnam's, wherever the receipt was stamped. The day of receipt is not counted (Civil Code
2015, Articles 147 and 148). A new decree is one more `RuleSet`, chosen by the day of acceptance.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from contracts.intake import TimeLimit
from contracts.vocabulary import VIETNAM, TimeUnit
from services.intake.clock.calendar import ONE_DAY, Calendar

MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class RuleSet:
    """The decree a dossier's clock follows from acceptance to return, whatever is decreed later."""

    name: str
    since: date
    """First day of acceptance it applies to."""
    decree: str


RULE_SETS = (
    RuleSet("R2018", date(2018, 6, 21), "Nghị định 61/2018/NĐ-CP"),
    RuleSet("R2021", date(2021, 12, 6), "Nghị định 61/2018/NĐ-CP, sửa đổi bởi 107/2021/NĐ-CP"),
    RuleSet("R2025", date(2025, 7, 1), "Nghị định 118/2025/NĐ-CP"),
)
"""Oldest first. Dossiers older than the first are counted by the first, so that its first day, which
is unverified, moves no due date.

All three start the clock when a full and valid dossier is accepted and count it alike; they differ in
what an office must write when it asks for papers or runs late, and are kept to name that ground.
"""


def rule_set_on(day: date, rule_sets: Iterable[RuleSet] = RULE_SETS) -> RuleSet:
    """The rule set for dossiers accepted on a day of Vietnam; the oldest one for earlier days.

    >>> rule_set_on(date(2025, 6, 30)).name, rule_set_on(date(2025, 7, 1)).name
    ('R2021', 'R2025')
    """
    oldest_first = sorted(rule_sets, key=lambda rules: rules.since)
    in_force = [rules for rules in oldest_first if rules.since <= day]
    return in_force[-1] if in_force else oldest_first[0]


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

    def advance(self, instant: datetime, hours: int, calendar: Calendar) -> datetime:
        """The moment when that many office hours have run since the next opening.

        A run that ends with a session ends at its closing, not at the next opening.
        """
        moment = self.opening(instant, calendar)
        left = timedelta(hours=hours)
        while left:
            closes = next(end for _, end in _sessions_on(moment.date(), self) if moment < end)
            if left <= closes - moment:
                return moment + left
            left -= closes - moment
            moment = self.opening(closes, calendar)
        return moment


@dataclass(frozen=True)
class Due:
    """The promised moment of a result (hạn trả kết quả) and how it came about."""

    rule_set: str
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
    received_at: datetime,
    limit: TimeLimit | None,
    calendar: Calendar,
    hours: OfficeHours | None = None,
    rule_sets: Iterable[RuleSet] = RULE_SETS,
) -> Due:
    """When the result of a dossier accepted at an instant is due.

    Working days are counted on the calendar. Calendar days and months count every day and roll a
    due date on a rest day forward; a month ends on the same day of the later month, or its last.
    Working hours run through office hours from receipt. A limit of 0 is due in the office time at
    hand: the same day, or the next working day when the office has closed. `hours` left out are
    the default `OfficeHours`. Raises `ValueError` for a naive instant.
    """
    hours = hours or OfficeHours()
    received_on = vietnam_day(received_at)
    name = rule_set_on(received_on, rule_sets).name
    tomorrow = received_on + ONE_DAY
    if limit is None:
        return Due(name, tomorrow, None, None, None, calendar.edition)
    opening = hours.opening(received_at, calendar)
    if limit.unit is TimeUnit.WORKING_HOUR:
        moment = hours.advance(received_at, limit.amount, calendar)
        return Due(name, opening.date(), moment.date(), moment, limit.unit, calendar.edition)
    due_on = _due_day(received_on, limit, calendar) if limit.amount else opening.date()
    starts_on = tomorrow if limit.amount else due_on
    if limit.unit is TimeUnit.WORKING_DAY:
        starts_on = calendar.next_working(starts_on)
    due_at = end_of_hours(due_on, hours)
    return Due(name, starts_on, due_on, due_at, limit.unit, calendar.edition)


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


def _due_day(received_on: date, limit: TimeLimit, calendar: Calendar) -> date:
    if limit.unit is TimeUnit.WORKING_DAY:
        return calendar.add_working_days(received_on, limit.amount)
    if limit.unit is TimeUnit.MONTH:
        return calendar.next_working(_months_later(received_on, limit.amount))
    return calendar.next_working(received_on + timedelta(days=limit.amount))


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, MONTHS_IN_YEAR)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, VIETNAM)


def _sessions_on(day: date, hours: OfficeHours) -> list[tuple[datetime, datetime]]:
    return [(_at(day, opens), _at(day, closes)) for opens, closes in hours.sessions]
