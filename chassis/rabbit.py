"""RabbitMQ: quorum queues, publisher confirms, separate connections for publishing and consuming.

What aio-pika and the broker do when things go wrong decides the shape of this file:

- `publish` to a missing queue returns normally unless ``on_return_raises`` is set, so it is set;
- under a disk or memory alarm, and on a black-holed link, `publish` waits for ever, so every batch has a
  timeout; what timed out may still have arrived, so it is sent again under the same id;
- losing the heartbeat *cancels* the waiting task although nobody cancelled it, so a `CancelledError`
  that nobody asked for is a lost connection;
- the alarm blocks a connection's publishing, not another's consuming, so they do not share one;
- what a consumer held when its process died counts as delivered once more, all of it, and what was
  delivered too often is buried: so that one deadly event does not take its neighbours along, a consumer
  holds a single event until it has seen one that was never delivered before.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence

import aio_pika
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    AbstractIncomingMessage,
)
from aio_pika.exceptions import (
    AMQPError,
    ChannelInvalidStateError,
    DeliveryError,
    PublishError,
)

from chassis.bus import Parcel, Take, Topology, Undeliverable

log = logging.getLogger("motcua.rabbit")

CONFIRM_TIMEOUT = 5.0
HEARTBEAT = 10
BATCH = 200
PREFETCH = 400
PROBE = 1
"""Events held while it is not known whether one of them is deadly."""

DELIVERY_LIMIT = 20
"""How often an event is delivered before the broker gives it up to ``<prefix>.dead.v1``."""

PATIENCE = 900.0
"""Seconds a batch is held for a database that is away; the broker takes back a channel after 30 min."""

BROKEN = (AMQPError, ChannelInvalidStateError, OSError, TimeoutError, RuntimeError)
"""What a lost or refused connection can raise."""


class RabbitBus:
    """The bus between processes. `prefix` sets one installation's names apart from another's."""

    def __init__(self, url: str, topology: Topology, *, prefix: str = "motcua") -> None:
        self._url = url
        self._topology = topology
        self._prefix = prefix
        self._publishing: AbstractConnection | None = None
        self._exchange: AbstractExchange | None = None
        self._connecting = asyncio.Lock()
        self._consuming: dict[str, bool] = {}

    def queue(self, service: str) -> str:
        """A service's queue. Names carry a version: a queue is never redeclared otherwise."""
        return f"{self._prefix}.{service}.v1"

    async def open(self) -> None:
        """Connect if the broker is there; otherwise at the first publish."""
        try:
            await self._publisher()
        except Undeliverable:
            log.warning("broker away at start")

    async def close(self) -> None:
        """Let the publishing connection go."""
        await self._drop()

    @property
    def ready(self) -> bool:
        """Whether the connections that were asked for are there."""
        publishing = self._publishing is not None and not self._publishing.is_closed
        return publishing and all(self._consuming.values())

    async def publish(self, parcels: Sequence[Parcel]) -> Collection[str]:
        """Publish a batch with confirms; return the ids the broker confirmed and could route."""
        exchange = await self._publisher()
        try:
            async with asyncio.timeout(CONFIRM_TIMEOUT):
                results = await asyncio.gather(
                    *(self._publish(exchange, parcel) for parcel in parcels), return_exceptions=True
                )
        except TimeoutError as silent:
            await self._drop()
            raise Undeliverable("The broker does not confirm.") from silent
        except asyncio.CancelledError as cancelled:
            await self._cancelled_or_lost(cancelled)
        safe: list[str] = []
        unroutable = False
        for parcel, result in zip(parcels, results, strict=True):
            if result is None:
                safe.append(parcel.event_id)
            elif isinstance(result, PublishError | DeliveryError):
                unroutable = unroutable or isinstance(result, PublishError)
            else:
                await self._drop()
                raise Undeliverable("The broker is gone.") from result
        if unroutable:
            # Somebody removed a queue or a binding: the next round finds it made again.
            await self._drop()
        return safe

    async def _publish(self, exchange: AbstractExchange, parcel: Parcel) -> None:
        message = aio_pika.Message(
            parcel.envelope.encode(),
            message_id=parcel.event_id,
            content_type="application/cloudevents+json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        heard = bool(self._topology.listeners(parcel.topic))
        await exchange.publish(message, routing_key=parcel.topic, mandatory=heard)

    async def _cancelled_or_lost(self, cancelled: asyncio.CancelledError) -> None:
        task = asyncio.current_task()
        if task is not None and task.cancelling() > 0:
            raise cancelled
        await self._drop()
        raise Undeliverable("The broker's heartbeat stopped.") from cancelled

    async def _publisher(self) -> AbstractExchange:
        async with self._connecting:
            if self._exchange is not None and self._publishing and not self._publishing.is_closed:
                return self._exchange
            await self._drop()
            try:
                async with asyncio.timeout(CONFIRM_TIMEOUT):
                    self._publishing = await aio_pika.connect(self._url, heartbeat=HEARTBEAT)
                    channel = await self._publishing.channel(
                        publisher_confirms=True, on_return_raises=True
                    )
                    self._exchange = await self._declare(channel)
            except asyncio.CancelledError as cancelled:
                await self._cancelled_or_lost(cancelled)
            except BROKEN as away:
                await self._drop()
                raise Undeliverable("The broker does not answer.") from away
            return self._exchange  # type: ignore[return-value]  # declared just above, or an error left

    async def _drop(self) -> None:
        connection, self._publishing, self._exchange = self._publishing, None, None
        if connection is not None:
            await _close(connection)

    async def _declare(self, channel: AbstractChannel) -> AbstractExchange:
        """Make the exchange and everybody's queue, so that nothing is lost before a listener's first day."""
        exchange = await channel.declare_exchange(
            f"{self._prefix}.events", aio_pika.ExchangeType.TOPIC, durable=True
        )
        dead = await channel.declare_exchange(
            f"{self._prefix}.dead", aio_pika.ExchangeType.FANOUT, durable=True
        )
        buried = await channel.declare_queue(
            f"{self._prefix}.dead.v1", durable=True, arguments={"x-queue-type": "quorum"}
        )
        await buried.bind(dead)
        for service, topics in self._topology.hears.items():
            if not topics:
                continue
            queue = await channel.declare_queue(
                self.queue(service),
                durable=True,
                arguments={
                    "x-queue-type": "quorum",
                    "x-delivery-limit": DELIVERY_LIMIT,
                    "x-single-active-consumer": True,
                    "x-overflow": "reject-publish",
                    "x-dead-letter-exchange": f"{self._prefix}.dead",
                    "x-dead-letter-strategy": "at-least-once",
                },
            )
            for topic in topics:
                await queue.bind(exchange, routing_key=topic)
        return exchange

    async def consume(self, service: str, take: Take) -> None:
        """Feed `take` with batches of what `service` hears, reconnecting until cancelled."""
        pause = 0.5
        self._consuming[service] = False
        try:
            while True:
                connection: AbstractConnection | None = None
                try:
                    async with asyncio.timeout(CONFIRM_TIMEOUT):
                        connection = await aio_pika.connect(self._url, heartbeat=HEARTBEAT)
                        channel = await connection.channel()
                        await channel.set_qos(prefetch_count=PROBE)
                        await self._declare(channel)
                        queue = await channel.get_queue(self.queue(service), ensure=False)
                    self._consuming[service] = True
                    pause = 0.5
                    await self._feed(connection, channel, queue, take)
                except BROKEN as away:
                    log.warning("consumer reconnects", extra={"reason": type(away).__name__})
                except asyncio.CancelledError:
                    task = asyncio.current_task()
                    if task is not None and task.cancelling() > 0:
                        raise
                finally:
                    self._consuming[service] = False
                    if connection is not None:
                        await _close(connection)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10)
        finally:
            self._consuming.pop(service, None)

    async def _feed(
        self,
        connection: AbstractConnection,
        channel: AbstractChannel,
        queue: aio_pika.abc.AbstractQueue,
        take: Take,
    ) -> None:
        """Take batches in the order of arrival, acknowledge each whole batch after its commit.

        Begins with `PROBE` events at a time, and goes on with `PREFETCH` once a fresh one came through. A
        consumer that stood by may be given what another died of: then it begins anew.
        """
        arrived: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
        connection.close_callbacks.add(lambda *_: arrived.put_nowait(None))
        channel.close_callbacks.add(lambda *_: arrived.put_nowait(None))
        tag = await queue.consume(arrived.put)
        probing = True
        while True:
            batch = [await arrived.get()]
            while len(batch) < BATCH and not arrived.empty():
                batch.append(arrived.get_nowait())
            messages = [message for message in batch if message is not None]
            suspect = any(message.redelivered for message in messages)
            if suspect and not probing:
                raise ConnectionError("what comes was delivered before: one at a time from here")
            if messages:
                await _insist(take, [_parcel(message) for message in messages])
                if probing and not suspect:
                    # Before the acknowledgement: until then the old consumer is given nothing more.
                    await queue.cancel(tag)
                    await channel.set_qos(prefetch_count=PREFETCH)
                    tag = await queue.consume(arrived.put)
                    probing = False
                await messages[-1].ack(multiple=True)
            if None in batch:
                raise ConnectionError("the broker closed the channel")


async def _insist(take: Take, parcels: list[Parcel]) -> None:
    """Have a batch taken, however long its database is away (within `PATIENCE`).

    Giving it back at once would count as a delivery each time, and the broker buries what was delivered
    too often: an hour without a database must not bury a single event.
    """
    until = asyncio.get_running_loop().time() + PATIENCE
    pause = 0.25
    while True:
        try:
            await take(parcels)
        except Exception as failed:
            log.warning("batch waits", extra={"reason": type(failed).__name__})
            if asyncio.get_running_loop().time() > until:
                raise ConnectionError("batch not taken") from failed
            await asyncio.sleep(pause)
            pause = min(pause * 2, 10)
        else:
            return


async def _close(connection: AbstractConnection) -> None:
    # A connection that is broken may also hang while closing.
    try:
        async with asyncio.timeout(2):
            await connection.close()
    except (*BROKEN, asyncio.CancelledError):
        task = asyncio.current_task()
        if task is not None and task.cancelling() > 0:
            raise


def _parcel(message: AbstractIncomingMessage) -> Parcel:
    return Parcel(
        message.message_id or "",
        message.routing_key or "",
        message.body.decode("utf-8", errors="replace"),
        redelivered=bool(message.redelivered),
    )
