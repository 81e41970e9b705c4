"""What goes out: dossiers to the national portal's stand-in, events to webhooks."""

from __future__ import annotations

import asyncio
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any
from uuid import uuid4

import httpx
from joserfc.jwk import KeySet

from benchmarks.places import Place
from benchmarks.results import Result
from chassis import migrations
from chassis.auth import Verifier
from chassis.running import Running, opened
from chassis.service import Service
from chassis.settings import Settings
from chassis.web import create_app
from contracts.vocabulary import DossierStatus
from gateway.deliveries.commands import MOST_WEBHOOKS
from gateway.keys import SigningKey
from gateway.portal.pushing import push_due
from suite.sandbox.national.app import ADAPTER, GENERAL
from tests.conftest import Lone
from tests.gateway.deliveries.office import LOOPBACK, Office, office, until
from tests.gateway.deliveries.receivers import Receiver, receiving
from tests.gateway.portal.offices import world
from tests.servers.node import free_port
from tests.suite.national import Caller, dossier, progress

AT_ONCE = 8
ENDPOINTS, DEAD = 1_000, 100


class Lonely:
    """Opens one service on a fresh PostgreSQL database, as the tests' fixture does."""

    def __init__(self, place: Place) -> None:
        self._place = place

    @asynccontextmanager
    async def __call__(self, service: Service, **told: Any) -> AsyncIterator[Lone]:
        with self._place.databases() as url:
            settings = Settings(data=self._place.fresh(), database_url=url, limits=False, **told)
            await asyncio.to_thread(
                migrations.upgrade, service.package, settings.database_for(service.name)
            )
            key = SigningKey(settings)
            keys = KeySet([key.public])

            async def fetch() -> KeySet:
                return keys

            verifier = Verifier(fetch, issuer=settings.issuer, leeway=30)
            async with opened(Running(service, settings, verifier)) as running:
                yield Lone(running, key, create_app(running))


async def measure_push(place: Place, dossiers: int) -> list[Result]:
    """Dossiers with three rows of progress, told to the stand-in in a process of its own."""
    with _stand_in(place) as url:
        told = {"national_adapter_url": url + ADAPTER, "national_at_once": AT_ONCE}
        told["national_read_seconds"] = 30
        async with world(Lonely(place), place.fresh(), **told) as w:
            for number in range(dossiers):
                filed = w.office.file(number)
                await w.hear(filed)
                for hour, status in enumerate(
                    (DossierStatus.PROCESSING, DossierStatus.DONE, DossierStatus.RETURNED), 1
                ):
                    event = w.office.step(filed.code, status, hour)
                await w.hear(event)
            begun, cpu = time.perf_counter(), time.process_time()
            await push_due(w.running)
            took, used = time.perf_counter() - begun, time.process_time() - cpu
            left = await w.rows("state <> 'sent'")
            if left:
                raise RuntimeError(f"{len(left)} dossiers were not told")
        raw = await _raw_calls(url, dossiers)
    return [
        Result(
            "push to the national portal, dossiers with three rows",
            dossiers / took,
            raw,
            f"raw httpx, the same two calls, {AT_ONCE} at once",
            cpu_us=used / dossiers * 1e6,
        )
    ]


@contextmanager
def _stand_in(place: Place) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "suite.cli", "sandbox", "--port", str(port)]
    popen = subprocess.Popen([*command, "--data", str(place.fresh())], stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise RuntimeError("the stand-in does not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        popen.terminate()
        popen.wait(20)


async def _raw_calls(url: str, dossiers: int) -> float:
    """As many dossiers by nothing but an HTTP client: fields, then the rows, in one session."""
    numbers = iter(range(dossiers))
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        caller = Caller(client)
        await caller.login()

        async def one() -> None:
            for number in numbers:
                code = f"000.00.19.H29-200317-{number:06d}"
                rows = [
                    progress(MaHoSo=code, ThoiDiemXuLy=f"2020031709{minute}00", TrangThai=status)
                    for minute, status in (("10", "2"), ("20", "9"), ("30", "10"))
                ]
                for service, told in (
                    ("DongBoHoSoMC", {"isUpdating": "False", "data": [dossier(MaHoSo=code)]}),
                    ("CapNhatTienDoHoSoMC", {"data": rows}),
                ):
                    answer = await caller.call(service, GENERAL, **told)
                    answer.raise_for_status()

        begun = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(AT_ONCE)))
        return dossiers / (time.perf_counter() - begun)


async def measure_webhooks(place: Place, seconds: int, burst: int) -> list[Result]:
    """An endpoint at one event a second, then a burst; a thousand endpoints of which a tenth hang."""
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(office(Lonely(place)))
        receiver = await stack.enter_async_context(receiving())
        webhook = await one.subscribe(receiver)
        await stack.enter_async_context(one.delivering())
        await until(lambda: _active(one, webhook["id"]))
        challenges = len(receiver.arrivals)
        times = []
        for number in range(seconds):
            begun = time.perf_counter()
            await one.tell(f"steady-{number}")
            await _arrived(receiver, challenges + number + 1)
            times.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - begun)))
        before = len(receiver.arrivals)
        begun, cpu = time.perf_counter(), time.process_time()
        for first in range(0, burst, 100):
            await one.tell(*(f"burst-{first + n}" for n in range(100)))
        await _arrived(receiver, before + burst)
        took, used = time.perf_counter() - begun, time.process_time() - cpu
        raw = await _raw_posts(receiver, burst)
    healthy = await _thousand(place)
    times.sort()
    p95 = times[int(len(times) * 0.95)]
    return [
        Result(
            "event to webhook at one event a second",
            p95,
            2000,
            "ms",
            "ms p95",
            p50=statistics.median(times),
            p99=times[-1],
            target="p95 < 2 s",
            reached=p95 < 2000,
        ),
        Result(
            f"webhooks, burst of {burst:,}: drained in {took:.1f} s",
            burst / took,
            raw,
            "raw httpx posts, 8 at once",
            cpu_us=used / burst * 1e6,
            target="< 15 s",
            reached=took < 15,
        ),
        Result(
            f"one event to {ENDPOINTS:,} endpoints, {DEAD} of them hanging: the last healthy one",
            healthy * 1000,
            2000,
            "ms",
            "ms",
            target="< 2 s",
            reached=healthy < 2,
        ),
    ]


async def _arrived(receiver: Receiver, count: int) -> None:
    for _ in range(60_000):
        if len(receiver.arrivals) >= count:
            return
        await asyncio.sleep(0.002)
    raise TimeoutError(f"{len(receiver.arrivals)} of {count} arrived")


async def _active(one: Office, webhook: str) -> bool:
    return bool((await one.webhook(webhook))["state"] == "active")


async def _raw_posts(receiver: Receiver, count: int) -> float:
    body = receiver.arrivals[-1].body
    numbers = iter(range(count))
    async with httpx.AsyncClient() as client:

        async def one() -> None:
            for _ in numbers:
                (await client.post(receiver.url, content=body)).raise_for_status()

        begun = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(AT_ONCE)))
        return count / (time.perf_counter() - begun)


async def _thousand(place: Place) -> float:
    """Seconds until an event is at the last of the healthy endpoints."""
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(office(Lonely(place)))
        well = await stack.enter_async_context(receiving())
        hangs = await stack.enter_async_context(receiving())
        takers = [
            hangs if number % (ENDPOINTS // DEAD) == 0 else well for number in range(ENDPOINTS)
        ]
        for first in range(0, ENDPOINTS, MOST_WEBHOOKS):
            async with one.partner(scopes="webhooks:manage partners:admin") as client:
                for taker in takers[first : first + MOST_WEBHOOKS]:
                    order = {"url": f"{taker.url}/{uuid4().hex}", "networks": [LOOPBACK]}
                    answer = await client.post("/v1/webhooks", json=order)
                    answer.raise_for_status()
        await stack.enter_async_context(one.delivering())

        async def all_active() -> bool:
            rows = await one.running.database.engine.execute(
                "SELECT count(*) FROM webhook WHERE state = 'active'"
            )
            return bool(rows[0][0] == ENDPOINTS)

        await until(all_active, 120)
        hangs.always = "hang"
        before = len(well.arrivals)
        begun = time.perf_counter()
        await one.tell("all")
        await _arrived(well, before + ENDPOINTS - DEAD)
        return time.perf_counter() - begun


__all__ = ["measure_push", "measure_webhooks"]
