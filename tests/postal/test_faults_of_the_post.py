"""Whatever the post's answers are, an order is made once and an end is confirmed: against its stand-in."""

from contextlib import asynccontextmanager

import httpx
import pytest

from services.postal import accounts, jobs, pull_jobs
from suite.sandbox.faults import Fault, FaultPlan, Faults
from suite.sandbox.ledger import Ledger
from suite.sandbox.post import EVER, HISTORIES, ORDERS, TOKENS, PostAccount, create_post
from suite.sandbox.serving import served
from tests.postal.test_orders import ordered, send, send_later, view, wish
from tests.postal.test_service import ADDRESS, DOSSIER, FILED, postal

READ_SECONDS = 0.4
DELIVERED = {"code": 14, "at": "2020-03-20T09:00:00+07:00", "office": "Bưu cục phát"}


@asynccontextmanager
async def on_the_line(lone, faults: Faults):
    """Postal on a real socket to the post's stand-in."""
    ledger = Ledger()
    async with (
        served(create_post(ledger, faults=faults)) as url,
        postal(lone) as (one, partner, post),
    ):
        line = one.running.own(jobs.CarrierLine)
        await line.http.aclose()
        line.http = httpx.AsyncClient(timeout=READ_SECONDS, trust_env=False)
        await one.running.do(reopen, url, post.public)
        yield one, partner, ledger, post, url


async def reopen(url: str, key: str, uow) -> None:
    known = PostAccount()
    await accounts.open_account(
        "vnpost-d",
        "city",
        public_key_pem=key,
        secret=None,
        base_url=url,
        username=known.username,
        password=known.password,
        customer_code=known.customer_code,
        uow=uow,
    )


async def made(one, partner, shipment, tries: int = 30):
    """The shipment, once its order is no longer waiting."""
    await send(one)
    for _ in range(tries):
        shown = await view(partner, shipment)
        if shown["order"]["state"] != "waiting":
            return shown
        await send_later(one)
    raise AssertionError(shown)


@pytest.mark.parametrize("fault", sorted(ORDERS))
async def test_an_order_meets_a_fault_and_is_made_once(lone, fault):
    faults = Faults(slow_seconds=0.05)
    async with on_the_line(lone, faults) as (one, partner, ledger, _, _url):
        faults.ask(fault, service="CreateOrder")
        shipment = await made(one, partner, await ordered(partner))
        assert faults.happened[fault] == 1
        assert shipment["order"]["state"] == "made"
        assert shipment["item_code"] == ledger.ordered(shipment["id"])


@pytest.mark.parametrize("fault", sorted(TOKENS))
async def test_an_access_token_meets_a_fault_and_the_order_is_made(lone, fault):
    faults = Faults(slow_seconds=0.05)
    async with on_the_line(lone, faults) as (one, partner, ledger, _, _url):
        faults.ask(fault, service="GetAccessToken")
        shipment = await made(one, partner, await ordered(partner))
        assert faults.happened[fault] == 1
        assert shipment["item_code"] == ledger.ordered(shipment["id"])


async def test_an_order_that_the_post_has_already_is_numbered_by_the_first_message(lone):
    faults = Faults()
    async with on_the_line(lone, faults) as (one, partner, ledger, post, _url):
        faults.ask(Fault.RESET_AFTER, Fault.EXISTS, service="CreateOrder")
        shipment = await made(one, partner, await ordered(partner))
        assert faults.happened == {Fault.RESET_AFTER: 1, Fault.EXISTS: 1}
        assert (shipment["order"]["state"], shipment["item_code"]) == ("made", None)
        item = ledger.ordered(shipment["id"])
        record = {"itemCode": item, "status": 7, "saleOrderCode": shipment["id"]}
        told = post.signed([record], "18/03/2020 08:00:00")
        answer = await partner.post(ADDRESS, json=told)
        assert answer.status_code == 200, answer.text
        assert (await view(partner, shipment))["item_code"] == item


@pytest.mark.parametrize("fault", sorted(HISTORIES))
async def test_a_claimed_end_is_confirmed_although_the_history_meets_a_fault(lone, fault):
    faults = Faults(slow_seconds=0.05)
    async with on_the_line(lone, faults) as (one, partner, _, post, url):
        shipment = await made(one, partner, await ordered(partner))
        item = shipment["item_code"]
        async with httpx.AsyncClient(base_url=url) as truth:
            told = [{"itemCode": item, "events": [DELIVERED]}]
            assert (await truth.post("/sandbox/items", json=told)).is_success
        claimed = post.callback(14, item=item, sent="20/03/2020 09:00:00")
        assert (await partner.post(ADDRESS, json=claimed)).status_code == 200
        assert (await view(partner, shipment))["provisional"]
        faults.ask(fault, service="GetStatusHistoryOrder")
        for _ in range(3):
            await one.running.database.engine.execute(
                "UPDATE shipment SET pull_at = ordered_at WHERE pull_at IS NOT NULL"
            )
            await pull_jobs.pull_claims(one.running)
        assert faults.happened[fault] == 1
        shown = await view(partner, shipment)
        assert (shown["status"], shown["provisional"]) == ("delivered", False)


async def test_forty_orders_of_which_every_third_call_fails_are_made_once_each(lone):
    kinds = sorted(EVER - {Fault.TIMEOUT, Fault.TIMEOUT_AFTER})
    faults = Faults(FaultPlan.spread(0.3, 11, kinds), slow_seconds=0.02)
    async with on_the_line(lone, faults) as (one, partner, ledger, _, _url):
        codes = [f"{DOSSIER[:-2]}{n:02d}" for n in range(40)]
        await one.hear(*(FILED.model_copy(update={"code": code}) for code in codes))
        shipments = []
        for code in codes:
            answer = await partner.post("/v1/shipments", json=wish(dossier=code))
            assert answer.status_code == 201, answer.text
            shipments.append(answer.json())
        for shipment in shipments:
            shown = await made(one, partner, shipment)
            assert shown["order"]["state"] == "made"
            # One that the post has already is made without its number: the first message tells it.
            assert shown["item_code"] in {None, ledger.ordered(shipment["id"])}
        # Which call meets one depends on the order in which they come in.
        assert sum(faults.happened.values()) >= 3
        assert len({ledger.ordered(one["id"]) for one in shipments}) == len(codes)
