"""The post: messages answered at a steady rate, and a day of a country's administrative mail folded."""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg

from benchmarks.load import request, steady
from benchmarks.places import Place, prepared, process
from benchmarks.results import Result
from chassis.running import Running, opened
from chassis.settings import Settings
from contracts.vocabulary import VIETNAM, Carrier, Leg, Milestone, Proof, ShipmentStatus
from services.postal import service
from services.postal.carriers.base import Record
from services.postal.domain import Strength, TimeQuality
from services.postal.messages import Telling, absorb_all
from services.postal.tables import Shipment
from suite.together import migrate, own_verifier
from tests.postal.vnpost import Post
from tests.servers.node import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chassis.database import UnitOfWork

RATE, RECORDS, SECONDS = 200, 10, 10
CONNECTIONS = 64
WIDE = "100000000/1"
DAY = datetime(2020, 3, 16, 6, 0, tzinfo=VIETNAM)
WAY = (
    ("7", ShipmentStatus.ACCEPTED),
    ("10", ShipmentStatus.IN_TRANSIT),
    ("11", ShipmentStatus.AT_DELIVERY_OFFICE),
    ("12", ShipmentStatus.OUT_FOR_DELIVERY),
    ("15", ShipmentStatus.DELIVERY_FAILED),
    ("14", ShipmentStatus.DELIVERED),
)
COUNTRY = 500_000
"""Administrative items of one day, six events each."""

TOGETHER = 64
"""Items whose events come together, as in a feed of the post."""

RAW = """
import asyncio, sys, asyncpg, uvicorn
pool = None
async def app(scope, receive, send):
    global pool
    if scope["type"] != "http":
        return
    if pool is None:
        pool = asyncio.ensure_future(asyncpg.create_pool(sys.argv[2], min_size=8, max_size=8))
    body = (await receive())["body"]
    async with (await pool).acquire() as connection:
        await connection.execute("INSERT INTO raw_message (body) VALUES ($1)", body.decode())
    answer = b"{}"
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False, lifespan="off")
"""


def measure_callbacks(place: Place, rounds: int) -> list[Result]:
    """Signed messages of ten records at 200 a second, beside a bare app that inserts each body."""
    prefix = f"{place.rabbitmq.prefix}.{uuid4().hex[:6]}"
    ours, limits, drained, cpu, at_once = [], [], [], [], []
    with place.databases() as url:
        told = {"database_url": url, "broker_url": place.rabbitmq.url, "broker_prefix": prefix}
        settings = Settings(data=place.fresh(), limit_carrier=WIDE, limit_network=WIDE, **told)
        prepared(settings)
        post = Post()
        items = RATE * RECORDS * SECONDS // len(WAY)
        asyncio.run(_register(settings, post, items * (rounds + 1)))
        dsn = settings.database_for("postal").replace("+asyncpg", "")
        with (
            process(settings, "serve", "postal") as api,
            process(settings, "work", "postal"),
            _bare(dsn) as bare,
        ):
            for number in range(rounds + 1):
                sent = _messages(post, number * items, items)
                begun, used = time.perf_counter(), api.cpu_seconds()
                answered = steady(api.port, sent, CONNECTIONS, RATE)
                stored = asyncio.run(_waiting(settings))
                asyncio.run(_worked_out(settings))
                took = time.perf_counter() - begun
                raw = steady(bare, sent, CONNECTIONS, RATE)
                if number:
                    ours.append(answered)
                    limits.append(raw)
                    drained.append(len(sent) * RECORDS / took)
                    cpu.append((api.cpu_seconds() - used) / len(sent) * 1e6)
                    at_once.append(1 - stored / len(sent))
    p99 = statistics.median(one["p99"] for one in ours)
    return [
        Result(
            f"carrier's message durable and answered, {RATE}/s of {RECORDS} records",
            p99,
            statistics.median(one["p99"] for one in limits),
            "ms p99, bare app, one insert",
            "ms p99",
            cpu_us=statistics.median(cpu),
            p50=statistics.median(one["p50"] for one in ours),
            p99=p99,
            target="p99 < 5,000 ms",
            reached=p99 < 5000,
        ),
        Result(
            f"... and worked out, {100 * statistics.median(at_once):.0f} % by the end of the sending",
            statistics.median(drained),
            RATE * RECORDS,
            "records/s sent",
            "records/s",
        ),
    ]


def measure_mail(place: Place, items: int) -> list[Result]:
    """Items of six events each folded, beside one UPDATE for each event in as large transactions."""
    with place.databases() as url:
        settings = Settings(data=place.fresh(), database_url=url)
        return asyncio.run(_mail(settings, items))


async def _mail(settings: Settings, items: int) -> list[Result]:
    await asyncio.to_thread(migrate, settings, service.name)
    async with opened(Running(service, settings, own_verifier(settings))) as postal:
        await _fill(postal, items, Post())
        naive = await _naive(settings, items)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        used, begun = time.process_time(), time.perf_counter()
        for first in range(0, items, TOGETHER):
            for hour, (code, status) in enumerate(WAY):
                numbers = range(first, min(first + TOGETHER, items))
                records = [_record(n, code, status, hour) for n in numbers]
                await postal.do(_absorb, records)
        took = time.perf_counter() - begun
        cpu = (time.process_time() - used) / (items * len(WAY)) * 1e6
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        [[ended]] = await postal.database.engine.execute(
            "SELECT count(*) FROM shipment WHERE status = 'delivered' AND NOT provisional"
        )
    if ended != items:
        raise RuntimeError(f"{ended} of {items} were delivered")
    rate = items * len(WAY) / took
    whole = COUNTRY * len(WAY) / rate / 60
    return [
        Result(
            f"{items:,} items of 6 events folded, +{grown:.0f} MB",
            rate,
            naive,
            "UPDATE for each event, no history",
            "events/s",
            cpu_us=cpu,
            target=f"a country's day in < 12 h ({whole:.0f} min)",
            reached=whole < 720,
        )
    ]


async def _absorb(records: list[Record], uow: UnitOfWork) -> None:
    telling = Telling(records, Strength.PULL, "city", uow.now)
    await absorb_all([telling], Carrier.VNPOST_D, uow)


async def _naive(settings: Settings, items: int) -> float:
    connection = await asyncpg.connect(settings.database_for("postal").replace("+asyncpg", ""))
    begun = time.perf_counter()
    for first in range(0, items, TOGETHER):
        for _, status in WAY:
            rows = [(str(status), _item(n)) for n in range(first, min(first + TOGETHER, items))]
            async with connection.transaction():
                await connection.executemany(
                    "UPDATE shipment SET status = $1 WHERE item_code = $2 AND carrier = 'vnpost-d'",
                    rows,
                )
    rate = items * len(WAY) / (time.perf_counter() - begun)
    await connection.execute("UPDATE shipment SET status = 'registered'")
    await connection.close()
    return rate


def _record(number: int, code: str, status: ShipmentStatus, hour: int) -> Record:
    return Record(
        item_code=_item(number),
        code=code,
        status=status,
        text=None,
        time_quality=TimeQuality.EVENT,
        occurred_at=DAY + timedelta(hours=hour),
        receiver_name="Nguyễn Văn A" if status is ShipmentStatus.DELIVERED else None,
    )


def _item(number: int) -> str:
    return f"BENCH{number:09d}"


def _messages(post: Post, first: int, items: int) -> list[bytes]:
    """Messages of ten records: each status of an item comes in a message of its own."""
    told = [
        {"itemCode": _item(n), "status": int(code)}
        for code, _ in WAY
        for n in range(first, first + items)
    ]
    sent = []
    for start in range(0, len(told) - len(told) % RECORDS, RECORDS):
        when = f"19/03/2020 08:{start // 60 % 60:02}:{start % 60:02}"
        body = json.dumps(post.signed(told[start : start + RECORDS], when)).encode()
        sent.append(request("POST", "/v1/carriers/vnpost-d/city/events", body=body))
    return sent


async def _register(settings: Settings, post: Post, items: int) -> None:
    async with opened(Running(service, settings, own_verifier(settings))) as postal:
        await _fill(postal, items, post)


async def _fill(postal: Running, items: int, post: Post) -> None:
    await postal.do(post.open_account)
    for first in range(0, items, 1000):
        await postal.do(_shipments, range(first, min(first + 1000, items)))


async def _shipments(numbers: range, uow: UnitOfWork) -> None:
    for n in numbers:
        uow.add(
            Shipment.of(
                id=uuid4().hex,
                dossier=f"bench-{n}",
                agency="H29",
                leg=Leg.OUTBOUND_RESULT,
                attempt=1,
                carrier=Carrier.VNPOST_D,
                account="city",
                item_code=_item(n),
                ordered_at=uow.now,
                ordered_by="bench",
                status=ShipmentStatus.REGISTERED,
                milestone=Milestone.PRE,
                proof=Proof.NONE,
            )
        )


async def _waiting(settings: Settings) -> int:
    async with opened(Running(service, settings, own_verifier(settings))) as postal:
        question = "SELECT count(*) FROM inbound_batch WHERE work_at IS NOT NULL"
        [[count]] = await postal.database.engine.execute(question)
        return int(count)


async def _worked_out(settings: Settings) -> None:
    async with opened(Running(service, settings, own_verifier(settings))) as postal:
        question = "SELECT count(*) FROM inbound_batch WHERE work_at IS NOT NULL"
        for _ in range(3000):
            [[count]] = await postal.database.engine.execute(question)
            if not count:
                return
            await asyncio.sleep(0.1)
        raise RuntimeError(f"{count} messages were not worked out")


@contextmanager
def _bare(dsn: str) -> Iterator[int]:
    port = free_port()
    made = "CREATE TABLE raw_message (body text)"
    subprocess.run(["psql", dsn, "-qc", made], check=True)
    raw = subprocess.Popen([sys.executable, "-c", RAW, str(port), dsn])
    try:
        time.sleep(2)
        yield port
    finally:
        raw.terminate()
        raw.wait(10)
