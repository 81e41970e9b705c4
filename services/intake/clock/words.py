"""How moments, limits and rules are written out, in Vietnamese and English."""

from datetime import date, datetime

from contracts.intake import TimeLimit
from contracts.labels import LABELS
from contracts.vocabulary import VIETNAM, TimeUnit
from services.intake.clock.breaches import Violation
from services.intake.clock.rules import Rule, RuleSet

Both = tuple[str, str]
"""Vietnamese, English."""

_UNITS: dict[TimeUnit, Both] = {
    TimeUnit.WORKING_DAY: ("ngày làm việc", "working days"),
    TimeUnit.CALENDAR_DAY: ("ngày", "days"),
    TimeUnit.WORKING_HOUR: ("giờ làm việc", "working hours"),
    TimeUnit.MONTH: ("tháng", "months"),
}


def moment(instant: datetime) -> str:
    """A moment in Vietnam, to the minute.

    >>> moment(datetime(2020, 3, 16, 9, 5, tzinfo=VIETNAM))
    '09:05 16/03/2020'
    """
    return f"{instant.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def day(told: date) -> str:
    """A day.

    >>> day(date(2020, 3, 16))
    '16/03/2020'
    """
    return f"{told:%d/%m/%Y}"


def amount(count: int, unit: TimeUnit) -> Both:
    """A count of a unit.

    >>> amount(3, TimeUnit.WORKING_DAY)
    ('3 ngày làm việc', '3 working days')
    """
    vi, en = _UNITS[unit]
    return f"{count} {vi}", f"{count} {en.removesuffix('s') if count == 1 else en}"


def limit(told: TimeLimit) -> Both:
    """A time limit; none at all is the same day."""
    if told.amount == 0:
        return "trong ngày làm việc", "the same working day"
    return amount(told.amount, told.unit)


def violation(told: Violation) -> Both:
    """A violation as a sentence: what it is, when, and until when it would have been in order."""
    vi, en = LABELS[type(told.breach)][told.breach]
    at = moment(told.occurred_at)
    if told.allowed_until is not None:
        until = moment(told.allowed_until)
        return f"{vi}: {at}, chậm nhất {until}", f"{en}: {at}, at the latest {until}"
    if told.allowed_on is not None:
        on = day(told.allowed_on)
        return f"{vi}: {at}, mốc ngày {on}", f"{en}: {at}, where {on} was the mark"
    return f"{vi}: {at}", f"{en}: {at}"


def ground(rule: Rule | None, rules: RuleSet) -> str:
    """Where the decree says so, for the end of a line; nothing where it was not found there.

    >>> from services.intake.clock.rules import rule_set_named
    >>> ground(Rule.START, rule_set_named("R2025"))
    ' (Điều 17.3, Nghị định 118/2025/NĐ-CP)'
    """
    article = rules.grounds.get(rule) if rule is not None else None
    return f" ({article}, {rules.decree})" if article else ""
