"""Consumers: a batch's effect and its inbox rows commit together; then, and only then, it is acknowledged.

An event whose effect fails does not hold up its neighbours: it goes to the ``delivery`` table with its
reason, is tried again from there with growing pauses, and is parked after `TRIES`. `motcua dead` lists
and replays what is parked. A database that is away is not the event's fault: then nothing is
acknowledged and the whole batch comes again.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import Table, select

from chassis import telemetry
from chassis.bus import Parcel
from chassis.database import Database, UnitOfWork
from contracts.envelope import Envelope, Event, Heading
from contracts.problems import Unavailable

log = logging.getLogger("motcua.inbox")

E = TypeVar("E", bound=Event)

TRIES = 5
FIRST_PAUSE = timedelta(seconds=2)
"""Pause before the first new try; each further one is four times as long (2 s, 8 s, 32 s, 2 min)."""

RETRY_EVERY = 1.0
"""Seconds between two looks at what is due to be tried again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event that arrived, with its envelope."""

    envelope: Heading
    event: Any


BatchListener = Callable[[Sequence[Heard], UnitOfWork], Awaitable[None]]


class Subscriptions:
    """Which function hears which event.

    `@on(DossierFiled)` marks a function that takes one event; `@on.batch(DossierFiled, ...)` one that
    takes all events of a batch at once, where the work can be shared.
    """

    def __init__(self) -> None:
        self.listeners: list[tuple[frozenset[str], BatchListener]] = []

    def __call__(
        self, kind: type[E]
    ) -> Callable[
        [Callable[[E, UnitOfWork], Awaitable[None]]], Callable[[E, UnitOfWork], Awaitable[None]]
    ]:
        """Mark a function that hears events of one kind, one at a time."""

        def subscribe(
            listener: Callable[[E, UnitOfWork], Awaitable[None]],
        ) -> Callable[[E, UnitOfWork], Awaitable[None]]:
            async def each(heard: Sequence[Heard], uow: UnitOfWork) -> None:
                for one in heard:
                    await listener(one.event, uow)

            self.listeners.append((frozenset({kind.topic}), each))
            return listener

        return subscribe

    def batch(self, *kinds: type[Event]) -> Callable[[BatchListener], BatchListener]:
        """Mark a function that hears events of several kinds, a batch at a time."""

        def subscribe(listener: BatchListener) -> BatchListener:
            self.listeners.append((frozenset(kind.topic for kind in kinds), listener))
            return listener

        return subscribe

    @property
    def topics(self) -> frozenset[str]:
        """Everything that is heard."""
        return frozenset().union(*(topics for topics, _ in self.listeners))

    async def hear(self, heard: Sequence[Heard], uow: UnitOfWork) -> None:
        """Give each event to everybody who listens to it, in the order of arrival."""
        for topics, listener in self.listeners:
            theirs = [one for one in heard if one.event.topic in topics]
            if theirs:
                await listener(theirs, uow)


class Consumer:
    """Takes batches of events for one service and commits their effect exactly once."""

    def __init__(self, service: str, database: Database, on: Subscriptions) -> None:
        self.service = service
        self._database = database
        self._on = on
        self._inbox: Table = database.metadata.tables["inbox"]
        self._delivery: Table = database.metadata.tables["delivery"]

    async def take(self, parcels: Sequence[Parcel]) -> None:
        """Commit the effect of a batch. Returns when it may be acknowledged."""
        unique = {parcel.event_id: parcel for parcel in parcels}
        heard, unreadable = _open(list(unique.values()))
        for parcel, reason in unreadable:
            await self._put_aside(parcel, reason, park=True)
        if not heard:
            return
        again = any(parcel.redelivered for parcel in parcels)
        try:
            fresh = await self._database.run(self._effect, heard, again)
        except Unavailable:
            raise
        except Exception as failed:
            if len(heard) > 1:
                for one in heard:
                    await self.take([unique[one.envelope.id]])
                return
            log.warning("effect failed", exc_info=failed, extra=self._tell(heard[0].envelope))
            await self._put_aside(unique[heard[0].envelope.id], _reason(failed), park=False)
            return
        telemetry.HEARD.labels(self.service).inc(fresh)
        telemetry.REPEATED.labels(self.service).inc(len(heard) - fresh)

    async def _effect(self, heard: Sequence[Heard], again: bool, uow: UnitOfWork) -> int:
        # On the first run everything is presumed new: the inbox key refuses what is not, and the second
        # run looks. Repeats are rare, so a batch normally costs no statement to recognise them.
        if again or uow.attempt > 1:
            known = await self._known([one.envelope.id for one in heard], uow)
            heard = [one for one in heard if one.envelope.id not in known]
        for one in heard:
            uow.write("inbox", {"event_id": one.envelope.id, "heard_at": uow.now})
        if heard:
            await self._on.hear(heard, uow)
        return len(heard)

    async def _known(self, ids: Sequence[str], uow: UnitOfWork) -> set[str]:
        event_id = self._inbox.c.event_id
        return {row[0] for row in await uow.select(select(event_id).where(event_id.in_(ids)))}

    async def bury(self, parcel: Parcel, reason: str) -> None:
        """Park an event that the bus gave up; one whose effect is committed is left alone."""
        await self._put_aside(parcel, reason, park=True)

    async def _put_aside(self, parcel: Parcel, reason: str, *, park: bool) -> None:
        async def command(uow: UnitOfWork) -> None:
            if uow.attempt > 1 and await self._known([parcel.event_id], uow):
                return
            uow.write("inbox", {"event_id": parcel.event_id, "heard_at": uow.now})
            uow.write("delivery", self._row(parcel, 1, reason, uow, park=park))

        await self._database.run(command)
        (telemetry.PARKED if park else telemetry.RETRIED).labels(self.service).inc()

    def _row(
        self, parcel: Parcel, attempts: int, reason: str, uow: UnitOfWork, *, park: bool
    ) -> dict[str, Any]:
        pause = FIRST_PAUSE * 4 ** (attempts - 1) * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
        return {
            "event_id": parcel.event_id,
            "topic": parcel.topic,
            "envelope": parcel.envelope,
            "attempts": attempts,
            "not_before": None if park else uow.now + pause,
            "parked_at": uow.now if park else None,
            "reason": reason,
        }

    # what failed before

    async def run_retries(self) -> None:
        """Try again what is due, until cancelled."""
        while True:
            try:
                while await self.retry_due():
                    pass
            except Unavailable:
                log.warning("retries wait for the database", extra={"service": self.service})
            await asyncio.sleep(RETRY_EVERY)

    async def retry_due(self) -> int:
        """Try again what is due now; return how many were tried."""
        table = self._delivery
        due = await self._database.select(
            select(table)
            .where(table.c.parked_at.is_(None), table.c.not_before <= self._database.now())
            .order_by(table.c.not_before)
            .limit(50)
        )
        for row in due:
            await self.retry(Parcel(row.event_id, row.topic, row.envelope), row.attempts)
        return len(due)

    async def retry(self, parcel: Parcel, attempts: int) -> bool:
        """Try one event again; whether its effect is committed now."""
        heard, unreadable = _open([parcel])
        if unreadable:
            await self._put_off(parcel, TRIES, unreadable[0][1])
            return False

        async def command(uow: UnitOfWork) -> None:
            uow.strike("delivery", parcel.event_id)
            await self._on.hear(heard, uow)

        try:
            await self._database.run(command)
        except Unavailable:
            raise
        except Exception as failed:  # noqa: BLE001 - whatever it was is the reason it is put aside with
            await self._put_off(parcel, attempts + 1, _reason(failed))
            return False
        telemetry.HEARD.labels(self.service).inc()
        return True

    async def _put_off(self, parcel: Parcel, attempts: int, reason: str) -> None:
        park = attempts >= TRIES

        async def command(uow: UnitOfWork) -> None:
            row = self._row(parcel, attempts, reason, uow, park=park)
            uow.write("delivery", row, verb="put")

        await self._database.run(command)
        (telemetry.PARKED if park else telemetry.RETRIED).labels(self.service).inc()

    async def parked(self) -> Sequence[Any]:
        """What was given up: rows of ``delivery``, oldest first."""
        table = self._delivery
        return await self._database.select(
            select(table).where(table.c.parked_at.is_not(None)).order_by(table.c.parked_at)
        )

    async def replay(self, ids: Sequence[str] = ()) -> tuple[int, int]:
        """Try parked events again (all of them, or those named): how many went well, how many not."""
        well = 0
        rows = [row for row in await self.parked() if not ids or row.event_id in ids]
        for row in rows:
            well += await self.retry(Parcel(row.event_id, row.topic, row.envelope), TRIES)
        return well, len(rows) - well

    def _tell(self, envelope: Heading) -> dict[str, Any]:
        return {"service": self.service, "topic": envelope.topic, "event_id": envelope.id}


def _open(parcels: Sequence[Parcel]) -> tuple[list[Heard], list[tuple[Parcel, str]]]:
    heard: list[Heard] = []
    unreadable: list[tuple[Parcel, str]] = []
    for parcel in parcels:
        try:
            heard.append(Heard(*Envelope.read(parcel.envelope, parcel.topic)))
        except ValidationError as bad:
            fields = ", ".join(".".join(map(str, e["loc"])) for e in bad.errors()[:5])
            unreadable.append((parcel, f"unreadable: {fields or 'body'}"))
        except LookupError:
            unreadable.append((parcel, f"unknown topic {parcel.topic}"))
    return heard, unreadable


def _reason(failed: Exception) -> str:
    trace = failed.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    return f"{type(failed).__name__}{where}"
