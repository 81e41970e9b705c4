"""The journal: every change of the suite in one order, so that nobody who follows it misses one.

The service that keeps it hears every event that names an agency, and writes the entry in the transaction
in which it remembers having heard it. A number taken then is no order to read by: a slow transaction
commits a smaller number after a reader has passed it. So an entry has no `place` until it is committed;
`place` then numbers what is committed without a gap, one batch at a time. A reader goes by places alone:
what it has passed never grows behind it.

An event makes one entry, however often it is told: its id is unique in the journal, which remembers it
for longer than the inbox does.

Two that place at once cannot do harm: numbers are dense and unique, so the second one waits for the
first, and either finds its entries placed or is refused and begins anew.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, Table, func, select

from chassis.database import ITSELF, Contention, Database, UnitOfWork
from chassis.database.among import among
from chassis.inbox import Heard, Subscriptions
from contracts.envelope import EVERYBODY, TYPE_PREFIX, Event
from contracts.journal import EventEntry, EventPage
from contracts.problems import FieldError, Gone, Invalid

BATCH = 2_000
"""Entries placed, or trimmed, in one statement."""

WINDOW = 50_000
"""Places looked at for one page: a reader of few entries among many is answered as quickly."""

Ask = Callable[[Executable], Awaitable[Sequence[Row[Any]]]]


class CursorUnreadable(Invalid):
    """The cursor is not one that was told here."""

    title_vi = "Con trỏ không hợp lệ"


class ChangesNotKept(Gone):
    """What followed this cursor is not kept, or not in this journal: start over from a full list."""

    title_vi = "Nhật ký không còn giữ các thay đổi sau con trỏ này; hãy tải lại toàn bộ danh sách"


class EventTypeUnknown(Invalid):
    """No event of this type is announced here."""

    title_vi = "Không có loại sự kiện này"


def hear_changes(on: Subscriptions, kinds: Sequence[type[Event]]) -> None:
    """Enter every event of these kinds that names an agency."""

    @on.batch(*kinds)
    async def enter(heard: Sequence[Heard], uow: UnitOfWork) -> None:
        for one in heard:
            envelope = one.envelope
            if envelope.agency is None:
                continue
            entry = {
                "place": None,
                "event_id": envelope.id,
                "topic": envelope.topic,
                "subject": envelope.subject,
                "agency": envelope.agency,
                "revision": envelope.revision,
                "client": envelope.client or ITSELF,
                "at": envelope.time,
            }
            # One that is there already stays: a replay after the inbox was pruned is no new change.
            uow.write("journal", entry, verb="keep")
            uow.wake()


@dataclass(frozen=True, kw_only=True)
class Following:
    """What a reader wants to hear of; None means any."""

    after: str | None
    agencies: frozenset[str] | None
    topics: frozenset[str] | None
    limit: int


@dataclass(frozen=True)
class Mark:
    """A place, and by what it is known to be of this journal: the beginning of its entry's id."""

    place: int
    check: str

    @classmethod
    def of(cls, place: int, event_id: str) -> Mark:
        """The mark of an entry."""
        return cls(place, event_id[:8])

    @classmethod
    def read(cls, cursor: str) -> Mark:
        """The mark a cursor stands for. Raises `CursorUnreadable`."""
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
        except (ValueError, binascii.Error) as bad:
            raise CursorUnreadable("Send a cursor as it was told, or none.") from bad
        found = re.fullmatch(r"(0|[1-9][0-9]{0,17})\.([0-9a-z]{1,8})", text)
        if found is None:
            raise CursorUnreadable("Send a cursor as it was told, or none.")
        return cls(int(found[1]), found[2])

    @property
    def cursor(self) -> str:
        """The mark as it is told."""
        return base64.urlsafe_b64encode(f"{self.place}.{self.check}".encode()).decode().rstrip("=")


BEGINNING = Mark(0, "begin")


PLACE = f"""
UPDATE journal SET place = fresh.place FROM (
  SELECT seq, (SELECT coalesce(max(place), 0) FROM journal) + row_number() OVER (ORDER BY seq) AS place
  FROM (SELECT seq FROM journal WHERE place IS NULL ORDER BY seq LIMIT {BATCH}) AS unplaced
) AS fresh
WHERE journal.seq = fresh.seq AND journal.place IS NULL RETURNING 1
"""


async def place(database: Database) -> int:
    """Give every committed entry its place; return how many got one. One statement for each batch."""
    placed = 0
    while True:
        try:
            told = len(await database.engine.execute(PLACE))
        except Contention:
            # Somebody else is placing: what they leave is placed the next time.
            return placed
        placed += told
        if told < BATCH:
            return placed


async def trim(database: Database, before: datetime) -> int:
    """Take away the oldest entries, up to the first that is not older than an instant.

    The one before it stays, for the cursor of whoever has heard everything; and so does the last of
    all, so that a place is never given twice.
    """
    mark = "$1" if database.is_postgres else "?"
    cut = (
        f"SELECT coalesce(min(place) FILTER (WHERE at >= {mark}), max(place)) FROM "
        f"(SELECT place, at FROM journal WHERE place IS NOT NULL ORDER BY place LIMIT {BATCH}) AS oldest"
    )
    delete = f"DELETE FROM journal WHERE place < {mark} - 1 RETURNING 1"
    bound = database.codec("journal").bind("at", before)
    trimmed = 0
    while (first_kept := (await database.engine.execute(cut, bound))[0][0]) is not None:
        gone = len(await database.engine.execute(delete, first_kept))
        trimmed += gone
        if gone < BATCH - 2:
            break
    return trimmed


def topics_of(
    known: Collection[str], types: Iterable[str] | None, pointer: str = "/query/types"
) -> frozenset[str] | None:
    """The topics named in a list of types, with or without their prefix; None for no list.

    Raises `EventTypeUnknown` naming the types there are, and with `pointer` where the list stands.
    """
    if types is None:
        return None
    asked = {one.strip().removeprefix(TYPE_PREFIX) for one in types}
    if not asked <= set(known):
        detail = f"Ask for some of: {', '.join(sorted(known))}."
        errors = [FieldError(pointer=pointer, code="unknown-type", detail=detail)]
        raise EventTypeUnknown(detail, errors=errors)
    return frozenset(asked)


async def page(following: Following, database: Database) -> EventPage:
    """The entries after a cursor, oldest first, read from one instant of the journal.

    Raises `CursorUnreadable`, and `ChangesNotKept` for a cursor of what was trimmed, or of a journal
    that has since been restored from a backup.
    """
    mark = None if following.after is None else Mark.read(following.after)
    journal = database.metadata.tables["journal"]
    async with database.snapshot() as ask:
        start, end = await _window(mark, journal, ask)
        where = [journal.c.place > start, journal.c.place <= end.place]
        where += _wanted(following, journal, postgres=database.is_postgres)
        count = select(func.count()).select_from(journal).where(*where)
        total = int((await ask(count))[0][0])
        entries: Sequence[Row[Any]] = []
        if total:
            found = select(journal).where(*where).order_by(journal.c.place).limit(following.limit)
            entries = await ask(found)
    if len(entries) == following.limit:
        # A full page ends at its last entry, any other where the window ends: nothing lies between.
        end = Mark.of(entries[-1].place, entries[-1].event_id)
    return EventPage(items=[_entry(row) for row in entries], next_cursor=end.cursor, total=total)


async def _window(mark: Mark | None, journal: Table, ask: Ask) -> tuple[int, Mark]:
    """The place to begin after, and the mark to end at. Raises `ChangesNotKept`."""
    ends = select(func.min(journal.c.place), func.max(journal.c.place))
    first, last = tuple((await ask(ends))[0])
    start = mark.place if mark is not None else (first or 1) - 1
    end = min(start + WINDOW, last or 0)
    places = select(journal.c.place, journal.c.event_id).where(journal.c.place.in_([start, end]))
    marks = {row.place: Mark.of(row.place, row.event_id) for row in await ask(places)}
    if first is None or first == 1:
        marks[0] = BEGINNING
    if mark is not None and marks.get(start) != mark:
        raise ChangesNotKept("Read the full lists anew, then follow from the present.")
    return start, marks.get(end, BEGINNING)


def _wanted(following: Following, journal: Table, *, postgres: bool) -> list[ColumnElement[bool]]:
    where = []
    if following.agencies is not None:
        agencies = {*following.agencies, EVERYBODY}
        where.append(among(journal.c.agency, agencies, postgres=postgres))
    if following.topics is not None:
        where.append(among(journal.c.topic, following.topics, postgres=postgres))
    return where


def _entry(row: Row[Any]) -> EventEntry:
    return EventEntry(
        cursor=Mark.of(row.place, row.event_id).cursor,
        id=row.event_id,
        type=TYPE_PREFIX + row.topic,
        subject=row.subject,
        agency=None if row.agency == EVERYBODY else row.agency,
        revision=row.revision,
        at=row.at,
    )
