"""What a service knows of the office's days and rules when it opens."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.running import Running
from contracts.vocabulary import VIETNAM
from services.rating.cases import rules
from services.rating.cases.rules import CaseRules
from services.rating.cases.workdays import after_working_days, holidays_in


@dataclass(frozen=True)
class Office:
    """When a rating becomes a case, by when it is answered, and which days are none of the office's."""

    rules: CaseRules
    holidays: frozenset[date]
    low: int
    """A score of this or less is low."""
    days: int
    """Working days within which a case is answered."""

    def due_on(self, today: date) -> date:
        """By when a case that is opened today is answered."""
        return after_working_days(today, self.days, self.holidays)


async def open_office(running: Running) -> Office:
    """The office of a service that opens. Raises `ValueError` for files that cannot be read as such."""
    settings = running.settings
    own, listed = settings.rating_rules_file, settings.rating_holidays_file
    return Office(
        rules=rules.read(own.read_text("utf-8")) if own else rules.packaged(),
        holidays=holidays_in(listed.read_text("utf-8")) if listed else frozenset(),
        low=settings.rating_case_score,
        days=settings.rating_case_days,
    )


def day_of(moment: datetime) -> date:
    """The Vietnamese day of a moment."""
    return moment.astimezone(VIETNAM).date()
