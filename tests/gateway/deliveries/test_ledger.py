"""Results of many endpoints are stored together, and refused for one they are stored for the others."""

from contextlib import asynccontextmanager

import pytest

from chassis.database import Contention, StorageAway, Unstorable
from gateway.deliveries import ledger, serving
from gateway.deliveries.lanes import Lane
from gateway.deliveries.posting import Outcome
from tests.gateway.deliveries.office import office
from tests.gateway.deliveries.receivers import receiving
from tests.gateway.deliveries.test_removing import delivery

MANY = ledger.AT_ONCE // 4


@asynccontextmanager
async def held(lone, monkeypatch):
    """A worker's lanes, an attempt of each of which has ended."""
    monkeypatch.setattr(ledger, "PAUSE", 0.05)
    async with office(lone) as one, receiving() as receiver:
        for n in range(MANY):
            await one.subscribe(receiver, url=f"{receiver.url}/{n}")
        share = await one.running.do(serving.take_share, "worker", ())
        lanes = [Lane.of(webhook, progress) for webhook, progress in share.taken]
        now, gone = one.running.database.now(), []
        book = ledger.Ledger(one.running.database, stored=lambda: None, lost=gone.append)
        for lane in lanes:
            lane.end(delivery(lane.webhook.id, "e", recorded_at=now), Outcome(200, 1, None), now)
            book.add(lane)
        yield one.running.database, book, lanes, gone


async def stored(database):
    rows = await database.engine.execute(
        "SELECT webhook FROM webhook_delivery WHERE kind = 'event' AND state = 'delivered'"
    )
    return {webhook for (webhook,) in map(tuple, rows)}


async def test_many_endpoints_are_stored_in_one_transaction(lone, monkeypatch):
    async with held(lone, monkeypatch) as (database, book, lanes, gone):
        commits = database.writer.commits
        await book.empty()
        assert database.writer.commits - commits == 1
        assert await stored(database) == {lane.webhook.id for lane in lanes}
        assert not gone
        assert all(lane.idle and lane.done == {"e"} for lane in lanes)


async def test_an_endpoint_that_was_lost_is_told_apart_and_nothing_of_it_written(lone, monkeypatch):
    async with held(lone, monkeypatch) as (database, book, lanes, gone):
        lanes[3].token -= 1
        await book.empty()
        assert gone == [lanes[3]]
        others = {lane.webhook.id for lane in lanes if lane is not lanes[3]}
        assert await stored(database) == others


@pytest.mark.parametrize("refusal", [Unstorable("22P05"), Contention("guard"), KeyError("ours")])
async def test_what_is_refused_for_one_endpoint_is_stored_for_all_others_and_tried_again(
    lone, monkeypatch, refusal
):
    async with held(lone, monkeypatch) as (database, book, lanes, _):
        bad, whole = lanes[5].webhook.id, serving.store
        seen = []

        async def store(results, uow):
            if bad in {one.webhook for one in results}:
                seen.append(await stored(database))
                # Contention is tried eight times, first with all of them and then apart.
                if len(seen) < 2 + 16:
                    raise refusal
            return await whole(results, uow)

        monkeypatch.setattr(serving, "store", store)
        await book.empty()
        everything = {lane.webhook.id for lane in lanes}
        assert seen[-1] == everything - {bad}
        assert await stored(database) == everything


async def test_a_database_that_is_away_is_waited_for(lone, monkeypatch):
    async with held(lone, monkeypatch) as (database, book, _lanes, _):
        whole, sizes = serving.store, []

        async def store(results, uow):
            sizes.append(len(results))
            if len(sizes) < 4:
                raise StorageAway("away")
            return await whole(results, uow)

        monkeypatch.setattr(serving, "store", store)
        await book.empty()
        assert sizes == [MANY] * 4
        assert len(await stored(database)) == MANY


async def test_nothing_goes_out_to_an_endpoint_before_its_failure_is_stored(lone, monkeypatch):
    async with held(lone, monkeypatch) as (database, book, lanes, _):
        lane, now = lanes[0], database.now()
        await book.empty()
        for event in ("bad", "next"):
            lane.take_again(delivery(lane.webhook.id, event, kind="test", recorded_at=now))
        lane.end(lane.next(now), Outcome(500, 1, "answered 500"), now)
        book.add(lane)
        assert lane.next(now) is None
        await book.empty()
        assert lane.next(now) is not None
