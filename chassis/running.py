"""A service at work: its database, what it owns, and the tasks of its worker."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from chassis import telemetry
from chassis.auth import Verifier
from chassis.bus import Bus
from chassis.database import Database, UnitOfWork
from chassis.inbox import Consumer
from chassis.outbox import Relay, backlog
from chassis.service import Job, Service
from chassis.settings import Settings
from contracts.problems import Unavailable

log = logging.getLogger("motcua.running")

T = TypeVar("T")
R = TypeVar("R")
Fingerprint = Callable[[bytes], Awaitable[str]]
Check = Callable[[], Awaitable[str]]
"""Says ``ok``, or what is wrong with a part."""

STALE_AFTER = 30.0
"""Seconds without a sign of life after which a relay counts as dead."""


class Running:
    """One service in one process: what routes, commands and jobs reach for."""

    def __init__(self, service: Service, settings: Settings, verifier: Verifier) -> None:
        self.service = service
        self.settings = settings
        self.verifier = verifier
        self.database = Database(settings.database_for(service.name), service.metadata)
        self.tree = service.tree_over(self.database)
        self.relay: Relay | None = None
        self.consumer = Consumer(service.name, self.database, service.on)
        self.bus: Bus | None = None
        self.fingerprint: Fingerprint = plain_fingerprint
        """How requests under an ``Idempotency-Key`` are recognised. A service that takes personal data
        uses a keyed digest: of a plain one the few digits of a number could be guessed."""
        self.watched: dict[str, Check] = {}
        """Further parts that health tells of, by name: a service that misses one is degraded."""
        self._own: dict[type, Any] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Open the database and what the service owns."""
        await self.database.open()
        self.database.running = self
        try:
            for opening in self.service.opens:
                self.keep(await opening(self))
        except BaseException:
            # A start that is refused leaves nothing open behind it.
            await self.close()
            raise

    async def close(self) -> None:
        """Finish what runs, then let go."""
        await self.stop_work()
        for made in reversed(list(self._own.values())):
            closing = getattr(made, "aclose", None)
            if closing is not None:
                await closing()
        await self.database.close()

    def keep(self, made: Any) -> None:
        """Own what was made elsewhere, as if the service had made it when it opened."""
        self._own[type(made)] = made

    def own(self, kind: type[T]) -> T:
        """What the service made of this type when it opened."""
        found: T = self._own[kind]
        return found

    @property
    def owned(self) -> tuple[Any, ...]:
        """Everything the service made when it opened."""
        return tuple(self._own.values())

    async def do(self, command: Callable[..., Awaitable[R]], *arguments: Any) -> R:
        """Run a command in a unit of work of its own."""
        return await self.database.run(command, *arguments)

    # the worker

    async def start_work(self, bus: Bus) -> None:
        """Relay, consume, retry and run the jobs, in tasks that are started again if they fail."""
        self.bus = bus
        self.relay = Relay(
            self.service.name,
            self.database,
            bus,
            keep_days=self.settings.outbox_keep_days,
            journal_days=self.settings.journal_keep_days,
            journals=bool(self.service.journal),
        )
        self._spawn("relay", self.relay.run)
        if self.service.on.topics:
            self._spawn("consume", lambda: bus.consume(self.service.name, self.consumer.take))
            self._spawn("retry", self.consumer.run_retries)
        self._spawn("gauge", self._gauge)
        for duty in self.service.duties:
            self._spawn(duty.name, lambda duty=duty: duty.run(self))  # type: ignore[misc]  # a default binds it now
        for job in self.service.jobs:
            self._spawn(job.name, lambda job=job: self._repeat(job))  # type: ignore[misc]  # as above

    async def stop_work(self) -> None:
        """Stop the worker's tasks; what was not acknowledged comes again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _spawn(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        label = f"{self.service.name}-{name}"
        self._tasks.append(asyncio.create_task(self._supervise(label, work), name=label))

    async def _supervise(self, label: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start work again whatever ends it: a silent death would be worse than any error."""
        pause = 0.5
        while True:
            started = time.monotonic()
            try:
                await work()
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is not None and task.cancelling() > 0:
                    raise
            except Exception as failed:
                log.exception("task failed", extra={"job": label, "kind": type(failed).__name__})
            pause = 0.5 if time.monotonic() - started > STALE_AFTER else min(pause * 2, 15.0)
            await asyncio.sleep(pause)

    async def _repeat(self, job: Job) -> None:
        while True:
            await asyncio.sleep(job.every(self.settings))
            try:
                async with self.database.lock(f"job-{job.name}") as held:
                    if held is not None:
                        await job.run(self)
            except Unavailable as away:
                log.warning("job waits", extra={"job": job.name, "reason": str(away)})

    async def _gauge(self) -> None:
        while True:
            with suppress(Unavailable):
                telemetry.OUTBOX.labels(self.service.name).set(await backlog(self.database))
            await asyncio.sleep(5)

    # health

    async def checks(self) -> dict[str, str]:
        """What works and what does not: ``ok`` or a reason for each part, those it owns included."""
        found: dict[str, str] = {}
        try:
            async with asyncio.timeout(3):
                await self.database.ping()
            found["database"] = "ok"
        except (Unavailable, TimeoutError) as away:
            found["database"] = str(away) or "no answer"
        if self.relay is not None and self.bus is not None:
            silent = time.monotonic() - self.relay.alive_at
            found["relay"] = "ok" if silent < STALE_AFTER else f"silent for {silent:.0f} s"
            found["bus"] = "ok" if self.bus.ready else (self.relay.troubled or "not connected")
        told = await asyncio.gather(*(check() for check in self.watched.values()))
        found |= dict(zip(self.watched, told, strict=True))
        if found["database"] == "ok":
            for made in self._own.values():
                telling = getattr(made, "checks", None)
                if telling is not None:
                    found |= await telling()
        return found


async def plain_fingerprint(request: bytes) -> str:
    """The SHA-256 of a request."""
    return hashlib.sha256(request).hexdigest()


@asynccontextmanager
async def opened(running: Running) -> AsyncIterator[Running]:
    """A service open for the length of a block."""
    await running.open()
    try:
        yield running
    finally:
        await running.close()


def running_of(uow: UnitOfWork) -> Running:
    """The service a unit of work belongs to."""
    running = uow.database.running
    if not isinstance(running, Running):
        raise TypeError("The database was opened without a service.")
    return running
