"""An event that kills its worker: it is given up alone, and what was given up is found and tried again."""

import asyncio
from contextlib import suppress
from uuid import uuid4

import aio_pika
import pytest

from chassis import rabbit
from chassis.bus import Undeliverable
from chassis.dead_letters import collect_dead
from chassis.rabbit import RabbitBus
from tests.chassis.small import ParcelPosted, ledger, parcel, running, topology, totals, until
from tests.chassis.test_rabbit import prefix, settings  # noqa: F401 - fixtures

NEIGHBOURS = 30
LIMIT = 3


class Killed(BaseException):
    """What the end of a process looks like from inside: nobody catches it, the connection is gone."""


async def work_until_it_dies(bus, counts, deadly):
    """A worker that is started again whenever it dies of the deadly event."""

    async def take(parcels):
        if any(one.event_id == deadly for one in parcels):
            raise Killed
        await counts.consumer.take(parcels)

    while True:
        try:
            await bus.consume("ledger", take)
        except Killed:
            await asyncio.sleep(0.05)


async def buried(url, prefix):  # noqa: F811 - the fixture's value
    """How many events lie in the broker's own parking place."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(f"{prefix}.dead.v1", passive=True)
        return queue.declaration_result.message_count


async def kill_with_one(settings, url, prefix, expected):  # noqa: F811 - the fixtures' values
    """Send one deadly event among neighbours; what was counted, once so many events are buried."""
    async with running(ledger(), settings) as counts:
        bus = RabbitBus(url, topology(), prefix=prefix)
        events = [parcel(ParcelPosted(code=f"d{n}", weight=1), f"e{n}") for n in range(NEIGHBOURS)]
        assert len(await bus.publish(events)) == NEIGHBOURS
        working = asyncio.create_task(work_until_it_dies(bus, counts, "e7"))
        try:

            async def given_up():
                return await buried(url, prefix) >= expected

            await until(given_up, seconds=60)
            await asyncio.sleep(0.5)
            late = [parcel(ParcelPosted(code="late", weight=1), "late")]
            await bus.publish(late)

            async def came():
                return await counts.database.engine.execute(
                    "SELECT code FROM entry WHERE code = 'late'"
                )

            await until(came)
            return await totals(counts), await buried(url, prefix)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await bus.close()


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(rabbit, "DELIVERY_LIMIT", LIMIT)


async def test_a_deadly_event_is_given_up_alone(settings, rabbitmq, prefix, soon):  # noqa: F811
    counted, dead = await kill_with_one(settings, rabbitmq.url, prefix, 1)
    assert counted == (NEIGHBOURS, NEIGHBOURS)
    assert dead == 1


async def test_without_probing_a_deadly_event_takes_its_neighbours_along(
    settings,  # noqa: F811
    rabbitmq,
    prefix,  # noqa: F811
    soon,
    monkeypatch,
):
    monkeypatch.setattr(rabbit, "PROBE", rabbit.PREFETCH)
    counted, dead = await kill_with_one(settings, rabbitmq.url, prefix, 2)
    assert dead > 1
    assert counted[0] < NEIGHBOURS


async def test_a_worker_that_stood_by_is_given_one_at_a_time_too(  # noqa: C901 - two workers' whole story
    settings,  # noqa: F811
    rabbitmq,
    prefix,  # noqa: F811
    soon,
    monkeypatch,
):
    """Both have seen fresh events, so both hold many; then the active one dies.

    Giving back what the other died of counts as a delivery too, so the limit leaves room for that.
    """
    monkeypatch.setattr(rabbit, "DELIVERY_LIMIT", 2 * LIMIT)
    held: list[int] = []
    async with running(ledger(), settings) as counts:
        buses = [RabbitBus(rabbitmq.url, topology(), prefix=prefix) for _ in range(2)]

        async def take(parcels):
            if any(one.redelivered for one in parcels):
                held.append(len(parcels))
            if any(one.event_id == "e7" for one in parcels):
                raise Killed
            await counts.consumer.take(parcels)

        async def work(bus):
            while True:
                try:
                    await bus.consume("ledger", take)
                except Killed:
                    await asyncio.sleep(0.05)

        working = [asyncio.create_task(work(bus)) for bus in buses]
        try:
            for n in range(10):
                await buses[0].publish([parcel(ParcelPosted(code=f"w{n}", weight=1), f"w{n}")])
                await asyncio.sleep(0.05)
            events = [
                parcel(ParcelPosted(code=f"d{n}", weight=1), f"e{n}") for n in range(NEIGHBOURS)
            ]
            await buses[0].publish(events)

            async def given_up():
                return await buried(rabbitmq.url, prefix) >= 1

            await until(given_up, seconds=60)

            async def counted():
                return (await totals(counts))[0] == NEIGHBOURS - 1 + 10

            with suppress(TimeoutError):
                await until(counted, seconds=60)
            dead = await buried(rabbitmq.url, prefix)
            assert (await totals(counts), dead) == ((NEIGHBOURS + 9, NEIGHBOURS + 9), 1)
            assert set(held) == {1}
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)
            for bus in buses:
                await bus.close()


async def test_what_the_broker_gave_up_is_parked_with_its_service_and_tried_again(
    settings,  # noqa: F811
    rabbitmq,
    prefix,  # noqa: F811
    soon,
):
    await kill_with_one(settings, rabbitmq.url, prefix, 1)
    async with running(ledger(), settings) as counts:

        async def bury(service, dead):
            assert service == "ledger"
            await counts.consumer.bury(dead, "given up")

        found = await collect_dead(rabbitmq.url, prefix, ["ledger"], bury)
        assert (found.taken, found.left) == (1, 0)
        assert await buried(rabbitmq.url, prefix) == 0
        [parked] = await counts.consumer.parked()
        assert (parked.event_id, parked.topic) == ("e7", ParcelPosted.topic)
        assert await counts.consumer.replay() == (1, 0)
        assert await totals(counts) == (NEIGHBOURS + 1, NEIGHBOURS + 1)
        assert list(await counts.consumer.parked()) == []


async def test_a_dead_event_that_cannot_be_put_aside_stays_with_the_broker(
    settings,  # noqa: F811
    rabbitmq,
    prefix,  # noqa: F811
    soon,
):
    await kill_with_one(settings, rabbitmq.url, prefix, 1)

    async def fail(service, dead):
        raise OSError("no database")

    for _ in range(2):
        with pytest.raises((OSError, Undeliverable)):
            await collect_dead(rabbitmq.url, prefix, ["ledger"], fail)
    left = await collect_dead(rabbitmq.url, prefix, ["shop"], fail)
    assert (left.taken, left.left) == (0, 1)

    async def still_there():
        return await buried(rabbitmq.url, prefix) == 1

    await until(still_there)


async def test_a_dead_event_whose_effect_is_committed_is_not_parked(settings):  # noqa: F811
    async with running(ledger(), settings) as counts:
        known = parcel(ParcelPosted(code="a", weight=1), "known")
        await counts.consumer.take([known])
        await counts.consumer.bury(known, "given up")
        assert list(await counts.consumer.parked()) == []
        assert await totals(counts) == (1, 1)


async def test_a_broker_on_which_nobody_worked_yet_has_nothing_dead(rabbitmq):
    async def never(*_):
        raise AssertionError

    empty = await collect_dead(rabbitmq.url, f"none{uuid4().hex[:6]}", ["ledger"], never)
    assert (empty.taken, empty.left) == (0, 0)
    with pytest.raises(Undeliverable):
        await collect_dead("amqp://guest:guest@127.0.0.1:1/", "x", ["ledger"], never)
