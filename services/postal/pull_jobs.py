"""What postal does by itself about items: asks carriers to confirm what they claimed, and what is new."""

import asyncio
import logging
import random
from collections.abc import Sequence

from chassis.database import UnitOfWork
from chassis.running import Running, running_of
from contracts.problems import Problem
from services.postal import asking, queries
from services.postal.accounts import account_of
from services.postal.carriers import INTERFACES
from services.postal.carriers.base import Account, Record, TellsHistory
from services.postal.domain import Strength
from services.postal.jobs import AT_ONCE, BATCH, CarrierLine
from services.postal.messages import absorb
from services.postal.places import is_terminal
from services.postal.sending import pause_after
from services.postal.tables import Shipment

log = logging.getLogger("motcua.postal")


async def pull_claims(running: Running) -> None:
    """Ask about every item that is due, as often as each account may ask, claimed ends first."""
    room = asyncio.Semaphore(AT_ONCE)
    accounts = await _accounts(UnitOfWork(running.database))
    await asyncio.gather(*(_pull_through(account, room, running) for account in accounts))


async def _accounts(uow: UnitOfWork) -> list[Account]:
    """Accounts that carriers can be asked through; what is due through others waits untouched."""
    found: list[Account] = []
    for row in await queries.accounts(uow):
        interface, account = INTERFACES.get(row.interface), account_of(row)
        if isinstance(interface, TellsHistory) and not interface.missing_for_history(account):
            found.append(account)
    return found


async def _pull_through(account: Account, room: asyncio.Semaphore, running: Running) -> None:
    settings = running.settings
    rates = ((True, settings.carrier_claims_per_minute), (False, settings.carrier_polls_per_minute))

    async def one(item: str, aboard: Sequence[str]) -> None:
        async with room:
            await _pull(item, aboard, account, running)

    for provisional, per_minute in rates:
        while items := await _next_items(account, per_minute, running, provisional=provisional):
            await asyncio.gather(*(one(item, aboard) for item, aboard in items.items()))


async def _next_items(
    account: Account, per_minute: int, running: Running, *, provisional: bool
) -> dict[str, list[str]]:
    """Items to ask about now, as many as the account may, each with the shipments in it that are due."""
    uow, pace = UnitOfWork(running.database), running.own(CarrierLine).pace
    key = (account.interface, account.name, provisional)
    limit = min(BATCH, pace.left(key, per_minute, uow.now))
    if limit == 0:
        return {}
    interface, name = account.interface, account.name
    due = await queries.due_for_pull(interface, name, limit, uow, provisional=provisional)
    items: dict[str, list[str]] = {}
    for shipment in due:
        items.setdefault(shipment.item_code or "", []).append(shipment.id)
    pace.spend(key, len(items), uow.now)
    return items


async def _pull(item: str, aboard: Sequence[str], account: Account, running: Running) -> None:
    records: list[Record] | None = None
    interface = INTERFACES[account.interface]
    try:
        if isinstance(interface, TellsHistory) and item:
            records = await interface.pull(item, account, running.own(CarrierLine).http)
    except Problem as problem:
        # A carrier that is away says nothing about the item: it is asked again, later each time.
        told = {"carrier": account.interface, "problem": type(problem).code()}
        log.warning("carrier not asked", extra=told)
    await running.do(_absorb_pull, aboard, records, account)


async def _absorb_pull(
    aboard: Sequence[str], records: list[Record] | None, account: Account, uow: UnitOfWork
) -> None:
    found = await uow.get_many(Shipment, [(one,) for one in aboard])
    shipments = [one for one in found.values() if one.pull_at is not None]
    asked_for = {one.id: one.pull_at for one in shipments}
    if records and shipments:
        await absorb(records, account.interface, Strength.PULL, account.name, uow)
    for shipment in shipments:
        shipment.asked_at = uow.now
        if records is not None:
            shipment.heard_at = uow.now
        if shipment.provisional:
            _ask_to_confirm_later(shipment, uow)
        elif shipment.pull_at == asked_for[shipment.id]:
            _ask_again_later(shipment, uow)
        shipment.revision += 1


def _ask_to_confirm_later(shipment: Shipment, uow: UnitOfWork) -> None:
    shipment.pull_attempts += 1
    if shipment.pull_attempts >= running_of(uow).settings.carrier_pull_attempts:
        shipment.pull_at = None
        log.warning("delivery waits for an operator", extra={"carrier": shipment.carrier})
        return
    shipment.pull_at = uow.now + pause_after(shipment.pull_attempts)


def _ask_again_later(shipment: Shipment, uow: UnitOfWork) -> None:
    shipment.pull_attempts += 1
    pause = asking.next_question(shipment.pull_attempts, after_end=is_terminal(shipment.status))
    chance = random.random()  # noqa: S311 - no secret hangs on it
    shipment.pull_at = None if pause is None else uow.now + asking.jittered(pause, chance)
