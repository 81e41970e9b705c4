"""Points of each criterion, of facts: 2, 1 or 0, and None where it is not known. Never 0 for not known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from contracts.vocabulary import VIETNAM, AgencyKind, Breach, TimeUnit
from services.rating.criteria.standard import Share, Standard

TIME, STAGES, CONTACTS, AGENCIES, ONE_STOP, PUBLICATION, ATTITUDE, PETITIONS, ONLINE = range(1, 10)
"""The criteria by their numbers."""

SHORTER, EQUAL, LONGER = 2, 1, 0


def time_points(
    received_at: datetime | None,
    due_at: datetime | None,
    due_unit: TimeUnit | None,
    done_at: datetime | None,
) -> int | None:
    """Criterion 1: the whole time against the limit, by Vietnamese day; limits in hours by the instant.

    Not known without a limit or a result, or where it was done on a day before it came, which is a slip.

    >>> due = datetime(2020, 3, 19, 17, tzinfo=VIETNAM)
    >>> came = datetime(2020, 3, 16, 9, tzinfo=VIETNAM)
    >>> [time_points(came, due, None, due.replace(day=day)) for day in (18, 19, 20, 15)]
    [2, 1, 0, None]
    """
    if received_at is None or due_at is None or done_at is None or done_at < received_at:
        return None
    if due_unit is TimeUnit.WORKING_HOUR:
        return _against(done_at, due_at)
    return _against(_day(done_at), _day(due_at))


def stage_points(breaches: Collection[Breach]) -> int | None:
    """Criterion 2: the time of each agency that took part; news tell only that a stage was late."""
    return LONGER if Breach.LATE_STAGE in breaches else None


def attitude_points(time: int | None, complaint: bool | None, standard: Standard) -> int | None:
    """Criterion 7: early or on time, and no complaint about the attitude; `time` is criterion 1's."""
    if complaint is None:
        return None
    if complaint:
        return 0
    return standard.late_without_complaint if time == LONGER else time


@dataclass(frozen=True, slots=True)
class OneStop:
    """Where a unit's procedures are received and decided, as its catalogue says."""

    listed: int
    received: int
    """Received and returned at the one-stop."""
    decided: int
    """Decided there as well."""


def one_stop_points(
    told: OneStop | None, kind: AgencyKind | None, standard: Standard
) -> int | None:
    """Criterion 5: how many procedures go from receipt to return at the one-stop."""
    share = standard.decided_at_one_stop.get(kind) if kind else None
    if told is None or share is None or not told.listed:
        return None
    if _reaches(told.decided, told.listed, share):
        return 2
    return 1 if told.received >= told.listed else 0


@dataclass(frozen=True, slots=True)
class Petitions:
    """Petitions about a unit's procedures (phản ánh, kiến nghị) in a period."""

    handled: int
    in_time: int
    protracted: int


def petition_points(told: Petitions | None, standard: Standard) -> int | None:
    """Criterion 8: none, or all in time and none protracted; nine in ten in time; fewer."""
    if told is None:
        return None
    if told.protracted:
        return 0
    if told.in_time >= told.handled:
        return 2
    return 1 if _reaches(told.in_time, told.handled, standard.petitions_in_time) else 0


@dataclass(frozen=True, slots=True)
class OnlineService:
    """A unit's online service in a period."""

    eligible: int
    """Procedures that could be online."""
    online: int
    """Of them those at level 3 and 4."""
    dossiers: int
    filed_online: int
    late: int
    """Of those filed online, late ones: settled late, or over the limit and not settled."""


def online_points(told: OnlineService | None, standard: Standard) -> int | None:
    """Criterion 9: procedures online, dossiers filed online, and none of them late."""
    if told is None or not told.eligible or not told.dossiers:
        return None
    if told.late or not _reaches(told.filed_online, told.dossiers, standard.online.some):
        return 0
    enough = _reaches(told.filed_online, told.dossiers, standard.online.dossiers)
    return 2 if enough and _reaches(told.online, told.eligible, standard.online.procedures) else 1


def _reaches(count: int, among: int, share: Share) -> bool:
    return count * share[1] >= share[0] * among


def _against(done: datetime | date, due: datetime | date) -> int:
    if done == due:
        return EQUAL
    return SHORTER if done < due else LONGER


def _day(instant: datetime) -> date:
    return instant.astimezone(VIETNAM).date()
