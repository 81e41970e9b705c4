"""Figures by the structure at the time and by today's: mergers, splits, districts that are no more."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.directory import AgencyRegistered
from contracts.intake import ProcedurePublished
from contracts.vocabulary import VIETNAM, AgencyKind, Channel, OnlineService
from services.kpi import service
from services.kpi.structure import as_then, as_today, heirs_today
from tests.kpi.worlds import filed, progressed

END = date(2025, 7, 1)
YEAR = "from=2025-01-01&to=2026-01-01"
ODD_DAYS = "from=2025-01-03&to=2025-12-28"


def known(code, parent="H29", kind=AgencyKind.WARD, **told):
    return AgencyRegistered(code=code, name=code, kind=kind, parent=parent, **told)


def ended(code, *successors, **told):
    return known(code, valid_to=END, successors=list(successors), **told)


CITY = [
    AgencyRegistered(code="H29", name="Thành phố", kind=AgencyKind.CITY, other_codes=["HCM"]),
    ended("Q1", "P1", "P2", kind=AgencyKind.DISTRICT),
    ended("Q2", "P3", kind=AgencyKind.DISTRICT),
    ended("PX", "P3", parent="Q2"),
    ended("OLD", "Q2"),
    *(known(code, valid_from=END) for code in ("P1", "P2", "P3")),
]
"""District 1 was split into wards 1 and 2; district 2, its ward X and an office that had been merged into
district 2 before are all ward 3 now."""

DOSSIERS = {"Q1": 2, "Q2": 3, "PX": 4, "OLD": 5, "P1": 6, "P2": 7, "P3": 8}


def news():
    """Every agency's dossiers: before the end where it ended, after it where it began; half are late."""
    for agency, many in DOSSIERS.items():
        month = 8 if agency in ("P1", "P2", "P3") else 2
        for n in range(many):
            at = datetime(2025, month, 5 + n, 9, tzinfo=VIETNAM)
            done = datetime(2025, month, 9 + 2 * n, 9, tzinfo=VIETNAM)
            code = f"{agency}-{n}"
            yield filed(code, agency=agency, channel=Channel.ONLINE, at=at)
            yield progressed(code, done_at=done, received_at=at, due_at=at.replace(day=12))


async def count(client, agency, structure=None, period=YEAR):
    more = f"&structure={structure}" if structure else ""
    answer = await client.get(f"/v1/indicators/k07/value?agency={agency}&{period}{more}")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["structure"] == (structure or "then")
    return told["count"]


async def test_a_district_counts_until_it_ended_and_its_successor_counts_it_today(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*CITY, *news())
        then = {"Q1": 2, "Q2": 7, "PX": 4, "OLD": 5, "P1": 6, "P2": 7, "P3": 8, "H29": 35}
        today = {"Q1": 0, "Q2": 0, "PX": 0, "OLD": 0, "P1": 6, "P2": 7, "P3": 20, "H29": 35}
        for period in (YEAR, ODD_DAYS):
            assert {a: await count(client, a, period=period) for a in then} == then
            assert {a: await count(client, a, "then", period) for a in then} == then
            assert {a: await count(client, a, "today", period) for a in today} == today


async def test_the_dossiers_listed_are_those_that_were_counted(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*CITY, *news())
        for agency in ("Q1", "Q2", "P1", "P3", "H29"):
            for structure in ("then", "today"):
                asked = f"agency={agency}&{YEAR}&structure={structure}&limit=200"
                cases = (await client.get(f"/v1/indicators/k07/cases?{asked}")).json()["items"]
                assert len(cases) == await count(client, agency, structure)
        cases = (
            await client.get(f"/v1/indicators/k07/cases?agency=P3&{YEAR}&structure=today")
        ).json()
        assert {code.split("-")[0] for code in cases["items"]} == {"Q2", "PX", "OLD", "P3"}


async def test_a_merged_agency_is_one_unit_with_its_successor_and_a_split_one_is_its_own(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*CITY, *news())
        path = f"/v1/indicators/k04/value?agency=H29&{YEAR}"
        then = (await client.get(path)).json()
        today = (await client.get(f"{path}&structure=today")).json()
        assert then["among"] == 7
        assert today["among"] == 4
        assert then["cells_digest"] != today["cells_digest"]


async def test_a_scoreboard_is_told_by_either_structure(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        at = datetime(2020, 3, 10, 9, tzinfo=VIETNAM)
        await kpi.hear(*CITY, filed("d", agency="PX", at=at), progressed("d", 2, at, at))
        told = {}
        for structure in ("then", "today"):
            answer = await client.get(
                f"/v1/plans/hcmc-2020/scoreboard?agency=P3&structure={structure}"
            )
            board = answer.json()
            assert board["structure"] == structure
            told[structure] = {one["id"]: one["among"] for one in board["targets"]}["k07"]
        assert told == {"then": 0, "today": 1}
        assert (
            await client.get("/v1/plans/hcmc-2020/scoreboard?agency=P3&structure=soon")
        ).status_code == 422


async def test_what_will_end_has_not_ended_today(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        later = known("PX", parent="Q2", valid_to=date(2190, 1, 1), successors=["P3"], revision=2)
        await kpi.hear(*CITY, *news(), later)
        assert await count(client, "P3", "today") == 16
        assert await count(client, "PX", "today") == 4


async def test_an_agency_is_asked_for_by_any_of_its_codes_and_answers_by_its_own(lone):
    async with lone(service) as kpi, kpi.calls("HCM") as client:
        await kpi.hear(*CITY, *news())
        for question in ("&agency=HCM", "&agency=H29", ""):
            told = (await client.get(f"/v1/indicators/k07/value?{YEAR}{question}")).json()
            assert (told["agency"], told["count"]) == ("H29", 35)


def test_what_was_split_counts_above_all_its_successors_only():
    succeeded = {"Q1": ["P1", "P2"]}
    assert "Q1" not in as_today(frozenset({"P1"}), succeeded)
    assert "Q1" not in as_today(frozenset({"Q1"}), succeeded)
    assert as_today(frozenset({"H29", "P1", "P2"}), succeeded)["Q1"] == "Q1"


def test_agencies_that_succeed_each_other_keep_their_own_work():
    succeeded = {"A": ["B"], "B": ["A"]}
    assert as_today(frozenset({"A"}), succeeded) == {"A": "A"}
    assert as_today(frozenset({"A", "B"}), succeeded) == {"A": "A", "B": "B"}


names = st.sampled_from("abcdefgh")


@given(st.dictionaries(names, st.lists(names, max_size=3)), st.frozensets(names))
def test_no_dossier_counts_for_two_agencies_of_today_and_none_is_lost(succeeded, left):
    """Two halves of a city share nothing, and the whole counts what either does and what was split."""
    right = frozenset("abcdefgh") - left
    whole = as_today(left | right, succeeded)
    assert set(whole) == set("abcdefgh")
    assert set(as_then(left | right)) == set(whole)
    halves = [set(as_today(half, succeeded)) for half in (left, right)]
    assert not halves[0] & halves[1]
    across = {
        agency
        for agency in whole
        if heirs_today(agency, succeeded) & left and heirs_today(agency, succeeded) & right
    }
    assert halves[0] | halves[1] | across == set(whole)


def version(day, level, revision, **told):
    values = {"name": "p", "field": "f", "by_post": False, "on_national_portal": False}
    return ProcedurePublished(
        code=told.pop("code", "p"),
        online_level=level,
        valid_from=day,
        revision=revision,
        **(values | told),
    )


VERSIONS = [
    version(date(1900, 1, 1), 2, 1),
    version(date(2020, 6, 1), 4, 2, version=2, online_service=OnlineService.FULL),
    version(date(2021, 1, 1), 3, 3, version=3),
    version(date(2020, 6, 1), 4, 4, version=2, field="g"),
]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
async def test_a_level_is_that_of_the_last_day_asked_for_whatever_order_news_came_in(lone, order):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*CITY)
        for place in order:
            await kpi.hear(VERSIONS[place], VERSIONS[place])
        for to, level_four in [
            ("2020-06-01", 0),
            ("2020-06-02", 1),
            ("2021-01-01", 1),
            ("2021-01-02", 0),
            ("2150-01-01", 0),
        ]:
            answer = await client.get(f"/v1/indicators/k06/value?from=2019-01-01&to={to}")
            told = answer.json()
            assert (told["count"], told["among"]) == (level_four, 1), to


OLD = (
    "INSERT INTO known_procedure (code, name, field, online_level, by_post, on_national_portal, revision)"
    " VALUES ('p', 'p', 'f', 4, false, false, 1)"
)


async def test_a_procedure_heard_before_versions_were_kept_is_its_first_one(lone):
    async with lone(service, earlier=("0001", [OLD])) as kpi, kpi.calls() as client:
        await kpi.hear(*CITY)
        path = "/v1/indicators/k06/value?from=2020-01-01&to=2021-01-01"
        assert (await client.get(path)).json()["count"] == 1
        await kpi.hear(version(date(2024, 1, 1), 2, 2, version=2), version(date(2024, 1, 1), 2, 2))
        assert (await client.get(path)).json()["count"] == 1
        later = path.replace("to=2021", "to=2025")
        assert (await client.get(later)).json()["count"] == 0
