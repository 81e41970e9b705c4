"""What an operator does from the command line: each opens the services it needs, and closes them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import typer
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy.engine import make_url

from chassis import outbox
from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import Running, opened
from chassis.settings import Settings
from services.intake.commands import directory
from services.kpi import commands as kpi_commands
from services.postal import accounts as postal_accounts
from services.postal.carriers import interface_of, rsa_keys
from services.postal.carriers.base import SendsMessages
from services.postal.carriers.signed import PUBLIC, public_keys_in
from suite.dead import TakenIn, take_in_dead
from suite.services import SERVICES
from suite.together import migrate, own_verifier

OPERATOR = Principal(client="motcua", agency=None, scopes=frozenset(), expires_at=float("inf"))
"""Who works at the command line: for no agency alone."""


def is_new(settings: Settings, service: str) -> bool:
    """Whether an embedded database has yet to be made, so that nothing of before can be in it."""
    url = make_url(settings.database_for(service))
    return url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists()


@asynccontextmanager
async def at_hand(settings: Settings, *names: str) -> AsyncIterator[list[Running]]:
    """Services opened without their workers; their databases are migrated first."""
    if is_new(settings, names[0]):
        typer.echo(
            f"motcua: a new installation was made in {settings.data.resolve()}. If there is one already, "
            "name its folder: --data DIR or MOTCUA_DATA.",
            err=True,
        )
    for name in names:
        await asyncio.to_thread(migrate, settings, name)
    async with AsyncExitStack() as stack:
        verifier = own_verifier(settings)
        yield [
            await stack.enter_async_context(opened(Running(SERVICES[name], settings, verifier)))
            for name in names
        ]


async def declare_day(
    settings: Settings, day: date, reason: str, *, works: bool, decision: str | None
) -> None:
    """Say of a single day whether the office works."""
    async with at_hand(settings, "intake") as (intake,):
        await intake.do(directory.declare_day, day, works, reason, decision)


async def place_agency(settings: Settings, code: str, parent: str) -> str:
    """Put an agency of the directory under another; returns its own code."""
    async with at_hand(settings, "intake") as (intake,):
        placed = await intake.do(directory.place_agency, code, parent, OPERATOR)
        return placed.code


@dataclass(frozen=True, kw_only=True)
class CarrierAccount:
    """What an account with a carrier is opened with."""

    interface: str
    account: str
    public_key: str | None = None
    private_key: str | None = field(default=None, repr=False)
    options: dict[str, str] = field(default_factory=dict)
    base_url: str | None = None
    agency: str | None = None
    """Whose account it is: orders are made through it for this agency and those below; None for all."""
    credentials: dict[str, str] = field(default_factory=dict)
    """``username``, ``password``, ``customer_code``, ``secret``: what the interface needs of them."""
    new_secret: bool = False
    """Whether another secret is made; otherwise only where there is none and one is needed."""


class FileUnusable(ValueError):
    """A file that was named holds something else than it should."""


def read_public_key(file: Path) -> str:
    """A carrier's public key, in PEM or as ``whpk_`` and base64, whichever form it was handed out in.

    Raises `FileUnusable`.
    """
    told = file.read_bytes()
    try:
        if told.startswith(PUBLIC.encode()) and public_keys_in(told.decode("ascii")):
            return told.decode("ascii").strip()
        if b"-----BEGIN" not in told:
            return rsa_keys.public_pem(told.decode("ascii"))
        load_pem_public_key(told)
        return told.decode("ascii")
    except (ValueError, UnsupportedAlgorithm):
        raise FileUnusable(
            f"{file} holds no public key in PEM (it begins with -----BEGIN PUBLIC KEY-----)."
        ) from None


def read_secret(file: Path) -> str:
    """A secret alone in its file; several are separated by blanks. Raises `FileUnusable`."""
    try:
        words = file.read_text("ascii").split()
    except ValueError:
        words = []
    if not words:
        raise FileUnusable(f"{file} holds no secret: letters, digits and marks of ASCII.")
    return " ".join(words)


def read_private_key(file: Path) -> str:
    """A private key that a carrier handed out, in PEM. Raises `FileUnusable`, which repeats nothing of it."""
    try:
        return rsa_keys.private_pem(file.read_bytes().decode("ascii"))
    except ValueError:
        raise FileUnusable(
            f"{file} holds no private key of RSA in PEM (-----BEGIN PRIVATE KEY-----) or base64."
        ) from None


def read_options(told: Sequence[str]) -> dict[str, str]:
    """Options as ``NAME=VALUE``. Raises `ValueError`."""
    for one in told:
        if not re.fullmatch(r"[a-z_]{1,40}=[^\x00-\x1f]{0,500}", one):
            raise ValueError(f"{one.partition('=')[0]} is no option: give it as NAME=VALUE.")
    return {name: value for name, _, value in (one.partition("=") for one in told)}


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
    """Open an account with a carrier; returns its address for the carrier's messages, if it sends any.

    A secret of the address is told with it, and a secret that was made here beside it: now or never.
    """
    async with at_hand(settings, "postal") as (postal,):
        secret = await postal.do(open_account, told)
    opened = {"interface": told.interface, "account": told.account}
    interface = interface_of(told.interface)
    if not isinstance(interface, SendsMessages):
        return opened
    address = f"{settings.public_url}/v1/carriers/{told.interface}/{told.account}/events"
    opened["address"] = address
    if secret is None:
        return opened
    newest = secret.split()[0]
    if interface.address_secret:
        return opened | {"address": f"{address}?{urlencode({'secret': newest})}"}
    return opened if "secret" in told.credentials else opened | {"secret": newest}


async def open_account(told: CarrierAccount, uow: UnitOfWork) -> str | None:
    """Open an account with a carrier in a unit of work of postal's; returns a secret it now has."""
    given = told.credentials.get("secret")
    secret = given or await postal_accounts.new_secret(
        told.interface,
        told.account,
        signs=told.public_key is not None,
        another=told.new_secret,
        uow=uow,
    )
    await postal_accounts.open_account(
        told.interface,
        told.account,
        public_key_pem=told.public_key,
        secret=secret,
        base_url=told.base_url,
        username=told.credentials.get("username"),
        password=told.credentials.get("password"),
        customer_code=told.credentials.get("customer_code"),
        private_key_pem=told.private_key,
        options=told.options,
        agency=told.agency,
        uow=uow,
    )
    return secret


async def verify_figures(
    settings: Settings, told: Callable[[str, int, int], None] = kpi_commands.quietly
) -> list[str]:
    """Half-months and cells that differ from their count from the facts, a line each."""
    async with at_hand(settings, "kpi") as (kpi,):
        return await kpi_commands.verify(kpi.database, told)


async def rebuild_figures(
    settings: Settings, told: Callable[[str, int, int], None] = kpi_commands.quietly
) -> int:
    """Count every cell anew; returns how many had to change."""
    async with at_hand(settings, "kpi") as (kpi,):
        return await kpi_commands.rebuild(kpi.database, told)


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
