"""201 leaves after the commit and never before: shown on the connections that write, and by kill -9."""

import asyncio
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest
from joserfc.jwk import KeySet

from chassis import migrations
from chassis.auth import Verifier
from chassis.database.coalescing import CoalescingWriter, Waiting
from chassis.running import Running, opened
from chassis.settings import Settings
from chassis.web import create_app
from gateway.keys import SigningKey
from services.intake import service
from tests.builders import filing
from tests.conftest import Lone
from tests.intake.test_routes import _prepare
from tests.servers import private_postgres

CLIENTS = 12
ROUNDS = 3


async def test_the_connections_that_write_wait_for_the_disk(lone):
    async with lone(service) as intake:
        engine = intake.running.database.engine
        if intake.running.database.is_postgres:
            asked = await asyncio.gather(
                *(
                    engine.execute("SELECT current_setting('synchronous_commit'), pg_backend_pid()")
                    for _ in range(12)
                )
            )
            assert {row[0][0] for row in asked} == {"on"}
            return
        # `execute` asks the one connection that writes.
        assert [tuple(r) for r in await engine.execute("PRAGMA synchronous")] == [(2,)]
        assert [tuple(r) for r in await engine.execute("PRAGMA journal_mode")] == [("wal",)]


async def test_they_wait_also_where_the_database_says_otherwise(databases, tmp_path):
    databases.make(service)
    admin = await asyncpg.connect(databases.server.dsn)
    name = f"{databases.run}_intake"
    await admin.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    await admin.close()
    told = Settings(data=tmp_path, database_url=databases.url)
    plain = await asyncpg.connect(told.database_for("intake").replace("+asyncpg", ""))
    assert await plain.fetchval("SHOW synchronous_commit") == "off"
    await plain.close()
    async with opened(Running(service, told, Verifier(_no_keys, issuer="x", leeway=0))) as intake:
        assert (await intake.database.engine.execute("SHOW synchronous_commit"))[0][0] == "on"


async def _no_keys() -> KeySet:
    return KeySet([])


def address_in(node, which: str = "{service}") -> str:
    return f"{node.dsn.rpartition('/')[0]}/t_{which}"


@asynccontextmanager
async def intake_on(node, folder):
    """Intake over a database of a server that may be killed."""
    connection = await asyncpg.connect(node.dsn)
    await connection.execute("CREATE DATABASE t_intake")
    await connection.close()
    url = address_in(node).replace("postgresql://", "postgresql+asyncpg://")
    told = Settings(data=folder, database_url=url)
    await asyncio.to_thread(migrations.upgrade, service.package, told.database_for("intake"))
    key = SigningKey(told)

    async def fetch() -> KeySet:
        return KeySet([key.public])

    running = Running(service, told, Verifier(fetch, issuer=told.issuer, leeway=30))
    async with opened(running):
        yield Lone(running, key, create_app(running))


class Ledger:
    """What was sent, and what was answered with 201: the other side's memory."""

    def __init__(self) -> None:
        self.attempted: set[str] = set()
        self.acknowledged: set[str] = set()
        self.stopped = False

    async def file(self, client: httpx.AsyncClient, worker: int) -> None:
        number = 0
        while not self.stopped:
            number += 1
            code = f"000.00.19.H29-200316-{worker:02d}{number:05d}"
            self.attempted.add(code)
            answer = await client.post("/v1/dossiers", json=filing(code=code))
            assert answer.status_code in {201, 503}, answer.text
            if answer.status_code == 201:
                self.acknowledged.add(code)
            else:
                await asyncio.sleep(0.05)


async def under_fire(node, folder) -> tuple[Ledger, list[str], list[str]]:
    """File while the server is killed again and again; the ledger, stored codes, and announced codes."""
    ledger = Ledger()
    async with intake_on(node, folder) as intake, intake.calls() as client:
        await _prepare(client)
        filing_now = [asyncio.create_task(ledger.file(client, n)) for n in range(CLIENTS)]
        for number in range(ROUNDS):
            before = len(ledger.acknowledged)
            async with asyncio.timeout(60):
                while len(ledger.acknowledged) < before + 60 + 37 * number:
                    await asyncio.sleep(0.005)
                    assert not [t.exception() for t in filing_now if t.done()]
            await asyncio.to_thread(node.kill)
            await asyncio.to_thread(node.start)
        ledger.stopped = True
        await asyncio.gather(*filing_now)
    # The service is closed: whatever waited in it is stored or lost by now.
    connection = await asyncpg.connect(address_in(node, "intake"))
    stored = [row[0] for row in await connection.fetch("SELECT code FROM dossier")]
    told = "SELECT envelope::json -> 'data' ->> 'code' FROM outbox WHERE topic = 'dossier.filed'"
    announced = [row[0] for row in await connection.fetch(told)]
    await connection.close()
    return ledger, stored, announced


@pytest.mark.servers
async def test_nothing_acknowledged_is_lost_when_the_database_is_killed_under_load(tmp_path):
    with private_postgres() as node:
        ledger, stored, announced = await under_fire(node, tmp_path)
    assert len(ledger.acknowledged) > 200
    assert ledger.acknowledged <= set(stored)
    assert set(stored) <= ledger.attempted
    assert sorted(announced) == sorted(stored)


@pytest.mark.servers
async def test_answering_before_the_commit_loses_what_was_acknowledged(tmp_path, monkeypatch):
    """The control of the test above: it tells a suite that answers too early from one that does not."""

    async def too_early(self, writes):
        done = asyncio.get_running_loop().create_future()
        done.add_done_callback(lambda future: future.exception())
        self._queue.append(Waiting(writes, done))
        self._wake.set()

    with private_postgres() as node:
        async with intake_on(node, tmp_path) as intake, intake.calls() as client:
            await _prepare(client)
            monkeypatch.setattr(CoalescingWriter, "write", too_early)
            ledger = Ledger()
            filing_now = [asyncio.create_task(ledger.file(client, n)) for n in range(CLIENTS)]
            async with asyncio.timeout(60):
                while len(ledger.acknowledged) < 100:
                    await asyncio.sleep(0.005)
            await asyncio.to_thread(node.kill)
            ledger.stopped = True
            await asyncio.gather(*filing_now)
            await asyncio.to_thread(node.start)
        connection = await asyncpg.connect(address_in(node, "intake"))
        stored = {row[0] for row in await connection.fetch("SELECT code FROM dossier")}
        await connection.close()
    assert ledger.acknowledged - stored
