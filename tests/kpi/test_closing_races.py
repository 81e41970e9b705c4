"""What changes in the very instant a period is closed is in its edition or among its corrections."""

import asyncio
import json
from datetime import datetime, timedelta

import pytest

from chassis.auth import Principal
from chassis.database import Contention, UnitOfWork
from contracts.vocabulary import VIETNAM, EditionKind, Structure
from services.kpi import commands, service
from services.kpi.editions import commands as editions
from services.kpi.editions import queries
from services.kpi.editions.commands import Wish
from services.kpi.editions.periods import period_of
from services.kpi.indicators import SHIPPED
from tests.kpi.test_editions import DONE, MARCH, some
from tests.kpi.test_recount import two_workers
from tests.kpi.test_service import AGENCIES
from tests.kpi.worlds import NOON, filed, progressed

LATER = NOON + timedelta(days=30)
CLOSER = Principal("c-close", "H29", frozenset({"indicators:approve"}), expires_at=2**40)


def wish(key="2020-03"):
    return Wish(period_of(EditionKind.MONTH, key, SHIPPED), "H29", Structure.THEN)


async def read(client, path=MARCH):
    return (await client.get(f"{path}?agency=H29")).json()


def settled(amounts):
    return sum(told.get("settled", 0) for _, _, told in amounts)


async def test_a_batch_that_took_the_period_for_open_looks_again_once_it_is_closed(lone):
    async with lone(service) as kpi, kpi.calls() as client, two_workers(kpi) as (_, other):
        await some(kpi)
        late = [progressed("d1", 3, done_at=LATER)]
        underway = UnitOfWork(other)
        await commands.absorb(late, underway)
        assert (await client.post(f"{MARCH}/close?agency=H29")).status_code == 201
        with pytest.raises(Contention):
            await other.commit(underway)
        await other.run(commands.absorb, late)
        told = await read(client)
        assert (told["closed"]["counted"]["settled"], told["corrected"]) == (10, 1)


async def test_a_batch_of_other_half_months_looks_again_too_and_changes_nothing_closed(lone):
    async with lone(service) as kpi, kpi.calls() as client, two_workers(kpi) as (_, other):
        await some(kpi)
        underway = UnitOfWork(other)
        await commands.absorb([filed("m1", at=LATER)], underway)
        assert (await client.post(f"{MARCH}/close?agency=H29")).status_code == 201
        with pytest.raises(Contention):
            await other.commit(underway)
        await other.run(commands.absorb, [filed("m1", at=LATER)])
        assert (await read(client))["corrected"] == 0


async def test_figures_that_moved_after_they_were_read_are_not_closed(lone):
    async with lone(service) as kpi, kpi.calls() as client, two_workers(kpi) as (own, other):
        await some(kpi)
        closing = UnitOfWork(own)
        await editions.close(wish(), CLOSER, kpi.running, closing)
        await other.run(commands.absorb, [progressed("d1", 3, done_at=LATER)])
        with pytest.raises(Contention):
            await own.commit(closing)
        await own.run(editions.close, wish(), CLOSER, kpi.running)
        told = await read(client)
        assert (told["closed"]["counted"]["settled"], told["corrected"]) == (9, 0)
        assert told["changed"] is False


async def test_the_first_dossier_of_a_half_month_is_not_overlooked(lone):
    async with lone(service) as kpi, kpi.calls() as client, two_workers(kpi) as (own, other):
        await kpi.hear(*AGENCIES)
        closing = UnitOfWork(own)
        await editions.close(wish(), CLOSER, kpi.running, closing)
        await other.run(commands.absorb, [filed("d1")])
        with pytest.raises(Contention):
            await own.commit(closing)
        await own.run(editions.close, wish(), CLOSER, kpi.running)
        assert (await read(client))["closed"]["counted"]["received"] == 1


async def test_a_correction_is_one_whatever_the_clock_of_the_worker_says(lone):
    async with lone(service) as kpi, kpi.calls() as client, two_workers(kpi) as (_, other):
        await some(kpi)
        assert (await client.post(f"{MARCH}/close?agency=H29")).status_code == 201
        other.now = lambda: datetime(2020, 5, 1, tzinfo=VIETNAM)
        await other.run(commands.absorb, [progressed("d1", 3, done_at=LATER)])
        assert (await read(client))["corrected"] == 1
        reason = {"reason": "Biên bản rà soát số 12"}
        await client.post(f"{MARCH}/restatements?agency=H29", json=reason)
        assert (await read(client))["corrected"] == 0
        assert (await read(client, f"{MARCH}"))["editions"][1]["number"] == 2
        await other.run(commands.absorb, [progressed("d2", 3, done_at=LATER)])
        assert (await read(client))["corrected"] == 1


async def test_an_edition_of_an_earlier_version_counts_corrections_by_when_they_came(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        assert (await client.post(f"{MARCH}/close?agency=H29")).status_code == 201
        await kpi.hear(progressed("d1", 3, done_at=LATER))
        [row] = await queries.named("H29", 1, UnitOfWork(kpi.running.database))
        told = json.loads(row.body)
        assert told.pop("corrections") == 0
        row.body = json.dumps(told)
        span = period_of(EditionKind.MONTH, "2020-03", SHIPPED).span
        uow = UnitOfWork(kpi.running.database)
        assert len(await queries.corrections(["A"], span, row, uow)) == 1
        row.cut_at = uow.now
        assert len(await queries.corrections(["A"], span, row, uow)) == 0


async def test_days_that_begin_within_a_half_month_count_corrections_of_the_whole_of_it(lone):
    days = "/v1/periods/days/2020-03-05_2020-03-20"
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        assert (await client.post(f"{days}/close?agency=H29")).status_code == 201
        await kpi.hear(progressed("d1", 3, done_at=LATER))
        assert (await read(client, days))["corrected"] == 1


@pytest.mark.parametrize("turn", range(3))
async def test_whatever_races_a_closing_an_edition_and_its_corrections_are_what_stands(lone, turn):
    """Two workers move results in and out of March while it is closed and restated again and again."""
    async with lone(service) as kpi, kpi.calls() as client, two_workers(kpi) as workers:
        await some(kpi)
        await kpi.hear(*(filed(f"e{n}") for n in range(10)))

        async def work(number):
            for revision in range(3, 15):
                done = DONE if (revision + number + turn) % 2 else LATER
                mine = [f"{'de'[number]}{n}" for n in range(10)]
                batch = [progressed(code, revision, done_at=done) for code in mine]
                await workers[number].run(commands.absorb, batch[revision % 3 :])

        async def close():
            reason = {"reason": "Đồng thời"}
            await client.post(f"{MARCH}/close?agency=H29")
            for _ in range(4):
                await client.post(f"{MARCH}/restatements?agency=H29", json=reason)

        await asyncio.gather(work(0), work(1), close())
        await client.post(f"{MARCH}/close?agency=H29")
        uow = UnitOfWork(kpi.running.database)
        span = period_of(EditionKind.MONTH, "2020-03", SHIPPED).span
        rows = await kpi.running.database.engine.execute(
            "SELECT sum(settled) FROM cell WHERE bucket >= '2020-03-01' AND bucket < '2020-04-01'"
        )
        for edition in await queries.editions_of(
            EditionKind.MONTH, "2020-03", "H29", Structure.THEN, uow
        ):
            closed = json.loads(edition.body)["counted"]["settled"]
            since = await queries.corrections(["A", "B", "H29"], span, edition, uow)
            assert closed + settled(since) == int(rows[0][0]), edition.number
        assert await commands.verify(kpi.running.database) == []
