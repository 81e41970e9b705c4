"""Nine months of a district, quận Bình Thạnh in 2018, that hold the figures the district published.

The programme of 2018 tells what was reached: 99,9 % of the dossiers in time, 92 % of the citizens satisfied,
41 procedures at level 3, 28 more than in 2017. Here single dossiers are drawn until those shares are held
exactly: one late of every thousand settled, two dissatisfied of every 25 that rate. The suite counts them;
nothing here is a figure. Tables are in ``catalogue/district-2018``, whose README tells what is real in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from contracts.intake import BEGINNING
from contracts.vocabulary import AdministrativeLevel, AgencyKind, Channel, DossierStatus
from suite.demo.callbacks import callbacks
from suite.demo.city import (
    ONLINE_FROM_LEVEL,
    City,
    Handled,
    Procedure,
    agency_of,
    procedure_of,
    rows,
)
from suite.demo.lives import Case, Life
from suite.demo.office import any_moment, office_moment, works
from suite.demo.parcels import ItemCodes
from suite.demo.people import comment
from suite.demo.steps import Progress, Rate, Step
from suite.demo.stream import MONDAY_TO_SUNDAY, Span

DISTRICT = "000.00.44.H29"
NINE_MONTHS = Span(date(2018, 1, 1), date(2018, 9, 30))
"""The time the district's report is about (9 tháng đầu năm 2018)."""

SETTLED, SEED = 2000, 2018
"""How many dossiers are settled in it, and the number it is drawn from, when nobody says otherwise."""

ONE_LATE_IN = 1000
"""One dossier of so many is settled late: 99,9 % in time."""

RATINGS, DISSATISFIED = 25, 2
"""Of so many ratings so many are below satisfied: 92 % satisfied."""

TABLES = "district-2018"


@dataclass(frozen=True)
class District:
    """The district's tables: what the suite is told, and who handles what."""

    city: City
    """Its agencies and procedures, as they are entered and published."""
    offices: dict[str, str]
    """By procedure, the kind of agency that handles it: district or ward."""
    online_from: dict[str, date]
    """By procedure, since when it can be filed online."""

    @cached_property
    def handled_by(self) -> dict[tuple[str, str], tuple[Procedure, ...]]:
        """Procedures by agency and field, the most used first."""
        kinds = {agency.code: agency.body["kind"] for agency in self.city.agencies}
        return {
            (one.agency, one.field): tuple(
                procedure
                for procedure in self.city.procedures
                if procedure.field == one.field
                and self.offices[procedure.code] == kinds[one.agency]
            )
            for one in self.city.handled
        }

    def open_to(self, procedure: Procedure, channel: Channel, day: date) -> bool:
        """Whether a procedure can be filed through a channel on a day."""
        if channel is Channel.ONLINE and day < self.online_from.get(procedure.code, date.max):
            return False
        return channel in procedure.limits


def read_district() -> District:
    """The district as the tables beside this module have it."""
    published = {row["code"]: row for row in rows("procedures.csv")}
    told = list(rows(f"{TABLES}/procedures.csv"))
    procedures = tuple(_procedure(published[row["code"]], row) for row in told)
    city = City(
        agencies=tuple(agency_of(row) for row in rows(f"{TABLES}/agencies.csv")),
        procedures=procedures,
        handled=tuple(_handled(row) for row in rows(f"{TABLES}/fields.csv")),
    )
    return District(
        city=city,
        offices={row["code"]: row["office"] for row in told},
        online_from={row["code"]: day for row in told if (day := _online_from(row))},
    )


def district_stream(
    district: District, *, key: RSAPrivateKey, settled: int = SETTLED, seed: int = SEED
) -> list[Step]:
    """The steps of the nine months in the order of their time.

    So many dossiers are settled in them, and some more filed. Raises `ValueError` for a number of which
    99,9 % is no whole number.
    """
    if settled < ONE_LATE_IN or settled % ONE_LATE_IN:
        raise ValueError(
            f"99,9 % of {settled} dossiers is no whole number: give a multiple of {ONE_LATE_IN}."
        )
    random = Random(seed)  # noqa: S311 - a world to look at, no secret
    codes = ItemCodes(random.randrange(10_000_000, 80_000_000))
    until = NINE_MONTHS.until
    lives = list(_lives(district, settled, codes, random))
    steps = [step for life in lives for step in life.steps if step.at < until]
    parcels = [parcel for life in lives for parcel in life.parcels]
    steps += callbacks(parcels, until=until, key=key, codes=codes, random=random)
    return _rated(sorted(steps, key=lambda step: step.at), random)


def _lives(district: District, settled: int, codes: ItemCodes, random: Random) -> Iterator[Life]:
    numbers: dict[tuple[str, date], int] = {}
    count = 0
    while count < settled:
        punctual = count % ONE_LATE_IN != ONE_LATE_IN // 2
        case = _case(district, random, punctual=punctual)
        place = case.handled.agency, case.at.date()
        number = numbers.get(place, 0) + 1
        code = f"{case.handled.agency}-{case.at:%y%m%d}-{number:04d}"
        life = Life(replace(case, code=code), codes, random)
        life.live()
        done = DossierStatus.DONE.value in _statuses(life)
        if not punctual and not (done and _surely_late(life)):
            continue
        numbers[place] = number
        count += done
        yield life


def _statuses(life: Life) -> set[str]:
    """What is reported of a dossier within the nine months."""
    return {
        row["status"]
        for step in life.steps
        if isinstance(step, Progress) and step.at < NINE_MONTHS.until
        for row in step.items
    }


def _surely_late(life: Life) -> bool:
    # While a fee or papers are waited for the promise moves, and what was late may be in time.
    waits = {DossierStatus.WAITING_PAYMENT.value, DossierStatus.WAITING_SUPPLEMENT.value}
    return not waits & _statuses(life)


def _case(district: District, random: Random, *, punctual: bool) -> Case:
    handled = random.choices(district.city.handled, [one.share for one in district.city.handled])[0]
    counter = 1 - handled.online - handled.post
    mix = (counter, handled.online, handled.post)
    channel = random.choices((Channel.COUNTER, Channel.ONLINE, Channel.POST), mix)[0]
    day = _day(channel, random)
    theirs = district.handled_by[handled.agency, handled.field]
    found = [one for one in theirs if district.open_to(one, channel, day)]
    if not found:
        channel, found = Channel.COUNTER, list(theirs)
        day = _day(channel, random)
    ranks = [1 / (place + 2) for place in range(len(found))]
    procedure = random.choices(found, ranks)[0]
    moment = any_moment if channel is Channel.ONLINE else office_moment
    return Case("", handled, procedure, channel, moment(day, random), punctual)


def _day(channel: Channel, random: Random) -> date:
    days = [day for day in NINE_MONTHS.days if works(day) or channel is Channel.ONLINE]
    return random.choices(days, [MONDAY_TO_SUNDAY[day.weekday()] for day in days])[0]


def _rated(steps: Sequence[Step], random: Random) -> list[Step]:
    """The steps with as many ratings as can be shared out exactly, and opinions shared out among them."""
    given = sum(isinstance(step, Rate) for step in steps)
    left = given - given % RATINGS
    told: list[Step] = []
    place, unhappy = 0, set[int]()
    for step in steps:
        if not isinstance(step, Rate):
            told.append(step)
            continue
        if place % RATINGS == 0:
            unhappy = set(random.sample(range(RATINGS), DISSATISFIED))
        if place < left:
            satisfied = place % RATINGS not in unhappy
            option = random.choice("5544" if satisfied else "321")
            told.append(replace(step, option=option, comment=comment(option, random)))
        place += 1
    return told


def _procedure(published: dict[str, str], row: dict[str, str]) -> Procedure:
    """A procedure as it was in 2017, and from the day on which it rose to level 3."""
    told = published | {"by_post": row["by_post"], "on_national_portal": "no"}
    highest = "3" if row["level_3_from"] else row["level_2017"]
    last = procedure_of(told | {"online_level": highest})
    facts = {"published_on": row["published_on"], **_told_of(row)}
    first: dict[str, Any] = procedure_of(told | {"online_level": row["level_2017"]}).body
    first = first | facts | {"valid_from": BEGINNING.isoformat()}
    later: tuple[dict[str, Any], ...] = ()
    if row["level_3_from"]:
        later = (last.body | facts | {"valid_from": row["level_3_from"]},)
    return Procedure(last.code, last.field, last.limits, first, later)


def _told_of(row: dict[str, str]) -> dict[str, Any]:
    """What the district tells of all its procedures: that they are under ISO, and public in both places."""
    district = row["office"] == AgencyKind.DISTRICT
    level = AdministrativeLevel.DISTRICT if district else AdministrativeLevel.COMMUNE
    return {
        "levels": [level.value],
        "iso": True,
        "posted_at_office": True,
        "posted_online": True,
    }


def _online_from(row: dict[str, str]) -> date | None:
    if int(row["level_2017"]) >= ONLINE_FROM_LEVEL:
        return BEGINNING
    return date.fromisoformat(row["level_3_from"]) if row["level_3_from"] else None


def _handled(row: dict[str, str]) -> Handled:
    shares = {name: float(row[name]) for name in ("share", "online", "post", "rated")}
    return Handled(agency=row["agency"], field=row["field"], on_time=1.0, **shares)
