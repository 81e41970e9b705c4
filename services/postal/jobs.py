"""What postal does by itself: send orders to carriers, ask them to confirm the ends they only claimed."""

import asyncio
import logging

import httpx

from chassis import telemetry
from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.problems import Problem
from services.postal import orders, queries
from services.postal.accounts import account_of
from services.postal.carriers import interface_of
from services.postal.carriers.base import (
    CarrierAccountIncomplete,
    CarrierUnavailable,
    CreatedOrder,
    Record,
)
from services.postal.domain import Strength
from services.postal.messages import absorb
from services.postal.sending import pause_after
from services.postal.tables import CarrierAccount, CarrierOrder, Shipment

log = logging.getLogger("motcua.postal")

AT_ONCE = 8
"""Questions to carriers under way at one time."""

BATCH = 50
TIMEOUT = 15.0
ORDER_SECONDS = 60.0
"""How long one order may take in all, access token included; less than it is claimed for."""


class CarrierLine:
    """The HTTP client that carriers are asked with: no redirects, no proxies of the environment."""

    def __init__(self) -> None:
        self.http = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False)

    async def aclose(self) -> None:
        """Let connections go."""
        await self.http.aclose()


async def open_line(_: Running) -> CarrierLine:
    """The line of a service that opens."""
    return CarrierLine()


async def send_orders(running: Running) -> None:
    """Send every order that is due to its carrier, until none is."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(asked: CarrierOrder) -> None:
        async with room:
            await _send(asked.shipment, running)

    while due := await queries.orders_to_send(BATCH, UnitOfWork(running.database)):
        await asyncio.gather(*(one(asked) for asked in due))


async def _send(shipment_id: str, running: Running) -> None:
    sending = await running.do(orders.claim, shipment_id)
    if sending is None:
        return
    try:
        created = await _create(sending, running)
    except Problem as problem:
        state = await running.do(orders.failed, shipment_id, problem)
        told = {"carrier": sending.carrier, "problem": problem.code(), "outcome": state}
        log.warning("order not made", extra=told)
        telemetry.CARRIER_ORDERS.labels(sending.carrier, state or "settled").inc()
        return
    await running.do(orders.made, shipment_id, created)
    telemetry.CARRIER_ORDERS.labels(sending.carrier, "made").inc()


async def _create(sending: orders.Sending, running: Running) -> CreatedOrder:
    if sending.account is None:
        raise CarrierAccountIncomplete("The account is gone: open it with `motcua carrier add`.")
    interface = interface_of(sending.carrier)
    http = running.own(CarrierLine).http
    try:
        async with asyncio.timeout(ORDER_SECONDS):
            return await interface.create_order(sending.order, sending.account, http)
    except TimeoutError as slow:
        raise CarrierUnavailable("The carrier did not answer in time.") from slow


async def pull_claims(running: Running) -> None:
    """Ask about every shipment that is due, until none is."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(shipment: Shipment) -> None:
        async with room:
            await _pull(shipment, running)

    while due := await queries.due_for_pull(BATCH, UnitOfWork(running.database)):
        await asyncio.gather(*(one(shipment) for shipment in due))


async def _pull(shipment: Shipment, running: Running) -> None:
    records: list[Record] = []
    try:
        records = await _ask(shipment, running)
    except Problem as problem:
        # A carrier that is away says nothing about the item: it is asked again, later each time.
        told = {"carrier": shipment.carrier, "problem": type(problem).code()}
        log.warning("carrier not asked", extra=told)
    await running.do(_absorb_pull, shipment.id, records)


async def _ask(shipment: Shipment, running: Running) -> list[Record]:
    uow = UnitOfWork(running.database)
    row = await uow.get(CarrierAccount, shipment.carrier, shipment.account)
    if row is None or shipment.item_code is None:
        return []
    interface = interface_of(shipment.carrier)
    line = running.own(CarrierLine)
    return await interface.pull(shipment.item_code, account_of(row), line.http)


async def _absorb_pull(shipment_id: str, records: list[Record], uow: UnitOfWork) -> None:
    shipment = await uow.get(Shipment, shipment_id)
    if shipment is None or shipment.pull_at is None:
        return
    if records:
        await absorb(records, shipment.carrier, Strength.PULL, shipment.account, uow)
    if shipment.provisional:
        _ask_again_later(shipment, uow)
    shipment.revision += 1


def _ask_again_later(shipment: Shipment, uow: UnitOfWork) -> None:
    running: Running = uow.database.running
    shipment.pull_attempts += 1
    if shipment.pull_attempts >= running.settings.carrier_pull_attempts:
        shipment.pull_at = None
        log.warning("delivery waits for an operator", extra={"carrier": shipment.carrier})
        return
    shipment.pull_at = uow.now + pause_after(shipment.pull_attempts)
