"""The durable bus of one process: through an outbox, a relay and an inbox, also across a kill -9."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from chassis.bus import LocalBus, Parcel, Topology
from chassis.outbox import Relay, backlog, replay
from chassis.testing import settle
from tests.chassis.small import (
    NobodyListens,
    ledger,
    local_bus,
    post_parcel,
    running,
    shop,
    totals,
    until,
)


async def test_what_one_service_records_another_counts(settings):
    bus = local_bus()
    async with running(shop(), settings) as sells, running(ledger(), settings) as counts:
        await counts.start_work(bus)
        await sells.start_work(bus)
        await asyncio.gather(*(sells.do(post_parcel, f"p{n}", n) for n in range(300)))
        await settle({"shop": sells, "ledger": counts})
        assert await totals(counts) == (300, sum(range(300)))
        assert await backlog(sells.database) == 0


async def test_events_wait_while_nobody_listens_and_are_not_lost(settings):
    bus = local_bus()
    async with running(shop(), settings) as sells:
        for n in range(10):
            await sells.do(post_parcel, f"p{n}", 1)
        assert await backlog(sells.database) == 10
        async with running(ledger(), settings) as counts:
            await counts.start_work(bus)
            await sells.start_work(bus)
            await settle({"shop": sells, "ledger": counts})
            assert await totals(counts) == (10, 10)
            assert await replay(sells.database, since=sells.database.now().replace(year=2000)) == 10
            await settle({"shop": sells, "ledger": counts})

            async def relayed():
                return await backlog(sells.database) == 0

            await until(relayed)
            assert await totals(counts) == (10, 10)


async def test_a_relay_round_is_two_statements(settings):
    bus = local_bus()
    async with running(shop(), settings) as sells, running(ledger(), settings) as counts:
        listening = asyncio.create_task(bus.consume("ledger", counts.consumer.take))
        await asyncio.sleep(0)
        for n in range(50):
            await sells.do(post_parcel, f"p{n}", 1)
        await asyncio.sleep(0.05)
        relay = Relay("shop", sells.database, bus)
        before = sells.database.engine.statements
        assert await relay.round() == 50
        assert sells.database.engine.statements - before == 2
        assert await relay.round() == 0
        listening.cancel()


async def test_an_event_nobody_hears_leaves_the_outbox(settings):
    bus = local_bus()
    async with running(shop(), settings) as sells, running(ledger(), settings) as counts:
        await counts.start_work(bus)
        await sells.start_work(bus)

        async def ignored(uow):
            uow.record(NobodyListens(code="x"), subject="x")

        await sells.do(ignored)

        async def empty():
            return await backlog(sells.database) == 0

        await until(empty)


CHILD = """
import asyncio, sys
from pathlib import Path
from chassis.settings import Settings
from tests.chassis.small import *

async def main():
    settings = Settings(data=Path(sys.argv[1]))
    bus = local_bus()
    async with running(shop(), settings) as sells, running(ledger(), settings) as counts:
        await counts.start_work(bus)
        await sells.start_work(bus)
        n = int(sys.argv[2])
        while True:
            await asyncio.gather(*(sells.do(post_parcel, f"p{n+k}", 1) for k in range(5)))
            for k in range(5):
                print(f"p{n+k}", flush=True)
            n += 5
asyncio.run(main())
"""


async def test_nothing_acknowledged_is_lost_or_counted_twice_when_the_process_is_killed(tmp_path):
    acknowledged: set[str] = set()
    for round_number in range(4):
        acknowledged |= await asyncio.to_thread(_run_and_kill, tmp_path, round_number)
    from chassis.settings import Settings

    told = Settings(data=tmp_path)
    bus = local_bus()
    async with running(shop(), told) as sells, running(ledger(), told) as counts:
        await counts.start_work(bus)
        await sells.start_work(bus)
        await settle({"shop": sells, "ledger": counts})
        stored = {row[0] for row in await sells.database.engine.execute("SELECT code FROM sale")}
        assert len(acknowledged) > 50
        assert acknowledged <= stored
        assert await totals(counts) == (len(stored), len(stored))


def _run_and_kill(folder: Path, round_number: int) -> set[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(round_number * 100_000)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )
    lines: list[str] = []
    for line in child.stdout:
        if line.endswith("\n"):
            lines.append(line.strip())
        if len(lines) > 20 + 37 * round_number:
            child.send_signal(signal.SIGKILL)
            break
    lines += [line.strip() for line in child.stdout if line.endswith("\n")]
    child.wait()
    child.stdout.close()
    return {line for line in lines if line}


async def test_a_relay_told_to_stop_stops_wherever_it_is():
    for steps in range(12):
        bus = LocalBus(Topology({"ledger": frozenset({"parcel.posted"})}))
        listens = asyncio.create_task(bus.consume("ledger", lambda _: asyncio.sleep(60)))
        relays = asyncio.create_task(bus.publish([Parcel("1", "parcel.posted", "{}")]))
        for _ in range(steps):
            await asyncio.sleep(0)
        relays.cancel()
        async with asyncio.timeout(2):
            [ended] = await asyncio.gather(relays, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError), (steps, ended)
        listens.cancel()
        await asyncio.gather(listens, return_exceptions=True)
