"""Looking names up as this machine does, so that a name nobody answers for delays nobody else.

Only the C library knows the machine's rules: its hosts file, search domains, whatever else a government's
network adds. But a lookup it has begun cannot be given up: it ends when the library says so, half a minute
later with a silent name server. So lookups have threads of their own, one for each name, apart from those
the process does its other work in; who asks is let go in time, and the thread ends when it may.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass

Look = Callable[[str], Sequence[str]]
"""Looks a name up in the thread it is called in, however long that takes."""

PATIENCE = 3.0
"""Seconds after which a name counts as silent: whoever asks for it later does not wait."""

MOST = 512
"""Lookups under way at once in a process."""

MOST_SILENT = MOST // 4
"""Of them, those of names that kept silent not long ago."""

MOST_OF_ONE = 64
"""Of them, those for one client: a few more than it can have webhooks."""

SILENT_FOR = 600.0
"""Seconds that a name is remembered as one that kept silent."""

REMEMBERED = 4_096

_client: ContextVar[str] = ContextVar("client", default="")


@contextmanager
def on_behalf_of(client: str) -> Iterator[None]:
    """Lookups in here are this client's, and counted as its own."""
    before = _client.set(client)
    try:
        yield
    finally:
        _client.reset(before)


class NameSilent(OSError):
    """Nobody answers for this name, or more is asked at once than there are threads for."""


@dataclass(frozen=True)
class _UnderWay:
    client: str
    begun: float
    found: asyncio.Future[Sequence[str]]


def _by_library(host: str) -> Sequence[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Lookups:
    """The addresses this machine finds for names."""

    def __init__(self, look: Look = _by_library) -> None:
        self._look = look
        self._under_way: dict[str, _UnderWay] = {}
        self._silent: dict[str, float] = {}
        """When a name last kept silent; the longest ago comes first."""

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a name. Raises `OSError`, `NameSilent` among them."""
        del port  # whichever it is, the addresses are the same
        one = self._under_way.get(host)
        if one is None:
            one = self._begin(host)
        elif time.monotonic() - one.begun > PATIENCE:
            raise NameSilent
        # Whoever stops waiting does not take the answer from the others.
        return await asyncio.shield(one.found)

    def _begin(self, host: str) -> _UnderWay:
        now, client = time.monotonic(), _client.get()
        self._expect_room(host, client, now)
        loop = asyncio.get_running_loop()
        one = _UnderWay(client, now, loop.create_future())
        # A daemon: a process that ends does not wait for it.
        thread = threading.Thread(target=self._run, args=(host, one, loop), daemon=True)
        try:
            thread.start()
        except RuntimeError as no_thread:
            raise NameSilent from no_thread
        self._under_way[host] = one
        return one

    def _expect_room(self, host: str, client: str, now: float) -> None:
        """Raises `NameSilent` when this lookup would take what others need."""
        others = self._under_way
        full = len(others) >= MOST
        if client:
            full = full or sum(one.client == client for one in others.values()) >= MOST_OF_ONE
        if self._kept_silent(host, now):
            full = full or sum(self._kept_silent(one, now) for one in others) >= MOST_SILENT
        if full:
            raise NameSilent

    def _kept_silent(self, host: str, now: float) -> bool:
        return now - self._silent.get(host, float("-inf")) < SILENT_FOR

    def _run(self, host: str, one: _UnderWay, loop: asyncio.AbstractEventLoop) -> None:
        """In the thread: look the name up, and tell."""
        found: Sequence[str] | Exception
        try:
            found = self._look(host)
        except Exception as failed:  # noqa: BLE001 - whoever asked is told
            found = failed
        with suppress(RuntimeError):  # the loop may be no more
            loop.call_soon_threadsafe(self._end, host, one, found)

    def _end(self, host: str, one: _UnderWay, found: Sequence[str] | Exception) -> None:
        del self._under_way[host]
        now = time.monotonic()
        if now - one.begun > PATIENCE:
            self._silent.pop(host, None)
            self._silent[host] = now
            if len(self._silent) > REMEMBERED:
                del self._silent[next(iter(self._silent))]
        if isinstance(found, Exception):
            one.found.set_exception(found)
            one.found.exception()  # nobody may be waiting any more
        else:
            one.found.set_result(found)
