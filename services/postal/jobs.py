"""What postal does by itself: sends orders to carriers, over a line of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import httpx

from chassis import telemetry
from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.problems import Problem
from services.postal import cancelling, codes, orders, queries, stalling
from services.postal.asking import Pace
from services.postal.carriers import interface_of
from services.postal.carriers.base import (
    CancelsOrders,
    CarrierAccountIncomplete,
    CarrierUnavailable,
    CreatedOrder,
    TakesOrders,
)
from services.postal.sending import OrderState
from services.postal.tables import CarrierOrder

log = logging.getLogger("motcua.postal")

AT_ONCE = 8
"""Questions to carriers under way at one time."""

BATCH = 50
TIMEOUT = 15.0
CODES_SECONDS = 30.0
"""Pause between two looks at how full the pools of item numbers are."""

ORDER_SECONDS = 60.0
"""How long one order may take in all, access token included; less than it is claimed for."""


class CarrierLine:
    """How carriers are asked, and how often: no redirects, no proxies of the environment."""

    def __init__(self) -> None:
        self.pace = Pace()
        self.http = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False)

    async def aclose(self) -> None:
        """Let connections go."""
        await self.http.aclose()


async def open_line(_: Running) -> CarrierLine:
    """The line of a service that opens."""
    return CarrierLine()


class CodeWatch:
    """Which pools of item numbers are known to run low, so that each is told of once."""

    def __init__(self) -> None:
        self.low: set[tuple[str, str]] = set()


async def open_watch(_: Running) -> CodeWatch:
    """The watch of a service that opens."""
    return CodeWatch()


async def watch_codes(running: Running) -> None:
    """Tell how full the pools are, and warn once when one begins to run low."""
    watch = running.own(CodeWatch)
    for level in await codes.levels(UnitOfWork(running.database)):
        pool = (str(level.carrier), level.account)
        telemetry.ITEM_CODES.labels(*pool).set(level.free)
        if not level.low:
            watch.low.discard(pool)
        elif pool not in watch.low:
            watch.low.add(pool)
            told = {"carrier": level.carrier, "count": level.free}
            log.warning("item codes of the account %s run low", level.account, extra=told)


async def send_orders(running: Running) -> None:
    """Send every order, and every cancellation, that is due to its carrier, until none is."""
    await _send_all(OrderState.WAITING, _send, running)
    await _send_all(OrderState.CANCELLING, _call_off, running)


async def _send_all(
    state: OrderState, send: Callable[[str, Running], Awaitable[None]], running: Running
) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(asked: CarrierOrder) -> None:
        async with room:
            await send(asked.shipment, running)

    while due := await queries.orders_to_send(BATCH, UnitOfWork(running.database), state):
        await asyncio.gather(*(one(asked) for asked in due))


async def _call_off(shipment_id: str, running: Running) -> None:
    sending = await running.do(cancelling.claim, shipment_id)
    if sending is None:
        return
    try:
        await _cancel(sending, running)
    except Problem as problem:
        state = await running.do(cancelling.failed, shipment_id, problem)
        told = {"carrier": sending.carrier, "problem": problem.code(), "outcome": state}
        log.warning("order not cancelled", extra=told)
        return
    await running.do(cancelling.cancelled, shipment_id)
    telemetry.CARRIER_ORDERS.labels(sending.carrier, OrderState.CANCELLED).inc()


async def _cancel(sending: cancelling.Cancelling, running: Running) -> None:
    if sending.account is None:
        raise CarrierAccountIncomplete("The account is gone: open it with `motcua carrier add`.")
    interface = interface_of(sending.carrier)
    if not isinstance(interface, CancelsOrders):
        raise CarrierAccountIncomplete("Orders are no longer cancelled through this interface.")
    told = (sending.shipment, sending.item_code, sending.account, running.own(CarrierLine).http)
    try:
        async with asyncio.timeout(ORDER_SECONDS):
            await interface.cancel_order(*told, reference=sending.reference)
    except TimeoutError as slow:
        raise CarrierUnavailable("The carrier did not answer in time.") from slow


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
    if not isinstance(interface, TakesOrders):
        raise CarrierAccountIncomplete("Orders are no longer made through this interface.")
    http = running.own(CarrierLine).http
    try:
        async with asyncio.timeout(ORDER_SECONDS):
            return await interface.create_order(sending.order, sending.account, http)
    except TimeoutError as slow:
        raise CarrierUnavailable("The carrier did not answer in time.") from slow


async def notice_silence(running: Running) -> None:
    """Say of every item that has fallen silent that it has."""
    while due := await queries.due_to_stall(BATCH, UnitOfWork(running.database)):
        for shipment in due:
            if await running.do(stalling.notice, shipment.id):
                telemetry.SHIPMENTS_STALLED.labels(shipment.carrier).inc()
