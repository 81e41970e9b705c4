"""Items of the post as they truly travel: pre-issued numbers, scans at offices, failed attempts, returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from contracts.vocabulary import VIETNAM
from services.postal.s10 import check_digit
from suite.demo.office import DAY, after, office_moment, soon_after, works

CREATED, ASSIGNED, PICKED_UP, AT_OFFICE = 1, 2, 6, 7
MOVING, ARRIVED, DELIVERING, DELIVERED, FAILED = 10, 11, 12, 14, 15
RETURN_WAITS, RETURN_AGREED, RETURN_STARTED, RETURNING, RETURNED = 16, 17, 18, 24, 19
"""Status codes of MyVNPost since 2022; what each means is told in ``suite/sandbox/statuses.py``."""

UNSEEN = (25, 27)
"""Codes between the known ones that no document explains."""

SORTING, DELIVERY = "Bưu cục khai thác", "Bưu cục phát"
FAILS, FAILS_FOR_GOOD = 0.08, 0.3
"""How often nobody is at home, and how often not at the second attempt either."""
SUNDAY = 6


@dataclass(frozen=True)
class Scan:
    """What the post saw of an item, when and where."""

    code: int
    at: datetime
    office: str


@dataclass(frozen=True)
class Parcel:
    """An item of the post and everything that happens to it, oldest first."""

    item_code: str
    dossier: str
    scans: tuple[Scan, ...]

    @property
    def delivered_at(self) -> datetime | None:
        """When it reached whom it was for; none if it came back."""
        return next((scan.at for scan in self.scans if scan.code == DELIVERED), None)

    @property
    def ended_at(self) -> datetime:
        """When its way was over."""
        return self.scans[-1].at


class ItemCodes:
    """A range of pre-issued item numbers (dải mã bưu gửi), each used once.

    >>> ItemCodes(49796003).take()
    'CV497960035VN'
    """

    def __init__(self, first: int) -> None:
        self._next = first

    def take(self) -> str:
        """The next number, S10 with its check digit."""
        serial = f"{self._next:08d}"
        self._next += 1
        return f"CV{serial}{check_digit(serial)}VN"


def to_the_office(dossier: str, asked_at: datetime, codes: ItemCodes, random: Random) -> Parcel:
    """A dossier fetched from a citizen and carried to the one-stop (thu gom hồ sơ)."""
    assigned = soon_after(asked_at, random, minutes=60)
    picked = soon_after(assigned, random, minutes=300)
    moving = picked + timedelta(hours=random.randint(2, 5), minutes=random.randrange(60))
    arrival = office_moment(after(picked.date(), random.choices((1, 2), (8, 2))[0]), random)
    early = datetime.combine(arrival.date(), time(6, 30), VIETNAM)
    scans = [
        Scan(CREATED, asked_at, SORTING),
        Scan(ASSIGNED, assigned, SORTING),
        Scan(PICKED_UP, picked, SORTING),
        Scan(AT_OFFICE, moving, SORTING),
        Scan(MOVING, moving + timedelta(hours=1), SORTING),
        Scan(ARRIVED, early, DELIVERY),
        Scan(DELIVERING, early + timedelta(minutes=random.randint(10, 50)), DELIVERY),
        Scan(DELIVERED, arrival, DELIVERY),
    ]
    return Parcel(codes.take(), dossier, tuple(_odd(scans, random)))


def to_the_citizen(dossier: str, handed_at: datetime, codes: ItemCodes, random: Random) -> Parcel:
    """A result carried home (trả kết quả qua bưu chính); a few find nobody and come back."""
    taken = soon_after(handed_at, random, minutes=180)
    moving = taken + timedelta(hours=random.randint(2, 6), minutes=random.randrange(60))
    day = _delivery_day(taken.date() + random.choices((1, 2, 3), (6, 3, 1))[0] * DAY)
    scans = [
        Scan(CREATED, handed_at, SORTING),
        Scan(AT_OFFICE, taken, SORTING),
        Scan(MOVING, moving, SORTING),
        Scan(ARRIVED, datetime.combine(day, time(6, 40), VIETNAM), DELIVERY),
        *_round(day, random),
    ]
    if random.random() < FAILS:
        scans[-1] = Scan(FAILED, scans[-1].at, DELIVERY)
        day = _delivery_day(day + DAY)
        scans += _round(day, random)
        if random.random() < FAILS_FOR_GOOD:
            scans[-1] = Scan(FAILED, scans[-1].at, DELIVERY)
            scans += _way_back(day, random)
    return Parcel(codes.take(), dossier, tuple(_odd(scans, random)))


def _round(day: date, random: Random) -> list[Scan]:
    leaves = datetime.combine(day, time(7, 30), VIETNAM) + timedelta(minutes=random.randrange(60))
    arrives = leaves + timedelta(minutes=random.randint(20, 480))
    return [Scan(DELIVERING, leaves, DELIVERY), Scan(DELIVERED, arrives, DELIVERY)]


def _way_back(day: date, random: Random) -> list[Scan]:
    waits = datetime.combine(day, time(17, 30), VIETNAM)
    agreed = office_moment(after(day, 1), random)
    back = office_moment(after(agreed.date(), 2), random)
    return [
        Scan(RETURN_WAITS, waits, DELIVERY),
        Scan(RETURN_AGREED, agreed, DELIVERY),
        Scan(RETURN_STARTED, agreed + timedelta(hours=1), DELIVERY),
        Scan(RETURNING, agreed + timedelta(hours=3), SORTING),
        Scan(RETURNED, back, SORTING),
    ]


def _odd(scans: list[Scan], random: Random) -> list[Scan]:
    # Now and then the post uses a code nobody outside has an explanation for.
    if random.random() < 0.01:  # noqa: PLR2004 - one item in a hundred
        place = next(n for n, scan in enumerate(scans) if scan.code == ARRIVED)
        odd = Scan(random.choice(UNSEEN), scans[place].at + timedelta(minutes=5), DELIVERY)
        scans.insert(place + 1, odd)
    return scans


def _delivery_day(day: date) -> date:
    # The post delivers on Saturdays too, but not on holidays.
    while day.weekday() == SUNDAY or (not works(day) and day.weekday() < SUNDAY - 1):
        day += DAY
    return day
