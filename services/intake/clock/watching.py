"""What is to be told of a dossier when nobody reports anything: soon due, overdue, unanswered.

Each is told once for what it is about: a due moment, or a request for papers. A new appointment is about
another due moment, and may be told of again.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum

from contracts.vocabulary import VIETNAM, DossierStatus, TimeUnit
from services.intake.clock.deadlines import end_of_day, last_answer, past_from
from services.intake.clock.due import Office
from services.intake.clock.hours import vietnam_day
from services.intake.clock.rules import RuleSet
from services.intake.domain.personal import OVER
from services.intake.domain.statuses import (
    SUBMITTED,
    WAITING_PAYMENT,
    WAITING_SUPPLEMENT,
)


class Watch(StrEnum):
    """What there is to be told of a dossier."""

    DUE_SOON = "due_soon"
    """The last day on which an apology is in time (NĐ 118/2025, Điều 19.6)."""
    OVERDUE = "overdue"
    """The promised time is over and there is no result."""
    UNANSWERED = "unanswered"
    """The applicant did not answer a request for papers in time (Điều 19.5)."""


@dataclass(frozen=True)
class Watched:
    """What a dossier is watched by."""

    status: DossierStatus
    received_at: datetime | None
    done_at: datetime | None
    due_at: datetime | None
    due_unit: TimeUnit | None
    asked_at: datetime | None
    """Since when papers are awaited; None when they are not."""
    rules: RuleSet
    told: frozenset[str] = frozenset()
    """What was told of it before, by `telling`."""


def next_watch(of: Watched, office: Office, now: datetime) -> tuple[datetime, Watch] | None:
    """When something is next to be told of a dossier, and what; None when nothing is.

    Soon due is told at the opening of the working day before the due day, or at once when that is
    over; not if that day lies before the day of receipt, nor any more once it is overdue. Overdue is
    told when `late_from` says. Unanswered is told when the last day to answer is over, a rest day
    rolled forward, where the rule set fixes one.
    """
    if of.status is WAITING_SUPPLEMENT:
        return _unanswered(of, office)
    late_at = late_from(of)
    if late_at is None or of.due_at is None:
        return None
    if telling(Watch.DUE_SOON, of.due_at) not in of.told and now < late_at:
        day = office.calendar.subtract_working_days(vietnam_day(of.due_at), 1)
        if of.received_at is None or vietnam_day(of.received_at) <= day:
            midnight = datetime.combine(day, time(), VIETNAM)
            return office.hours.opening(midnight, office.calendar), Watch.DUE_SOON
    if telling(Watch.OVERDUE, of.due_at) not in of.told:
        return late_at, Watch.OVERDUE
    return None


def late_from(of: Watched) -> datetime | None:
    """From when a dossier is overdue; None while it cannot be.

    A limit of days is kept until the due day ends in Vietnam, one of hours until its minute. It cannot
    be overdue before it is accepted, once the result was ready, and while it is the applicant's turn.
    """
    paused = of.status is WAITING_SUPPLEMENT or (
        of.status is WAITING_PAYMENT and of.rules.payment_pauses
    )
    if of.due_at is None or of.done_at is not None or paused:
        return None
    if of.status is SUBMITTED or of.status in OVER:
        return None
    return past_from(of.due_at, of.due_unit)


def telling(what: Watch, about: datetime) -> str:
    """What marks that something was told: the same instant gives the same mark, whatever its offset.

    >>> telling(Watch.OVERDUE, datetime(2020, 3, 19, 17, tzinfo=VIETNAM))
    'overdue 2020-03-19T10:00:00+00:00'
    """
    return f"{what} {about.astimezone(UTC).isoformat()}"


def _unanswered(of: Watched, office: Office) -> tuple[datetime, Watch] | None:
    if of.asked_at is None or of.rules.answer_days is None:
        return None
    if telling(Watch.UNANSWERED, of.asked_at) in of.told:
        return None
    last = last_answer(of.asked_at, of.rules.answer_days, office)
    return end_of_day(last), Watch.UNANSWERED
