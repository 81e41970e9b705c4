"""Kpi at work on both engines: what is added up equals what is counted anew."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.directory import AgencyRegistered
from contracts.intake import ProcedurePublished
from contracts.vocabulary import AgencyKind, Channel, Leg
from services.kpi import commands, service
from tests.kpi.worlds import (
    NOON,
    accepted,
    amended,
    filed,
    lives,
    missed,
    progressed,
    rated,
    synchronised,
)

AGENCIES = [
    AgencyRegistered(code="H29", name="Thành phố", kind=AgencyKind.CITY),
    AgencyRegistered(code="A", name="Sở A", kind=AgencyKind.DEPARTMENT, parent="H29"),
    AgencyRegistered(code="B", name="Sở B", kind=AgencyKind.DEPARTMENT, parent="H29"),
    AgencyRegistered(code="X", name="Thành phố khác", kind=AgencyKind.CITY),
]
PERIOD = "from=2020-01-01&to=2021-01-01"


def published(code, **told):
    values = {
        "name": code,
        "field": "f",
        "online_level": 3,
        "by_post": True,
        "on_national_portal": False,
    }
    return ProcedurePublished(code=code, **(values | told))


async def value(client, indicator, agency="H29", period=PERIOD):
    answer = await client.get(f"/v1/indicators/{indicator}/value?agency={agency}&{period}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_figure_is_counted_for_an_agency_and_everything_below_it(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        for n in range(10):
            agency = "A" if n < 7 else "B"
            channel = Channel.ONLINE if n % 2 else Channel.COUNTER
            await kpi.hear(
                filed(f"d{n}", agency=agency, channel=channel),
                progressed(f"d{n}", done_at=NOON + timedelta(days=1)),
            )
        city, a = await value(client, "k07"), await value(client, "k07", "A")
        assert (city["count"], city["among"]) == (5, 10)
        assert (a["count"], a["among"]) == (3, 7)
        assert (city["verdict"], city["target"]["shown"]) == ("met", "≥ 20 %")
        cases = (await client.get(f"/v1/indicators/k07/cases?agency=A&{PERIOD}")).json()
        assert cases["items"] == ["d1", "d3", "d5"]
        among = (await client.get(f"/v1/indicators/k07/cases?agency=A&{PERIOD}&part=among")).json()
        assert len(among["items"]) == a["among"]
        assert (await client.get(f"/v1/indicators/k07/value?agency=X&{PERIOD}")).status_code == 404


async def test_a_dossier_the_portal_has_counts_in_the_period_of_its_receipt(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        await kpi.hear(*(filed(f"d{n}", agency="A") for n in range(4)))
        # Told years later, told twice, and one heard of before its filing.
        await kpi.hear(synchronised("d0", NOON + timedelta(days=900)), synchronised("d1"))
        await kpi.hear(synchronised("d1", NOON + timedelta(days=3), 2), synchronised("d9"))
        figure = await value(client, "766.dossier_sync")
        assert (figure["count"], figure["among"], figure["value"]) == (2, 4, "0.5")
        asked = f"/v1/indicators/766.dossier_sync/cases?agency=H29&{PERIOD}"
        assert (await client.get(asked)).json()["items"] == ["d0", "d1"]
        await kpi.hear(filed("d9", agency="B"))
        assert (await value(client, "766.dossier_sync"))["count"] == 3
        assert await commands.verify(kpi.running.database) == []


async def test_what_the_portal_said_last_of_a_dossier_decides_whatever_is_heard_first(lone):
    def days(count: int):
        return NOON + timedelta(days=count)

    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        await kpi.hear(*(filed(f"d{n}", agency="A") for n in range(4)))
        await kpi.hear(synchronised("d0", days(1)), missed("d0", days(2)))
        await kpi.hear(missed("d1", days(2)), synchronised("d1", days(1)))
        await kpi.hear(synchronised("d2", days(3)), missed("d2", days(2)), missed("d3", days(2)))
        figure = await value(client, "766.dossier_sync")
        assert (figure["count"], figure["among"]) == (1, 4)
        asked = f"/v1/indicators/766.dossier_sync/cases?agency=H29&{PERIOD}"
        assert (await client.get(asked)).json()["items"] == ["d2"]
        # Resent, found there, and heard of twice.
        again = synchronised("d0", days(4)), missed("d0", days(2)), synchronised("d0", days(1))
        await kpi.hear(*again, *again)
        assert (await value(client, "766.dossier_sync"))["count"] == 2
        assert await commands.verify(kpi.running.database) == []


async def test_pages_of_cases_add_up_to_the_figure(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        await kpi.hear(*(filed(f"d{n:02}") for n in range(25)))
        found, cursor = [], ""
        while True:
            more = f"&cursor={cursor}" if cursor else ""
            page = (
                await client.get(
                    f"/v1/indicators/k15/cases?agency=H29&{PERIOD}&part=among&limit=10{more}"
                )
            ).json()
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert len(found) == len(set(found)) == (await value(client, "k15"))["among"] == 25


async def test_an_amended_dossier_moves_from_one_cell_to_another_and_is_counted_once(lone):
    told = [
        filed("d1"),
        progressed("d1", 2, done_at=NOON + timedelta(days=1)),
        amended("d1", 3, field="g", channel=Channel.ONLINE),
        progressed("d1", 3, done_at=NOON + timedelta(days=1), received_at=NOON + timedelta(days=9)),
    ]
    for events in (told, told[::-1], [told[2], told[0], *told]):
        async with lone(service) as kpi, kpi.calls() as client:
            await kpi.hear(*AGENCIES)
            for event in events:
                await kpi.hear(event)
            k07 = await value(client, "k07")
            assert (k07["count"], k07["among"]) == (1, 1)
            assert await commands.verify(kpi.running.database) == []
            [cell] = await kpi.running.database.engine.execute(
                "SELECT bucket, agency, field, received_online FROM cell WHERE received <> 0"
            )
            assert (str(cell[0]), *cell[1:]) == ("2020-03-15", "A", "g", 1)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("from=2020-03-01&to=2020-03-15", 1),
        ("from=2020-03-10&to=2020-03-11", 1),
        ("from=2020-03-11&to=2020-03-31", 0),
        ("from=2020-02-20&to=2020-03-10", 0),
        ("from=2020-02-20&to=2020-03-11", 1),
        ("from=2017-08-21&to=2026-01-01", 1),
    ],
)
async def test_a_period_that_is_no_whole_half_months_counts_the_same(lone, period, expected):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, filed("d1"))
        assert (await value(client, "k15", period=period))["among"] == expected


async def test_a_late_correction_moves_a_dossier_from_one_half_month_to_another(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, filed("d1"), progressed("d1", 2, NOON))
        march = "from=2020-03-01&to=2020-03-15"
        assert (await value(client, "k07", period=march))["among"] == 1
        await kpi.hear(progressed("d1", 3, NOON + timedelta(days=30)))
        await kpi.hear(progressed("d1", 2, NOON))
        assert (await value(client, "k07", period=march))["among"] == 0
        assert (await value(client, "k07", period="from=2020-04-01&to=2020-05-01"))["among"] == 1
        assert await commands.verify(kpi.running.database) == []


async def test_few_ratings_are_not_shown_and_many_are(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        for n in range(6):
            await kpi.hear(
                filed(f"d{n}"), progressed(f"d{n}", 2, NOON, NOON), rated(f"d{n}", 5 if n else 1)
            )
            told = await value(client, "k37")
            if n < 4:
                assert (told["state"], told["count"], told["verdict"]) == (
                    "suppressed",
                    None,
                    "undecided",
                )
        assert (told["count"], told["among"], told["value"]) == (5, 6, "0.833333333333")
        assert (await value(client, "k36"))["count"] == 6


async def test_two_consumers_side_by_side_lose_nothing(lone):
    events = [filed(f"d{n}") for n in range(60)] + [
        progressed(f"d{n}", 2, NOON, NOON) for n in range(60)
    ]
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        await asyncio.gather(*(kpi.hear(*events[k::4]) for k in range(4)))
        assert (await value(client, "k36"))["among"] == 60
        assert await commands.verify(kpi.running.database) == []


async def test_a_broken_cell_is_found_and_counted_anew(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, filed("d1"), filed("d2"))
        await kpi.running.database.engine.execute("UPDATE cell SET received = 7")
        assert len(await commands.verify(kpi.running.database)) == 2
        assert await commands.rebuild(kpi.running.database) == 1
        assert await commands.verify(kpi.running.database) == []
        assert (await value(client, "k15"))["among"] == 2


async def test_the_scoreboard_names_every_target_and_counts_what_is_due(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, published("p"), published("q", online_level=4))
        await kpi.hear(filed("d1"), accepted("d1", Leg.OUTBOUND_RESULT))
        board = (await client.get("/v1/plans/hcmc-2020/scoreboard?agency=H29")).json()
        assert [t["id"] for t in board["targets"]] == [f"k{n:02}" for n in range(1, 21)]
        assert board["due"] == 20
        assert board["shown"] == f"{board['met']}/20"
        told = {t["id"]: t for t in board["targets"]}
        assert (told["k16"]["count"], told["k16"]["among"], told["k16"]["verdict"]) == (1, 1, "met")
        assert (told["k14"]["count"], told["k14"]["among"]) == (1, 2)
        assert (told["k17"]["state"], told["k17"]["verdict"]) == ("no_data", "no_data")
        assert told["k17"]["note"]
        assert (told["k07"]["state"], told["k07"]["verdict"]) == ("empty", "no_data")


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_any_order_any_repetition_and_any_batches_give_cells_that_equal_a_count_anew(
    lone, data
):
    codes = [f"d{n}" for n in range(data.draw(st.integers(1, 4)))]
    events = [event for code in codes for event in data.draw(lives(code))]
    random = data.draw(st.randoms(use_true_random=False))
    events += random.choices(events, k=3)
    random.shuffle(events)
    async with lone(service) as kpi:
        while events:
            size = random.randint(1, 7)
            await kpi.hear(*events[:size])
            events = events[size:]
        assert await commands.verify(kpi.running.database) == []
