"""Several workers: each endpoint is one's, all is delivered, and what a dead one held is taken over."""

import asyncio
from collections import Counter, defaultdict
from contextlib import AsyncExitStack

import pytest

from gateway.deliveries import queries, serving
from gateway.deliveries.posting import Poster
from gateway.deliveries.work import Deliverer
from tests.gateway.deliveries.office import office, other_worker, until
from tests.gateway.deliveries.receivers import receiving

ENDPOINTS, EVENTS = 18, 60


async def test_workers_share_the_endpoints_and_none_is_served_by_two(lone):
    async with office(lone) as one, other_worker(one) as other, receiving() as receiver:
        for n in range(6):
            await one.subscribe(receiver, url=f"{receiver.url}/{n}")
        first, second = Deliverer(one.running, "first"), Deliverer(other, "second")
        await first.beat()
        assert len(first.lanes) == 6
        await second.beat()
        await first.beat()
        await second.beat()
        assert (len(first.lanes), len(second.lanes)) == (3, 3)
        assert not set(first.lanes) & set(second.lanes)
        await first.close()
        await second.beat()
        assert len(second.lanes) == 6
        await second.close()


async def test_a_frozen_worker_loses_its_endpoints_and_writes_nothing_when_it_wakes(lone):
    async with office(lone) as one, other_worker(one) as other, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        frozen, awake = Deliverer(one.running, "frozen"), Deliverer(other, "awake")
        while (await one.webhook(webhook["id"]))["state"] != "active":
            await frozen.round()
            await asyncio.sleep(0.05)
        await one.tell("a", "b")
        receiver.plan.append("hang")
        while not receiver.events:
            await frozen.round()
            await asyncio.sleep(0.05)
        lane = frozen.lanes[webhook["id"]]
        # Nothing is heard of it for a while: others take over, and its own clock tells it to stop.
        one.pass_time(seconds=20)
        frozen._beaten -= 20
        await awake.beat()
        assert list(awake.lanes) == [webhook["id"]]
        while set(receiver.subjects) != {"a", "b"} or awake.lanes[webhook["id"]].ended:
            await awake.round()
            await asyncio.sleep(0.05)
        [[holder, token]] = await one.running.database.engine.execute(
            "SELECT holder, token FROM webhook_progress"
        )
        assert (holder, token) == ("awake", 2)
        frozen.pump(lane)
        assert len(lane.under_way) == 1
        late = serving.Results(webhook["id"], lane.token, 99, [])
        assert await one.running.do(serving.store, [late]) == {}
        [[place]] = await one.running.database.engine.execute("SELECT place FROM webhook_progress")
        assert place < 99
        await frozen.close()
        await awake.close()


@pytest.mark.parametrize("question", ["holders", "workers_seen_since"])
async def test_two_workers_that_look_at_the_same_moment_take_nothing_from_each_other(
    lone, monkeypatch, question
):
    async with office(lone) as one, receiving() as receiver:
        for n in range(4):
            await one.subscribe(receiver, url=f"{receiver.url}/{n}")
        asked = getattr(queries, question)

        async def overtaken(*arguments):
            found = await asked(*arguments)
            monkeypatch.setattr(queries, question, asked)
            await one.running.do(serving.take_share, "quick", ())
            return found

        monkeypatch.setattr(queries, question, overtaken)
        slow = await one.running.do(serving.take_share, "slow", ())
        assert slow.taken == []
        rows = await one.running.database.engine.execute(
            "SELECT holder, token FROM webhook_progress"
        )
        assert [tuple(row) for row in rows] == [("quick", 1)] * 4


async def test_a_worker_that_wakes_learns_what_it_lost_before_it_sends_anything(lone):
    async with office(lone) as one, other_worker(one) as other, receiving() as receiver:
        await one.subscribe(receiver)
        frozen, awake = Deliverer(one.running, "frozen"), Deliverer(other, "awake")
        await frozen.beat()
        assert len(frozen.lanes) == 1
        one.pass_time(seconds=20)
        await awake.beat()
        frozen._beaten -= 20
        await frozen.round()
        assert (len(frozen.lanes), len(awake.lanes)) == (0, 1)
        assert receiver.arrivals == []
        await frozen.close()
        await awake.close()


class Watch:
    """Sees who sends to which endpoint, from the beginning of each attempt to its end."""

    def __init__(self):
        self.sending = defaultdict(Counter)
        self.sent = Counter()
        self.two_at_once = set()

    def over(self, name, running):
        """Watch one worker."""
        poster = running.own(Poster)
        post = poster.post

        async def watched(target, headers, body):
            at_it = self.sending[target.url.path]
            at_it[name] += 1
            self.sent[name] += 1
            if len(+at_it) > 1:
                self.two_at_once.add(target.url.path)
            try:
                return await post(target, headers, body)
            finally:
                at_it[name] -= 1

        poster.post = watched


class Worker:
    """A worker that can be killed."""

    def __init__(self, name, running):
        self.name = name
        self.deliverer = Deliverer(running, name)
        self.task = asyncio.create_task(self.deliverer.run())

    def open_events(self):
        """What it has begun and not stored: all that may come a second time."""
        return {
            (lane.webhook.url.rsplit("/", 1)[1], event)
            for lane in self.deliverer.lanes.values()
            for event in (*lane.under_way, *(a.delivery.event for a in lane.ended))
        }

    async def kill(self, database):
        """End it as a power cut would; and let the fifteen seconds pass that others wait for it."""

        async def nothing():
            pass

        self.deliverer.close = nothing
        held = self.open_events()
        tasks = [self.task, *self.deliverer._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await database.engine.execute(
            "UPDATE webhook_worker SET seen_at = seen_at - interval '20 s' WHERE name = $1",
            self.name,
        )
        return held

    async def stop(self):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@pytest.mark.parametrize("engine", ["postgres"])
async def test_under_load_no_endpoint_hears_two_workers_and_nothing_is_lost_with_one_of_them(lone):
    async with office(lone) as one, receiving(seconds=0.02) as receiver, AsyncExitStack() as stack:
        watch, workers = Watch(), []
        for n in range(ENDPOINTS):
            await one.subscribe(receiver, url=f"{receiver.url}/{n}")
        for name in ("first", "second", "third"):
            running = await stack.enter_async_context(other_worker(one))
            watch.over(name, running)
            workers.append(Worker(name, running))
            stack.push_async_callback(workers[-1].stop)

        def shares():
            return [len(worker.deliverer.lanes) for worker in workers]

        await until(lambda: shares() == [ENDPOINTS // 3] * 3)
        await until(lambda: len(receiver.arrivals) == ENDPOINTS)
        told = await one.tell(*(f"s{n}" for n in range(EVENTS)))
        killed = workers.pop()
        await until(lambda: watch.sent["third"] > EVENTS and killed.open_events())
        may_repeat = await killed.kill(one.running.database)
        told += await one.tell(*(f"t{n}" for n in range(EVENTS)))

        def arrived():
            found = Counter()
            for arrival in receiver.arrivals:
                found[arrival.path.rsplit("/", 1)[1], arrival.headers["webhook-id"]] += 1
            return found

        expected = {(str(n), event) for n in range(ENDPOINTS) for event in told}
        await until(lambda: expected <= set(arrived()), 60)
        assert watch.two_at_once == set()
        twice = {key for key, count in arrived().items() if count > 1}
        assert twice <= may_repeat
        assert shares() == [ENDPOINTS // 2] * 2
        assert all(watch.sent[w.name] > ENDPOINTS * EVENTS // 4 for w in workers), watch.sent
        assert killed.deliverer.lanes.keys() <= {
            one for worker in workers for one in worker.deliverer.lanes
        }
