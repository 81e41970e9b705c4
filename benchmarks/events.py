"""Events on their way: outbox to broker, broker to commit, and from the filing to the figure."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import AsyncExitStack
from uuid import uuid4

import aio_pika
import httpx

from benchmarks.filing import CATALOGUE, body
from benchmarks.places import BEHIND, Place, prepared, process
from benchmarks.results import Result
from chassis.bus import Parcel
from chassis.outbox import Relay
from chassis.rabbit import RabbitBus
from chassis.running import Running, opened
from chassis.settings import Settings
from contracts.envelope import Envelope
from suite.examples import EXAMPLES
from suite.services import SERVICES, topology
from suite.together import own_verifier

FILED = EXAMPLES["dossier.filed"]


def parcels(count: int) -> list[Parcel]:
    """Filings of different dossiers, as they travel."""
    made = []
    for n in range(count):
        event = FILED.event.model_copy(update={"code": f"bench-{uuid4().hex}"})
        envelope = Envelope.around(event, id=uuid4().hex, subject=str(n), time=FILED.time)
        made.append(Parcel(envelope.id, envelope.topic, envelope.model_dump_json()))
    return made


async def measure_relay_and_consumer(place: Place, count: int) -> list[Result]:
    """A backlog relayed to RabbitMQ and consumed by kpi, each against a raw client of the same broker."""
    prefix = f"{place.rabbitmq.prefix}.{uuid4().hex[:6]}"
    with place.databases() as url:
        settings = Settings(data=place.fresh(), database_url=url)
        await asyncio.to_thread(prepared, settings)
        verifier = own_verifier(settings)
        async with AsyncExitStack() as stack:
            intake, kpi = [
                await stack.enter_async_context(opened(Running(SERVICES[n], settings, verifier)))
                for n in ("intake", "kpi")
            ]
            bus = RabbitBus(place.rabbitmq.url, topology(), prefix=prefix)
            await bus.open()
            stack.push_async_callback(bus.close)
            raw = await _raw_publish(place, prefix, count)
            await _fill_outbox(intake, count)
            relayed, relay_cpu = await _drain(intake, bus, count)
            consumed, consume_cpu = await _consume(kpi, bus, count)
            raw_consumed = await _raw_consume(place, prefix, count)
    return [
        Result(
            "outbox to RabbitMQ",
            relayed,
            raw,
            "raw publisher, confirms, 200 at a time",
            cpu_us=relay_cpu,
            target="≥ 4,000/s",
            reached=relayed >= 4000,
        ),
        Result(
            "RabbitMQ to kpi's commit (fact and cells)",
            consumed,
            raw_consumed,
            "raw consumer, ack 200 at a time",
            cpu_us=consume_cpu,
            target="≥ 8,000/s",
            reached=consumed >= 8000,
        ),
    ]


async def _fill_outbox(intake: Running, count: int) -> None:
    for first in range(0, count, 1000):
        rows = parcels(min(1000, count - first))
        async with intake.database.unit_of_work() as uow:
            for one in rows:
                told = {"event_id": one.event_id, "topic": one.topic, "envelope": one.envelope}
                uow.write("outbox", told | {"recorded_at": uow.now, "sent_at": None})


async def _drain(intake: Running, bus: RabbitBus, count: int) -> tuple[float, float]:
    relay = Relay("intake", intake.database, bus)
    begun, cpu = time.perf_counter(), time.process_time()
    moved = 0
    while moved < count:
        moved += await relay.round()
    return count / (time.perf_counter() - begun), (time.process_time() - cpu) / count * 1e6


async def _consume(kpi: Running, bus: RabbitBus, count: int) -> tuple[float, float]:
    taken = 0
    done = asyncio.Event()

    async def take(batch) -> None:
        nonlocal taken
        await kpi.consumer.take(batch)
        taken += len(batch)
        if taken >= count:
            done.set()

    begun, cpu = time.perf_counter(), time.process_time()
    task = asyncio.create_task(bus.consume("kpi", take))
    await done.wait()
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return count / took, used / count * 1e6


async def _raw_publish(place: Place, prefix: str, count: int) -> float:
    connection = await aio_pika.connect(place.rabbitmq.url)
    async with connection:
        channel = await connection.channel(publisher_confirms=True)
        queue = await channel.declare_queue(
            f"{prefix}.raw", durable=True, arguments={"x-queue-type": "quorum"}
        )
        bodies = [one.envelope.encode() for one in parcels(count)]
        begun = time.perf_counter()
        for first in range(0, count, 200):
            await asyncio.gather(
                *(
                    channel.default_exchange.publish(
                        aio_pika.Message(b, delivery_mode=aio_pika.DeliveryMode.PERSISTENT),
                        routing_key=queue.name,
                    )
                    for b in bodies[first : first + 200]
                )
            )
        return count / (time.perf_counter() - begun)


async def _raw_consume(place: Place, prefix: str, count: int) -> float:
    connection = await aio_pika.connect(place.rabbitmq.url)
    async with connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=400)
        queue = await channel.get_queue(f"{prefix}.raw")
        arrived: asyncio.Queue = asyncio.Queue()
        begun = time.perf_counter()
        await queue.consume(arrived.put)
        for n in range(1, count + 1):
            message = await arrived.get()
            if n % 200 == 0 or n == count:
                await message.ack(multiple=True)
        return count / (time.perf_counter() - begun)


async def measure_latency(place: Place, seconds: float) -> list[Result]:
    """From the 201 to the committed cell, at 100 filings a second, on both lanes."""
    results = []
    prefix = f"{place.rabbitmq.prefix}.{uuid4().hex[:6]}"
    with place.databases() as url:
        told = {"database_url": url, "broker_url": place.rabbitmq.url, "broker_prefix": prefix}
        settings = Settings(data=place.fresh(), **told)
        token = await asyncio.to_thread(prepared, settings)
        with (
            process(settings, "serve", "intake") as intake,
            process(settings, "work", "intake"),
            process(settings, "work", "kpi"),
        ):
            await asyncio.sleep(2)
            times = await _latencies(settings, intake.port, token, seconds)
    results.append(_latency("201 to figure, PostgreSQL + RabbitMQ, 3 processes", times, 40))
    settings = Settings(data=place.fresh())
    token = await asyncio.to_thread(prepared, settings)
    with process(settings, "up") as up:
        times = await _latencies(settings, up.port, token, seconds)
    results.append(_latency("201 to figure, embedded, 1 process", times, 15))
    return results


def _latency(path: str, times: list[float], target: float) -> Result:
    times.sort()
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    goal = f"p99 < {target:.0f} ms at 100/s"
    return Result(
        path, p99, target, "ms", "ms p99", p50=p50, p99=p99, target=goal, reached=p99 < target
    )


async def _latencies(settings: Settings, port: int, token: str, seconds: float) -> list[float]:
    answered: dict[str, float] = {}
    times: list[float] = []
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    verifier = own_verifier(settings)
    async with (
        opened(Running(SERVICES["kpi"], settings, verifier)) as kpi,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client,
    ):
        for path, entry in CATALOGUE:
            (await client.put(path, json=entry)).raise_for_status()
        stop = asyncio.Event()
        watching = asyncio.create_task(_watch(kpi, answered, times, stop))
        total = int(seconds * 100)
        begun = time.perf_counter()

        async def one(n: int) -> None:
            await asyncio.sleep(max(0.0, begun + n / 100 - time.perf_counter()))
            raw = body(n)
            (await client.post("/v1/dossiers", content=raw)).raise_for_status()
            answered[f"000.00.19.H29-200316-{n:06d}"] = time.perf_counter()

        await asyncio.gather(*(one(n) for n in range(total)))
        for _ in range(500):
            if len(times) >= total:
                break
            await asyncio.sleep(0.02)
        stop.set()
        await watching
    return times


async def _watch(
    kpi: Running, answered: dict[str, float], times: list[float], stop: asyncio.Event
) -> None:
    """Look every two milliseconds which facts are there; the cells commit with them."""
    seen: set[str] = set()
    while not stop.is_set():
        rows = await kpi.database.engine.execute(
            "SELECT code FROM dossier_fact ORDER BY code DESC LIMIT 60"
        )
        now = time.perf_counter()
        for row in rows:
            if row[0] not in seen:
                seen.add(row[0])
                # A figure that was there before its 201 was read waited for nobody.
                times.append(max(0.0, (now - answered.get(row[0], now)) * 1000))
        await asyncio.sleep(0.002)


__all__ = ["BEHIND", "measure_latency", "measure_relay_and_consumer"]
