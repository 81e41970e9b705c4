"""What an operator does from the command line: each opens the services it needs, and closes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from chassis import outbox
from chassis.database import UnitOfWork
from chassis.running import Running, opened
from chassis.settings import Settings
from contracts.intake import AgencyEntry
from contracts.vocabulary import AgencyKind
from gateway import commands as gateway_commands
from services.intake.commands import directory
from services.kpi import commands as kpi_commands
from services.postal import accounts as postal_accounts
from suite.dead import TakenIn, take_in_dead
from suite.services import SERVICES
from suite.together import migrate, own_verifier


@asynccontextmanager
async def at_hand(settings: Settings, *names: str) -> AsyncIterator[list[Running]]:
    """Services opened without their workers; their databases are migrated first."""
    for name in names:
        await asyncio.to_thread(migrate, settings, name)
    async with AsyncExitStack() as stack:
        verifier = own_verifier(settings)
        yield [
            await stack.enter_async_context(opened(Running(SERVICES[name], settings, verifier)))
            for name in names
        ]


async def add_partner(
    settings: Settings, name: str, agency: str, scopes: Sequence[str]
) -> gateway_commands.Credentials:
    """Enter a partner into the register; its agency becomes a root of the directory when missing."""
    async with at_hand(settings, "gateway", "intake") as (gateway, intake):
        entry = AgencyEntry(name=agency, kind=AgencyKind.UNIT)
        credentials = await gateway.do(gateway_commands.add_partner, name, agency, scopes)
        await intake.do(directory.found_root, agency, entry)
        return credentials


async def declare_day(
    settings: Settings, day: date, reason: str, *, works: bool, decision: str | None
) -> None:
    """Say of a single day whether the office works."""
    async with at_hand(settings, "intake") as (intake,):
        await intake.do(directory.declare_day, day, works, reason, decision)


@dataclass(frozen=True, kw_only=True)
class CarrierAccount:
    """What an account with a carrier is opened with."""

    interface: str
    account: str
    public_key: str | None = None
    base_url: str | None = None
    agency: str | None = None
    """Whose account it is: orders are made through it for this agency and those below; None for all."""
    credentials: dict[str, str] = field(default_factory=dict)
    """``username``, ``password``, ``customer_code``, ``secret``: what the interface needs of them."""


class FileUnusable(ValueError):
    """A file that was named holds something else than it should."""


def read_public_key(file: Path) -> str:
    """A carrier's public key in PEM. Raises `FileUnusable`."""
    pem = file.read_bytes()
    try:
        load_pem_public_key(pem)
        return pem.decode("ascii")
    except (ValueError, UnsupportedAlgorithm):
        raise FileUnusable(
            f"{file} holds no public key in PEM (it begins with -----BEGIN PUBLIC KEY-----)."
        ) from None


def read_credentials(file: Path) -> dict[str, str]:
    """What an account signs in with: a JSON object of texts. Raises `FileUnusable`."""
    try:
        told = json.loads(file.read_text("utf-8"))
    except ValueError:
        told = None
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise FileUnusable(f'{file} holds no JSON object of texts, e.g. {{"username": "..."}}.')
    return told


async def add_carrier(settings: Settings, told: CarrierAccount) -> dict[str, str]:
    """Open an account with a carrier; returns its address for the carrier's messages."""
    async with at_hand(settings, "postal") as (postal,):
        await postal.do(open_account, told)
    address = f"{settings.public_url}/v1/carriers/{told.interface}/{told.account}/events"
    return {"interface": told.interface, "account": told.account, "address": address}


async def open_account(told: CarrierAccount, uow: UnitOfWork) -> None:
    """Open an account with a carrier in a unit of work of postal's."""
    await postal_accounts.open_account(
        told.interface,
        told.account,
        public_key_pem=told.public_key,
        secret=told.credentials.get("secret"),
        base_url=told.base_url,
        username=told.credentials.get("username"),
        password=told.credentials.get("password"),
        customer_code=told.credentials.get("customer_code"),
        agency=told.agency,
        uow=uow,
    )


async def verify_figures(settings: Settings) -> list[str]:
    """Cells that differ from their count from the facts, a line each."""
    async with at_hand(settings, "kpi") as (kpi,):
        return await kpi_commands.verify(kpi.database)


async def rebuild_figures(settings: Settings) -> int:
    """Count every cell anew; returns how many there are."""
    async with at_hand(settings, "kpi") as (kpi,):
        return await kpi_commands.rebuild(kpi.database)


async def waiting_events(settings: Settings) -> dict[str, int]:
    """How many events wait in each service's outbox."""
    async with at_hand(settings, *SERVICES) as running:
        return {one.service.name: await outbox.backlog(one.database) for one in running}


async def replay_outbox(settings: Settings, service: str, since: datetime) -> int:
    """Send again what a service sent since an instant."""
    async with at_hand(settings, service) as (one,):
        return await outbox.replay(one.database, since=since)


async def parked_events(settings: Settings) -> tuple[list[dict[str, Any]], TakenIn]:
    """What was parked, in every service, and what was taken in from the broker before."""
    rows: list[dict[str, Any]] = []
    async with at_hand(settings, *SERVICES) as running:
        taken = await take_in_dead(settings, running)
        for one in running:
            rows += [
                {
                    "service": one.service.name,
                    "event_id": row.event_id,
                    "topic": row.topic,
                    "attempts": row.attempts,
                    "parked_at": row.parked_at.isoformat(),
                    "reason": row.reason,
                }
                for row in await one.consumer.parked()
            ]
    return rows, taken


@dataclass(frozen=True)
class Replayed:
    """What became of parked events that were tried again."""

    well: int
    not_well: int
    unknown: list[str]
    """Ids that were asked for and are not parked."""
    taken: TakenIn
    """What was taken in from the broker before."""


async def replay_parked(settings: Settings, service: str, ids: Sequence[str]) -> Replayed:
    """Try a service's parked events again: all of them, or those named."""
    async with at_hand(settings, *SERVICES) as running:
        taken = await take_in_dead(settings, running)
        [consumer] = [one.consumer for one in running if one.service.name == service]
        parked = {row.event_id for row in await consumer.parked()}
        unknown = [wanted for wanted in ids if wanted not in parked]
        known = [wanted for wanted in ids if wanted in parked]
        # Without ids `replay` takes everything: unknown ones alone must not mean that.
        well, not_well = await consumer.replay(known) if known or not ids else (0, 0)
    return Replayed(well, not_well, unknown, taken)
