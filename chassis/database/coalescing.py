"""Many requests, one commit: what queued during the last commit travels in the next.

An idle system waits for nobody (a lone write set is a group of one), a busy one shares its commits. One
write set that fails never fails its neighbours: a group that is refused is replayed one by one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chassis.database.failures import Contention, Overloaded, StorageAway, Unstorable
from chassis.database.shapes import WriteSet

GROUP_LIMIT = 200
"""Write sets in one commit: enough to share its cost, few enough to keep each one's wait short."""

ROW_LIMIT = 5_000
"""Rows in one commit."""


@dataclass(slots=True)
class Waiting:
    """A write set and whoever waits for its fate."""

    writes: WriteSet
    done: asyncio.Future[None]


Store = Callable[[list[WriteSet]], Awaitable[None]]


class CoalescingWriter:
    """Commits write sets in groups, in the order they came.

    `store` commits a list of write sets as one, or raises and stores nothing of it. `announce` is
    called after a commit that holds events. `room` bounds the queue: beyond it `Overloaded` is raised
    at once, with a `Retry-After`.
    """

    def __init__(self, store: Store, announce: Callable[[], None], *, room: int = 5_000) -> None:
        self._store = store
        self._announce = announce
        self._room = room
        self._queue: deque[Waiting] = deque()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self.commits = 0
        """Commits asked of the engine so far; tests count with it."""

    async def open(self) -> None:
        """Begin to commit."""
        self._task = asyncio.create_task(self._run(), name="coalescing-writer")

    async def close(self) -> None:
        """Commit what waits, then stop."""
        if self._task is None:
            return
        self._closing = True
        self._wake.set()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def write(self, writes: WriteSet) -> None:
        """Return once `writes` is durable; raise what the engine refused it with."""
        if self._closing or self._task is None:
            raise StorageAway("The database is closed.", retry_after=2)
        if len(self._queue) >= self._room:
            raise Overloaded("Too many changes are waiting to be stored.", retry_after=2)
        done = asyncio.get_running_loop().create_future()
        self._queue.append(Waiting(writes, done))
        self._wake.set()
        await done

    async def _run(self) -> None:
        while self._queue or not self._closing:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                await self._commit(self._next_group())

    def _next_group(self) -> list[Waiting]:
        group: list[Waiting] = []
        touched: set[object] = set()
        expected: set[object] = set()
        rows = 0
        while self._queue and len(group) < GROUP_LIMIT:
            following = self._queue[0].writes
            keys, looked_at = following.touched(), following.expected()
            clash = touched & (keys | looked_at) or expected & keys
            if group and (clash or rows + len(following) > ROW_LIMIT):
                break
            touched |= keys
            expected |= looked_at
            rows += len(following)
            group.append(self._queue.popleft())
        return group

    async def _commit(self, group: list[Waiting]) -> None:
        self.commits += 1
        try:
            await self._store([waiting.writes for waiting in group])
        except (Contention, Unstorable) as refused:
            if len(group) == 1:
                _settle(group[0], refused)
                return
            for waiting in group:
                await self._commit([waiting])
            return
        except Exception as failed:  # noqa: BLE001 - every waiter must hear of it, whatever it is
            for waiting in group:
                _settle(waiting, failed)
            return
        for waiting in group:
            _settle(waiting, None)
        if any(waiting.writes.announces for waiting in group):
            self._announce()


def _settle(waiting: Waiting, failure: Exception | None) -> None:
    if waiting.done.done():
        return
    if failure is None:
        waiting.done.set_result(None)
    else:
        waiting.done.set_exception(failure)
