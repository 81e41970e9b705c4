"""On time (đúng hạn) by each of the four definitions in use. Values in, values out.

Each definition says which dossiers it looks at and which of them were in time. A dossier that ended before
the day it was received is a slip of a date, no length of time that could have been kept: the first three look
at none that `slipped`.
"""

from datetime import date, datetime, time, timedelta

from contracts.vocabulary import VIETNAM, DossierStatus, TimeUnit
from services.kpi.facts.fact import Fact, day_of

_WITH_RESULT = frozenset({DossierStatus.DONE, DossierStatus.RETURNED})


def is_past(moment: datetime, due_at: datetime | None, unit: TimeUnit | None) -> bool:
    """Whether a moment is after a promise: of days the day counts to its end, of hours the minute."""
    if due_at is None:
        return False
    if unit is TimeUnit.WORKING_HOUR:
        return moment > due_at
    return day_of(moment) > day_of(due_at)


def is_over(instant: datetime, due_at: datetime | None, unit: TimeUnit | None) -> bool:
    """Whether a promise was broken just before an instant, as a period that ends with it counts.

    What is due on a period's last day could still have been kept to its midnight.

    >>> due = datetime(2020, 3, 14, 17, tzinfo=VIETNAM)
    >>> midnight = datetime(2020, 3, 15, tzinfo=VIETNAM)
    >>> is_over(midnight, due, TimeUnit.WORKING_DAY)
    False
    >>> is_over(midnight + timedelta(seconds=1), due, TimeUnit.WORKING_DAY)
    True
    """
    if due_at is None:
        return False
    if unit is TimeUnit.WORKING_HOUR:
        return instant > due_at
    return instant > datetime.combine(day_of(due_at) + timedelta(days=1), time.min, VIETNAM)


def slipped(fact: Fact) -> bool:
    """Whether it was settled before the day it was received."""
    if fact.time_ended_at is None or fact.received_at is None:
        return False
    return day_of(fact.time_ended_at) < day_of(fact.received_at)


def by_ot_a(fact: Fact) -> tuple[date, bool] | None:
    """OT-A: released by the promised instant, among those with a result and a promise."""
    if fact.done_at is None or fact.due_at is None or fact.status not in _WITH_RESULT:
        return None
    return day_of(fact.done_at), fact.done_at <= fact.due_at


def by_ot_b(fact: Fact) -> tuple[date, bool] | None:
    """OT-B: settled by the promised day, withdrawn ones among them; without a promise on time."""
    settled, left, due = fact.time_ended_at, fact.done_at or fact.ended_at, fact.due_at
    counts = fact.status in _WITH_RESULT or fact.status is DossierStatus.WITHDRAWN
    if settled is None or left is None or not counts:
        return None
    return day_of(left), due is None or day_of(settled) <= day_of(due)


def by_ot_c(fact: Fact) -> tuple[date, bool] | None:
    """OT-C of what has left: by the statistical promise, late once papers were asked for twice.

    By the day it left, so that with what is open it makes up everything that was there in a period.
    """
    settled, left = fact.time_ended_at, fact.left_at
    if settled is None or left is None:
        return None
    late = fact.supplement_again_at is not None
    late = late or is_past(settled, fact.statistics_due_at, fact.due_unit)
    return day_of(left), not late


def by_ot_d(fact: Fact, *, slip: bool) -> tuple[date, bool, bool] | None:
    """OT-D of what has left: the day, whether in time, whether before the due day (trước hạn).

    As form 07a counts, what ended without a result has been settled too. A slip of a date was not in time.
    """
    settled, left = fact.time_ended_at, fact.left_at
    if settled is None or left is None:
        return None
    in_time = not slip and not is_past(settled, fact.due_at, fact.due_unit)
    early = in_time and fact.due_at is not None and day_of(settled) < day_of(fact.due_at)
    return day_of(left), in_time, early


def waited_since(fact: Fact, instant: datetime) -> datetime | None:
    """Since when the applicant of an open dossier was waited for at an instant.

    Of several requests for papers the first is known from end to end, a later one while it lasts.
    """
    asked, until = fact.supplement_requested_at, fact.supplement_waited_until
    if asked is not None and asked < instant and (until is None or until >= instant):
        return asked
    paused = fact.paused_since
    return paused if paused is not None and paused < instant else None


def overdue_by_ot_c(fact: Fact, instant: datetime) -> bool:
    """OT-C of what is open at an instant: asked for papers twice, or past the statistical promise.

    A single request for papers ends the clock while they are waited for.
    """
    asked, again = fact.supplement_requested_at, fact.supplement_again_at
    if again is not None and again < instant:
        return True
    waited = waited_since(fact, instant)
    if waited is not None and waited == asked:
        return is_past(waited, fact.statistics_due_at, fact.due_unit)
    return is_over(instant, fact.statistics_due_at, fact.due_unit)


def overdue_by_ot_d(fact: Fact, instant: datetime) -> bool:
    """OT-D of what is open at an instant: no time passes while the applicant is waited for."""
    waited = waited_since(fact, instant)
    if waited is not None:
        return is_past(waited, fact.due_at, fact.due_unit)
    return is_over(instant, fact.due_at, fact.due_unit)
