"""Long work on one instant of a database: questions, and tables that nobody else sees."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from sqlalchemy import URL, Executable, Row, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

SETTINGS = {
    # To compile a question takes PostgreSQL longer than to answer it, but for the very longest.
    "jit_above_cost": "2000000",
    # Counted in memory, what would be sorted on the disk.
    "work_mem": "256MB",
    "temp_buffers": "256MB",
    # Several connections are at work already: rows handed from process to process only cost more.
    "max_parallel_workers_per_gather": "0",
    # Whatever a server allows a question otherwise.
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    # Days as the rest of the suite writes them.
    "datestyle": "ISO",
}
"""Of PostgreSQL: long work has connections of its own."""

AT_ONCE = 1_000
"""Rows fetched at a time."""

ATTEMPTS = 8
"""How often a change is made again when it and another waited for each other."""

DEADLOCK = "40P01"


class Bench:
    """Answers from one instant, whatever is committed meanwhile, and for as long as it takes.

    Nothing that is made on it is kept. What `change` changes is: after the instant was let go.
    """

    def __init__(self, connection: AsyncConnection, *, is_postgres: bool) -> None:
        self._connection = connection
        self.is_postgres = is_postgres

    async def begin(self, instant: str | None = None) -> None:
        """Hold an instant: this one, or one that another bench has shared."""
        if not self.is_postgres:
            await self._connection.exec_driver_sql("BEGIN")
            return
        await self._connection.execution_options(isolation_level="REPEATABLE READ")
        if instant is not None:
            await self._connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{instant}'")

    async def share(self) -> str:
        """The name under which other connections to PostgreSQL can hold the same instant."""
        [[instant]] = await self.ask(text("SELECT pg_export_snapshot()"))
        return str(instant)

    async def ask(self, statement: Executable) -> Sequence[Row[Any]]:
        """The result of a question."""
        rows: Sequence[Row[Any]] = (await self._connection.execute(statement)).fetchall()
        return rows

    async def each(self, statement: Executable) -> AsyncIterator[Row[Any]]:
        """The result of a question of which there may be much, row by row."""
        asked = statement.execution_options(yield_per=AT_ONCE)
        async with self._connection.stream(asked) as result:
            async for rows in result.partitions():
                for row in rows:
                    yield row

    async def make(self, sql: str) -> None:
        """Make something temporary, by a statement of our own."""
        await self._connection.exec_driver_sql(sql)

    async def let_go(self) -> None:
        """From here on see what has been committed; what was made stays."""
        await self._connection.commit()
        if self.is_postgres:
            await self._connection.execution_options(isolation_level="READ COMMITTED")

    async def change(self, *statements: Executable) -> None:
        """Make a change and commit it: all of these statements, or nothing of them."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                if not self.is_postgres:
                    await self._connection.exec_driver_sql("BEGIN IMMEDIATE")
                for statement in statements:
                    await self._connection.execute(statement)
                await self._connection.commit()
            except DBAPIError as failed:
                await self._connection.rollback()
                if attempt == ATTEMPTS or getattr(failed.orig, "sqlstate", None) != DEADLOCK:
                    raise
                await asyncio.sleep(0.01 * attempt)
            else:
                return


@asynccontextmanager
async def benches(url: URL, how_many: int) -> AsyncIterator[Sequence[Bench]]:
    """So many benches on one instant, each for one statement at a time; on SQLite a single one."""
    is_postgres = url.get_backend_name() == "postgresql"
    connect: dict[str, Any] = {"timeout": 3, "server_settings": SETTINGS} if is_postgres else {}
    engine = create_async_engine(url, poolclass=NullPool, connect_args=connect)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        made: list[Bench] = []
        for _ in range(how_many if is_postgres else 1):
            connection = await stack.enter_async_context(engine.connect())
            made.append(Bench(connection, is_postgres=is_postgres))
        first, *others = made
        await first.begin()
        if others:
            instant = await first.share()
            for one in others:
                await one.begin(instant)
        yield made
