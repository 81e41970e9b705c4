"""Databases for tests: those of PostgreSQL are emptied and used again, SQLite's files copied."""

import shutil
from pathlib import Path
from uuid import uuid4

import asyncpg

from chassis import migrations
from chassis.service import Service
from chassis.settings import Settings
from suite.services import SERVICES
from tests.servers import Postgres
from tests.servers.node import run_apart


class Stock:
    """The databases of one test session: made once, emptied after each test, given to the next."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self._session = uuid4().hex[:8]
        self._made = 0
        self._free: list[Shelf] = []

    def take(self) -> "Shelf":
        """A shelf of empty databases, for one test at a time."""
        if self._free:
            return self._free.pop()
        self._made += 1
        return Shelf(self.server, f"t{self._session}{self._made}")

    def give_back(self, shelf: "Shelf") -> None:
        """The databases of a shelf, for the next test."""
        self._free.append(shelf)

    def close(self) -> None:
        """Leave no database behind."""
        for shelf in self._free:
            shelf.close()


class Shelf:
    """Databases under one prefix, one for each service that was asked for."""

    def __init__(self, server: Postgres, prefix: str) -> None:
        self.server = server
        self.prefix = prefix
        self._prints: dict[str, str] = {}
        """How each database is made; nothing for one without tables."""

    def make(self, service: Service, *, migrated: bool) -> str:
        """The empty database of a service: its name."""
        name = f"{self.prefix}_{service.name}"
        dsn = self.server.dsn_of(name)
        if name in self._prints and bool(self._prints[name]) != migrated:
            self._drop(name)
        if name not in self._prints:
            self.server.create_database(name)
            self._prints[name] = ""
            if migrated:
                migrations.upgrade(service.package, asynchronous(dsn))
                run_apart(keep_rows(dsn))
                self._prints[name] = run_apart(emptied(dsn))
        return name

    def empty(self, name: str) -> None:
        """Take away what a test left; a database that a test has made otherwise is dropped instead."""
        known, dsn = self._prints[name], self.server.dsn_of(name)
        if run_apart(emptied(dsn) if known else bared(dsn)) != known:
            self._drop(name)

    def close(self) -> None:
        for name in list(self._prints):
            self._drop(name)

    def _drop(self, name: str) -> None:
        del self._prints[name]
        self.server.drop_database(name)


async def keep_rows(dsn: str) -> None:
    """Copy the rows that migrations have brought to where no test finds them."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        await connection.execute("CREATE SCHEMA kept")
        for table in await _filled(connection):
            await connection.execute(f"CREATE TABLE kept.{table} AS TABLE public.{table}")
    finally:
        await connection.close()


async def emptied(dsn: str) -> str:
    """Bring a database to the rows it began with, its clients gone; a digest of how it is made."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        await connection.execute(ALONE)
        found = await _filled(connection)
        steps = [f"DELETE FROM {one}" for one in found]
        steps += [f"ALTER SEQUENCE {row[0]} RESTART" for row in await connection.fetch(MOVED)]
        steps += [
            f"INSERT INTO public.{row[0]} OVERRIDING SYSTEM VALUE TABLE kept.{row[0]}"
            for row in await connection.fetch(TABLES, "kept")
        ]
        if steps:
            # What only grows refuses to be emptied, unless triggers rest.
            rest = "SET session_replication_role = replica; SET synchronous_commit = off"
            await connection.execute("; ".join([rest, *steps]))
        return str(await connection.fetchval(MADE))
    finally:
        await connection.close()


async def bared(dsn: str) -> str:
    """Take every table from a database and its clients with them; what it is told besides its tables."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        await connection.execute(ALONE)
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        return str(await connection.fetchval(TOLD))
    finally:
        await connection.close()


async def _filled(connection: asyncpg.Connection) -> list[str]:
    tables = [row[0] for row in await connection.fetch(TABLES, "public")]
    looks = [f"SELECT '{one}' WHERE EXISTS (SELECT FROM {one})" for one in tables]
    return [row[0] for row in await connection.fetch(" UNION ALL ".join(looks))]


ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
TABLES = """
SELECT quote_ident(tablename) FROM pg_tables
WHERE schemaname = $1 AND tablename <> 'alembic_version'
"""
MOVED = """
SELECT quote_ident(sequencename) FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
TOLD = """
SELECT coalesce(string_agg(setconfig::text, ',' ORDER BY setconfig), '') FROM pg_db_role_setting
WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
MADE = f"""
SELECT md5(concat(
    (SELECT string_agg(concat(c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull, a.atthasdef), ','
                       ORDER BY c.relname, a.attnum)
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace),
    (SELECT string_agg(concat(tgname, tgenabled), ',' ORDER BY tgname, tgrelid::regclass::text)
     FROM pg_trigger),
    (SELECT string_agg(conname, ',' ORDER BY conname, conrelid::regclass::text) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace),
    (SELECT string_agg(proname, ',' ORDER BY proname) FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace),
    ({TOLD}),
    (SELECT string_agg(version_num, ',') FROM alembic_version)
))
"""


class Embedded:
    """SQLite files, copied from one that is migrated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, service: Service, url: str) -> None:
        """A migrated file of a service, where its address says."""
        kept = self._folder / f"{service.name}.db"
        if not kept.exists():
            migrations.upgrade(service.package, f"sqlite+aiosqlite:///{kept}")
        place = Path(url.removeprefix("sqlite+aiosqlite:///"))
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, place)

    def fill(self, settings: Settings) -> None:
        """Migrated files of every service, where the settings look for them."""
        for name, service in SERVICES.items():
            self.make(service, settings.database_for(name))


class Databases:
    """Empty databases for one test on PostgreSQL."""

    def __init__(self, stock: Stock) -> None:
        self.server = stock.server
        self._stock = stock
        self._shelf = stock.take()
        self._lent: set[str] = set()
        self.run = self._shelf.prefix

    @property
    def url(self) -> str:
        """With ``{service}`` where the service's name goes."""
        return asynchronous(self.server.dsn_of(f"{self.run}_SERVICE")).replace(
            "SERVICE", "{service}"
        )

    def make(self, service: Service, *, migrated: bool = True) -> str:
        """The address of a service's database; one that is not `migrated` has no tables."""
        name = self._shelf.make(service, migrated=migrated)
        self._lent.add(name)
        return asynchronous(self.server.dsn_of(name))

    def drop(self) -> None:
        """Let the next test have them."""
        for name in self._lent:
            self._shelf.empty(name)
        self._stock.give_back(self._shelf)


def asynchronous(dsn: str) -> str:
    return dsn.replace("postgresql://", "postgresql+asyncpg://")
