"""PostgreSQL: a whole group of write sets is one statement, so one round trip and one commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

from chassis.database.failures import Contention, StorageAway, StorageFull, Unstorable
from chassis.database.shapes import Codec, Shape, Values, Verb, WriteSet
from chassis.database.statements import DIALECT, in_order, select_by_keys, statement_for

T = TypeVar("T")

CONNECT_TIMEOUT = 3
PLANS = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "jit": "off"}
"""Our statements are few and go by keys: one plan of each serves all, by index however small its tables still
were when it was made. To plan one anew takes longer than to run it."""

COMMAND_TIMEOUT = 5
"""Seconds. asyncpg waits for ever by default, which on a black-holed link is for ever."""

AWAY = (
    *(OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError),
    # Giving back a connection whose server was killed in the middle of a statement.
    asyncpg.InternalClientError,
)
GONE = (
    *(asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, asyncpg.CannotConnectNowError),
    asyncpg.TooManyConnectionsError,
)


class PostgresEngine:
    """The driver's side of a service's database on PostgreSQL."""

    dialect = DIALECT

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._pool: asyncpg.Pool | None = None
        self.statements = 0
        """Statements sent so far; tests count with it."""

    async def open(self) -> None:
        """Prepare to connect; a database that is away now is not an error yet."""
        self._pool = asyncpg.create_pool(
            self._dsn,
            min_size=0,
            max_size=6,
            timeout=CONNECT_TIMEOUT,
            command_timeout=COMMAND_TIMEOUT,
            reset=_as_it_was,
            # However long: to parse and plan one that names fifty columns takes longer than to run it.
            max_cacheable_statement_size=0,
            server_settings={
                "application_name": "motcua",
                **PLANS,
                # 2xx promises that a change is on the disk, whatever the server's default is.
                "synchronous_commit": "on",
                "statement_timeout": "10000",
                "lock_timeout": "2000",
                "idle_in_transaction_session_timeout": "15000",
            },
        )
        try:
            await self._pool
        except (*AWAY, *GONE):
            # It reconnects at the first statement; /health/ready tells until then.
            return

    async def close(self) -> None:
        """Let every connection go."""
        if self._pool is not None:
            try:
                await asyncio.wait_for(self._pool.close(), 5)
            except TimeoutError:
                self._pool.terminate()

    async def store(self, group: list[WriteSet]) -> None:
        """Commit a group of write sets as one statement, or nothing of it."""
        rows: dict[Shape, list[Values]] = {}
        for writes in group:
            for shape, values in writes.rows.items():
                rows.setdefault(shape, []).extend(values)
        if rows:
            shapes = in_order(rows)
            await self._run(lambda c: c.fetch(statement_for(shapes), *_arguments(shapes, rows)))

    async def fetch(self, codec: Codec, keys: Sequence[Values]) -> list[Any]:
        """The rows of these keys; keys without a row are left out."""
        sql = select_by_keys(codec.table, codec.keys, codec.columns)
        columns = [list(column) for column in zip(*keys, strict=True)]
        return list(await self._run(lambda c: c.fetch(sql, *columns)))

    async def look(self, sql: str) -> list[Any]:
        """The rows of a small question."""
        return await self.execute(sql)

    async def execute(self, sql: str, *arguments: Any) -> list[Any]:
        """Run one statement of our own and return its rows."""
        return list(await self._run(lambda c: c.fetch(sql, *arguments)))

    @asynccontextmanager
    async def dedicated(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of one's own, outside the pool, for locks and LISTEN."""
        try:
            connection = await asyncpg.connect(
                self._dsn, timeout=CONNECT_TIMEOUT, command_timeout=COMMAND_TIMEOUT
            )
        except (*AWAY, *GONE) as away:
            raise StorageAway("The database does not answer.", retry_after=2) from away
        try:
            yield connection
        finally:
            connection.terminate()

    async def _run(self, ask: Callable[[Any], Awaitable[T]]) -> T:
        if self._pool is None:
            raise StorageAway("The database is closed.", retry_after=2)
        self.statements += 1
        try:
            async with self._pool.acquire(timeout=CONNECT_TIMEOUT) as connection:
                return await ask(connection)
        except (
            *(asyncpg.UniqueViolationError, asyncpg.DivisionByZeroError),
            # Two groups that change the same rows in another order: one of them goes again.
            asyncpg.DeadlockDetectedError,
        ) as taken:
            raise Contention(getattr(taken, "constraint_name", None) or "guard") from taken
        except (asyncpg.DiskFullError, asyncpg.OutOfMemoryError) as full:
            raise StorageFull("The database has no room left.", retry_after=30) from full
        except (*AWAY, *GONE, asyncio.CancelledError) as away:
            if isinstance(away, asyncio.CancelledError) and _cancelled():
                raise
            raise StorageAway("The database does not answer.", retry_after=2) from away
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as bad:
            raise Unstorable(bad.sqlstate) from bad


async def _as_it_was(_: Any) -> None:
    """Nothing: each use of a pooled connection is one statement, which leaves no state behind.

    asyncpg would send a statement of its own to make sure, as dear as the one before it.
    """


def _cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _arguments(shapes: Sequence[Shape], rows: Mapping[Shape, list[Values]]) -> list[Any]:
    arguments: list[Any] = []
    expected = 0
    for shape in shapes:
        values = rows[shape]
        columns = list(map(list, zip(*values, strict=True)))
        # What tells rows apart is always whole, and so is the first column where nothing does.
        whole = max(1, len(shape.parameters) - len(shape.columns))
        empty = _adds_nothing if shape.verb is Verb.INCREASE else _tells_nothing
        arguments += columns[:whole]
        arguments += [[] if empty(column) else column for column in columns[whole:]]
        if shape.counted:
            expected += len(values)
    if any(shape.counted for shape in shapes):
        arguments.append(expected)
    return arguments


# Of fifty columns an event changes a few, and every value costs its time on both sides: a column without
# any is sent as no values at all, which `unnest` fills up with NULL.


def _tells_nothing(column: list[Any]) -> bool:
    return column[0] is None and column.count(None) == len(column)


def _adds_nothing(column: list[Any]) -> bool:
    return not any(column)
