"""SQLite: one thread writes, group by group; reads by key happen on the spot."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.dialects.sqlite.aiosqlite import dialect as sqlite_dialect

from chassis.database.failures import Contention, StorageAway, StorageFull, Unstorable
from chassis.database.shapes import GUARD, Codec, Shape, Values, Verb, WriteSet

T = TypeVar("T")
DIALECT = sqlite_dialect()

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=5000",
    "PRAGMA foreign_keys=ON",
)
"""FULL, because 2xx promises that the change survives a power cut, not only a crash."""


def make_private(path: Path) -> None:
    """Make a database file that its owner alone can read, where there is none; its journals follow it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


class SqliteEngine:
    """The driver's side of a service's database in one SQLite file on a local disk."""

    dialect = DIALECT

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"sqlite-{path.stem}")
        self.statements = 0
        """Statements sent so far; tests count with it."""

    async def open(self) -> None:
        """Open the file, or make it."""
        make_private(self.path)
        self._writer = await self._aside(self._connect)
        self._reader = self._connect()
        self._reader.execute("PRAGMA query_only=ON")

    async def close(self) -> None:
        """Finish what runs, and close the file."""
        if self._writer is not None:
            await self._aside(self._writer.close)
            self._writer = None
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        self._thread.shutdown()

    async def store(self, group: list[WriteSet]) -> None:
        """Commit a group of write sets in one transaction, or nothing of it."""
        await self._aside(lambda: self._commit(group))

    async def fetch(self, codec: Codec, keys: Sequence[Values]) -> list[Any]:
        """The rows of these keys; keys without a row are left out.

        Runs in the event loop: a read by key takes less time than handing it to a thread.
        """
        sql = select_by_key(codec.table, codec.keys, codec.columns)
        found: list[Any] = []
        for key in keys:
            found.extend(self._read(sql, key))
        self.statements += 1
        return found

    async def look(self, sql: str) -> list[Any]:
        """The rows of a small question, answered on the spot as reads by key are."""
        self.statements += 1
        return self._read(sql, ())

    def _read(self, sql: str, values: Values) -> list[Any]:
        if self._reader is None:
            raise StorageAway("The database is closed.", retry_after=2)
        return self._reader.execute(sql, values).fetchall()

    async def execute(self, sql: str, *arguments: Any) -> list[Any]:
        """Run one statement of our own in a transaction of its own and return its rows."""

        def run() -> list[Any]:
            writer = self._begun()
            try:
                with closing(writer.execute(sql, arguments)) as cursor:
                    rows = cursor.fetchall()
            except BaseException:
                writer.execute("ROLLBACK")
                raise
            writer.execute("COMMIT")
            return rows

        self.statements += 1
        return await self._aside(run)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            connection.execute(pragma)
        return connection

    def _begun(self) -> sqlite3.Connection:
        if self._writer is None:
            raise StorageAway("The database is closed.", retry_after=2)
        self._writer.execute("BEGIN IMMEDIATE")
        return self._writer

    def _commit(self, group: list[WriteSet]) -> None:
        writer = self._begun()
        try:
            for writes in group:
                for shape, rows in writes.rows.items():
                    self.statements += 1
                    # Closed here: one that a traceback keeps would, wherever that is let go, reset the
                    # statement that this thread is running by then (CPython 3.11 shares it).
                    with closing(writer.cursor()) as cursor:
                        if shape.verb is Verb.EXPECT:
                            found = _found(cursor, shape, rows)
                        else:
                            cursor.executemany(statement_for(shape), _ordered(shape, rows))
                            found = cursor.rowcount
                    _hold_guard(shape, found, len(rows))
        except BaseException:
            writer.execute("ROLLBACK")
            raise
        writer.execute("COMMIT")

    async def _aside(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, work)
        except sqlite3.IntegrityError as refused:
            if refused.sqlite_errorcode in _TAKEN:
                raise Contention(str(refused)) from refused
            raise Unstorable(refused.sqlite_errorname) from refused
        except sqlite3.OperationalError as failed:
            if failed.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise StorageFull("The disk has no room left.", retry_after=30) from failed
            if failed.sqlite_errorcode in _AWAY:
                raise StorageAway("The database is busy.", retry_after=2) from failed
            raise
        except (sqlite3.DataError, OverflowError, UnicodeEncodeError) as bad:
            raise Unstorable(type(bad).__name__) from bad


def _found(cursor: sqlite3.Cursor, shape: Shape, rows: list[Values]) -> int:
    same = " AND ".join(f'"{name}" IS ?' for name in shape.parameters)
    sql = f'SELECT 1 FROM "{shape.table.name}" WHERE {same}'
    return sum(cursor.execute(sql, values).fetchone() is not None for values in rows)


def _hold_guard(shape: Shape, found: int, expected: int) -> None:
    if shape.counted and found != expected:
        raise Contention(f"guard of {shape.table.name}")


_TAKEN = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_AWAY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


def _ordered(shape: Shape, rows: list[Values]) -> list[Values]:
    if shape.verb is not Verb.UPDATE:
        return rows
    keys = len(shape.parameters) - len(shape.columns)
    return [values[keys:] + values[:keys] for values in rows]


@lru_cache(maxsize=512)
def statement_for(shape: Shape) -> str:
    """The statement that stores one row of this shape."""
    table = f'"{shape.table.name}"'
    everything = shape.keys + shape.columns
    names = ", ".join(f'"{name}"' for name in everything)
    marks = ", ".join("?" * len(everything))
    keys = ", ".join(f'"{name}"' for name in shape.keys)
    insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"
    if shape.verb is Verb.INSERT:
        return insert
    if shape.verb is Verb.KEEP:
        return f"{insert} ON CONFLICT DO NOTHING"
    if shape.verb is Verb.PUT:
        over = ", ".join(f'"{c}" = excluded."{c}"' for c in shape.columns)
        guard = f" WHERE {table}.{GUARD} <= excluded.{GUARD}" if GUARD in shape.columns else ""
        return f"{insert} ON CONFLICT ({keys}) DO UPDATE SET {over}{guard}"
    if shape.verb is Verb.INCREASE:
        grown = ", ".join(f'"{c}" = "{c}" + excluded."{c}"' for c in shape.columns)
        return f"{insert} ON CONFLICT ({keys}) DO UPDATE SET {grown}"
    same = " AND ".join(f'"{k}" = ?' for k in shape.keys)
    if shape.verb is Verb.REMOVE:
        return f"DELETE FROM {table} WHERE {same}"
    changes = ", ".join(f'"{c}" = ?' for c in shape.columns)
    guard = f" AND {GUARD} = ?" if shape.guarded else ""
    return f"UPDATE {table} SET {changes} WHERE {same}{guard}"


@lru_cache(maxsize=128)
def select_by_key(table: Any, keys: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """The statement that reads one row by its key."""
    wanted = ", ".join(f'"{c}"' for c in columns)
    same = " AND ".join(f'"{k}" = ?' for k in keys)
    return f'SELECT {wanted} FROM "{table.name}" WHERE {same}'
