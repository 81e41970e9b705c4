"""From an event to the figure that counts it, at a steady rate, with every worker of the suite at work."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
import httpx

from benchmarks.absorbing import lives
from benchmarks.city import AGENCIES, CITY, DIRECTORY
from benchmarks.places import Place, Process, prepared, process
from benchmarks.results import Result
from chassis.bus import Parcel
from chassis.running import Running, opened
from chassis.settings import Settings
from suite.services import SERVICES
from suite.together import own_verifier

WITHIN = 2_000.0
"""Milliseconds that an event may take to be counted, at the 99th percentile."""

TICK = 0.01
"""Seconds between two commits of events, each of all that are due."""

LOOK = 0.1
"""Seconds between two questions for the figure; an answer that is late is asked for no sooner."""

PATIENCE = 60.0
"""Seconds that what is still on its way is waited for."""

FIGURE = f"/v1/indicators/k15/value?agency={CITY}&from=2020-01-01&to=2021-01-01"


@dataclass
class Told:
    """When filings were committed, and how many were counted when."""

    committed: list[float]
    counted: list[tuple[float, int]]

    def waits(self) -> list[float]:
        """Milliseconds from the commit of each filing to the end of the first answer that counts as many."""
        found = []
        looks = iter(self.counted)
        now, count = next(looks)
        for number, begun in enumerate(self.committed, 1):
            while count < number:
                now, count = next(looks)
            found.append((now - begun) * 1000)
        return sorted(found)


def measure_freshness(place: Place, rates: list[int], seconds: float) -> list[Result]:
    """Filings and results from intake's outbox through RabbitMQ to every worker and kpi's figure."""
    return [_at_rate(place, rate, seconds) for rate in rates]


def _at_rate(place: Place, rate: int, seconds: float) -> Result:
    prefix = f"{place.rabbitmq.prefix}.{uuid4().hex[:6]}"
    with place.databases() as url, ExitStack() as stack:
        told = {"database_url": url, "broker_url": place.rabbitmq.url, "broker_prefix": prefix}
        settings = Settings(data=place.fresh(), limits=False, **told)
        token = prepared(settings)
        asyncio.run(_fill(settings))
        workers = [stack.enter_context(process(settings, "work", name)) for name in SERVICES]
        kpi = stack.enter_context(process(settings, "serve", "kpi"))
        [_, _, _, absorbing, _] = workers
        used = [one.cpu_seconds() for one in (absorbing, kpi)]
        heard = asyncio.run(_run(settings, kpi, token, lives(int(rate * seconds), "f"), rate))
        spent = absorbing.cpu_seconds() - used[0]
        asked = (kpi.cpu_seconds() - used[1]) / len(heard.counted) * 1000
    waits = heard.waits()
    p50, p99 = statistics.median(waits), waits[int(len(waits) * 0.99)]
    took = heard.committed[-1] - heard.committed[0]
    return Result(
        f"event to figure at {len(waits) * 2 / took:,.0f} events/s, every worker at work "
        f"({len(heard.counted)} looks of {asked:.0f} ms CPU)",
        p99,
        WITHIN,
        "ms",
        "ms p99",
        cpu_us=spent / (len(waits) * 2) * 1e6,
        p50=p50,
        p99=p99,
        target=f"p99 < {WITHIN:,.0f} ms at {rate:,}/s",
        reached=p99 < WITHIN,
    )


async def _fill(settings: Settings) -> None:
    """The directory of a city, whose figure is asked for."""
    dsn = settings.database_for("kpi").replace("+asyncpg", "")
    connection = await asyncpg.connect(dsn)
    await connection.execute("DELETE FROM known_agency")
    await connection.execute(DIRECTORY, AGENCIES)
    # The city's own begin at 1, the dossiers that are told of at 0.
    await connection.execute("UPDATE known_agency SET code = 'a0' WHERE code = $1", f"a{AGENCIES}")
    await connection.close()


async def _run(
    settings: Settings, kpi: Process, token: str, parcels: list[Parcel], rate: int
) -> Told:
    """Commit filings and results in turns at the rate, and look at the figure all the while."""
    half = len(parcels) // 2
    headers = {"Authorization": f"Bearer {token}"}
    told = Told([], [])
    async with (
        opened(Running(SERVICES["intake"], settings, own_verifier(settings))) as intake,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{kpi.port}", headers=headers) as client,
    ):
        looking = asyncio.create_task(_look(client, told, half))
        begun, sent = time.perf_counter(), 0
        while sent < half:
            due = min(half, int((time.perf_counter() - begun) * rate / 2))
            if due > sent:
                # A result follows some two seconds after its filing.
                late = slice(half + max(0, sent - rate), half + max(0, due - rate))
                await _record(intake, parcels[sent:due] + parcels[late])
                told.committed += [time.perf_counter()] * (due - sent)
                sent = due
            await asyncio.sleep(TICK)
        async with asyncio.timeout(PATIENCE):
            await looking
    return told


async def _record(intake: Running, parcels: list[Parcel]) -> None:
    async with intake.database.unit_of_work() as uow:
        for one in parcels:
            row = {"event_id": one.event_id, "topic": one.topic, "envelope": one.envelope}
            uow.write("outbox", row | {"recorded_at": uow.now, "sent_at": None})
        uow.wake()


async def _look(client: httpx.AsyncClient, told: Told, wanted: int) -> None:
    count = 0
    while count < wanted:
        begun = time.perf_counter()
        answer = (await client.get(FIGURE)).raise_for_status()
        count = answer.json()["among"] or 0
        told.counted.append((time.perf_counter(), count))
        await asyncio.sleep(max(0.0, begun + LOOK - time.perf_counter()))
