"""Long work on one instant: what is held, what is kept, and what is made again."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import make_url, text

from chassis.database.bench import benches

ADD = "UPDATE tally SET n = n + 1 WHERE id = {}"
WAITS = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
async def dsn(postgres):
    """A database with two rows to count in."""
    name = f"bench_{uuid4().hex[:8]}"
    postgres.create_database(name)
    dsn = postgres.dsn_of(name)
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE tally (id int PRIMARY KEY, n int)")
    await connection.execute("INSERT INTO tally VALUES (1, 0), (2, 0)")
    await connection.close()
    yield dsn
    postgres.drop_database(name)


def address(dsn):
    return make_url(dsn.replace("postgresql://", "postgresql+asyncpg://"))


async def test_several_benches_hold_one_instant_until_they_let_go(dsn):
    other = await asyncpg.connect(dsn)
    async with benches(address(dsn), 2) as both:
        await other.execute(ADD.format(1))
        asked = text("SELECT n FROM tally WHERE id = 1")
        assert [list(await one.ask(asked)) for one in both] == [[(0,)], [(0,)]]
        await both[1].let_go()
        assert [list(await one.ask(asked)) for one in both] == [[(0,)], [(1,)]]
    await other.close()


async def test_a_change_that_waits_for_another_that_waits_for_it_is_made_again(dsn):
    other, watch = [await asyncpg.connect(dsn) for _ in range(2)]
    # The bench looks for the circle first, so it is the one that is undone.
    await other.execute("SET deadlock_timeout = '1min'")
    async with benches(address(dsn), 1) as [bench]:
        await bench.let_go()
        change = other.transaction()
        await change.start()
        await other.execute(ADD.format(2))
        changing = asyncio.create_task(bench.change(text(ADD.format(1)), text(ADD.format(2))))
        while not await watch.fetchval(WAITS):
            await asyncio.sleep(0)
        await other.execute(ADD.format(1))
        await change.commit()
        await changing
    assert await watch.fetch("SELECT n FROM tally ORDER BY id") == [(2,), (2,)]
    await other.close()
    await watch.close()
