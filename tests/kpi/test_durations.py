"""How long dossiers took: exact quantiles, told apart, and from the cells as from the facts."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kpi import commands, service
from services.kpi.lengths.quantiles import Lengths, lengths_of
from tests.kpi.test_service import AGENCIES, published
from tests.kpi.worlds import NOON, amended, filed, lives, progressed

YEAR = "from=2020-01-01&to=2021-01-01"


def took(days, agency_days=None, **told):
    return progressed(done_at=NOON + timedelta(days=days), agency_days=agency_days, **told)


async def durations(client, query=YEAR, agency="H29"):
    answer = await client.get(f"/v1/durations?agency={agency}&{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def shown(row):
    return {one["kind"]: (one["count"], one["median"], one["p90"]) for one in row["lengths"]}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({4: 1}, Lengths(1, 4, 4, 4)),
        ({0: 1, 1: 1}, Lengths(2, 0, 1, 1)),
        ({1: 9, 50: 1}, Lengths(10, 1, 1, 50)),
        ({1: 8, 50: 2}, Lengths(10, 1, 50, 50)),
        ({1: 5, 2: 5}, Lengths(10, 1, 2, 2)),
        ({1: 4, 2: 6}, Lengths(10, 2, 2, 2)),
        ({}, None),
        ({3: 0}, None),
    ],
)
def test_a_quantile_is_a_number_of_days_that_some_dossier_took(days, expected):
    assert lengths_of(days) == expected


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_at_least_so_many_took_no_longer_and_one_day_less_would_not_do(days):
    told = lengths_of({length: days.count(length) for length in days})
    for quantile, percent in ((told.median, 50), (told.p90, 90)):
        assert sum(one <= quantile for one in days) * 100 >= len(days) * percent
        assert sum(one < quantile for one in days) * 100 < len(days) * percent


async def test_elapsed_time_and_the_agencys_time_are_told_apart_by_agency_field_and_month(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, published("p", field="f", field_name="Lĩnh vực F"))
        for n, (days, own) in enumerate(((2, 1), (4, 3), (40, 5))):
            await kpi.hear(filed(f"d{n}", agency="AB"[n % 2]), took(days, own, code=f"d{n}"))
        # Without a result, and one whose clock told nothing of the agency.
        await kpi.hear(filed("d3"), filed("d4", field="g"), took(7, code="d4"))
        told = await durations(client)
        assert shown(told["total"]) == {"elapsed": (4, 4, 40), "agency": (3, 3, 5)}
        assert told["total"]["lengths"][0]["longest"] == 40
        assert told["rows"] == []
        by = {row["key"]: row for row in (await durations(client, f"{YEAR}&by=field"))["rows"]}
        assert (by["f"]["name"], shown(by["f"])["elapsed"]) == ("Lĩnh vực F", (3, 4, 40))
        assert by["g"]["lengths"][1] == {
            "kind": "agency",
            "state": "empty",
            "count": 0,
            **dict.fromkeys(("median", "p90", "longest")),
        }
        by_agency = (await durations(client, f"{YEAR}&by=agency"))["rows"]
        assert [(row["key"], row["name"]) for row in by_agency] == [("A", "Sở A"), ("B", "Sở B")]
        by_month = (await durations(client, f"{YEAR}&by=report_month"))["rows"]
        assert [(row["key"], shown(row)["elapsed"][0]) for row in by_month] == [
            ("2020-03", 2),
            ("2020-04", 1),
            ("2020-05", 1),
        ]
        assert shown((await durations(client, agency="B"))["total"])["elapsed"] == (1, 4, 4)


async def test_of_no_dossiers_nothing_is_told(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, filed("d1"))
        told = await durations(client, f"{YEAR}&by=agency")
        assert [one["state"] for one in told["total"]["lengths"]] == ["empty", "empty"]
        assert told["rows"] == []


async def test_an_amended_or_corrected_dossier_took_its_time_once(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, filed("d1"), took(3, 2))
        await kpi.hear(amended("d1", 3, field="g"), took(5, 4, revision=3))
        told = await durations(client, f"{YEAR}&by=field")
        assert [(row["key"], shown(row)) for row in told["rows"]] == [
            ("g", {"elapsed": (1, 5, 5), "agency": (1, 4, 4)})
        ]
        assert await commands.verify(kpi.running.database) == []


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_a_period_cut_anywhere_adds_up_to_the_whole(lone, data):
    events = [event for n in range(4) for event in data.draw(lives(f"d{n}"))]
    cut = data.draw(st.dates(NOON.date(), NOON.date() + timedelta(days=250)))
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *events)
        whole = shown((await durations(client))["total"])
        before = shown((await durations(client, f"from=2020-01-01&to={cut}"))["total"])
        after = shown((await durations(client, f"from={cut}&to=2021-01-01"))["total"])
        for kind, (count, _, _) in whole.items():
            assert before[kind][0] + after[kind][0] == count


async def test_a_period_that_ends_before_it_begins_is_refused(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        answer = await client.get("/v1/durations?agency=H29&from=2020-02-01&to=2020-01-01")
        assert (answer.status_code, answer.json()["code"]) == (422, "period-invalid")
