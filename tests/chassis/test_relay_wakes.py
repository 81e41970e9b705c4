"""An event recorded by an API is relayed by its worker at once, not at the worker's next look."""

import asyncio
import time

import pytest

from chassis import database as database_module
from chassis.bus import LocalBus, Topology
from chassis.outbox import Relay
from chassis.settings import Settings
from tests.chassis.small import post_parcel, running, shop

LOOKS_EVERY = 1.0
IN_A_ROW = 5


@pytest.fixture
def settings(databases, tmp_path):
    databases.make(shop(), migrated=False)
    return Settings(data=tmp_path, database_url=databases.url)


async def latencies(settings) -> list[float]:
    """Seconds from each commit at one process' database to its relay by another's.

    Each comes a tenth of a second after the one before was relayed, so the relay has just looked: without
    the signal it would be relayed nine tenths of a second late.
    """
    told: list[float] = []

    class Noted(LocalBus):
        async def publish(self, parcels):
            arrived.set()
            return [parcel.event_id for parcel in parcels]

    arrived = asyncio.Event()
    async with running(shop(), settings) as api, running(shop(), settings) as worker:
        assert api.database.recorded is not worker.database.recorded
        relaying = asyncio.create_task(Relay("shop", worker.database, Noted(Topology({}))).run())
        try:
            for number in range(IN_A_ROW + 1):
                arrived.clear()
                await api.do(post_parcel, f"p{number}", 1)
                started = time.monotonic()
                await asyncio.wait_for(arrived.wait(), 10)
                told.append(time.monotonic() - started)
                await asyncio.sleep(0.1)
        finally:
            relaying.cancel()
            await asyncio.gather(relaying, return_exceptions=True)
    return told[1:]  # the first one may wait for the relay to take its lock


async def test_a_relay_wakes_by_the_signal_of_another_process(settings):
    assert max(await latencies(settings)) < LOOKS_EVERY / 2


async def test_without_the_signal_an_event_waits_for_the_next_look(settings, monkeypatch):
    async def silent(self):
        await asyncio.sleep(0)

    monkeypatch.setattr(database_module.Database, "_notify", silent)
    waited = await latencies(settings)
    assert min(waited) > LOOKS_EVERY / 2
