"""What a unit of work changes, in a form a driver can take in one go.

A `WriteSet` is everything one request, or one batch of messages, changes. Its rows are grouped by
`Shape` (which verb, which table, which columns), because rows of one shape from many requests travel to
the engine as one list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import Boolean, Column, Dialect, Table
from sqlmodel.sql.sqltypes import UTCDateTime

from chassis.tables import Words

Values = tuple[Any, ...]


class Verb(StrEnum):
    """What happens to the rows of a shape."""

    INSERT = "insert"
    """New rows; one that is there already fails the whole write set."""
    KEEP = "keep"
    """New rows; one that is there already stays as it is."""
    UPDATE = "update"
    """Rows changed where key and guard still hold; otherwise the whole write set fails."""
    PUT = "put"
    """Rows written over whatever was there, unless that is of a later revision."""
    INCREASE = "increase"
    """Amounts added to the row of that key, which begins at nothing."""
    REMOVE = "remove"
    """Rows taken away."""
    EXPECT = "expect"
    """Rows that must still be as they were read; otherwise the whole write set fails."""


GUARD = "revision"
"""A table with this column is changed only if it still has the revision that was read."""


CONTENDED = "contended"
"""Said in the `info` of a table whose few rows nearly every change adds to: they are taken last."""


@dataclass(frozen=True)
class Shape:
    """Rows that can travel together: one verb, one table, one list of columns."""

    verb: Verb
    table: Table
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    """Columns besides the keys."""
    guarded: bool = False
    """Whether the revision that was read comes after the keys."""

    def __hash__(self) -> int:
        """Kept, for every row that is written is filed under its shape."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.verb, self.table.name, self.keys, self.columns, self.guarded))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The columns that a row's values stand for, in order; a guard repeats `GUARD`."""
        return self.keys + ((GUARD,) if self.guarded else ()) + self.columns

    @property
    def exclusive(self) -> bool:
        """Whether two rows of one key must not travel in one statement."""
        return self.verb in {Verb.UPDATE, Verb.PUT, Verb.REMOVE}

    @property
    def shared(self) -> bool:
        """Whether rows of one key may travel in one statement, but not with one that changes it."""
        return self.verb is Verb.EXPECT

    @property
    def counted(self) -> bool:
        """Whether each of its rows has to be found."""
        return self.verb in {Verb.UPDATE, Verb.EXPECT}


@dataclass
class WriteSet:
    """Everything one unit of work changes: all of it, or nothing."""

    rows: dict[Shape, list[Values]] = field(default_factory=dict)
    announces: bool = False
    """Whether it holds events, so that the relay should wake."""

    def add(self, shape: Shape, values: Values) -> None:
        """One more row; `values` in the order of `shape.parameters`."""
        self.rows.setdefault(shape, []).append(values)

    def touched(self) -> set[tuple[str, Values]]:
        """Keys that no other write set in the same statement may touch."""
        return self._keys({shape for shape in self.rows if shape.exclusive})

    def expected(self) -> set[tuple[str, Values]]:
        """Keys that others in the same statement may expect too, and none may touch."""
        return self._keys({shape for shape in self.rows if shape.shared})

    def _keys(self, shapes: set[Shape]) -> set[tuple[str, Values]]:
        return {
            (shape.table.name, values[: len(shape.keys)])
            for shape in shapes
            for values in self.rows[shape]
        }

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


def instant_text(instant: datetime) -> str:
    """An instant as SQLAlchemy writes it into SQLite, in a fifth of the time.

    Raises `ValueError` for a naive instant.

    >>> instant_text(datetime.fromisoformat("2020-03-16T09:00:00+07:00"))
    '2020-03-16 02:00:00.000000'
    """
    return aware(instant).astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def aware(instant: datetime) -> datetime:
    """An instant as PostgreSQL's driver takes it. Raises `ValueError` for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant without an offset is not a moment")
    return instant


Way = Callable[[Any], Any] | None
"""How a value goes one way; None where it needs nothing done. NULL goes as it is."""


def _ways(column: Column[Any], dialect: Dialect) -> tuple[Way, Way]:
    """How a column's values are told to an engine's driver, and read back."""
    kind, postgres = column.type.dialect_impl(dialect), dialect.name == "postgresql"
    bind, load = kind.bind_processor(dialect), kind.result_processor(dialect, None)
    if isinstance(column.type, Words):
        # A word is text already: the driver takes it as it is.
        return None, column.type.word
    if isinstance(column.type, UTCDateTime):
        return (aware, None) if postgres else (instant_text, load)
    if isinstance(column.type, Boolean) and postgres:
        return None, None
    return bind, load


class Codec:
    """How a table's values are told to one engine, and read back from it."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self.table = table
        self.keys = tuple(column.name for column in table.primary_key.columns)
        self.columns = tuple(column.name for column in table.columns)
        self.others = tuple(name for name in self.columns if name not in self.keys)
        self.guarded = GUARD in self.columns
        self._bind: dict[str, Callable[[Any], Any]] = {}
        self._load: dict[str, Callable[[Any], Any]] = {}
        self._shapes: dict[tuple[str, ...], Shape] = {}
        self._binds: dict[tuple[str, ...], list[tuple[int, Callable[[Any], Any]]]] = {}
        self._nothing = dict.fromkeys(self.others, 0)
        for column in table.columns:
            bind, load = _ways(column, dialect)
            if bind:
                self._bind[column.name] = bind
            if load:
                self._load[column.name] = load
        self._plain_key = not self._bind.keys() & self.keys

    def bind(self, name: str, value: Any) -> Any:
        """A value as the driver takes it."""
        bind = self._bind.get(name)
        return bind(value) if bind and value is not None else value

    def key(self, key: Values) -> Values:
        """The values of a key, as the driver takes them."""
        if self._plain_key:
            return key
        return self.bound(self.keys, dict(zip(self.keys, key, strict=True)))

    def bound(self, names: tuple[str, ...], values: Mapping[str, Any]) -> Values:
        """The values of these columns, as the driver takes them."""
        binds = self._binds.get(names)
        if binds is None:
            told = enumerate(map(self._bind.get, names))
            binds = self._binds[names] = [(place, bind) for place, bind in told if bind]
        row = [values[name] for name in names]
        for place, bind in binds:
            if row[place] is not None:
                row[place] = bind(row[place])
        return tuple(row)

    def amounts(self, sums: Mapping[str, int]) -> Values:
        """What is added to each column besides the keys."""
        return tuple({**self._nothing, **sums}.values())

    def load(self, record: Sequence[Any]) -> dict[str, Any]:
        """A row that was read in the order of `columns`, as Python values."""
        values = dict(zip(self.columns, record, strict=True))
        for name, load in self._load.items():
            if values[name] is not None:
                values[name] = load(values[name])
        return values

    @cached_property
    def insert(self) -> Shape:
        """New rows, without the number the engine hands out."""
        return Shape(Verb.INSERT, self.table, (), self._given)

    @cached_property
    def keep(self) -> Shape:
        """New rows, where none of that key is there."""
        return Shape(Verb.KEEP, self.table, (), self._given)

    @cached_property
    def put(self) -> Shape:
        """Rows written over what was there."""
        return Shape(Verb.PUT, self.table, self.keys, self.others)

    @cached_property
    def remove(self) -> Shape:
        """Rows taken away."""
        return Shape(Verb.REMOVE, self.table, self.keys, ())

    def update(self, changed: tuple[str, ...]) -> Shape:
        """Rows of which these columns changed."""
        shape = self._shapes.get(changed)
        if shape is None:
            shape = Shape(Verb.UPDATE, self.table, self.keys, changed, self.guarded)
            self._shapes[changed] = shape
        return shape

    def expect(self, columns: tuple[str, ...]) -> Shape:
        """Rows of which these columns must still be as they were read."""
        return Shape(Verb.EXPECT, self.table, self.keys, columns)

    @cached_property
    def addition(self) -> Shape:
        """Amounts to add."""
        return Shape(Verb.INCREASE, self.table, self.keys, self.others)

    @cached_property
    def _given(self) -> tuple[str, ...]:
        growing = self.table.autoincrement_column
        return tuple(n for n in self.columns if growing is None or n != growing.name)
