"""Names whose name server keeps silent: whoever has one delays nobody else."""

import asyncio
import socket
import subprocess
import sys
import threading
import time

import pytest

from gateway.deliveries import lookups
from gateway.deliveries.lookups import Lookups, NameSilent, on_behalf_of
from tests.gateway.deliveries.office import LOOPBACK, office, until
from tests.gateway.deliveries.receivers import receiving

SOON = 1.5
"""Seconds within which something counts as not delayed: half of what a silent name may take."""


class NameServers:
    """Those of the world, in place of the C library: some keep silent, the others know one address."""

    def __init__(self):
        self.silent = ""
        """How names end that nobody answers for."""
        self.asked = []
        self.over = threading.Event()

    def addresses(self, host, *_args, **_kwargs):
        self.asked.append(host)
        if self.silent and host.endswith(self.silent):
            self.over.wait(30)
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]

    def look(self, host):
        return [entry[4][0] for entry in self.addresses(host)]


@pytest.fixture
def world(monkeypatch):
    servers = NameServers()
    monkeypatch.setattr(socket, "getaddrinfo", servers.addresses)
    yield servers
    servers.over.set()


def patience(monkeypatch, seconds):
    monkeypatch.setattr(lookups, "PATIENCE", seconds)


async def hang(*tasks):
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_silent_names_delay_neither_other_names_nor_other_threads_of_the_process(world):
    world.silent = ".silent.vn"
    found = Lookups(world.look)
    waiting = [asyncio.create_task(found(f"n{n}.silent.vn", 443)) for n in range(50)]
    await asyncio.sleep(0)
    async with asyncio.timeout(SOON):
        assert await found("healthy.vn", 443) == ["127.0.0.1"]
        assert await asyncio.to_thread(lambda: "done") == "done"
    await hang(*waiting)


async def test_a_delivery_is_prompt_beside_many_endpoints_whose_name_servers_keep_silent(
    lone, world
):
    async with (
        office(lone) as one,
        receiving(headers={"Connection": "close"}) as receiver,
        one.delivering(),
    ):
        healthy = await one.subscribe(receiver, url=f"http://healthy.vn:{receiver.port}/hooks")
        for number in range(12):
            url = f"http://n{number}.silent.vn:{receiver.port}/hooks"
            await one.subscribe(receiver, url=url, networks=[LOOPBACK])

        async def all_active():
            told = (await one.client.get("/v1/webhooks")).json()["items"]
            return all(webhook["state"] == "active" for webhook in told)

        await until(all_active)
        await one.tell("first")
        await until(lambda: receiver.subjects.count("first") == 13)
        world.silent = ".silent.vn"
        for subject in ("a", "b", "c", "d"):
            await one.tell(subject)
            async with asyncio.timeout(SOON):
                await until(lambda told=subject: told in receiver.subjects)
        # Nor does it delay somebody who registers meanwhile, in the same process.
        async with asyncio.timeout(SOON):
            await one.subscribe(receiver, url=f"http://new.vn:{receiver.port}/hooks")
        delivered = await one.deliveries(healthy["id"])
        assert {len(delivery["log"]) for delivery in delivered} == {1}


async def test_a_name_is_looked_up_once_at_a_time_and_a_silent_one_is_not_waited_for_again(
    world, monkeypatch
):
    patience(monkeypatch, 0.2)
    world.silent = ".silent.vn"
    found = Lookups(world.look)
    both = [asyncio.create_task(found("a.silent.vn", port)) for port in (443, 8443)]
    await asyncio.sleep(0.3)
    began = time.monotonic()
    with pytest.raises(NameSilent):
        await found("a.silent.vn", 443)
    assert time.monotonic() - began < 0.1
    assert world.asked == ["a.silent.vn"]
    world.over.set()
    for told in await asyncio.gather(*both, return_exceptions=True):
        assert isinstance(told, socket.gaierror)
    # It is asked for again as soon as that lookup has ended.
    world.silent = ""
    assert await found("a.silent.vn", 443) == ["127.0.0.1"]


async def test_who_stops_waiting_does_not_take_the_answer_from_the_others(world):
    found = Lookups(lambda host: (time.sleep(0.2), world.look(host))[1])
    first, second = (asyncio.create_task(found("a.vn", 443)) for _ in range(2))
    await asyncio.sleep(0.05)
    first.cancel()
    assert await second == ["127.0.0.1"]
    assert world.asked == ["a.vn"]


async def test_one_client_cannot_take_every_thread(world, monkeypatch):
    monkeypatch.setattr(lookups, "MOST_OF_ONE", 3)
    world.silent = ".silent.vn"
    found = Lookups(world.look)

    async def asked(client, host):
        with on_behalf_of(client):
            return await found(host, 443)

    waiting = [asyncio.create_task(asked("c-1", f"n{n}.silent.vn")) for n in range(3)]
    await asyncio.sleep(0.05)
    with pytest.raises(NameSilent):
        await asked("c-1", "one-more.silent.vn")
    assert await asked("c-2", "healthy.vn") == ["127.0.0.1"]
    await hang(*waiting)


async def test_names_that_kept_silent_share_a_part_of_the_threads(world, monkeypatch):
    patience(monkeypatch, 0.1)
    monkeypatch.setattr(lookups, "MOST_SILENT", 2)
    monkeypatch.setattr(lookups, "MOST", 4)
    world.silent = ".silent.vn"
    found = Lookups(world.look)
    names = [f"n{n}.silent.vn" for n in range(4)]
    waiting = [asyncio.create_task(found(name, 443)) for name in names]
    await asyncio.sleep(0.2)
    with pytest.raises(NameSilent):
        await found("healthy.vn", 443)
    world.over.set()
    await asyncio.gather(*waiting, return_exceptions=True)
    world.over.clear()
    waiting = [asyncio.create_task(found(name, 443)) for name in names]
    await asyncio.sleep(0.2)
    assert world.asked[4:] == names[:2]
    assert await found("healthy.vn", 443) == ["127.0.0.1"]
    await hang(*waiting)


ENDS = """
import asyncio, time
from gateway.deliveries.lookups import Lookups

async def main():
    try:
        async with asyncio.timeout(0.1):
            await Lookups(lambda host: time.sleep(60))("a.vn", 443)
    except TimeoutError:
        print("let go")

asyncio.run(main())
"""


def test_a_process_that_ends_does_not_wait_for_a_silent_name():
    command = [sys.executable, "-c", ENDS]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert (ended.stdout, ended.stderr) == ("let go\n", "")
