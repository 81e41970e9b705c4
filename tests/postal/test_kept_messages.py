"""A carrier's message is kept before it is answered, and worked out once whoever gets to it."""

import asyncio
import json
from collections import deque
from datetime import datetime, timedelta

import pytest

from chassis.database import UnitOfWork
from chassis.sealing import SealBroken
from services.postal.folding import Folding, fold_kept, forget_old
from services.postal.raw import RawMessages
from services.postal.tables import InboundBatch
from tests.postal.test_service import ADDRESS, ITEM, OTHER, order, postal, standing, worked_out


async def send(partner, body) -> list[str]:
    answer = await partner.post(ADDRESS, content=json.dumps(body).encode(), headers=JSON)
    assert answer.status_code == 200, answer.text
    return [item["outcome"] for item in answer.json()["items"]]


JSON = {"content-type": "application/json"}


def without_room(one):
    """As in a process that is overrun: nothing is worked out where it came in."""
    folding = one.running.own(Folding)
    folding.room, folding._later = 0, deque(maxlen=0)


async def kept(one) -> list[InboundBatch]:
    uow = UnitOfWork(one.running.database)
    return await uow.all(InboundBatch, order_by=(InboundBatch.received_at,))


def later(one, **ahead):
    real = one.running.database.now
    one.running.database.now = lambda: real() + timedelta(**ahead)


async def test_what_there_is_no_room_for_is_kept_answered_and_worked_out_by_the_worker(lone):
    async with postal(lone) as (one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        without_room(one)
        body = post.callback(7, 10)
        assert await send(partner, body) == ["stored", "stored"]
        assert await standing(partner, shipment) == ("registered", False)
        await fold_kept(one.running)
        assert await standing(partner, shipment) == ("registered", False), "left to its taker first"
        later(one, seconds=3)
        await fold_kept(one.running)
        assert await standing(partner, shipment) == ("in_transit", False)
        assert await send(partner, body) == ["applied", "applied"]
        assert len(await one.announced("shipment.accepted")) == 1


async def test_a_message_sent_many_times_at_once_is_kept_and_counted_once(lone):
    async with postal(lone) as (one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        body = post.callback(7)
        told = await asyncio.gather(*(send(partner, body) for _ in range(12)))
        assert told == [["applied"]] * 12
        assert len(await kept(one)) == 1
        assert len((await partner.get(f"/v1/shipments/{shipment}")).json()["events"]) == 1


async def test_its_taker_and_the_worker_at_once_work_a_message_out_once(lone):
    async with postal(lone) as (one, partner, post):
        await partner.post("/v1/shipments", json=order())
        without_room(one)
        bodies = [post.callback(7, sent=f"19/03/2020 08:00:{n:02}") for n in range(10, 30)]
        for body in bodies:
            assert await send(partner, body) == ["stored"]
        later(one, seconds=3)
        one.running.own(Folding).room = 100
        told = asyncio.gather(*(send(partner, body) for body in bodies))
        await asyncio.gather(fold_kept(one.running), fold_kept(one.running))
        outcomes = [outcome for [outcome] in await told]
        assert sorted(outcomes) == ["applied"] + ["duplicate"] * 19
        assert len(await one.announced("shipment.accepted")) == 1


async def test_one_that_cannot_be_worked_out_waits_and_keeps_nobody_waiting(lone):
    async with postal(lone) as (one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        without_room(one)
        for status in (7, 10):
            await send(partner, post.callback(status, sent=f"19/03/2020 08:{status:02}:00"))
        [first, _] = await kept(one)
        broken = "UPDATE inbound_batch SET records = '[{}]' WHERE digest = "
        await one.running.database.engine.execute(f"{broken}'{first.digest}'")
        later(one, seconds=3)
        await fold_kept(one.running)
        assert await standing(partner, shipment) == ("in_transit", False)
        waiting, done = await kept(one)
        assert (waiting.attempts, waiting.problem) == (1, "ValidationError")
        assert waiting.work_at is not None
        assert done.work_at is None
        again = waiting.work_at
        later(one, seconds=30)
        await fold_kept(one.running)
        [waiting, _] = await kept(one)
        assert waiting.attempts == 2
        assert waiting.work_at > again
        mended = json.dumps(first.records).replace("'", "''")
        await one.running.database.engine.execute(
            f"UPDATE inbound_batch SET records = '{mended}' WHERE digest = '{first.digest}'"
        )
        later(one, hours=7)
        await fold_kept(one.running)
        assert all(batch.work_at is None for batch in await kept(one))


async def test_a_message_is_kept_as_it_came_and_opens_in_its_own_row_alone(lone):
    async with postal(lone) as (one, partner, post):
        body = post.signed(
            [{"itemCode": ITEM, "status": 7, "receiverName": "Nguyễn Văn A"}], "19/03/2020 08:00:00"
        )
        await send(partner, body)
        await send(partner, post.callback(7, item=OTHER))
        first, second = await kept(one)
        vault = one.running.own(RawMessages)
        raw = vault.opened(first.sealed, first.digest, first.account)
        assert raw == json.dumps(body).encode()
        for digest, account in ((second.digest, "city"), (first.digest, "province")):
            with pytest.raises(SealBroken):
                vault.opened(first.sealed, digest, account)
        [stored] = await one.running.database.engine.execute(
            f"SELECT * FROM inbound_batch WHERE digest = '{first.digest}'"
        )
        assert "Nguyễn" not in repr(tuple(stored))


async def test_messages_are_forgotten_when_they_are_old_and_what_they_told_is_not(lone):
    async with postal(lone, carrier_message_days=30) as (one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        body = post.callback(7)
        await send(partner, body)
        without_room(one)
        await send(partner, post.callback(10))
        later(one, days=31)
        await forget_old(one.running)
        [waiting] = await kept(one)
        assert waiting.work_at is not None, "what is not worked out is never forgotten"
        one.running.own(Folding).room = 16
        assert await send(partner, body) == ["duplicate"]
        assert len((await partner.get(f"/v1/shipments/{shipment}")).json()["events"]) == 1


async def test_what_reached_us_first_has_the_time_it_reached_us_however_late_it_is_worked_out(lone):
    async with postal(lone) as (one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        without_room(one)
        [before] = [one.running.database.now()]
        await send(partner, post.callback(7, sent="no date"))
        later(one, hours=5)
        await fold_kept(one.running)
        view = (await partner.get(f"/v1/shipments/{shipment}")).json()
        accepted = view["accepted_at"]
        assert accepted is not None
        assert datetime.fromisoformat(accepted) - before < timedelta(minutes=1)


async def test_what_was_answered_at_once_is_worked_out_here_when_nobody_waits(lone):
    async with postal(lone) as (one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        one.running.own(Folding).room = 0
        assert await send(partner, post.callback(7)) == ["stored"]
        await worked_out(one)
        assert await standing(partner, shipment) == ("accepted", False)
