"""The catalogue as kpi keeps it: what was not told stays so, what is no more is left out, and whose it is."""

from datetime import date
from types import SimpleNamespace

import pytest

from chassis.database import UnitOfWork
from contracts.directory import AgencyRegistered
from contracts.intake import ProcedurePublished
from contracts.vocabulary import AdministrativeLevel, AgencyKind
from services.kpi import service
from services.kpi.catalogue import as_on
from services.kpi.catalogue_rules import handles
from services.kpi.tables import KnownProcedure, KnownVersion

CITY = AgencyRegistered(code="H29", name="Thành phố", kind=AgencyKind.CITY)
LEVEL_FOUR = "/v1/indicators/k06/value?agency=H29"
TOLD = {
    "published_on": date(2020, 2, 5),
    "decided_on": date(2020, 2, 3),
    "updated_on": date(2020, 2, 28),
    "published_on_time": True,
    "updated_on_time": False,
    "levels": ["province", "commune"],
    "agencies": ["000.00.19.H29", "nobody-knows"],
    "posted_at_office": True,
    "posted_online": False,
    "content_complete": True,
    "iso": False,
    "electronic_dossiers": True,
    "eligible_online": False,
    "fees_due": True,
    "online_payment": False,
    "payment_integrated": True,
    "abolished_on": date(2030, 1, 1),
    "successors": ["q", "r"],
}
NOT_TOLD = {name: [] if isinstance(value, list) else None for name, value in TOLD.items()}


def version(number=1, begins=date(1900, 1, 1), code="p", **told):
    values = {"name": code, "field": "f", "online_level": 4, "by_post": False}
    return ProcedurePublished(
        code=code,
        version=number,
        revision=number,
        valid_from=begins,
        on_national_portal=False,
        **(values | told),
    )


async def kept(kpi, day):
    """Every procedure there was on a day, by its code."""
    uow = UnitOfWork(kpi.running.database)
    known, versions = await uow.all(KnownProcedure), await uow.all(KnownVersion)
    return {one.code: one for one in as_on(known, versions, day)}


def of_entry(entry):
    return {name: getattr(entry, name) for name in TOLD}


async def counted(client, *days):
    """Among how many procedures the figure of a period up to each of these days is counted."""
    found = []
    for day in days:
        answer = await client.get(f"{LEVEL_FOUR}&from=2019-01-01&to={day}")
        assert answer.status_code == 200, answer.text
        found.append(answer.json()["among"])
    return found


async def test_all_that_is_told_of_a_procedure_is_kept_with_its_version(lone):
    async with lone(service) as kpi:
        await kpi.hear(version(2, date(2020, 1, 1), **TOLD), version(1))
        assert of_entry((await kept(kpi, date(2019, 12, 31)))["p"]) == NOT_TOLD
        assert of_entry((await kept(kpi, date(2020, 1, 1)))["p"]) == TOLD


async def test_what_is_not_told_is_kept_apart_from_no_and_can_be_unsaid(lone):
    async with lone(service) as kpi:
        await kpi.hear(version(iso=False), version(code="q"))
        now = await kept(kpi, date(2026, 1, 1))
        assert (now["p"].iso, now["q"].iso) == (False, None)
        await kpi.hear(version(2))
        assert (await kept(kpi, date(2026, 1, 1)))["p"].iso is None


async def test_an_abolished_procedure_is_in_no_figure_from_that_day_on(lone):
    end = date(2020, 7, 1)
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(CITY, version(code="stays"), version())
        await kpi.hear(version(2, end, abolished_on=end, successors=["stays"]))
        # The last day of a period is the one before `to`.
        assert await counted(client, "2020-07-01", "2020-07-02", "2021-01-01") == [2, 1, 1]


async def test_an_end_that_is_told_after_it_came_counts_from_the_day_it_came(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(CITY, version(), version(2, date(2020, 9, 1), abolished_on=date(2020, 7, 1)))
        assert await counted(client, "2020-07-01", "2020-07-02", "2020-09-02") == [1, 0, 0]


async def test_an_end_that_was_told_ahead_leaves_the_procedure_until_then(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(CITY, version(abolished_on=date(2020, 7, 1)))
        assert await counted(client, "2020-07-01", "2020-07-02") == [1, 0]


async def test_a_procedure_that_comes_back_counts_again_and_not_in_between(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        end = date(2020, 7, 1)
        await kpi.hear(
            CITY, version(), version(2, end, abolished_on=end), version(3, date(2021, 1, 1))
        )
        told = await counted(client, "2020-07-01", "2020-12-31", "2021-01-02")
        assert told == [1, 0, 1]


async def test_a_procedure_counts_from_the_first_day_it_was_told_with(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(CITY, version(begins=date(2020, 7, 1)), version(code="always"))
        assert await counted(client, "2020-07-01", "2020-07-02") == [1, 2]


def entry(levels=(), agencies=()):
    return SimpleNamespace(levels=levels, agencies=agencies)


KINDS = {kind.value: kind for kind in AgencyKind}
HANDLING = {
    AdministrativeLevel.MINISTRY: {"ministry"},
    AdministrativeLevel.PROVINCE: {"city", "province", "department"},
    AdministrativeLevel.DISTRICT: {"district"},
    AdministrativeLevel.COMMUNE: {"ward"},
}
AT_ANY = {"unit", "tax", "police", "land_registry", "social_insurance", "sandbox"}


@pytest.mark.parametrize("level", AdministrativeLevel)
def test_a_level_is_that_of_the_agencies_of_its_kinds_and_of_those_at_no_one_level(level):
    found = {agency for agency in KINDS if handles(entry([level]), [agency], KINDS)}
    assert found == HANDLING[level] | AT_ANY


def test_an_agency_of_an_unknown_kind_may_handle_what_any_level_does():
    assert handles(entry(["commune"]), ["nobody-knows"], KINDS)


def test_one_agency_of_the_level_among_those_asked_for_is_enough():
    assert handles(entry(["commune", "district"]), ["city", "ward"], KINDS)
    assert not handles(entry(["commune", "district"]), ["city", "department"], KINDS)


def test_named_agencies_alone_handle_a_procedure_whatever_its_levels():
    named = entry(["commune"], ["tax", "not-in-the-directory"])
    assert handles(named, ["city", "tax"], KINDS)
    assert handles(named, ["not-in-the-directory"], KINDS)
    assert not handles(named, ["ward"], KINDS)


def test_a_procedure_of_which_nothing_is_told_is_everybodys():
    assert handles(entry(), ["ward"], KINDS)
    assert handles(entry(), [], KINDS)


OLD = [
    (
        "INSERT INTO known_procedure (code, name, field, online_level, by_post, on_national_portal,"
        " valid_from, revision) VALUES ('p', 'p', 'f', 4, false, false, '1900-01-01', 1)"
    ),
    (
        "INSERT INTO known_version (code, valid_from, field, online_level, by_post, on_national_portal,"
        " revision) VALUES ('p', '1900-01-01', 'f', 4, false, false, 1)"
    ),
]


async def test_of_a_procedure_heard_before_this_nothing_more_is_told(lone):
    async with lone(service, earlier=("0009", OLD)) as kpi:
        assert of_entry((await kept(kpi, date(2026, 1, 1)))["p"]) == NOT_TOLD
        await kpi.hear(version(2, **TOLD))
        assert of_entry((await kept(kpi, date(2026, 1, 1)))["p"]) == TOLD
