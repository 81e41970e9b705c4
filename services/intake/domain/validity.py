"""What was in force on a day: agencies that existed, versions of procedures."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol, TypeVar

from contracts.vocabulary import VIETNAM, OnlineService

PARTIAL_LEVEL, FULL_LEVEL = 3, 4


class Dated(Protocol):
    """Something that is in force from a day on, until the next of its kind."""

    @property
    def valid_from(self) -> date:
        """The first day it is in force."""


D = TypeVar("D", bound=Dated)


def agency_was_valid(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Whether an agency existed on a day (cơ quan còn hoạt động); `valid_to` is the first day it did not.

    >>> agency_was_valid(None, date(2025, 7, 1), date(2025, 6, 30))
    True
    >>> agency_was_valid(None, date(2025, 7, 1), date(2025, 7, 1))
    False
    """
    return (valid_from is None or valid_from <= day) and (valid_to is None or day < valid_to)


def in_force(versions: Iterable[D], day: date) -> D:
    """The version in force on a day: the latest that had begun by then, else the first there ever was.

    What was received before the first version began is judged by that one: the procedure was done before
    somebody entered it. Raises `ValueError` when there is no version.
    """
    ordered = sorted(versions, key=lambda version: version.valid_from)
    begun = [version for version in ordered if version.valid_from <= day]
    if not ordered:
        raise ValueError("a procedure has at least one version")
    return begun[-1] if begun else ordered[0]


def deciding_day(
    received_at: datetime | None, submitted_at: datetime | None, now: datetime
) -> date:
    """The Vietnamese day that decides what a dossier stands under: of receipt, of submission, or today.

    >>> from datetime import UTC
    >>> str(deciding_day(datetime(2025, 6, 30, 20, tzinfo=UTC), None, datetime.now(UTC)))
    '2025-07-01'
    """
    return (received_at or submitted_at or now).astimezone(VIETNAM).date()


def service_at_level(level: int) -> OnlineService:
    """How far a procedure of an online level can be done online, where nobody said so.

    Decree 42/2022/NĐ-CP, in force since 15 August 2022, replaced the four levels by two words without
    mapping them. The choice here: level 4 is *toàn trình*, 3 is *một phần*, 1 and 2 are none, because
    they offer information and forms to print.

    >>> service_at_level(3)
    <OnlineService.PARTIAL: 'partial'>
    """
    if level >= FULL_LEVEL:
        return OnlineService.FULL
    return OnlineService.PARTIAL if level == PARTIAL_LEVEL else OnlineService.NONE
