"""Room for work: who goes first, how long anybody waits, and what a late process does about it."""

import asyncio
import time

from gateway.limits.admission import LONGEST_WAIT, SHARES, Compartment
from gateway.limits.kinds import Rank
from gateway.limits.lag import Lag


def never() -> float:
    return 0.0


def filled(room: Compartment, rank: Rank) -> int:
    """How many of a rank enter before one does not."""
    count = 0
    while room.enters(rank, 1):
        count += 1
    return count


def test_less_urgent_work_leaves_room_for_more_urgent_work():
    room = Compartment(100, never)
    assert filled(room, Rank.EXPORT) == 25
    assert filled(room, Rank.READ) == 45
    assert filled(room, Rank.INTAKE) == 20
    assert filled(room, Rank.STATUS) == 10
    assert room.used == 100
    assert list(SHARES) == sorted(SHARES)


def test_work_too_large_for_its_share_is_done_when_nothing_else_is():
    room = Compartment(8, never)
    assert room.enters(Rank.EXPORT, 4)
    assert not room.enters(Rank.EXPORT, 4)
    room.leave(4)
    assert room.enters(Rank.EXPORT, 4)


async def test_who_finds_no_room_waits_50_ms_and_no_longer():
    room = Compartment(8, never)
    filled(room, Rank.STATUS)
    begun = time.monotonic()
    assert not await room.entered(Rank.STATUS, 1)
    assert LONGEST_WAIT - 0.005 <= time.monotonic() - begun < 0.1
    assert room.used == 8
    assert not room._queued


async def test_room_that_is_left_goes_to_the_most_urgent_and_then_to_the_first():
    room = Compartment(10, never)
    filled(room, Rank.STATUS)
    order: list[str] = []

    async def ask(name: str, rank: Rank) -> None:
        if await room.entered(rank, 1):
            order.append(name)

    asked = [("read", Rank.READ), ("filing", Rank.INTAKE), ("step", Rank.STATUS)]
    asked.append(("second step", Rank.STATUS))
    tasks = [asyncio.create_task(ask(*one)) for one in asked]
    await asyncio.sleep(0)
    for _ in range(5):
        room.leave(1)
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    # Five of ten left: the two steps and the filing came in, then seven tenths are full for a read.
    assert order == ["step", "second step", "filing"]
    assert room.used == 8


async def test_nobody_overtakes_one_as_urgent_who_waits():
    room = Compartment(8, never)
    filled(room, Rank.STATUS)
    waits = asyncio.create_task(room.entered(Rank.STATUS, 2))
    await asyncio.sleep(0)
    room.leave(1)
    assert not room.enters(Rank.STATUS, 1)
    room.leave(1)
    assert await waits


async def test_whoever_goes_away_while_waiting_leaves_nothing_behind():
    room = Compartment(8, never)
    filled(room, Rank.STATUS)
    gone = asyncio.create_task(room.entered(Rank.STATUS, 1))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    assert (room._queued, room.used) == (0, 8)
    let_in = asyncio.create_task(room.entered(Rank.STATUS, 1))
    await asyncio.sleep(0)
    room.leave(1)
    let_in.cancel()
    await asyncio.gather(let_in, return_exceptions=True)
    assert (room._queued, room.used) == (0, 7)


async def test_a_queue_that_is_long_already_refuses_at_once():
    room = Compartment(8, never)
    filled(room, Rank.STATUS)
    waiting = [asyncio.create_task(room.entered(Rank.STATUS, 1)) for _ in range(32)]
    await asyncio.sleep(0)
    begun = time.monotonic()
    assert not await room.entered(Rank.STATUS, 1)
    assert time.monotonic() - begun < 0.02
    assert await asyncio.gather(*waiting) == [False] * 32


def test_a_late_process_takes_less_and_more_again_once_it_keeps_time():
    clock, lag = [0.0], [0.0]
    room = Compartment(100, lambda: lag[0], now=lambda: clock[0])

    def fits() -> int:
        clock[0] += 0.1
        count = filled(room, Rank.STATUS)
        room.leave(count)
        return count

    assert fits() == 100
    lag[0] = 0.5
    shrunk = [fits() for _ in range(20)]
    assert shrunk[0] < 100
    assert shrunk == sorted(shrunk, reverse=True)
    assert shrunk[-1] == 10
    lag[0] = 0.0
    regrown = [fits() for _ in range(20)]
    assert regrown == sorted(regrown)
    assert regrown[-1] == 100


async def test_the_lag_of_the_loop_is_noticed_and_forgotten():
    lag = Lag()
    lag.start()
    try:
        await asyncio.sleep(0.1)
        assert lag.seconds < 0.04
        time.sleep(0.3)
        await asyncio.sleep(0.03)
        assert lag.seconds > 0.2
        await asyncio.sleep(1.0)
        assert lag.seconds < 0.04
    finally:
        await lag.aclose()
