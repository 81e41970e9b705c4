"""Who is counted among those that could have rated: no dossier that has not had its time; on both engines."""

from datetime import timedelta

from sqlalchemy.dialects import sqlite

from contracts.vocabulary import Leg, Provenance
from services.kpi import commands, service
from tests.kpi.test_service import AGENCIES, value
from tests.kpi.worlds import NOON, accepted, filed, progressed, rated, voided

DAYS = 15
SQLITE = sqlite.dialect()


def handed_over(code, at=NOON):
    return [filed(code, at=at), progressed(code, 2, at, at)]


async def codes(client, part):
    asked = f"/v1/indicators/k36/cases?agency=H29&from=2020-01-01&to=2021-01-01&part={part}"
    return (await client.get(asked)).json()["items"]


def beside(figure):
    return {one["id"]: one["count"] for one in figure["beside"]}


async def test_a_young_dossier_is_counted_among_none_until_its_time_is_over(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(
            *AGENCIES, *handed_over("old"), *handed_over("young", NOON + timedelta(days=10))
        )
        for days, among, young in ((12, 0, 2), (16, 1, 1), (26, 2, 0)):
            kpi.running.database.now = lambda days=days: NOON + timedelta(days=days)
            told = await value(client, "k36")
            assert (told["count"], told["among"], beside(told)["young"]) == (0, among, young)
            assert len(await codes(client, "among")) == among
            assert len(await codes(client, "young")) == young


async def test_a_young_dossier_that_was_rated_counts_at_once(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        kpi.running.database.now = lambda: NOON + timedelta(days=1)
        await kpi.hear(*AGENCIES, *handed_over("d1"), *handed_over("d2"), rated("d1"))
        told = await value(client, "k36")
        assert (told["count"], told["among"], beside(told)["young"]) == (1, 1, 1)
        assert await codes(client, "among") == await codes(client, "count") == ["d1"]
        await kpi.hear(voided("d1"))
        told = await value(client, "k36")
        assert (told["count"], told["among"], beside(told)["young"]) == (0, 0, 2)
        await kpi.hear(rated("d1", version=2))
        assert (await value(client, "k36"))["count"] == 1
        assert await commands.verify(kpi.running.database) == []


async def test_time_runs_from_when_the_result_left_the_office_whatever_comes_first(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        kpi.running.database.now = lambda: NOON + timedelta(days=DAYS + 1)
        late = accepted("d1", Leg.OUTBOUND_RESULT, NOON + timedelta(days=5))
        await kpi.hear(*AGENCIES, late, filed("d1"))
        assert (await value(client, "k36"))["among"] == 0
        kpi.running.database.now = lambda: NOON + timedelta(days=DAYS + 6)
        assert (await value(client, "k36"))["among"] == 1


async def test_only_the_agencies_and_the_days_asked_for_are_looked_at(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        kpi.running.database.now = lambda: NOON + timedelta(days=1)
        there = [filed("d2", agency="B"), progressed("d2", 2, NOON, NOON)]
        await kpi.hear(*AGENCIES, *handed_over("d1"), *there)
        assert beside(await value(client, "k36"))["young"] == 2
        assert beside(await value(client, "k36", agency="A"))["young"] == 1
        before = await value(client, "k36", period="from=2020-01-01&to=2020-03-10")
        assert beside(before)["young"] == 0
        edge = await value(client, "k36", period="from=2020-03-10&to=2020-03-11")
        assert (edge["among"], beside(edge)["young"]) == (0, 2)


async def test_the_window_is_the_operators_to_set(lone):
    async with lone(service, rating_maturity_days=0) as kpi, kpi.calls() as client:
        kpi.running.database.now = lambda: NOON + timedelta(seconds=1)
        await kpi.hear(*AGENCIES, *handed_over("d1"))
        assert (await value(client, "k36"))["among"] == 1


async def test_what_an_officer_entered_is_told_beside_and_is_no_vote(lone):
    async with lone(service, suppress_below=1) as kpi, kpi.calls() as client:
        own = [*handed_over("d1"), rated("d1", 2)]
        helped = [*handed_over("d2"), rated("d2", 5, provenance=Provenance.ASSISTED)]
        await kpi.hear(*AGENCIES, *own, *helped)
        k36, k37 = await value(client, "k36"), await value(client, "k37")
        assert (k36["count"], k36["among"], beside(k36)["assisted"]) == (1, 2, 1)
        assert (k37["count"], k37["among"], beside(k37)) == (0, 1, {"assisted": 1})
        votes = (await client.get("/v1/lgsp/vote?agency=H29&month=2020-03")).json()
        assert "'PercentBad': 100.0" in str(votes)
        await kpi.hear(voided("d1"))
        assert (await value(client, "k37"))["state"] == "empty"
        assert await commands.verify(kpi.running.database) == []


async def test_young_dossiers_are_counted_from_an_index_alone(lone, engine):
    """Said by SQLite, which plans alike however few rows there are."""
    async with lone(service) as kpi, kpi.calls() as client:
        database = kpi.running.database
        asked = []
        select = database.select

        async def listening(statement):
            asked.append(statement)
            return await select(statement)

        database.select = listening
        kpi.running.database.now = lambda: NOON + timedelta(days=1)
        await kpi.hear(*AGENCIES, *handed_over("d1"))
        await value(client, "k36")
        [question] = [one for one in asked if "unrated_since >=" in str(one)]
        if engine == "sqlite":
            text = question.compile(compile_kwargs={"literal_binds": True}, dialect=SQLITE)
            plan = await database.engine.execute(f"EXPLAIN QUERY PLAN {text}")
            assert any("USING COVERING INDEX fact_unrated" in str(tuple(step)) for step in plan)


EARLIER = "2020-03-10 05:00:00.000000+00:00"


def kept(code, **columns):
    told = {"code": code, "agency": "A", "field": "f", "procedure": "p", "channel": "counter"}
    told |= {"received_at": EARLIER, "done_at": EARLIER, "returned_at": EARLIER} | columns
    values = ", ".join(str(one) if isinstance(one, int) else f"'{one}'" for one in told.values())
    return f"INSERT INTO dossier_fact ({', '.join(told)}, revision) VALUES ({values}, 1)"


async def test_facts_of_an_earlier_version_are_counted_as_if_they_were_heard_now(lone):
    rating = {"rating_option": "5", "rating_score": 5, "rating_class": "positive"}
    rows = [kept("d1", rated_at=EARLIER, **rating), kept("d2")]
    async with lone(service, earlier=("0008", rows)) as kpi, kpi.calls() as client:
        await commands.rebuild(kpi.running.database)
        kpi.running.database.now = lambda: NOON + timedelta(days=1)
        await kpi.hear(*AGENCIES)
        told = await value(client, "k36")
        assert (told["count"], told["among"], beside(told)["young"]) == (1, 1, 1)
        assert (await client.get("/v1/lgsp/vote?agency=H29&month=2020-03")).status_code == 200
        await kpi.hear(rated("d1"), rated("d1", 1, version=2))
        assert await commands.verify(kpi.running.database) == []
        assert (await value(client, "k36"))["count"] == 1
