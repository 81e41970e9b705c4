"""The clock of a dossier: which days count, which rules apply, and when the result is promised."""

from services.intake.clock.calendar import (
    Calendar,
    DayKind,
    HolidayRow,
    Override,
    published_rows,
    standard_calendar,
)
from services.intake.clock.rules import (
    RULE_SETS,
    Due,
    OfficeHours,
    RuleSet,
    due,
    end_of_hours,
    rule_set_on,
    vietnam_day,
)

__all__ = [
    "RULE_SETS",
    "Calendar",
    "DayKind",
    "Due",
    "HolidayRow",
    "OfficeHours",
    "Override",
    "RuleSet",
    "due",
    "end_of_hours",
    "published_rows",
    "rule_set_on",
    "standard_calendar",
    "vietnam_day",
]
