"""PostgreSQL: a whole group of write sets is one statement, so one round trip and one commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, TypeVar

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect as postgres_dialect

from chassis.database.failures import Contention, StorageAway, StorageFull, Unstorable
from chassis.database.shapes import GUARD, Codec, Shape, Values, Verb, WriteSet

T = TypeVar("T")
DIALECT = postgres_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped

CONNECT_TIMEOUT = 3
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
            server_settings={
                "application_name": "motcua",
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
            shapes = tuple(rows)
            await self._run(lambda c: c.fetch(statement_for(shapes), *_arguments(rows)))

    async def fetch(self, codec: Codec, keys: Sequence[Values]) -> list[Any]:
        """The rows of these keys; keys without a row are left out."""
        sql = select_by_keys(codec.table, codec.keys, codec.columns)
        columns = [list(column) for column in zip(*keys, strict=True)]
        found = await self._run(lambda c: c.fetch(sql, *columns))
        return [tuple(record) for record in found]

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


def _arguments(rows: dict[Shape, list[Values]]) -> list[Any]:
    arguments: list[Any] = []
    expected = 0
    for shape, values in rows.items():
        arguments.extend(list(column) for column in zip(*values, strict=True))
        if shape.counted:
            expected += len(values)
    if any(shape.counted for shape in rows):
        arguments.append(expected)
    return arguments


@lru_cache(maxsize=512)
def statement_for(shapes: tuple[Shape, ...]) -> str:
    """The one statement that stores rows of these shapes.

    Every shape is a common table expression over arrays. Where a row must still be as it was read, the
    last line divides by zero when one is not: an error that undoes the whole statement, without the two
    further round trips of BEGIN and COMMIT.
    """
    parts: list[str] = []
    guards: list[str] = []
    position = 1
    for number, shape in enumerate(shapes):
        name = f"w{number}"
        parts.append(f"{name} AS ({_part(shape, position)})")
        position += len(shape.parameters)
        if shape.counted:
            guards.append(f"(SELECT count(*) FROM {name})")
    last = "SELECT 1"
    if guards:
        last = f"SELECT 1 / (({' + '.join(guards)}) = ${position}::bigint)::int"
    return f"WITH {', '.join(parts)} {last}"


def _part(shape: Shape, position: int) -> str:
    table = _quoted(shape.table.name)
    arrays = ", ".join(
        f"${position + i}::{_type(shape, name)}[]" for i, name in enumerate(shape.parameters)
    )
    columns = ", ".join(map(_quoted, shape.columns))
    everything = ", ".join(map(_quoted, shape.keys + shape.columns))
    keys = ", ".join(map(_quoted, shape.keys))
    if shape.verb in {Verb.INSERT, Verb.KEEP}:
        conflict = " ON CONFLICT DO NOTHING" if shape.verb is Verb.KEEP else ""
        return f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays}){conflict}"
    if shape.verb is Verb.PUT:
        guard = f" WHERE {table}.{GUARD} <= excluded.{GUARD}" if GUARD in shape.columns else ""
        return (
            f"INSERT INTO {table} ({everything}) SELECT * FROM unnest({arrays}) "
            f"ON CONFLICT ({keys}) DO UPDATE SET {_from('excluded', shape.columns)}{guard}"
        )
    if shape.verb is Verb.INCREASE:
        sums = ", ".join(f"sum(u.{_quoted(c)})" for c in shape.columns)
        grown = ", ".join(
            f"{_quoted(c)} = {table}.{_quoted(c)} + excluded.{_quoted(c)}" for c in shape.columns
        )
        return (
            f"INSERT INTO {table} ({everything}) SELECT {keys}, {sums} "
            f"FROM unnest({arrays}) AS u({everything}) GROUP BY {keys} ORDER BY {keys} "
            f"ON CONFLICT ({keys}) DO UPDATE SET {grown}"
        )
    same = " AND ".join(f"{table}.{_quoted(k)} = u.{_quoted(k)}" for k in shape.keys)
    if shape.verb is Verb.REMOVE:
        return f"DELETE FROM {table} USING unnest({arrays}) AS u({keys}) WHERE {same}"
    if shape.verb is Verb.EXPECT:
        return _as_read(shape, f"unnest({arrays}) AS u({everything})")
    return _update(shape, table, arrays, same)


def _update(shape: Shape, table: str, arrays: str, same: str) -> str:
    names = ", ".join(
        [_quoted(k) for k in shape.keys]
        + (["was"] if shape.guarded else [])
        + [_quoted(c) for c in shape.columns]
    )
    guard = f" AND {table}.{GUARD} = u.was" if shape.guarded else ""
    return (
        f"UPDATE {table} SET {_from('u', shape.columns)} "
        f"FROM unnest({arrays}) AS u({names}) WHERE {same}{guard} RETURNING 1"
    )


def _as_read(shape: Shape, rows: str) -> str:
    """Rows that are as they were read. Locked until the commit: who would change one waits for it."""
    table = _quoted(shape.table.name)
    same = [f"{table}.{_quoted(key)} = u.{_quoted(key)}" for key in shape.keys]
    same += [f"{table}.{_quoted(c)} IS NOT DISTINCT FROM u.{_quoted(c)}" for c in shape.columns]
    return f"SELECT 1 FROM {table} JOIN {rows} ON {' AND '.join(same)} FOR SHARE OF {table}"


def _from(source: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{_quoted(c)} = {source}.{_quoted(c)}" for c in columns)


@lru_cache(maxsize=128)
def select_by_keys(table: Any, keys: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """The statement that reads rows by their keys, given as one array for each key column."""
    wanted = ", ".join(f"t.{_quoted(c)}" for c in columns)
    arrays = ", ".join(
        f"${i}::{table.c[k].type.compile(dialect=DIALECT)}[]" for i, k in enumerate(keys, 1)
    )
    names = ", ".join(map(_quoted, keys))
    same = " AND ".join(f"t.{_quoted(k)} = u.{_quoted(k)}" for k in keys)
    return (
        f"SELECT {wanted} FROM unnest({arrays}) AS u({names}) "
        f"JOIN {_quoted(table.name)} AS t ON {same}"
    )


def _type(shape: Shape, name: str) -> str:
    compiled: str = shape.table.c[name].type.compile(dialect=DIALECT)
    return {"BIGSERIAL": "BIGINT", "SERIAL": "INTEGER"}.get(compiled, compiled)


def _quoted(name: str) -> str:
    return f'"{name}"'
