"""What one request or one batch of messages changes: rows and events leave together, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Executable, Row, Table, func, select
from sqlalchemy.sql import ColumnElement

from chassis.database.shapes import GUARD, Codec, Shape, Values, WriteSet
from chassis.tables import Stored
from contracts.envelope import Envelope, Event

if TYPE_CHECKING:
    from chassis.database import Database

S = TypeVar("S", bound=Stored)
R = TypeVar("R")

TRACE: ContextVar[str | None] = ContextVar("traceparent", default=None)
"""W3C trace context of the request at hand."""

ITSELF = "motcua"
"""Who causes what no partner asked for: the suite itself, or its operator."""

ANYBODY = "public"
"""Who causes what anybody may do without a token."""

CALLER: ContextVar[str] = ContextVar("caller", default=ITSELF)
"""The client of the request at hand: whoever causes what is recorded."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of a unit of work, and what its envelope says besides."""

    event: Event
    subject: str
    agency: str | None
    by: str


class UnitOfWork:
    """One change of the world, as a command sees it.

    Reads see what is committed plus what this unit of work got or added by key. Changes are collected
    and become durable together when the chassis commits; a command never commits. If somebody else was
    first, nothing is stored and the command is run again: `attempt` then is 2 or more, and a command
    that presumed a key to be free on its first run looks before it leaps on the second.
    """

    def __init__(self, database: Database, *, attempt: int = 1) -> None:
        self.database = database
        self.attempt = attempt
        self.now: datetime = database.now()
        """The instant of this change, the same for all its rows and events."""
        self._rows: dict[tuple[str, Values], tuple[Stored, dict[str, Any] | None]] = {}
        self._writes = WriteSet()
        self._events: list[Recorded] = []
        self._puts: dict[tuple[Shape, Values], tuple[int, Values]] = {}
        self._sums: dict[tuple[str, Values], dict[str, int]] = {}
        self._expected: dict[tuple[Shape, Values], Values] = {}

    # reading

    async def get(self, table: type[S], *key: Any) -> S | None:
        """The row of this key, or None."""
        return (await self.get_many(table, [key])).get(key)

    async def get_many(self, table: type[S], keys: Iterable[Values]) -> dict[Values, S]:
        """The rows of these keys, in one read; keys without a row are left out."""
        name = _table(table).name
        wanted = list(dict.fromkeys(keys))
        unread = [key for key in wanted if (name, key) not in self._rows]
        if unread:
            codec = self.database.codec(name)
            bound = [codec.key(key) for key in unread]
            for record in await self.database.fetch(codec, bound):
                self._remember(table, codec.load(record))
        found = ((key, self._rows.get((name, key))) for key in wanted)
        return {key: row[0] for key, row in found if row is not None}  # type: ignore[misc]  # rows are kept by table

    async def values(
        self, table: type[Stored], keys: Iterable[Values]
    ) -> dict[Values, dict[str, Any]]:
        """The committed rows of these keys as plain values, for whoever takes rows by the hundred."""
        codec = self.database.codec(_table(table).name)
        bound = [codec.key(key) for key in dict.fromkeys(keys)]
        rows = map(codec.load, await self.database.fetch(codec, bound))
        return {tuple([row[name] for name in codec.keys]): row for row in rows}

    async def all(
        self,
        table: type[S],
        *where: ColumnElement[bool],
        order_by: Sequence[Any] = (),
        limit: int | None = None,
    ) -> list[S]:
        """Rows that satisfy every condition. What this unit of work has changed is not searched."""
        statement = select(_table(table)).where(*where).order_by(*order_by).limit(limit)
        codec = self.database.codec(_table(table).name)
        rows = []
        for record in await self.database.select(statement):
            values = dict(zip(codec.columns, record, strict=True))
            rows.append(self._remember(table, values))
        return rows

    async def select(self, statement: Executable) -> Sequence[Row[Any]]:
        """The result of a question that is more than rows of one table."""
        return await self.database.select(statement)

    async def look(self, sql: str) -> list[Any]:
        """Rows of a small question that is asked all the time, at a tenth of what `select` costs."""
        return await self.database.engine.look(sql)

    async def count(self, table: type[Stored], *where: ColumnElement[bool]) -> int:
        """How many rows satisfy every condition."""
        statement = select(func.count()).select_from(_table(table)).where(*where)
        return int((await self.database.select(statement))[0][0])

    # changing

    def add(self, row: Stored) -> None:
        """A new row. If one of its key turns out to be there, nothing is stored and we run again."""
        self._rows[self._identity(row)] = (row, None)

    def put(self, row: Stored) -> None:
        """A row written over whatever stood there, unless that is of a later revision."""
        self._write_values(row, put=True)

    def keep(self, row: Stored) -> None:
        """A new row, where none of that key is there yet."""
        self._write_values(row, put=False)

    def rewrite(
        self, table: type[Stored], values: Mapping[str, Any], was: int, columns: tuple[str, ...]
    ) -> None:
        """These columns of a row over what they were at the revision it had; a new row where it was 0.

        If it has another revision by now, or is there already, nothing is stored and we run again.
        """
        codec = self.database.codec(_table(table).name)
        if was == 0:
            self._writes.add(codec.insert, codec.bound(codec.insert.parameters, values))
            return
        bound = (*codec.bound(codec.keys, values), was, *codec.bound(columns, values))
        self._writes.add(codec.update(columns), bound)

    def remove(self, row: Stored) -> None:
        """Take a row away."""
        codec = self.database.codec(_table(type(row)).name)
        identity = self._identity(row)
        self._rows.pop(identity, None)
        self._writes.add(codec.remove, codec.key(identity[1]))

    def increase(self, table: type[Stored], key: Values, amounts: Mapping[str, int]) -> None:
        """Add amounts to the row of this key, which begins at nothing."""
        # Amounts of one row are summed up here, so that a batch writes each row once.
        place = (_table(table).name, key)
        sums = self._sums.get(place)
        if sums is None:
            self._sums[place] = dict(amounts)
            return
        for name, amount in amounts.items():
            sums[name] = sums.get(name, 0) + amount

    def expect(self, table: type[Stored], key: Values, as_read: Mapping[str, Any]) -> None:
        """That the row of this key is still as it was read when this change is stored.

        Otherwise nothing is stored and we run again. Others may expect the same row at the same time; who
        changes it comes before or after all of this change.
        """
        codec = self.database.codec(_table(table).name)
        columns = tuple(as_read)
        bound = tuple(map(codec.bind, codec.keys, key))
        self._expected[codec.expect(columns), bound] = bound + codec.bound(columns, as_read)

    def record(
        self, event: Event, *, subject: str, agency: str | None = None, by: str | None = None
    ) -> None:
        """Announce the event once this change has committed.

        With the agency whose change it is, it can be followed (`chassis.journal`), as caused `by` a
        client: the caller of the request at hand when left out. `contracts.envelope.EVERYBODY` is for
        changes that concern every agency.
        """
        self._events.append(Recorded(event, subject, agency, by or CALLER.get()))

    def write(self, table: str, values: Mapping[str, Any], *, verb: str = "insert") -> None:
        """Write a row of a table that only the chassis knows (inbox, delivery, idempotency...)."""
        codec = self.database.codec(table)
        if verb == "put":
            self._put(codec, values)
            return
        shape = codec.keep if verb == "keep" else codec.insert
        self._writes.add(shape, codec.bound(shape.parameters, values))

    def wake(self) -> None:
        """Have the relay look once this change has committed, as it does for events."""
        self._writes.announces = True

    def strike(self, table: str, *key: Any) -> None:
        """Take away a row of a table that only the chassis knows."""
        codec = self.database.codec(table)
        self._writes.add(codec.remove, codec.key(key))

    # what the chassis asks for at the end

    def writes(self) -> WriteSet:
        """Everything that changed, ready for the engine."""
        for (name, key), (row, before) in self._rows.items():
            codec = self.database.codec(name)
            values = row.__dict__
            if before is None:
                shape = codec.insert
                self._writes.add(shape, codec.bound(shape.parameters, values))
                continue
            changed = tuple(c for c in codec.others if values[c] != before[c])
            if changed:
                shape = codec.update(changed)
                guard = (before[GUARD],) if codec.guarded else ()
                bound = codec.key(key) + guard
                self._writes.add(shape, bound + codec.bound(changed, values))
        for (shape, _), bound in self._expected.items():
            self._writes.add(shape, bound)
        for (shape, _), (_, bound) in self._puts.items():
            self._writes.add(shape, bound)
        for (name, key), sums in self._sums.items():
            codec = self.database.codec(name)
            self._writes.add(codec.addition, codec.key(key) + codec.amounts(sums))
        for recorded in self._events:
            self._write_event(recorded)
        return self._writes

    def _put(self, codec: Codec, values: Mapping[str, Any]) -> None:
        # One statement may write a row once only: of several writes the latest revision stands.
        bound = codec.bound(codec.put.parameters, values)
        place = (codec.put, bound[: len(codec.keys)])
        revision = values.get(GUARD, 0)
        if place not in self._puts or self._puts[place][0] <= revision:
            self._puts[place] = (revision, bound)

    def _write_event(self, recorded: Recorded) -> None:
        self._writes.announces = True
        event, subject = recorded.event, recorded.subject
        event_id = os.urandom(16).hex()
        text = Envelope.text(
            event,
            id=event_id,
            subject=subject,
            time=self.now,
            traceparent=TRACE.get(),
            agency=recorded.agency,
            client=recorded.by,
        )
        told = {"event_id": event_id, "topic": event.topic, "envelope": text}
        self.write("outbox", told | {"recorded_at": self.now, "sent_at": None})

    def _remember(self, table: type[S], values: dict[str, Any]) -> S:
        name = _table(table).name
        key = tuple(values[k] for k in self.database.codec(name).keys)
        known = self._rows.get((name, key))
        if known is not None:
            return known[0]  # type: ignore[return-value]  # rows are kept by table
        row = table.of(**values)
        self._rows[name, key] = (row, dict(values))
        return row

    def _identity(self, row: Stored) -> tuple[str, Values]:
        name = _table(type(row)).name
        values = row.__dict__
        return name, tuple(values[k] for k in self.database.codec(name).keys)

    def _write_values(self, row: Stored, *, put: bool) -> None:
        codec = self.database.codec(_table(type(row)).name)
        if put:
            self._put(codec, row.__dict__)
        else:
            self._writes.add(codec.keep, codec.bound(codec.keep.parameters, row.__dict__))


def _table(table: type[Stored]) -> Table:
    return table.__table__
