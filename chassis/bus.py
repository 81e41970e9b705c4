"""How events travel from one service's outbox to another's inbox: two buses behind one protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Take = Callable[[Sequence["Parcel"]], Awaitable[None]]
"""What a consumer does with a batch: returns once effect and inbox are committed, else raises."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """An event as it travels: its envelope's text, and what a bus must know of it."""

    event_id: str
    topic: str
    envelope: str
    """The CloudEvents envelope as JSON text."""
    redelivered: bool = False


@dataclass(frozen=True, slots=True)
class Topology:
    """Who hears what: consumer service to topics. Every process of a suite knows all of it."""

    hears: Mapping[str, frozenset[str]]

    def listeners(self, topic: str) -> list[str]:
        """The services that hear a topic."""
        return [service for service, topics in self.hears.items() if topic in topics]


class Undeliverable(Exception):
    """The bus cannot take events just now."""


class Bus(Protocol):
    """A way for events to travel. Delivery is at least once; order is not promised."""

    async def open(self) -> None:
        """Connect."""

    async def close(self) -> None:
        """Let go; what was taken but not acknowledged comes again."""

    async def publish(self, parcels: Sequence[Parcel]) -> Collection[str]:
        """Hand over a batch; return the ids of those that are safe. Raises `Undeliverable`."""

    async def consume(self, service: str, take: Take) -> None:
        """Feed `take` with batches of what `service` hears, until cancelled."""

    @property
    def ready(self) -> bool:
        """Whether events travel just now."""


@dataclass
class LocalBus:
    """The durable bus of one process: from the outbox straight into the listeners' inboxes.

    Durable, because the outbox row is marked sent only after every listener has committed: a crash in
    between delivers again, and the inboxes recognise what they know.
    """

    topology: Topology
    _takers: dict[str, Take] = field(default_factory=dict)
    _complete: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self) -> None:
        """Nothing to connect."""

    async def close(self) -> None:
        """Forget who listens."""
        self._takers.clear()
        self._complete.clear()

    async def publish(self, parcels: Sequence[Parcel]) -> Collection[str]:
        """Hand each event to everybody who hears it; safe once all of them have committed."""
        try:
            # Not `wait_for`: before Python 3.12 it can swallow a cancellation.
            async with asyncio.timeout(10):
                await self._complete.wait()
        except TimeoutError as early:
            raise Undeliverable("Not every listener has started.") from early
        failed: set[str] = set()
        for service, topics in self.topology.hears.items():
            batch = [parcel for parcel in parcels if parcel.topic in topics]
            if not batch:
                continue
            try:
                await self._takers[service](batch)
            except Exception:  # noqa: BLE001 - one listener's bad moment must not stop the others
                failed.update(parcel.event_id for parcel in batch)
        return [parcel.event_id for parcel in parcels if parcel.event_id not in failed]

    async def consume(self, service: str, take: Take) -> None:
        """Listen until cancelled."""
        self._takers[service] = take
        if self._takers.keys() >= {name for name, topics in self.topology.hears.items() if topics}:
            self._complete.set()
        try:
            await asyncio.Event().wait()
        finally:
            self._takers.pop(service, None)
            self._complete.clear()

    @property
    def ready(self) -> bool:
        """Whether everybody listens."""
        return self._complete.is_set()
