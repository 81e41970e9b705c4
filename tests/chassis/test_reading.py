"""Questions to PostgreSQL outlive the connections they were to be asked through."""

from asyncio import gather

from sqlalchemy import text

from chassis.database import UnitOfWork
from chassis.running import Running, opened
from services.kpi import service

OTHERS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE 'LISTEN%'
"""


async def ended(uow):
    """Every connection of this database is cut, but the one that does it."""
    [told] = await uow.select(text(OTHERS))
    return told[0]


async def test_a_question_through_a_connection_that_died_is_asked_again(lone, engine):
    if engine == "sqlite":
        return
    async with lone(service) as kpi:
        database = kpi.running.database
        async with opened(Running(service, kpi.running.settings, kpi.running.verifier)) as other:
            for _ in range(2):
                await gather(*(database.select(text("SELECT pg_sleep(0.1)")) for _ in range(4)))
                assert await ended(UnitOfWork(other.database)) >= 4
                told = await gather(*(database.select(text("SELECT 1")) for _ in range(4)))
                assert [tuple(one[0]) for one in told] == [(1,)] * 4
            await gather(*(database.select(text("SELECT pg_sleep(0.1)")) for _ in range(4)))
            assert await ended(UnitOfWork(other.database)) >= 4
            async with database.snapshot() as ask:
                assert [tuple(row) for row in await ask(text("SELECT 2"))] == [(2,)]
