"""A disabled client is out everywhere, also where its token is verified without asking anybody."""

import asyncio
import time

import httpx
import pytest

from chassis.database import UnitOfWork
from chassis.revocation import FRESH_SECONDS, RETRY_SECONDS, Revocations, revoked_name
from gateway.admission import FRESH_SECONDS as FRESH_AT_THE_DOOR
from gateway.commands import disable
from gateway.queries import clients


async def client_of(suite) -> str:
    [client] = await clients(UnitOfWork(suite.running["gateway"].database))
    return client.id


@pytest.mark.parametrize("lane", ["processes"])
async def test_a_service_of_its_own_refuses_the_tokens_of_a_disabled_client(suite, processes):
    # Asked past the gateway, which would refuse by itself; no event and no broker has a part in it.
    async with suite.partner() as partner, httpx.AsyncClient(timeout=10) as direct:
        address = f"http://127.0.0.1:{processes.ports['serve kpi']}/v1/plans"
        headers = {"Authorization": partner.headers["Authorization"]}
        assert (await direct.get(address, headers=headers)).status_code == 200
        began = time.monotonic()
        await suite.running["gateway"].do(disable, await client_of(suite), "", "an.operator")
        while (answer := await direct.get(address, headers=headers)).status_code == 200:
            assert time.monotonic() - began < 60
            await asyncio.sleep(0.5)
        assert (answer.status_code, answer.json()["code"]) == (401, "token-invalid")
        assert (await partner.get("/v1/plans")).status_code == 401


@pytest.mark.parametrize("lane", ["sqlite", "postgres"])
async def test_in_one_process_too_it_is_out_within_seconds(suite):
    async with suite.partner() as partner:
        assert (await partner.get("/v1/plans")).status_code == 200
        await suite.running["gateway"].do(disable, await client_of(suite), "", "an.operator")
        began = time.monotonic()
        while (answer := await partner.get("/v1/plans")).status_code == 200:
            assert time.monotonic() - began < FRESH_AT_THE_DOOR + 5
            await asyncio.sleep(0.1)
        assert answer.json()["code"] == "token-invalid"


def test_the_two_steps_together_stay_below_a_minute():
    assert FRESH_SECONDS + FRESH_AT_THE_DOOR + RETRY_SECONDS < 60


async def test_a_list_that_cannot_be_read_leaves_the_one_of_before_in_use():
    clock, answers = [0.0], [{revoked_name("c-1"): 100.0}, OSError("away"), {}]

    async def fetch():
        told = answers.pop(0)
        if isinstance(told, OSError):
            raise told
        return told

    listed = Revocations(fetch, now=lambda: clock[0])
    assert await listed.covers("c-1", 99)
    assert not await listed.covers("c-1", 100)
    assert not await listed.covers("c-2", 0)
    assert len(answers) == 2
    clock[0] = FRESH_SECONDS
    assert await listed.covers("c-1", 99)
    assert len(answers) == 1
    clock[0] += RETRY_SECONDS
    assert not await listed.covers("c-1", 99)
    assert answers == []
