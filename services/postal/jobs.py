"""What postal does by itself: ask carriers to confirm the ends that they only claimed."""

import asyncio
import logging
from datetime import timedelta

import httpx

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.problems import Problem
from services.postal import queries
from services.postal.carriers import interface_of
from services.postal.carriers.base import Record
from services.postal.domain import Strength
from services.postal.messages import absorb, account_of
from services.postal.tables import CarrierAccount, Shipment

log = logging.getLogger("motcua.postal")

AT_ONCE = 8
"""Questions to carriers under way at one time."""

BATCH = 50
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=6)
TIMEOUT = 15.0


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
    if row is None:
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
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**shipment.pull_attempts)
    shipment.pull_at = uow.now + pause
