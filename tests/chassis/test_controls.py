"""Controls: take a mechanism away, and the harm it keeps off must show."""

import asyncio

import aio_pika

from chassis.bus import Parcel
from chassis.database import UnitOfWork
from chassis.rabbit import RabbitBus
from tests.chassis.small import (
    ParcelPosted,
    Sale,
    ledger,
    parcel,
    post_parcel,
    running,
    shop,
    topology,
    totals,
)
from tests.chassis.test_rabbit import prefix  # noqa: F401 - a fixture


def posted(n: int, event_id: str) -> Parcel:
    return parcel(ParcelPosted(code=f"{event_id}-{n}", weight=1), event_id)


async def test_without_the_inbox_a_repeated_event_counts_twice(settings, monkeypatch):
    write = UnitOfWork.write

    def forgetful(uow, table, values, **told):
        if table != "inbox":
            write(uow, table, values, **told)

    async with running(ledger(), settings) as one:
        await one.consumer.take([posted(1, "kept")])
        await one.consumer.take([posted(2, "kept")])
        assert await totals(one) == (1, 1)
        monkeypatch.setattr(UnitOfWork, "write", forgetful)
        await one.consumer.take([posted(1, "lost")])
        await one.consumer.take([posted(2, "lost")])
        assert await totals(one) == (3, 3)


async def test_without_the_revision_guard_one_of_two_changes_is_lost(settings):
    both_have_read = asyncio.Barrier(2)

    async def heavier(code, guarded, uow):
        sale = await uow.get(Sale, code)
        if uow.attempt == 1:
            await both_have_read.wait()
        sale.weight += 1
        if guarded:
            sale.revision += 1

    async with running(shop(), settings) as one:
        for code, guarded in (("guarded", True), ("bare", False)):
            one.database.codec("sale").guarded = guarded
            await one.do(post_parcel, code, 0)
            await asyncio.gather(*(one.do(heavier, code, guarded) for _ in range(2)))
        weights = dict(
            tuple(row) for row in await one.database.engine.execute("SELECT code, weight FROM sale")
        )
        assert weights == {"guarded": 2, "bare": 1}


async def test_without_mandatory_routing_an_event_without_a_queue_is_confirmed_and_gone(
    rabbitmq,
    prefix,  # noqa: F811 - the fixture
    monkeypatch,
):
    bus = RabbitBus(rabbitmq.url, topology(), prefix=prefix)
    await bus.open()
    connection = await aio_pika.connect(rabbitmq.url)
    async with connection:
        channel = await connection.channel()
        await channel.queue_delete(bus.queue("ledger"))
        event = parcel(ParcelPosted(code="a", weight=1), "e1")
        assert list(await bus.publish([event])) == []
        await bus.open()
        await channel.queue_delete(bus.queue("ledger"))
        monkeypatch.setattr(type(bus._topology), "listeners", lambda *_: [])
        assert list(await bus.publish([event])) == ["e1"]
    await bus.close()
