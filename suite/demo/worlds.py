"""The worlds of the demonstration: a year of the city, and nine months of one of its districts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from suite.demo import district, stream
from suite.demo.city import City, read_city
from suite.demo.reports import SelfReport, reports_of
from suite.demo.steps import Step

Draw = Callable[[RSAPrivateKey, int, int], list[Step]]
"""Draws the steps of a world: the post's key, how many dossiers, and the number they are drawn from."""


@dataclass(frozen=True)
class World:
    """What is played, and whose scoreboards are shown at the end."""

    name: str
    """What the command line calls it."""
    title: str
    """What is shown while it is played."""
    city: City
    """Its agencies and procedures."""
    agency: str
    """Whose scoreboards are read."""
    plans: tuple[str, ...]
    """The plans that are shown; the first is the main one."""
    dossiers: int
    """How many dossiers it has when nobody says otherwise."""
    seed: int
    draw: Draw
    reports: tuple[SelfReport, ...] = ()
    """What its agencies report themselves."""


def city_2020() -> World:
    """Hồ Chí Minh City in the year 2020, with the autumn of 2017 before it."""
    city = read_city()

    def draw(key: RSAPrivateKey, dossiers: int, seed: int) -> list[Step]:
        return stream.demo_stream(city, key=key, dossiers=dossiers, seed=seed)

    return World(
        name="city-2020",
        title="Một năm của thành phố (the year)",
        city=city,
        agency=city.agencies[0].code,
        plans=("hcmc-2020", "hcmc-2017"),
        dossiers=stream.DOSSIERS,
        seed=stream.SEED,
        draw=draw,
    )


def district_2018() -> World:
    """Quận Bình Thạnh in the first nine months of 2018; its size is told in settled dossiers."""
    tables = district.read_district()

    def draw(key: RSAPrivateKey, dossiers: int, seed: int) -> list[Step]:
        return district.district_stream(tables, key=key, settled=dossiers, seed=seed)

    return World(
        name="district-2018",
        title="Chín tháng của quận (nine months)",
        city=tables.city,
        agency=district.DISTRICT,
        plans=("binh-thanh-2018",),
        dossiers=district.SETTLED,
        seed=district.SEED,
        draw=draw,
        reports=reports_of(tables),
    )


WORLDS: Mapping[str, Callable[[], World]] = {
    "city-2020": city_2020,
    "district-2018": district_2018,
}
"""Worlds by the name the command line calls them."""
