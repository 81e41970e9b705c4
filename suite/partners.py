"""What an operator does with the register of partners, on the services at hand."""

from __future__ import annotations

import getpass
import os
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from chassis.database import UnitOfWork
from chassis.running import Running
from chassis.settings import Settings
from contracts.gateway import ClientKind
from contracts.problems import Conflict, Invalid
from contracts.vocabulary import VIETNAM, AgencyKind
from gateway import commands
from gateway.keyfiles import algorithms_of, public_jwk
from gateway.queries import changes_of, clients, grants_of, keys_of
from gateway.tables import Client, ClientGrant, ClientUse
from services.intake.commands import directory
from services.intake.commands.adopting import bare_entry
from suite.tasks import at_hand


class NotThatSandbox(Conflict):
    """A sandbox and the offices of the directory are kept apart."""

    title_vi = "Môi trường thử nghiệm tách khỏi cơ quan thật"


class AgenciesRelated(Invalid):
    """One of these agencies stands below another of them."""

    title_vi = "Các cơ quan nêu ra trực thuộc nhau"


def operator_name() -> str:
    """Who works at this command line, for the history: the account, also behind sudo."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


async def add_partner(
    settings: Settings, name: str, agency: str, scopes: Sequence[str]
) -> commands.Credentials:
    """Enter a partner of one agency; the agency becomes a root of the directory when missing."""
    entry = commands.PartnerEntry(name=name, agencies=[agency], scopes=scopes)
    return await enter_partner(settings, entry)


async def enter_partner(settings: Settings, entry: commands.PartnerEntry) -> commands.Credentials:
    """Enter a partner into the register; agencies that are missing become roots of the directory.

    A sandbox partner without an agency gets a root of its own. Raises `NotThatSandbox`, `AgenciesRelated`.
    """
    sandbox = entry.kind == ClientKind.SANDBOX
    agencies = list(entry.agencies) or ([f"sandbox-{secrets.token_hex(3)}"] if sandbox else [])
    async with at_hand(settings, "gateway", "intake") as (gateway, intake):
        tree = intake.tree
        for agency in agencies:
            if await tree.knows(agency) and await tree.in_sandbox(agency) != sandbox:
                raise NotThatSandbox(
                    f"{agency} is a real agency: leave --agency out, or name a new code."
                    if sandbox
                    else f"{agency} is a sandbox: add the partner with --sandbox."
                )
            above = set(await tree.lineage(agency)) - {await tree.canonical(agency)}
            if related := above.intersection(agencies):
                raise AgenciesRelated(f"{min(related)} covers {agency}: leave {agency} out.")
        told = replace(entry, agencies=agencies)
        credentials = await gateway.do(commands.enter_partner, told, operator_name())
        kind = AgencyKind.SANDBOX if sandbox else AgencyKind.UNIT
        for agency in agencies:
            await intake.do(directory.found_root, agency, bare_entry(agency, kind))
        return credentials


async def listed_partners(settings: Settings) -> list[dict[str, Any]]:
    """The register, a line for each partner."""
    async with at_hand(settings, "gateway") as (gateway,):
        uow = UnitOfWork(gateway.database)
        register = await clients(uow)
        used = await uow.get_many(ClientUse, [(one.id,) for one in register])
        return [_line(one, used.get((one.id,)), uow) for one in register]


async def shown_partner(settings: Settings, client_id: str) -> dict[str, Any]:
    """Everything the register holds of a partner, and its history. Raises `UnknownClient`."""
    async with at_hand(settings, "gateway") as (gateway,):
        uow = UnitOfWork(gateway.database)
        client = await commands.client_of(client_id, uow)
        line = _line(client, await uow.get(ClientUse, client_id), uow)
        grants = await grants_of(client_id, uow)
        keys = await keys_of(client_id, uow)
        history = await changes_of(client_id, uow)
        return line | {
            "grants": [
                {
                    "agency": one.agency,
                    "from": one.valid_from.isoformat(),
                    "to": one.valid_to and one.valid_to.isoformat(),
                }
                for one in grants
            ],
            "keys": [
                {
                    "kid": one.kid,
                    "type": one.jwk.get("crv", one.jwk["kty"]),
                    "added_at": one.added_at.isoformat(),
                    "added_by": one.added_by,
                    "confirmed_at": one.confirmed_at and one.confirmed_at.isoformat(),
                    "retired_at": one.retired_at and one.retired_at.isoformat(),
                }
                for one in keys
            ],
            "history": [
                {"at": one.at.isoformat(), "by": one.by, "act": one.act, **one.told}
                for one in history
            ],
        }


async def disable_partner(settings: Settings, client_id: str, reason: str) -> None:
    """Shut a partner out."""
    async with at_hand(settings, "gateway") as (gateway,):
        await gateway.do(commands.disable, client_id, reason, operator_name())


async def enable_partner(settings: Settings, client_id: str) -> None:
    """Let a partner in again."""
    async with at_hand(settings, "gateway") as (gateway,):
        await gateway.do(commands.enable, client_id, operator_name())


async def rotate_secret(settings: Settings, client_id: str, overlap: timedelta) -> dict[str, str]:
    """Give a partner a new secret; told as it was when the partner was entered."""
    async with at_hand(settings, "gateway") as (gateway,):
        made = await gateway.do(commands.rotate_secret, client_id, overlap, operator_name())
        client = await commands.client_of(client_id, UnitOfWork(gateway.database))
    names = ("username", "password") if client.dialect else ("client_id", "client_secret")
    return dict(zip(names, (made.client_id, made.client_secret), strict=True))


async def change_partner(
    settings: Settings, client_id: str, networks: Sequence[str] | None, expires_on: date | None
) -> None:
    """Change where a partner may come from, or until when."""
    async with at_hand(settings, "gateway") as (gateway,):
        await gateway.do(commands.admit_from, client_id, networks, expires_on, operator_name())


async def grant_agency(
    settings: Settings, client_id: str, agency: str, valid_from: date | None, valid_to: date | None
) -> None:
    """Let a partner speak for one more agency, or end that it may. Raises `NotThatSandbox`."""
    async with at_hand(settings, "gateway", "intake") as (gateway, intake):
        client = await commands.client_of(client_id, UnitOfWork(gateway.database))
        sandbox = client.kind == ClientKind.SANDBOX
        await intake.do(directory.reachable_agency, agency)
        if await intake.tree.in_sandbox(agency) != sandbox:
            raise NotThatSandbox(
                "A sandbox partner speaks for sandboxes alone, and nobody else does."
            )
        today = gateway.database.now().astimezone(VIETNAM).date()
        if valid_to is None or valid_to > today:
            await _expect_unrelated(client, agency, gateway, intake)
        grant = ClientGrant.of(
            client=client_id, agency=agency, valid_from=valid_from or today, valid_to=valid_to
        )
        await gateway.do(commands.grant_agency, grant, operator_name())


async def _expect_unrelated(client: Client, agency: str, gateway: Running, intake: Running) -> None:
    """Nothing, if neither covers the other: this agency, and those a client speaks for already."""
    uow = UnitOfWork(gateway.database)
    for held in await commands.agencies_of(client, uow):
        lines = await intake.tree.lineage(agency), await intake.tree.lineage(held)
        if held != agency and (held in lines[0] or agency in lines[1]):
            raise AgenciesRelated(f"{held}, which it speaks for, and {agency} stand on one line.")


async def add_key(
    settings: Settings, client_id: str, content: bytes, *, drop_secret: bool
) -> dict[str, Any]:
    """Enter a public key of a partner. Raises `KeyUnusable`, `PrivateKeyShown`."""
    jwk = public_jwk(content)
    async with at_hand(settings, "gateway") as (gateway,):
        added = await gateway.do(commands.add_key, client_id, jwk, drop_secret, operator_name())
        return {
            "client_id": client_id,
            "kid": added.kid,
            "alg": algorithms_of(jwk)[0],
            "taken": added.confirmed_at is not None,
        }


async def confirm_key(settings: Settings, client_id: str, kid: str) -> None:
    """Confirm a key that somebody else entered."""
    async with at_hand(settings, "gateway") as (gateway,):
        await gateway.do(commands.confirm_key, client_id, kid, operator_name())


async def retire_key(settings: Settings, client_id: str, kid: str, *, lost: bool) -> None:
    """Take a key of a partner no more."""
    async with at_hand(settings, "gateway") as (gateway,):
        await gateway.do(commands.retire_key, client_id, kid, lost, operator_name())


def _line(client: Client, used: ClientUse | None, uow: UnitOfWork) -> dict[str, Any]:
    state = "disabled" if client.disabled_at else "in force"
    if client.expires_at is not None and client.expires_at <= uow.now:
        state = "expired"
    return {
        "client_id": client.id,
        "name": client.name,
        "kind": str(client.kind),
        "dialect": client.dialect,
        "agency": client.agency,
        "scopes": client.scopes.split(),
        "networks": client.networks,
        "state": state,
        "added_at": client.added_at.isoformat(),
        "disabled_at": client.disabled_at and client.disabled_at.isoformat(),
        "expires_at": client.expires_at and client.expires_at.isoformat(),
        "last_used_at": used.last_at.isoformat() if used else None,
        "last_network": used.network if used else None,
    }
