"""Whether a procedure was announced, and updated for everybody to read, within the working days allowed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from contracts.vocabulary import AdministrativeLevel
from services.intake.clock.calendar import Calendar


@dataclass(frozen=True)
class Allowed:
    """Working days after the decision (quyết định công bố) within which something is to be done."""

    by_ministries: int
    by_others: int

    def for_levels(self, levels: Collection[str]) -> int:
        """How many for a procedure of these levels.

        What ministries alone handle is theirs to announce. What is handled below them too, or of which no
        level is told, is judged by the shorter term of the provinces, who announce it for their offices.

        >>> Allowed(20, 5).for_levels(["ministry"]), Allowed(20, 5).for_levels(["ministry", "commune"])
        (20, 5)
        """
        alone = set(levels) == {AdministrativeLevel.MINISTRY}
        return self.by_ministries if alone else self.by_others


def in_time(
    decided_on: date | None, done_on: date | None, days: int, calendar: Calendar
) -> bool | None:
    """Whether something was done by the last of the working days after a decision; None: not told.

    >>> from services.intake.clock.calendar import standard_calendar
    >>> in_time(date(2020, 1, 22), date(2020, 1, 30), 1, standard_calendar())
    True
    """
    if decided_on is None or done_on is None:
        return None
    return done_on <= calendar.add_working_days(decided_on, days)
