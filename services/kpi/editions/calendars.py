"""Which days a period that can be closed has, by its kind and key. Values only.

Calendar and report periods are those of `services.kpi.calendars`; beside them stand days named one by one,
such as the nine months from 15 December to 14 September.
"""

from datetime import date

from contracts.periods import Span
from contracts.vocabulary import EditionKind
from services.kpi import calendars

DAYS_EXAMPLE = "2018-01-01_2018-10-01"
PLAN_EXAMPLE = "hcmc-2020"


def example_of(kind: EditionKind) -> str:
    """What a key of a kind looks like."""
    if kind is EditionKind.DAYS:
        return DAYS_EXAMPLE
    if kind is EditionKind.PLAN:
        return PLAN_EXAMPLE
    return next(key for named, key in calendars.EXAMPLES.items() if named == kind.value)


def span_of_key(kind: EditionKind, key: str) -> Span | None:
    """The days of a period; none when there is no such period, or when it is a plan's.

    >>> span_of_key(EditionKind.REPORT_MONTH, "2020-03")
    Span(first=datetime.date(2020, 2, 15), end=datetime.date(2020, 3, 15))
    >>> span_of_key(EditionKind.DAYS, "2018-01-01_2018-10-01")
    Span(first=datetime.date(2018, 1, 1), end=datetime.date(2018, 10, 1))
    """
    if kind is EditionKind.PLAN:
        return None
    if kind is EditionKind.DAYS:
        return _days(key)
    try:
        return calendars.period_of(kind.value, key)
    except ValueError:
        return None


def _days(key: str) -> Span | None:
    first, _, end = key.partition("_")
    try:
        span = Span(date.fromisoformat(first), date.fromisoformat(end))
    except ValueError:
        return None
    plain = f"{span.first.isoformat()}_{span.end.isoformat()}" == key
    return span if plain and span.first < span.end else None
