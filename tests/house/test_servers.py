"""The servers of the tests can be trusted: killed is dead, frozen is silent, stopped leaves no trace."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import aio_pika
import asyncpg
import pytest
from playwright.async_api import async_playwright

from tests.servers import (
    NEW_QUEUE_SECONDS,
    Network,
    PrivatePostgres,
    PrivateRabbitMQ,
    ServerMissing,
    TcpProxy,
    find_chromium,
    postgres_server,
    private_postgres,
    private_rabbitmq,
    rabbitmq_server,
)

ROOT = Path(__file__).parents[2]
SERVERS = pytest.mark.servers


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def ask(dsn: str, question: str, patience: float = 5) -> object:
    async with asyncio.timeout(patience):
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[PrivatePostgres]:
    with private_postgres() as node:
        yield node


@pytest.fixture(scope="module")
def own_rabbitmq() -> Iterator[PrivateRabbitMQ]:
    with private_rabbitmq() as node:
        yield node


@SERVERS
async def test_a_committed_row_outlives_a_killed_postgres(own_postgres):
    before = own_postgres.pid
    await ask(own_postgres.dsn, "create table promise as select 42 as kept")

    own_postgres.kill()
    assert not alive(before)
    with pytest.raises(OSError, match=r"refused|failed"):
        await ask(own_postgres.dsn, "select 1")

    own_postgres.start()
    assert own_postgres.pid != before
    assert await ask(own_postgres.dsn, "select kept from promise") == 42


@SERVERS
async def test_a_frozen_postgres_is_silent_and_then_goes_on(own_postgres):
    connection = await asyncpg.connect(own_postgres.dsn)
    own_postgres.freeze()
    answer = asyncio.ensure_future(connection.fetchval("select 1"))
    done, _ = await asyncio.wait([answer], timeout=0.3)
    assert not done

    own_postgres.thaw()
    assert await asyncio.wait_for(answer, 5) == 1
    await connection.close()


@SERVERS
async def test_a_private_postgres_keeps_fsync_unless_told_otherwise(own_postgres):
    assert await ask(own_postgres.dsn, "show fsync") == "on"
    with private_postgres(fsync=False) as careless:
        assert await ask(careless.dsn, "show fsync") == "off"


@SERVERS
async def test_a_stopped_postgres_leaves_nothing_behind():
    with private_postgres() as node:
        pid, room = node.pid, node.room
        node.kill()
        node.start()
        last = node.pid
    assert not alive(pid)
    assert not alive(last)
    assert not room.exists()


@SERVERS
def test_a_server_ends_with_a_test_run_that_was_killed():
    script = (
        "import os, signal\n"
        "from tests.servers import PrivatePostgres\n"
        "node = PrivatePostgres()\n"
        "node.start()\n"
        "print(node.pid, node.room, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    pid, room = killed.stdout.split()

    deadline = time.monotonic() + 10
    while (alive(int(pid)) or Path(room).exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(int(pid))
    assert not Path(room).exists()


@SERVERS
async def test_a_session_makes_databases_and_drops_them():
    with postgres_server() as server:
        name = f"motcua_test_{os.getpid()}"
        dsn = server.create_database(name)
        try:
            await ask(dsn, "create table mark as select 7 as n")
            copy = server.create_database(f"{name}_copy", template=name)
            assert await ask(copy, "select n from mark") == 7
            server.drop_database(f"{name}_copy")
        finally:
            server.drop_database(name)
        with pytest.raises(asyncpg.InvalidCatalogNameError):
            await ask(dsn, "select 1")
        assert server.private == (server.pid is not None)


@SERVERS
async def test_a_running_postgres_without_room_for_every_runner_is_left_alone(monkeypatch):
    monkeypatch.delenv("MOTCUA_TEST_PG", raising=False)
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "100000")
    with postgres_server() as server:
        assert server.private
        assert await ask(server.dsn, "show max_connections") == "200"


@SERVERS
async def test_the_named_postgres_is_taken_before_any_other(own_postgres, monkeypatch):
    monkeypatch.setenv("MOTCUA_TEST_PG", own_postgres.dsn)
    monkeypatch.setenv("MOTCUA_TEST_PRIVATE_SERVERS", "1")
    with postgres_server() as server:
        assert server.dsn == own_postgres.dsn
        assert not server.private


def test_a_named_server_that_keeps_us_out_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setenv("MOTCUA_TEST_PG", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("MOTCUA_TEST_AMQP", "amqp://nobody@127.0.0.1:1/")
    with pytest.raises(ServerMissing, match=r"^Set MOTCUA_TEST_PG to"), postgres_server():
        pass
    with pytest.raises(ServerMissing, match=r"^Set MOTCUA_TEST_AMQP to"), rabbitmq_server():
        pass


@SERVERS
async def test_a_confirmed_message_outlives_a_killed_broker(own_rabbitmq):
    before = own_rabbitmq.pid
    connection = await aio_pika.connect(own_rabbitmq.url)
    channel = await connection.channel()
    await channel.declare_queue("promise.v1", durable=True, arguments={"x-queue-type": "quorum"})
    message = aio_pika.Message(b"kept", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
    await asyncio.sleep(NEW_QUEUE_SECONDS)
    await channel.default_exchange.publish(message, "promise.v1")
    own_rabbitmq.kill()
    with suppress(Exception):
        await connection.close()
    assert not alive(before)

    await asyncio.to_thread(own_rabbitmq.start)
    async with await aio_pika.connect(own_rabbitmq.url) as again:
        channel = await again.channel()
        queue = await channel.get_queue("promise.v1")
        kept = await queue.get(timeout=10)
        assert kept is not None
        assert kept.body == b"kept"


@SERVERS
def test_the_broker_is_managed_by_its_own_tool(own_rabbitmq):
    assert "rabbitmq_consistent_hash_exchange" in own_rabbitmq.ctl("status")
    own_rabbitmq.ctl("set_disk_free_limit", "100000GB")
    try:
        assert "Free disk space alarm" in own_rabbitmq.ctl("status")
    finally:
        own_rabbitmq.ctl("set_disk_free_limit", "50MB")


@SERVERS
async def test_a_session_has_a_broker_and_names_of_its_own(own_rabbitmq, monkeypatch):
    monkeypatch.setenv("MOTCUA_TEST_AMQP", own_rabbitmq.url)
    with rabbitmq_server() as first, rabbitmq_server() as second:
        assert first.prefix != second.prefix
        async with await aio_pika.connect(first.url) as connection:
            channel = await connection.channel()
            await channel.declare_queue(f"{first.prefix}kpi.v1", exclusive=True)


@SERVERS
async def test_the_browser_shows_a_page():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_chromium().launch)
        page = await browser.new_page()
        await page.set_content("<title>Một cửa</title><h1>Hồ sơ</h1>")
        assert await page.title() == "Một cửa"
        await browser.close()


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    """A server that says back what it hears, on the port given."""

    async def say_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(100):
                heard.append(chunk)
                writer.write(chunk)
                await writer.drain()
        writer.close()

    heard.clear()
    server = await asyncio.start_server(say_back, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


heard: list[bytes] = []


class Caller:
    """A client with one connection through a proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, words: bytes, patience: float = 5) -> bytes:
        self.writer.write(words)
        return await asyncio.wait_for(self.reader.read(100), patience)


async def call(proxy: TcpProxy) -> Caller:
    return Caller(*await asyncio.open_connection("127.0.0.1", proxy.port))


async def test_a_whole_network_carries_both_ways(echo):
    async with TcpProxy(echo) as proxy:
        caller = await call(proxy)
        assert await caller.say(b"hello") == b"hello"
        caller.writer.close()


async def test_a_black_hole_holds_everything_until_it_ends(echo):
    async with TcpProxy(echo) as proxy:
        caller = await call(proxy)
        await caller.say(b"hello")
        await proxy.become(Network.BLACKHOLE)
        with pytest.raises(TimeoutError):
            await caller.say(b"anybody?", patience=0.2)
        assert heard == [b"hello"]

        await proxy.become(Network.PASS)
        assert await asyncio.wait_for(caller.reader.read(100), 5) == b"anybody?"
        caller.writer.close()


async def test_half_a_network_delivers_the_request_and_loses_the_reply(echo):
    async with TcpProxy(echo) as proxy:
        caller = await call(proxy)
        await proxy.become(Network.HALF)
        with pytest.raises(TimeoutError):
            await caller.say(b"commit", patience=0.2)
        assert heard == [b"commit"]

        await proxy.become(Network.PASS)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(caller.reader.read(100), 5)
        caller.writer.close()


async def test_a_refusing_network_keeps_what_is_open(echo):
    async with TcpProxy(echo) as proxy:
        caller = await call(proxy)
        assert await caller.say(b"before") == b"before"
        await proxy.become(Network.REFUSE)
        with pytest.raises(ConnectionRefusedError):
            await call(proxy)
        assert await caller.say(b"still") == b"still"

        await proxy.become(Network.PASS)
        late = await call(proxy)
        assert await late.say(b"back") == b"back"
        for one in (caller, late):
            one.writer.close()


async def test_a_cut_network_resets_what_is_open_and_what_comes(echo):
    async with TcpProxy(echo) as proxy:
        caller = await call(proxy)
        await caller.say(b"before")
        await proxy.become(Network.CUT)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(caller.reader.read(100), 5)
        with pytest.raises(ConnectionResetError):
            await (await call(proxy)).say(b"again")
        caller.writer.close()


async def test_an_address_is_turned_to_the_proxy(echo):
    async with TcpProxy.to(f"postgresql://postgres@127.0.0.1:{echo}/test") as proxy:
        turned = proxy.url(f"postgresql://postgres@127.0.0.1:{echo}/test")
        assert turned == f"postgresql://postgres@127.0.0.1:{proxy.port}/test"
