"""The clock of a dossier: which days count, which rules apply, and when the result is promised."""

from services.intake.clock.calendar import (
    Calendar,
    DayKind,
    HolidayRow,
    Override,
    published_rows,
    standard_calendar,
)
from services.intake.clock.due import Due, Office, ReceiptDay, due, pause_of
from services.intake.clock.hours import OfficeHours, end_of_hours, vietnam_day
from services.intake.clock.publication import Allowed, in_time
from services.intake.clock.rules import (
    RULE_SETS,
    RULES,
    Rule,
    RuleSet,
    rule_set_named,
    rule_set_on,
)

__all__ = [
    "RULES",
    "RULE_SETS",
    "Allowed",
    "Calendar",
    "DayKind",
    "Due",
    "HolidayRow",
    "Office",
    "OfficeHours",
    "Override",
    "ReceiptDay",
    "Rule",
    "RuleSet",
    "due",
    "end_of_hours",
    "in_time",
    "pause_of",
    "published_rows",
    "rule_set_named",
    "rule_set_on",
    "standard_calendar",
    "vietnam_day",
]
