"""How rows are declared: one base, two column types, and the tables every service carries."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm.attributes import manager_of_class
from sqlalchemy.orm.instrumentation import ClassManager
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

Word = TypeVar("Word", bound=StrEnum)

BigSerial = BigInteger().with_variant(Integer, "sqlite")
"""A growing number: SQLite grows only a column called INTEGER by itself."""


class Stored(SQLModel):
    """Base of every row. Rows remember; nothing enters one that did not pass a Wire or the domain."""

    if TYPE_CHECKING:  # the metaclass gives it, which no checker sees
        __table__: ClassVar[Table]

    @classmethod
    def of(cls, **values: Any) -> Self:
        """A row with these values and the declared defaults, unvalidated: a tenth of the usual cost."""
        row: Self = cls.__new__(cls)
        manager, fixed, made = _blank(cls)
        manager.setup_instance(row)
        inside = row.__dict__
        inside.update(fixed)
        for name, make in made:
            if name not in values:
                inside[name] = make()
        inside.update(values)
        return row

    def change(self, **values: Any) -> None:
        """Give columns other values: the unit of work compares, so nothing else needs to hear of it."""
        self.__dict__.update(values)


@cache
def _blank(
    table: type[Stored],
) -> tuple[ClassManager[Any], dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """How an empty row of a table is made: its instrumentation, fixed defaults, and those made anew."""
    fixed: dict[str, Any] = {}
    made: list[tuple[str, Callable[[], Any]]] = []
    for name, field in table.model_fields.items():
        if field.default_factory is not None:
            made.append((name, cast("Callable[[], Any]", field.default_factory)))
        elif not field.is_required():
            fixed[name] = field.default
    manager: ClassManager[Any] = manager_of_class(table)
    return manager, fixed, made


class Words(TypeDecorator[Word], Generic[Word]):
    """A StrEnum kept as its value, and read back as the enum rather than as plain text."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words
        self._known = {str(word): word for word in words}

    def word(self, value: str) -> Word:
        """The word of a value. Raises `ValueError` for one that is none."""
        return self._known.get(value) or self.words(value)

    def process_bind_param(self, value: Word | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The word's value."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Word | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The word again."""
        return None if value is None else self.word(value)


class Json(TypeDecorator[Any]):
    """A JSON value kept as compact text: the same bytes on both engines."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The value as text."""
        if value == []:
            return "[]"
        return (
            None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        )

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """The value again."""
        if value == "[]":
            # Most lists are empty, and reading JSON costs most of reading such a row.
            return []
        return None if value is None else json.loads(value)


def declare_messaging(metadata: MetaData) -> None:
    """Give a service's schema what it needs to send, hear and answer exactly once in effect.

    ``outbox``: events recorded with the change that caused them, waiting for the relay.
    ``inbox``: ids of events whose effect is committed.
    ``delivery``: events whose effect failed: to be tried again at ``not_before``, or parked.
    ``idempotency``: answers already given under an ``Idempotency-Key``.
    """
    if "outbox" in metadata.tables:
        return
    _declare_outbox(metadata)
    _declare_inbox(metadata)
    Table(
        "idempotency",
        metadata,
        Column("client", String, primary_key=True),
        Column("key", String, primary_key=True),
        Column("fingerprint", String, nullable=False),
        Column("status", Integer, nullable=False),
        Column("body", Text, nullable=False),
        Column("answered_at", UTCDateTime(), nullable=False, index=True),
    )


def _declare_outbox(metadata: MetaData) -> None:
    outbox = Table(
        "outbox",
        metadata,
        Column("id", BigSerial, primary_key=True, autoincrement=True),
        Column("event_id", String, nullable=False, unique=True),
        Column("topic", String, nullable=False),
        Column("envelope", Text, nullable=False),
        Column("recorded_at", UTCDateTime(), nullable=False),
        Column("sent_at", UTCDateTime()),
        sqlite_autoincrement=True,
    )
    unsent = outbox.c.sent_at.is_(None)
    Index("outbox_unsent", outbox.c.id, postgresql_where=unsent, sqlite_where=unsent)


def _declare_inbox(metadata: MetaData) -> None:
    Table(
        "inbox",
        metadata,
        Column("event_id", String, primary_key=True),
        Column("heard_at", UTCDateTime(), nullable=False, index=True),
    )
    Table(
        "delivery",
        metadata,
        Column("event_id", String, primary_key=True),
        Column("topic", String, nullable=False),
        Column("envelope", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("not_before", UTCDateTime(), index=True),
        Column("parked_at", UTCDateTime(), index=True),
        Column("reason", Text, nullable=False),
    )


def declare_journal(metadata: MetaData) -> None:
    """Give a service's schema the journal: every change in one order, told to whoever follows it.

    An entry is written as its event is heard; its ``place`` is given after the commit, see
    `chassis.journal`. It says what happened to what, and who caused it; nothing of any person.
    """
    if "journal" in metadata.tables:
        return
    journal = Table(
        "journal",
        metadata,
        Column("seq", BigSerial, primary_key=True, autoincrement=True),
        Column("place", BigInteger, unique=True),
        Column("event_id", String, nullable=False, unique=True),
        Column("topic", String, nullable=False),
        Column("subject", String, nullable=False),
        Column("agency", String, nullable=False),
        Column("revision", Integer),
        Column("client", String, nullable=False),
        Column("at", UTCDateTime(), nullable=False),
        sqlite_autoincrement=True,
    )
    unplaced = journal.c.place.is_(None)
    Index("journal_unplaced", journal.c.seq, postgresql_where=unplaced, sqlite_where=unplaced)


def declare_directory(metadata: MetaData) -> None:
    """Give a service's schema its own copy of the directory of agencies, kept by events."""
    if "known_agency" in metadata.tables:
        return
    Table(
        "known_agency",
        metadata,
        Column("code", String, primary_key=True),
        Column("parent", String),
        Column("name", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("tree", String),
        Column("other_codes", Json, nullable=False, default=list),
        Column("valid_from", Date),
        Column("valid_to", Date),
        Column("successors", Json, nullable=False, default=list),
        Column("revision", Integer, nullable=False),
    )
