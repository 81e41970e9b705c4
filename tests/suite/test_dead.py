"""`motcua dead` on an installation with a broker: what the broker gave up is in the list, once."""

from uuid import uuid4

import aio_pika
import pytest

from chassis.bus import Parcel
from chassis.rabbit import RabbitBus
from chassis.settings import Settings
from contracts.envelope import Envelope
from suite import tasks
from suite.examples import EXAMPLES
from suite.services import SERVICES, topology
from tests.chassis.small import until

TOPIC = "agency.registered"
LISTENERS = ("kpi", "postal", "rating")


@pytest.fixture
async def settings(rabbitmq, tmp_path):
    prefix = f"{rabbitmq.prefix}.{uuid4().hex[:6]}"
    yield Settings(data=tmp_path, broker_url=rabbitmq.url, broker_prefix=prefix)
    await rabbitmq.forget(prefix, SERVICES)


async def give_up(settings):
    """Publish one event, and have the broker give up each listener's copy of it."""
    event = EXAMPLES[TOPIC].event
    envelope = Envelope.around(event, id=uuid4().hex, subject="x", time="2020-03-16T09:00:00+07:00")
    bus = RabbitBus(settings.broker, topology(), prefix=settings.broker_prefix)
    parcel = Parcel(envelope.id, TOPIC, envelope.model_dump_json())
    assert list(await bus.publish([parcel])) == [envelope.id]
    connection = await aio_pika.connect(settings.broker)
    async with connection:
        channel = await connection.channel()
        for service in LISTENERS:
            queue = await channel.get_queue(bus.queue(service), ensure=False)
            async with queue.iterator(timeout=10) as arriving:
                message = await anext(arriving)
                await message.reject(requeue=False)
        dead = f"{settings.broker_prefix}.dead.v1"

        async def given_up():
            found = await channel.declare_queue(dead, passive=True)
            return found.declaration_result.message_count == len(LISTENERS)

        await until(given_up)
    await bus.close()
    return envelope.id


async def test_what_the_broker_gave_up_is_listed_once_for_each_listener_and_replayed(settings):
    event_id = await give_up(settings)
    for _ in range(2):
        rows, taken = await tasks.parked_events(settings)
        assert taken.trouble == ""
        assert sorted(row["service"] for row in rows) == sorted(LISTENERS)
        assert {row["event_id"] for row in rows} == {event_id}
        assert all("delivered too often" in row["reason"] for row in rows)
    replayed = await tasks.replay_parked(settings, "kpi", [event_id, "nosuchid"])
    assert (replayed.well, replayed.not_well, replayed.unknown) == (1, 0, ["nosuchid"])
    rows, _ = await tasks.parked_events(settings)
    assert sorted(row["service"] for row in rows) == ["postal", "rating"]


async def test_an_unknown_id_alone_replays_nothing(settings):
    await give_up(settings)
    replayed = await tasks.replay_parked(settings, "kpi", ["nosuchid"])
    assert (replayed.well, replayed.not_well, replayed.unknown) == (0, 0, ["nosuchid"])
    rows, _ = await tasks.parked_events(settings)
    assert len(rows) == len(LISTENERS)


async def test_a_broker_that_is_away_is_said_and_the_rest_is_listed(tmp_path):
    away = Settings(data=tmp_path, broker_url="amqp://guest:guest@127.0.0.1:1/")
    rows, taken = await tasks.parked_events(away)
    assert rows == []
    assert "not in this list" in taken.trouble
