"""RabbitMQ, with everything that can go wrong on the way: each of these once lost or doubled events."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import aio_pika
import pytest

from chassis import rabbit
from chassis.bus import Topology, Undeliverable
from chassis.outbox import Relay, backlog
from chassis.rabbit import RabbitBus
from chassis.settings import Settings
from chassis.testing import settle
from tests.chassis.small import (
    NobodyListens,
    ParcelPosted,
    ledger,
    parcel,
    post_parcel,
    running,
    shop,
    topology,
    totals,
    until,
)
from tests.servers import NEW_QUEUE_SECONDS, Network, TcpProxy, private_rabbitmq

pytestmark = pytest.mark.usefixtures("rabbitmq")


@pytest.fixture
def settings(databases, tmp_path):
    databases.make(shop(), migrated=False)
    databases.make(ledger(), migrated=False)
    return Settings(data=tmp_path, database_url=databases.url)


@pytest.fixture
async def prefix(rabbitmq):
    made = f"{rabbitmq.prefix}.{uuid4().hex[:6]}"
    yield made
    await rabbitmq.forget(made, topology().hears)


@asynccontextmanager
async def at_work(settings, url, prefix, hear=None):
    """Shop and ledger at work, each with a bus of its own, as two processes would have."""
    async with running(shop(), settings) as sells, running(ledger(hear), settings) as counts:
        buses = [RabbitBus(url, topology(), prefix=prefix) for _ in range(2)]
        for bus, one in zip(buses, (counts, sells), strict=True):
            await bus.open()
            await one.start_work(bus)
        try:
            yield sells, counts
        finally:
            for bus, one in zip(buses, (counts, sells), strict=True):
                await one.stop_work()
                await bus.close()


async def post(sells, *numbers):
    await asyncio.gather(*(sells.do(post_parcel, f"p{n}", 1) for n in numbers))


async def test_what_one_service_records_another_counts(settings, rabbitmq, prefix):
    async with at_work(settings, rabbitmq.url, prefix) as (sells, counts):
        await post(sells, *range(500))
        await settle({"shop": sells, "ledger": counts})
        assert await totals(counts) == (500, 500)
        assert await backlog(sells.database) == 0


async def test_published_twice_counts_once(settings, rabbitmq, prefix):
    """A relay that dies after the confirm and before its mark publishes again."""
    async with at_work(settings, rabbitmq.url, prefix) as (sells, counts):
        bus = RabbitBus(rabbitmq.url, topology(), prefix=prefix)
        parcels = [parcel(ParcelPosted(code=f"q{n}", weight=1), f"e{n}") for n in range(20)]
        assert len(await bus.publish(parcels)) == 20
        assert len(await bus.publish(parcels)) == 20
        await bus.close()

        async def counted():
            return (await totals(counts))[0] == 20

        await until(counted)
        await asyncio.sleep(0.3)
        assert await totals(counts) == (20, 20)
        del sells


async def test_an_event_without_a_queue_is_not_marked_sent_and_arrives_once_there_is_one(
    settings, rabbitmq, prefix
):
    bus = RabbitBus(rabbitmq.url, topology(), prefix=prefix)
    await bus.open()
    connection = await aio_pika.connect(rabbitmq.url)
    async with connection, running(shop(), settings) as sells:
        channel = await connection.channel()
        await channel.queue_delete(bus.queue("ledger"))
        await post(sells, 1)
        relay = Relay("shop", sells.database, bus)
        assert await relay.round() == 0
        assert await backlog(sells.database) == 1
        await asyncio.sleep(1)
        assert await relay.round() == 1
        assert await backlog(sells.database) == 0
        arrived = asyncio.Event()

        async def take(_):
            arrived.set()

        listening = asyncio.create_task(bus.consume("ledger", take))
        await asyncio.wait_for(arrived.wait(), 10)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    await bus.close()


async def test_an_event_nobody_hears_is_confirmed_and_leaves(rabbitmq, prefix):
    bus = RabbitBus(rabbitmq.url, topology(), prefix=prefix)
    ignored = parcel(NobodyListens(code="x"), "ignored")
    assert list(await bus.publish([ignored])) == ["ignored"]
    await bus.close()


async def test_a_queue_waits_for_a_listener_that_has_never_been_there(settings, rabbitmq, prefix):
    bus = RabbitBus(rabbitmq.url, topology(), prefix=prefix)
    async with running(shop(), settings) as sells:
        await post(sells, 1, 2)
        assert await Relay("shop", sells.database, bus).round() == 2
    await bus.close()
    async with at_work(settings, rabbitmq.url, prefix) as (_, counts):

        async def counted():
            return (await totals(counts))[0] == 2

        await until(counted)


async def test_a_cancellation_nobody_asked_for_is_a_lost_broker(rabbitmq, prefix):
    """aio-pika cancels the waiting publisher when the heartbeat stops."""
    bus = RabbitBus(rabbitmq.url, topology(), prefix=prefix)
    await bus.open()

    async def cancelled(*_, **__):
        raise asyncio.CancelledError

    bus._publish = cancelled
    with pytest.raises(Undeliverable):
        await bus.publish([parcel(ParcelPosted(code="a", weight=1))])
    await bus.close()


async def test_a_real_cancellation_still_cancels(rabbitmq, prefix):
    bus = RabbitBus(rabbitmq.url, topology(), prefix=prefix)
    await bus.open()

    async def for_ever(*_, **__):
        await asyncio.sleep(60)

    bus._publish = for_ever
    task = asyncio.create_task(bus.publish([parcel(ParcelPosted(code="a", weight=1))]))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await bus.close()


async def test_a_black_hole_times_out_and_heals(settings, rabbitmq, prefix, monkeypatch):
    monkeypatch.setattr(rabbit, "CONFIRM_TIMEOUT", 1.0)
    async with TcpProxy.to(rabbitmq.url) as proxy:
        async with at_work(settings, proxy.url(rabbitmq.url), prefix) as (sells, counts):
            await post(sells, 1)
            await settle({"shop": sells, "ledger": counts})
            await proxy.become(Network.BLACKHOLE)
            await post(sells, *range(2, 12))

            async def troubled():
                return sells.relay.troubled is not None

            await until(troubled)
            assert await backlog(sells.database) == 10
            await proxy.become(Network.PASS)
            await settle({"shop": sells, "ledger": counts}, seconds=40)
            assert await totals(counts) == (11, 11)


async def test_a_cut_link_loses_and_doubles_nothing(settings, rabbitmq, prefix):
    async with TcpProxy.to(rabbitmq.url) as proxy:
        async with at_work(settings, proxy.url(rabbitmq.url), prefix) as (sells, counts):
            for k in range(5):
                await post(sells, *range(k * 40, k * 40 + 40))
                await proxy.cut()
            await settle({"shop": sells, "ledger": counts}, seconds=60)
            assert await totals(counts) == (200, 200)


async def test_a_broken_listener_database_holds_the_batch_and_buries_nothing(
    settings, rabbitmq, prefix, monkeypatch
):
    from chassis.database import StorageAway

    async with at_work(settings, rabbitmq.url, prefix) as (sells, counts):
        store = counts.database.writer._store

        async def away(_):
            raise StorageAway("away")

        monkeypatch.setattr(counts.database.writer, "_store", away)
        await post(sells, *range(5))
        await asyncio.sleep(1.5)
        monkeypatch.setattr(counts.database.writer, "_store", store)
        await settle({"shop": sells, "ledger": counts})
        assert await totals(counts) == (5, 5)


async def test_a_broker_killed_in_mid_flow_loses_and_doubles_nothing(settings):
    with private_rabbitmq() as node:
        async with at_work(settings, node.url, "kill") as (sells, counts):
            await post(sells, 0)
            await settle({"shop": sells, "ledger": counts})
            await asyncio.sleep(NEW_QUEUE_SECONDS)
            number = 1
            for _ in range(2):
                flow = asyncio.create_task(post(sells, *range(number, number + 300)))
                await asyncio.sleep(0.05)
                await asyncio.to_thread(node.kill)
                await flow
                number += 300
                await asyncio.to_thread(node.start)
            await settle({"shop": sells, "ledger": counts}, seconds=90)
            assert await totals(counts) == (number, number)


async def test_under_a_disk_alarm_the_outbox_waits_and_consumers_go_on(settings, monkeypatch):
    monkeypatch.setattr(rabbit, "CONFIRM_TIMEOUT", 1.5)
    with private_rabbitmq() as node:
        async with at_work(settings, node.url, "alarm") as (sells, counts):
            await post(sells, 0)
            await settle({"shop": sells, "ledger": counts})
            await asyncio.to_thread(node.ctl, "set_disk_free_limit", "100000GB")
            await asyncio.sleep(0.5)
            await post(sells, *range(1, 21))

            async def troubled():
                return sells.relay.troubled is not None

            await until(troubled)
            assert await backlog(sells.database) == 20
            assert counts.bus.ready
            await asyncio.to_thread(node.ctl, "set_disk_free_limit", "50MB")
            await settle({"shop": sells, "ledger": counts}, seconds=60)
            assert await totals(counts) == (21, 21)


async def test_every_process_declares_every_queue(rabbitmq, prefix):
    hears = {"a": frozenset({"x.y"}), "b": frozenset({"x.y", "x.z"}), "c": frozenset()}
    bus = RabbitBus(rabbitmq.url, Topology(hears), prefix=prefix)
    await bus.open()
    connection = await aio_pika.connect(rabbitmq.url)
    async with connection:
        channel = await connection.channel()
        for service in ("a", "b"):
            assert (await channel.declare_queue(bus.queue(service), passive=True)).name
    await bus.close()
