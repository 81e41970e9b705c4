"""One database for each service; one transaction for each request or batch of messages.

SQLModel declares the tables; the unit of work writes them, as driver-level statements. `Database` is the
door to both engines: PostgreSQL (`postgresql+asyncpg://`) and SQLite (`sqlite+aiosqlite:///file`).
"""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Executable, MetaData, Row
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import configure_mappers

from chassis.database.bench import Bench, benches
from chassis.database.coalescing import CoalescingWriter
from chassis.database.failures import (
    Contention,
    Overloaded,
    StorageAway,
    StorageFull,
    Unstorable,
)
from chassis.database.postgres import AWAY, GONE, PostgresEngine
from chassis.database.shapes import Codec, Values, WriteSet
from chassis.database.sqlite import SqliteEngine
from chassis.database.unit_of_work import ANYBODY, CALLER, ITSELF, TRACE, UnitOfWork

__all__ = [
    "ANYBODY",
    "CALLER",
    "ITSELF",
    "TRACE",
    "Bench",
    "Contention",
    "Database",
    "Overloaded",
    "StorageAway",
    "StorageFull",
    "UnitOfWork",
    "Unstorable",
]

T = TypeVar("T")
NO_JIT = {"jit": "off"}
"""Our questions are wide and short: to compile one takes PostgreSQL longer than to answer it."""

ATTEMPTS = 8
"""How often a unit of work is run again when somebody else was first."""

IN_TURN_FROM = 3
"""The run from which on those who contend in one process take turns."""

TOO_MANY = "53300"
"""SQLSTATE of a server that takes no further connection just now."""

WAKE_EVERY = 0.002
"""Seconds between two NOTIFYs at most: many commits wake the relay once."""


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


@contextmanager
def _telling_away() -> Iterator[None]:
    """Tell a database that does not answer from a question that is wrong."""
    try:
        yield
    except DBAPIError as failed:
        if failed.connection_invalidated or _tells_of_absence(failed.orig):
            raise StorageAway("The database does not answer.", retry_after=2) from failed
        raise
    except PoolTimeout as busy:
        raise Overloaded("Too many questions at once.", retry_after=2) from busy
    except (*AWAY, *GONE) as away:
        raise StorageAway("The database does not answer.", retry_after=2) from away


class Database:
    """A service's database: reads, units of work, locks, and the signal that wakes the relay."""

    def __init__(
        self, url: str, metadata: MetaData, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        configure_mappers()
        self.url = make_url(url)
        self.metadata = metadata
        self.now = now
        self.is_postgres = self.url.get_backend_name() == "postgresql"
        self.engine: PostgresEngine | SqliteEngine = (
            PostgresEngine(self.url.set(drivername="postgresql").render_as_string(False))
            if self.is_postgres
            else SqliteEngine(Path(self.url.database or ""))
        )
        self.writer = CoalescingWriter(self.engine.store, self._committed)
        self.recorded = asyncio.Event()
        """Set when this process has committed an event; the relay waits for it."""
        self.running: Any = None
        """The service this database was opened for, where it was."""
        self._readers: AsyncEngine | None = None
        self._turns = asyncio.Lock()
        self._codecs: dict[str, Codec] = {}
        self._notifying: asyncio.Task[None] | None = None

    @property
    def channel(self) -> str:
        """The channel of LISTEN and NOTIFY: one database serves one service, so one name does."""
        return "outbox_recorded"

    async def open(self) -> None:
        """Connect. A PostgreSQL that is away now is not an error yet."""
        await self.engine.open()
        await self.writer.open()
        if self.is_postgres:
            self._readers = create_async_engine(
                self.url,
                isolation_level="AUTOCOMMIT",
                pool_size=4,
                max_overflow=4,
                pool_timeout=2,
                connect_args={"timeout": 3, "command_timeout": 10, "server_settings": NO_JIT},
            )
        else:
            self._readers = create_async_engine(self.url, pool_size=4, pool_timeout=10)

    async def close(self) -> None:
        """Commit what waits, then let go."""
        await self.writer.close()
        if self._notifying is not None:
            await asyncio.gather(self._notifying, return_exceptions=True)
        if self._readers is not None:
            await self._readers.dispose()
        await self.engine.close()

    def codec(self, table: str) -> Codec:
        """How values of a table are told to this engine."""
        codec = self._codecs.get(table)
        if codec is None:
            codec = self._codecs[table] = Codec(self.metadata.tables[table], self.engine.dialect)
        return codec

    async def fetch(self, codec: Codec, keys: Sequence[Values]) -> list[Any]:
        """Rows by their keys, as the driver gives them."""
        return await self.engine.fetch(codec, keys)

    async def select(self, statement: Executable) -> Sequence[Row[Any]]:
        """The result of a question, read from what is committed."""
        with _telling_away():
            try:
                return await self._answer(statement)
            except DBAPIError as failed:
                if not failed.connection_invalidated:
                    raise
                # A connection may have died while it rested; a question changes nothing and is asked again.
                return await self._answer(statement)

    async def _answer(self, statement: Executable) -> Sequence[Row[Any]]:
        async with self._reading().connect() as connection:
            rows: Sequence[Row[Any]] = (await connection.execute(statement)).fetchall()
        return rows

    def _reading(self) -> AsyncEngine:
        if self._readers is None:
            raise StorageAway("The database is closed.", retry_after=2)
        return self._readers

    async def _alive(self) -> AsyncConnection:
        """A connection to read through, known to be there still."""
        connection = await self._reading().connect()
        try:
            await connection.exec_driver_sql("SELECT 1")
            await connection.rollback()
        except DBAPIError as failed:
            await connection.close()
            if not failed.connection_invalidated:
                raise
            connection = await self._reading().connect()
        return connection

    @asynccontextmanager
    async def snapshot(
        self,
    ) -> AsyncIterator[Callable[[Executable], Awaitable[Sequence[Row[Any]]]]]:
        """Several questions answered from one instant of the database, whatever is committed meanwhile."""
        with _telling_away():
            plain = await self._alive()
        try:
            connection = plain
            if self.is_postgres:
                connection = await plain.execution_options(isolation_level="REPEATABLE READ")
            async with connection.begin():
                if not self.is_postgres:
                    await connection.exec_driver_sql("BEGIN")

                async def ask(statement: Executable) -> Sequence[Row[Any]]:
                    with _telling_away():
                        rows: Sequence[Row[Any]] = (await connection.execute(statement)).fetchall()
                    return rows

                yield ask
        finally:
            await plain.close()

    @asynccontextmanager
    async def benches(self, how_many: int) -> AsyncIterator[Sequence[Bench]]:
        """Connections of one's own for long work on one instant, with temporary tables; see `Bench`."""
        async with AsyncExitStack() as stack:
            with _telling_away():
                made = await stack.enter_async_context(benches(self.url, how_many))
            yield made

    async def run(self, command: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        """Run a command in a unit of work (its last argument), commit, and return what it returned.

        When somebody else was first the command runs again, at most `ATTEMPTS` times; then
        `Overloaded` is raised. From run `IN_TURN_FROM` on, those in this process take turns: twenty
        changes of one thing at once would otherwise trip each other up again and again.
        """
        for attempt in range(1, ATTEMPTS + 1):
            turn = self._turns if attempt >= IN_TURN_FROM else nullcontext()
            try:
                async with turn:
                    uow = UnitOfWork(self, attempt=attempt)
                    answer = await command(*arguments, uow)
                    await self.commit(uow)
            except Contention:
                await asyncio.sleep(0.002 * (attempt - 1))
                continue
            return answer
        raise Overloaded("Too many changes of the same thing at once.", retry_after=1)

    async def commit(self, uow: UnitOfWork) -> None:
        """Make a unit of work durable, or raise and store nothing of it."""
        writes: WriteSet = uow.writes()
        if len(writes):
            await self.writer.write(writes)

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work that commits at the end of the block; it is run once."""
        uow = UnitOfWork(self)
        yield uow
        await self.commit(uow)

    async def ping(self) -> None:
        """Raise `StorageAway` unless the database answers."""
        await self.engine.execute("SELECT 1")

    @asynccontextmanager
    async def lock(self, name: str) -> AsyncIterator[Callable[[], Awaitable[None]] | None]:
        """Hold a lock that only one process can hold, or get None at once.

        Yields a function that waits (at most a second or so) for the relay's signal, and raises
        `StorageAway` when the lock may have been lost.
        """
        if isinstance(self.engine, PostgresEngine):
            async with self._postgres_lock(self.engine, name) as held:
                yield held
        else:
            async with self._local_lock(name) as held:
                yield held

    @asynccontextmanager
    async def _postgres_lock(
        self, engine: PostgresEngine, name: str
    ) -> AsyncIterator[Callable[[], Awaitable[None]] | None]:
        async with engine.dedicated() as connection:
            got = await connection.fetchval(
                "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name
            )
            if not got:
                yield None
                return
            await connection.add_listener(self.channel, lambda *_: self.recorded.set())

            async def wait(seconds: float = 1.0) -> None:
                if connection.is_closed():
                    raise StorageAway("The lock's connection is gone.", retry_after=1)
                # Not `wait_for`: before Python 3.12 it can swallow a cancellation.
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self.recorded.wait()

            yield wait

    @asynccontextmanager
    async def _local_lock(self, name: str) -> AsyncIterator[Callable[[], Awaitable[None]] | None]:
        path = Path(f"{self.url.database}.{name}.lock")
        with path.open("w") as file:  # noqa: ASYNC230 - once, at start-up, and empty
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield None
                return

            async def wait(seconds: float = 1.0) -> None:
                # Not `wait_for`: before Python 3.12 it can swallow a cancellation.
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self.recorded.wait()

            yield wait

    def _committed(self) -> None:
        """Wake the relay: here by a signal, elsewhere by a debounced NOTIFY after the commit."""
        self.recorded.set()
        if self.is_postgres and self._notifying is None:
            self._notifying = asyncio.create_task(self._notify(), name="notify")

    async def _notify(self) -> None:
        await asyncio.sleep(WAKE_EVERY)
        self._notifying = None
        with suppress(StorageAway):
            # The relay polls anyway; a lost signal costs a second, not an event.
            await self.engine.execute(f"NOTIFY {self.channel}")


def _tells_of_absence(failure: BaseException | None) -> bool:
    """Whether a driver's error says that the server is away, starting or ending, not that we asked badly."""
    state = str(getattr(failure, "sqlstate", None) or "")
    return isinstance(failure, OSError) or state.startswith(("08", "57P")) or state == TOO_MANY
