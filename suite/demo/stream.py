"""The stream of the demonstration: a year of a city, drawn from one number, the same wherever it is drawn.

The stream decides what happens; it counts nothing. The figures of the scoreboards are what the suite makes
of these steps. Tendencies are those of ``catalogue/fields.csv``; seasons are the city's: Tết, the slow April
of 2020, school summer, and the end of the year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from contracts.vocabulary import VIETNAM, Channel
from suite.demo.callbacks import callbacks
from suite.demo.city import City, Handled, Procedure
from suite.demo.lives import Case, Life
from suite.demo.office import DAY, any_moment, office_moment, works
from suite.demo.parcels import ItemCodes, Parcel
from suite.demo.steps import Step

DOSSIERS, SEED = 3200, 2020
"""How many dossiers the year has, and the number it is drawn from, when nobody says otherwise."""

AUTUMN_PART = 10
"""The autumn of 2017 has one dossier for this many of the year 2020."""


@dataclass(frozen=True)
class Span:
    """A stretch of time in which dossiers are filed; what is unfinished at its end stays so."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]

    @property
    def until(self) -> datetime:
        """The midnight that ends it."""
        return datetime.combine(self.last + DAY, time(), VIETNAM)


YEAR_2020 = Span(date(2020, 1, 1), date(2020, 12, 31))
AUTUMN_2017 = Span(date(2017, 8, 21), date(2017, 12, 31))
"""The time the plan of 2017 was about."""

MONDAY_TO_SUNDAY = (1.25, 1.08, 1.0, 0.97, 0.92, 0.3, 0.22)
"""How busy the days of a week are; the last two are for what is sent online."""


def demo_stream(
    city: City, *, key: RSAPrivateKey, dossiers: int = DOSSIERS, seed: int = SEED
) -> list[Step]:
    """The steps of the demonstration in the order of their time: an autumn of 2017, then the year 2020."""
    random = Random(seed)  # noqa: S311 - a world to look at, no secret
    codes = ItemCodes(random.randrange(10_000_000, 80_000_000))
    autumn = max(dossiers // AUTUMN_PART, 1)
    return [
        step
        for span, count in ((AUTUMN_2017, autumn), (YEAR_2020, dossiers))
        for step in steps_of(city, span, count, key=key, codes=codes, random=random)
    ]


def steps_of(
    city: City, span: Span, dossiers: int, *, key: RSAPrivateKey, codes: ItemCodes, random: Random
) -> list[Step]:
    """The steps of one span in the order of their time, each dossier's in the order they were lived."""
    steps: list[Step] = []
    parcels: list[Parcel] = []
    for case in _cases(city, span, dossiers, random):
        life = Life(case, codes, random)
        life.live()
        steps += life.steps
        parcels += life.parcels
    steps += callbacks(parcels, until=span.until, key=key, codes=codes, random=random)
    return sorted((step for step in steps if step.at < span.until), key=lambda step: step.at)


def _cases(city: City, span: Span, dossiers: int, random: Random) -> Iterator[Case]:
    drawn = sorted(_draw(city, span, dossiers, random), key=lambda case: case.at)
    numbers: dict[tuple[str, date], int] = {}
    for case in drawn:
        agency, day = case.handled.agency, case.at.date()
        number = numbers[agency, day] = numbers.get((agency, day), 0) + 1
        code = f"{agency}-{day:%y%m%d}-{number:04d}"
        yield Case(code, case.handled, case.procedure, case.channel, case.at, case.punctual)


def _draw(city: City, span: Span, dossiers: int, random: Random) -> Iterator[Case]:
    days = span.days
    for handled, count in zip(city.handled, _shared(city.handled, dossiers), strict=True):
        offline = [_busy(day, handled.field) if works(day) else 0.0 for day in days]
        online = [_busy(day, handled.field) * (1 if works(day) else 0.6) for day in days]
        # Lateness is spread over a cell rather than drawn for each dossier, so that a thousandth of a
        # city shows the differences between its agencies and not the luck of small numbers.
        late = random.random()
        for _ in range(count):
            channel, procedure = _channel_and_procedure(city, handled, random)
            weights = online if channel is Channel.ONLINE else offline
            day = random.choices(days, weights)[0]
            moment = any_moment if channel is Channel.ONLINE else office_moment
            late += 1 - handled.on_time
            punctual = late < 1
            late -= 0 if punctual else 1
            yield Case("", handled, procedure, channel, moment(day, random), punctual)


def _shared(handled: Sequence[Handled], dossiers: int) -> list[int]:
    total = sum(one.share for one in handled)
    exact = [one.share * dossiers / total for one in handled]
    counts = [int(part) for part in exact]
    by_rest = sorted(range(len(exact)), key=lambda n: counts[n] - exact[n])
    for n in by_rest[: dossiers - sum(counts)]:
        counts[n] += 1
    return counts


def _channel_and_procedure(
    city: City, handled: Handled, random: Random
) -> tuple[Channel, Procedure]:
    counter = 1 - handled.online - handled.post
    mix = (counter, handled.online, handled.post)
    channel = random.choices((Channel.COUNTER, Channel.ONLINE, Channel.POST), mix)[0]
    found = [one for one in city.by_field[handled.field] if channel in one.limits]
    if not found:
        channel, found = Channel.COUNTER, list(city.by_field[handled.field])
    ranks = [1 / (place + 2) for place in range(len(found))]
    return channel, random.choices(found, ranks)[0]


def _busy(day: date, field: str) -> float:
    busy = MONDAY_TO_SUNDAY[day.weekday()]
    if field == "giao-duc" and day.month in {6, 7, 8}:
        busy *= 2.6
    if day.year == AUTUMN_2017.first.year:
        return busy
    if date(2020, 1, 15) <= day <= date(2020, 2, 2):
        return busy * 0.45
    if date(2020, 2, 3) <= day <= date(2020, 2, 21):
        return busy * 1.35
    if date(2020, 4, 1) <= day <= date(2020, 4, 22):
        return busy * 0.4
    if day.month in {5, 12}:
        return busy * 1.2
    return busy
