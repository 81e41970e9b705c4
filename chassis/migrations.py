"""Alembic, told once how to run for any service, on both engines."""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations.ops import AddColumnOp
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    Connection,
    DefaultClause,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from chassis.database.sqlite import make_private

log = logging.getLogger("motcua.migrations")

LOCK = 7_305_411
"""Number of the advisory lock that keeps two migrations of one database apart."""


def config_for(package: str, url: str) -> Config:
    """Alembic's settings for the service of an import package."""
    config = Config()
    config.set_main_option("script_location", str(folder_of(package)))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["url"] = url
    config.attributes["package"] = package
    return config


def folder_of(package: str) -> Path:
    """Where a service keeps its migrations."""
    return Path(str(resources.files(package))) / "migrations"


def upgrade(package: str, url: str, revision: str = "head") -> None:
    """Bring a database to a revision; make the SQLite file where it is missing."""
    _make_file(url)
    command.upgrade(config_for(package, url), revision)


def downgrade(package: str, url: str, revision: str = "base") -> None:
    """Take a database back to a revision."""
    command.downgrade(config_for(package, url), revision)


def autogenerate(package: str, url: str, message: str, revision: str) -> None:
    """Write the migration that leads from the database's tables to the declared ones."""
    _make_file(url)
    command.revision(config_for(package, url), message, autogenerate=True, rev_id=revision)
    head = ScriptDirectory.from_config(config_for(package, url)).get_current_head()
    (folder_of(package) / "HEAD").write_text(f"{head}\n")


def head_of(package: str) -> str:
    """The newest revision of a service's migrations."""
    head = ScriptDirectory.from_config(config_for(package, "")).get_current_head()
    return str(head)


def drift(metadata: MetaData, url: str) -> list[Any]:
    """What differs between a database's tables and the declared ones: nothing, after `upgrade`."""
    found: list[Any] = []

    def compare(connection: Connection) -> None:
        configured = MigrationContext.configure(connection, opts={"compare_type": True})
        found.extend(compare_metadata(configured, metadata))
        found.extend(_other_keys(metadata, connection))

    _connected(url, compare)
    return found


def run(metadata: MetaData) -> None:
    """What every service's ``env.py`` calls."""

    def migrate(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET lock_timeout = '5s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_item=_render,
            render_as_batch=connection.dialect.name == "sqlite",
            transaction_per_migration=False,
            transactional_ddl=True,
            process_revision_directives=_fill_rows_that_are_there,
        )
        before = context.get_context().get_current_revision()
        with context.begin_transaction():
            context.run_migrations()
        after = context.get_context().get_current_revision()
        connection.commit()
        if before is not None and before != after:
            package = context.config.attributes["package"]
            log.info("the database of %s was at %s, and is at %s", package, before, after)

    _connected(context.config.attributes["url"], migrate)


def _connected(url: str, work: Any) -> None:
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(make_url(url).set(drivername="sqlite"), poolclass=NullPool)
        # The driver would commit every change of a table by itself, and leave half of a step that fails.
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _begin)
        with engine.connect() as connection:
            work(connection)
        engine.dispose()
        return

    async def asynchronously() -> None:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(work)
        await engine.dispose()

    # A thread of its own, because the caller may already be inside an event loop.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asynchronously()).result()


def _leave_transactions_to_us(connection: Any, _: object) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _other_keys(metadata: MetaData, connection: Connection) -> list[Any]:
    """Tables whose primary key is not the declared one, which Alembic does not look at."""
    inspector = inspect(connection)
    found: list[Any] = []
    for table in metadata.sorted_tables:
        declared = sorted(column.name for column in table.primary_key.columns)
        if inspector.has_table(table.name):
            kept = sorted(inspector.get_pk_constraint(table.name)["constrained_columns"])
            if kept != declared:
                found.append(("change_key", table.name, kept, declared))
    return found


def _fill_rows_that_are_there(_: Any, __: Any, directives: list[Any]) -> None:
    """Give a new column that may not be null the declared default, for rows that are there already.

    Raises `ValueError` where none is declared: such a column is added as nullable, and filled, first.
    """
    for directive in directives:
        for group in directive.upgrade_ops.ops:
            for step in getattr(group, "ops", ()):
                if isinstance(step, AddColumnOp) and not step.column.nullable:
                    step.column.server_default = DefaultClause(_default_text(step.column))


def _default_text(column: Column[Any]) -> str:
    declared: Any = column.default
    if declared is None:
        raise ValueError(f"{column.name} may not be null and declares no default: say one.")
    value = declared.arg(None) if callable(declared.arg) else declared.arg
    if isinstance(value, list | dict):
        return json.dumps(value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def _make_file(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        make_private(Path(parsed.database))


def _render(kind: str, item: object, _: object) -> str | Literal[False]:
    """Write our own column types as plain ones, so that a migration needs only sqlalchemy."""
    if kind != "type":
        return False
    if isinstance(item, AutoString):
        return "sa.String()"
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, TypeDecorator):
        return "sa.Text()"
    return False
