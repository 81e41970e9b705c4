"""The journal: one order of all changes, from which nobody who follows misses one."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from fastapi import APIRouter
from sqlalchemy.orm import registry
from sqlmodel import Field

from chassis import journal
from chassis.bus import Parcel, Undeliverable
from chassis.database import CALLER, Database
from chassis.journal import ChangesNotKept, CursorUnreadable, Following, Mark
from chassis.outbox import Relay
from chassis.service import Service
from chassis.tables import Stored
from contracts.envelope import EVERYBODY, Envelope
from tests.chassis.small import ParcelPosted, running, until


class StallBase(Stored, registry=registry()):
    pass


class Stall(StallBase, table=True):
    code: str = Field(primary_key=True)


def stall() -> Service:
    return Service(
        name="shop",
        title="Sells, and tells.",
        metadata=StallBase.metadata,
        router=APIRouter(),
        tree=lambda _: None,
        journal=(ParcelPosted,),
    )


async def sell(code, agency, uow):
    uow.add(Stall.of(code=code))
    uow.record(ParcelPosted(code=code, weight=1), subject=code, agency=agency)


def posted(code, agency, event_id=None):
    envelope = Envelope.around(
        ParcelPosted(code=code, weight=1),
        id=event_id or uuid4().hex,
        subject=code,
        time=datetime.now(UTC),
        agency=agency,
        client="c-partner",
    )
    return Parcel(envelope.id, envelope.topic, envelope.model_dump_json())


async def hear(one, code, agency):
    await one.consumer.take([posted(code, agency)])


async def carry(one):
    """What the service has recorded, as if the bus had brought it."""
    rows = await one.database.engine.execute("SELECT event_id, topic, envelope FROM outbox")
    await one.consumer.take([Parcel(*row) for row in rows])


async def heard(one, after=None, agencies=None, topics=None, limit=100):
    following = Following(after=after, agencies=agencies, topics=topics, limit=limit)
    return await journal.page(following, one.database)


def subjects(page):
    return [entry.subject for entry in page.items]


async def fill(one, count, agency="A", at="2020-01-01 00:00:00.000000"):
    """Many placed entries at once: as if they had been recorded long ago."""
    numbers = (
        f"SELECT n FROM generate_series(1, {count}) AS g(n)"
        if one.database.is_postgres
        else "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g "
        f"WHERE n < {count}) SELECT n FROM g"
    )
    zone = "+00" if one.database.is_postgres else ""
    await one.database.engine.execute(
        "INSERT INTO journal (place, event_id, topic, subject, agency, client, at) "
        f"SELECT n, 'e' || n, 'test-parcel.posted', 's' || n, '{agency}', 'c', '{at}{zone}' "
        f"FROM ({numbers}) AS many"
    )


async def test_an_entry_says_what_happened_to_what_and_who_caused_it(settings):
    async with running(stall(), settings) as one:
        token = CALLER.set("c-partner")
        await one.do(sell, "a", "H29")
        CALLER.reset(token)
        assert await one.database.engine.execute("SELECT 1 FROM journal") == []
        commits = one.database.writer.commits
        await carry(one)
        assert one.database.writer.commits - commits == 1
        await journal.place(one.database)
        [entry] = (await heard(one)).items
        assert (entry.type, entry.subject) == ("vn.motcua.test-parcel.posted", "a")
        assert (entry.agency, entry.revision) == ("H29", None)
        [[told]] = await one.database.engine.execute("SELECT envelope FROM outbox")
        assert json.loads(told)["id"] == entry.id
        [[client]] = await one.database.engine.execute("SELECT client FROM journal")
        assert client == "c-partner"


async def test_a_change_without_an_agency_is_announced_and_not_journaled(settings):
    async with running(stall(), settings) as one:
        await one.do(sell, "a", None)
        await carry(one)
        assert await journal.place(one.database) == 0
        assert len(await one.database.engine.execute("SELECT id FROM outbox")) == 1


async def test_an_event_makes_one_entry_however_often_and_late_it_is_told(settings):
    async with running(stall(), settings) as one:
        parcel = posted("a", "A", "e" * 32)
        await one.consumer.take([parcel, parcel])
        await one.consumer.take([replace(parcel, redelivered=True)])
        # As a replay after the inbox was pruned: nothing there remembers the event.
        await one.database.engine.execute("DELETE FROM inbox")
        await one.consumer.take([parcel, posted("b", "A")])
        assert await journal.place(one.database) == 2
        assert subjects(await heard(one)) == ["a", "b"]


async def test_an_entry_and_the_memory_of_its_event_are_stored_together(settings):
    async with running(stall(), settings) as one:
        commits = one.database.writer.commits
        await one.consumer.take([posted(str(n), "A") for n in range(50)])
        assert one.database.writer.commits - commits == 1
        for table in ("inbox", "journal"):
            [[count]] = await one.database.engine.execute(f"SELECT count(*) FROM {table}")
            assert count == 50


async def test_a_slow_transaction_hides_no_entry_behind_a_cursor(databases, tmp_path):
    """Two connections: the first takes its number first and commits last."""
    from chassis.settings import Settings

    databases.make(stall(), migrated=False)
    async with running(stall(), Settings(data=tmp_path, database_url=databases.url)) as one:
        dsn = one.database.url.set(drivername="postgresql").render_as_string(False)
        slow, quick = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
        insert = (
            "INSERT INTO journal (event_id, topic, subject, agency, client, at) "
            "VALUES ($1, 't', $1, 'A', 'c', now()) RETURNING seq"
        )
        naive = "SELECT seq, subject FROM journal WHERE seq > $1 ORDER BY seq"
        transaction = slow.transaction()
        await transaction.start()
        first = await slow.fetchval(insert, "slow")
        second = await quick.fetchval(insert, "quick")
        assert first < second

        await journal.place(one.database)
        page = await heard(one)
        assert subjects(page) == ["quick"]
        seen = await quick.fetch(naive, 0)
        assert [row["subject"] for row in seen] == ["quick"]

        await transaction.commit()
        await journal.place(one.database)
        assert subjects(await heard(one, page.next_cursor)) == ["slow"]
        # The control: who reads by the number taken before the commit never hears of it.
        assert await quick.fetch(naive, seen[-1]["seq"]) == []
        await slow.close()
        await quick.close()


async def test_whoever_places_and_writes_at_once_the_places_are_dense_and_each_is_heard_once(
    settings,
):
    async with running(stall(), settings) as one:
        other = Database(settings.database_for("shop"), StallBase.metadata)
        await other.open()
        placers = [one.database, other] if one.database.is_postgres else [one.database]
        following, cursor, done = [], None, False

        async def follow():
            nonlocal cursor
            while True:
                ended = done
                page = await heard(one, cursor, limit=7)
                following.extend(subjects(page))
                cursor = page.next_cursor
                if ended and not page.items:
                    return
                await asyncio.sleep(0)

        async def place(database):
            while not done:
                await journal.place(database)
                await asyncio.sleep(0)

        tasks = [asyncio.create_task(place(database)) for database in placers * 2]
        reader = asyncio.create_task(follow())
        for batch in range(15):
            await asyncio.gather(*(hear(one, f"{batch}-{n}", "A") for n in range(20)))
        while await one.database.engine.execute("SELECT 1 FROM journal WHERE place IS NULL"):
            await asyncio.sleep(0.01)
        done = True
        await asyncio.gather(reader, *tasks)
        await other.close()
        rows = await one.database.engine.execute("SELECT place FROM journal ORDER BY place")
        assert [row[0] for row in rows] == list(range(1, 301))
        assert len(following) == len(set(following)) == 300


async def test_pages_add_up_to_the_journal_and_the_total_says_how_many_are_left(settings):
    async with running(stall(), settings) as one:
        for n in range(5):
            await hear(one, f"s{n}", "A" if n != 2 else "B")
        await journal.place(one.database)
        first = await heard(one, agencies=frozenset({"A"}), limit=3)
        assert (subjects(first), first.total) == (["s0", "s1", "s3"], 4)
        rest = await heard(one, first.next_cursor, agencies=frozenset({"A"}), limit=3)
        assert (subjects(rest), rest.total) == (["s4"], 1)
        again = await heard(one, first.items[0].cursor, agencies=frozenset({"A"}))
        assert subjects(again) == ["s1", "s3", "s4"]
    async with running(stall(), settings) as restarted:
        await hear(restarted, "s5", EVERYBODY)
        await journal.place(restarted.database)
        page = await heard(restarted, rest.next_cursor, agencies=frozenset({"A"}))
        assert (subjects(page), page.items[0].agency) == (["s5"], None)


async def test_who_heard_everything_goes_on_from_there_even_from_an_empty_journal(settings):
    async with running(stall(), settings) as one:
        empty = await heard(one)
        assert (empty.items, empty.total) == ([], 0)
        await hear(one, "a", "A")
        assert (await heard(one, empty.next_cursor)).items == []
        await journal.place(one.database)
        assert subjects(await heard(one, empty.next_cursor)) == ["a"]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "MS4",
        "%%%",
        "é",
        "MS5hYmM=\n",
        "LTEuYWJj",
        "0" * 129,
        "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAuYQ",
    ],
)
async def test_a_cursor_that_was_never_told_is_refused(settings, cursor):
    async with running(stall(), settings) as one:
        with pytest.raises(CursorUnreadable):
            await heard(one, cursor)


@pytest.mark.parametrize("mark", [Mark(1, "ffffffff"), Mark(9, "e9"), Mark(0, "e0")])
async def test_a_cursor_of_another_journal_says_to_start_over(settings, mark):
    """As after a restore: entries the reader heard of are gone, and others stand in their places."""
    async with running(stall(), settings) as one:
        await fill(one, 3)
        with pytest.raises(ChangesNotKept):
            await heard(one, mark.cursor)


async def test_trimming_leaves_who_heard_everything_alone_and_tells_who_did_not(settings):
    async with running(stall(), settings) as one:
        beginning = (await heard(one)).next_cursor
        await fill(one, 5000)
        old = Mark.of(4000, "e4000").cursor
        heard_all = (await heard(one, Mark.of(4999, "e4999").cursor)).next_cursor
        await hear(one, "new", "A")
        await journal.place(one.database)
        now = one.database.now()
        assert await journal.trim(one.database, now - timedelta(days=1)) == 4999
        assert await journal.trim(one.database, now - timedelta(days=1)) == 0
        assert subjects(await heard(one, heard_all)) == ["new"]
        assert subjects(await heard(one)) == ["s5000", "new"]
        for gone in (old, beginning):
            with pytest.raises(ChangesNotKept):
                await heard(one, gone)
        await journal.trim(one.database, now + timedelta(days=1))
        await hear(one, "later", "A")
        await journal.place(one.database)
        [[last]] = await one.database.engine.execute("SELECT max(place) FROM journal")
        assert last == 5002


async def test_a_reader_of_few_entries_among_many_moves_on_without_them(settings):
    async with running(stall(), settings) as one:
        await fill(one, journal.WINDOW + 10)
        await hear(one, "mine", "B")
        await journal.place(one.database)
        first = await heard(one, agencies=frozenset({"B"}))
        assert (first.items, first.total) == ([], 0)
        assert subjects(await heard(one, first.next_cursor, frozenset({"B"}))) == ["mine"]


class DeadBus:
    """A bus that takes nothing."""

    ready = False

    async def publish(self, parcels):
        raise Undeliverable("away")


async def test_a_bus_that_is_away_keeps_nobody_from_following(settings):
    async with running(stall(), settings) as one:
        relay = Relay("shop", one.database, DeadBus(), journals=True)
        task = asyncio.create_task(relay.run())
        for code in ("a", "b"):
            await hear(one, code, "A")
            await until(lambda code=code: _is_heard(one, code), seconds=5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _is_heard(one, code):
    return code in subjects(await heard(one))


async def test_placing_is_one_statement_for_each_batch(settings):
    async with running(stall(), settings) as one:
        for n in range(30):
            await hear(one, f"s{n}", "A")
        if one.database._notifying is not None:
            await one.database._notifying
        before = one.database.engine.statements
        assert await journal.place(one.database) == 30
        assert one.database.engine.statements - before == 1


def test_no_column_of_the_journal_can_hold_a_person():
    columns = set(StallBase.metadata.tables["journal"].c.keys())
    known = {"seq", "place", "event_id", "topic", "subject", "agency", "revision", "client", "at"}
    assert columns == known
