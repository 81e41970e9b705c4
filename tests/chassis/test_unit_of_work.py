"""One request, one transaction: what is answered is stored, and what fails leaves nothing."""

import asyncio
import gc
import sqlite3
from itertools import permutations

import httpx
import pytest

from chassis.database import Contention, StorageAway, UnitOfWork
from chassis.database.shapes import Codec, Shape, Verb
from chassis.database.statements import DIALECT, in_order
from chassis.web import create_app
from tests.chassis.small import (
    Bin,
    Entry,
    Sale,
    Total,
    ledger,
    post_parcel,
    running,
    shop,
    totals,
)


async def test_a_failing_commit_never_answers_2xx(settings, monkeypatch):
    async with running(shop(), settings) as one:

        async def fail(_):
            raise StorageAway("gone", retry_after=2)

        monkeypatch.setattr(one.database.writer, "_store", fail)
        transport = httpx.ASGITransport(create_app(one), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.post("/sales", json={"code": "a", "weight": 1})
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "2"
        assert answer.json()["code"] == "storage-away"
        assert await one.database.engine.execute("SELECT code FROM sale") == []


async def test_rows_and_events_leave_together_or_not_at_all(settings):
    async with running(shop(), settings) as one:
        await one.do(post_parcel, "a", 1)

        async def clash(uow: UnitOfWork) -> None:
            await post_parcel("b", 2, uow)
            uow.write(
                "outbox",
                {
                    "event_id": "x",
                    "topic": "t",
                    "envelope": "{}",
                    "recorded_at": uow.now,
                    "sent_at": None,
                },
            )
            uow.write(
                "outbox",
                {
                    "event_id": "x",
                    "topic": "t",
                    "envelope": "{}",
                    "recorded_at": uow.now,
                    "sent_at": None,
                },
            )

        uow = UnitOfWork(one.database)
        await clash(uow)
        with pytest.raises(Contention):
            await one.database.commit(uow)
        assert len(await one.database.engine.execute("SELECT code FROM sale")) == 1
        assert len(await one.database.engine.execute("SELECT id FROM outbox")) == 1


async def test_a_taken_key_runs_the_command_again_with_eyes_open(settings):
    attempts = []

    async def sell_once(code: str, uow: UnitOfWork) -> Sale:
        attempts.append(uow.attempt)
        if uow.attempt > 1 and (earlier := await uow.get(Sale, code)):
            return earlier
        return await post_parcel(code, 5, uow)

    async with running(shop(), settings) as one:
        await one.do(sell_once, "a")
        again = await one.do(sell_once, "a")
        assert attempts == [1, 1, 2]
        assert again.weight == 5
        assert len(await one.database.engine.execute("SELECT id FROM outbox")) == 1


async def test_two_changes_of_one_row_are_both_kept(settings):
    async def heavier(code: str, uow: UnitOfWork) -> None:
        sale = await uow.get(Sale, code)
        await asyncio.sleep(0.005)
        sale.weight += 1
        sale.revision += 1

    async with running(shop(), settings) as one:
        await one.do(post_parcel, "a", 0)
        await asyncio.gather(*(one.do(heavier, "a") for _ in range(4)))
        [[weight, revision]] = await one.database.engine.execute(
            "SELECT weight, revision FROM sale"
        )
        assert (weight, revision) == (4, 5)


async def test_one_bad_write_set_does_not_fail_its_neighbours(settings):
    async with running(shop(), settings) as one:
        await one.do(post_parcel, "taken", 1)
        results = await asyncio.gather(
            *(_try(one, code) for code in ["a", "taken", "b", "taken", "c"])
        )
        assert results == [True, False, True, False, True]
        codes = await one.database.engine.execute("SELECT code FROM sale ORDER BY code")
        assert [row[0] for row in codes] == ["a", "b", "c", "taken"]


async def _try(one, code: str) -> bool:
    uow = UnitOfWork(one.database)
    await post_parcel(code, 1, uow)
    try:
        await one.database.commit(uow)
    except Contention:
        return False
    return True


async def test_many_requests_share_a_commit(settings):
    async with running(shop(), settings) as one:
        before = one.database.writer.commits
        await asyncio.gather(*(one.do(post_parcel, f"s{n}", 1) for n in range(200)))
        assert one.database.writer.commits - before < 20
        assert len(await one.database.engine.execute("SELECT code FROM sale")) == 200


async def test_amounts_add_up_whoever_adds_them(settings):
    async def add(weight: int, uow: UnitOfWork) -> None:
        uow.increase(Total, ("all",), {"count": 1, "weight": weight})
        uow.increase(Total, ("all",), {"weight": -1})

    async with running(ledger(), settings) as one:
        await asyncio.gather(*(one.do(add, n) for n in range(100)))
        assert await totals(one) == (100, sum(range(100)) - 100)


async def test_put_keep_and_remove_do_what_they_say(settings):
    async with running(ledger(), settings) as one:

        async def change(uow: UnitOfWork) -> None:
            uow.put(Entry.of(code="a", weight=1))
            uow.keep(Entry.of(code="b", weight=1))

        async def over(uow: UnitOfWork) -> None:
            uow.put(Entry.of(code="a", weight=2))
            uow.keep(Entry.of(code="b", weight=2))

        await one.do(change)
        await one.do(over)
        rows = await one.database.engine.execute("SELECT code, weight FROM entry ORDER BY code")
        assert [tuple(row) for row in rows] == [("a", 2), ("b", 1)]

        async def away(uow: UnitOfWork) -> None:
            uow.remove(await uow.get(Entry, "a"))

        await one.do(away)
        assert len(await one.database.engine.execute("SELECT code FROM entry")) == 1


async def test_amounts_of_nothing_add_nothing_also_to_keys_that_look_like_nothing(settings):
    async with running(ledger(), settings) as one:

        async def add(uow: UnitOfWork) -> None:
            uow.increase(Bin, (0, 0), {"count": 1})
            uow.increase(Bin, (0, 1), {"count": 2})
            uow.increase(Bin, (0, 1), {"count": -2})

        await one.do(add)
        await one.do(add)
        rows = await one.database.engine.execute(
            "SELECT shelf, place, count, weight FROM bin ORDER BY place"
        )
        assert [tuple(row) for row in rows] == [(0, 0, 2, 0), (0, 1, 0, 0)]


async def test_values_are_read_and_written_over_the_revision_they_were_read_at(settings):
    async with running(shop(), settings) as one:

        async def new(uow: UnitOfWork) -> None:
            assert await uow.values(Sale, [("a",), ("b",)]) == {}
            for code in ("a", "b"):
                uow.rewrite(Sale, {"code": code, "weight": 1, "revision": 1}, 0, ())

        async def heavier(uow: UnitOfWork) -> None:
            known = await uow.values(Sale, [("a",), ("b",), ("a",), ("c",)])
            assert known.keys() == {("a",), ("b",)}
            for values in known.values():
                was = values["revision"]
                told = values | {"weight": 5, "revision": was + 1}
                uow.rewrite(Sale, told, was, ("weight", "revision"))

        await one.do(new)
        late = UnitOfWork(one.database)
        await heavier(late)
        await one.do(heavier)
        # Neither over what another has changed since, nor beside what another has made: all or nothing.
        late.add(Sale.of(code="c", weight=1))
        with pytest.raises(Contention):
            await one.database.commit(late)
        again = UnitOfWork(one.database)
        again.rewrite(Sale, {"code": "a", "weight": 9, "revision": 1}, 0, ())
        with pytest.raises(Contention):
            await one.database.commit(again)
        rows = await one.database.engine.execute(
            "SELECT code, weight, revision FROM sale ORDER BY code"
        )
        assert [tuple(row) for row in rows] == [("a", 5, 2), ("b", 5, 2)]


def test_rows_that_many_want_at_once_are_taken_last_and_in_one_order():
    shapes = [
        *(addition(Total), addition(Bin)),
        Shape(Verb.INSERT, Entry.__table__, (), ("code", "weight")),
        Shape(Verb.UPDATE, Entry.__table__, ("code",), ("weight",)),
        Shape(Verb.REMOVE, Entry.__table__, ("code",), ()),
    ]
    for told in permutations(shapes):
        # PostgreSQL begins with the last.
        *_, first = named = in_order(told)
        assert named[:2] == (addition(Total), addition(Bin))
        assert first.verb is Verb.REMOVE
        assert named == in_order(shapes)


def addition(table):
    return Codec(table.__table__, DIALECT).addition


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_no_cursor_of_the_writer_outlives_the_statement_it_ran(settings):
    """One kept by a traceback is let go in another thread, and would reset what the writer runs then."""
    async with running(shop(), settings) as one:
        await one.do(post_parcel, "a", 1)
        uow = UnitOfWork(one.database)
        (await uow.get(Sale, "a")).revision += 1
        await one.database.engine.execute("UPDATE sale SET revision = revision + 1")
        with pytest.raises(Contention) as lost:
            await one.database.commit(uow)
        assert lost.tb is not None
        cursors = [each for each in gc.get_objects() if isinstance(each, sqlite3.Cursor)]
        mine = [c for c in cursors if c.connection is one.database.engine._writer]
        for cursor in mine:
            with pytest.raises(sqlite3.ProgrammingError, match="closed cursor"):
                cursor.fetchone()


async def test_the_statements_name_exactly_the_declared_columns(settings):
    async with running(shop(), settings) as one:
        for table in one.database.metadata.sorted_tables:
            codec: Codec = one.database.codec(table.name)
            assert set(codec.columns) == set(table.c.keys())
            growing = (
                {table.autoincrement_column.name}
                if table.autoincrement_column is not None
                else set()
            )
            assert set(codec.insert.columns) == set(table.c.keys()) - growing


def test_an_instant_is_written_into_sqlite_as_sqlalchemy_writes_it():
    from datetime import UTC, datetime, timedelta, timezone

    from sqlmodel.sql.sqltypes import UTCDateTime

    from chassis.database.shapes import instant_text
    from chassis.database.sqlite import DIALECT

    bind = UTCDateTime().dialect_impl(DIALECT).bind_processor(DIALECT)
    for instant in (
        datetime(2020, 3, 16, 9, tzinfo=timezone(timedelta(hours=7))),
        datetime(1900, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(
            2199, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-9, minutes=-30))
        ),
    ):
        assert instant_text(instant) == bind(instant)
    with pytest.raises(ValueError, match="offset"):
        instant_text(datetime.fromisoformat("2020-03-16T09:00:00"))


async def weigh(code: str, weight: int, uow: UnitOfWork) -> None:
    sale = await uow.get(Sale, code)
    sale.weight = weight
    sale.revision += 1


def expecting(one, weight, *, sells):
    """A change that stands only while `a` still weighs so much."""
    uow = UnitOfWork(one.database)
    uow.expect(Sale, ("a",), {"weight": weight})
    uow.add(Sale.of(code=sells, weight=1))
    return uow


async def codes(one):
    return sorted(row[0] for row in await one.database.engine.execute("SELECT code FROM sale"))


async def test_what_is_expected_holds_or_nothing_is_stored(settings):
    async with running(shop(), settings) as one:
        await one.do(post_parcel, "a", 1)
        await one.database.commit(expecting(one, 1, sells="b"))
        assert await codes(one) == ["a", "b"]
        late = expecting(one, 1, sells="c")
        await one.do(weigh, "a", 2)
        with pytest.raises(Contention):
            await one.database.commit(late)
        gone = UnitOfWork(one.database)
        gone.expect(Sale, ("nobody's",), {"weight": 1})
        gone.add(Sale.of(code="d", weight=1))
        with pytest.raises(Contention):
            await one.database.commit(gone)
        assert await codes(one) == ["a", "b"]


async def test_many_may_expect_the_same_and_none_passes_who_changes_it(settings):
    async with running(shop(), settings) as one:
        await one.do(post_parcel, "a", 1)
        before = [expecting(one, 1, sells=f"b{n}") for n in range(5)]
        after = [expecting(one, 1, sells=f"c{n}") for n in range(5)]
        change = UnitOfWork(one.database)
        await weigh("a", 2, change)
        # All of it queues at once, so that it would travel in one statement if it could.
        told = [*before, change, *after]
        done = await asyncio.gather(*map(one.database.commit, told), return_exceptions=True)
        assert [isinstance(each, Contention) for each in done] == [False] * 6 + [True] * 5
        assert await codes(one) == ["a", *(f"b{n}" for n in range(5))]


async def test_nothing_is_a_value_that_can_be_expected(settings):
    async with running(shop(), settings) as one:
        await one.do(post_parcel, "a", 1)
        await one.database.engine.execute("UPDATE outbox SET sent_at = NULL")
        codec = one.database.codec("outbox")
        [(key, *_)] = await one.database.engine.execute("SELECT id FROM outbox")
        for value, holds in ((None, True), (one.database.now(), False)):
            writes = UnitOfWork(one.database).writes()
            bound = (codec.bind("id", key), *codec.bound(("sent_at",), {"sent_at": value}))
            writes.add(codec.expect(("sent_at",)), bound)
            if holds:
                await one.database.writer.write(writes)
            else:
                with pytest.raises(Contention):
                    await one.database.writer.write(writes)
