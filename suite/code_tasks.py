"""What `motcua carrier codes` does: numbers of items into a pool, out of it, and how many are left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.postal import ItemCodeLevel
from services.postal import codes, queries
from services.postal.carriers import interface_of
from services.postal.inbound import UnknownCarrierAccount
from services.postal.s10 import normalise
from suite.tasks import FileUnusable, at_hand

if TYPE_CHECKING:
    from chassis.database import UnitOfWork
    from chassis.settings import Settings

AT_ONCE = 1_000
"""Numbers added in one transaction."""


async def add(settings: Settings, interface: str, account: str, file: Path) -> codes.Added:
    """Put the numbers of a file into an account's pool.

    Raises `FileUnusable`, `ItemCodesUnusable`, `UnknownCarrierInterface`, `UnknownCarrierAccount`.
    """
    carrier = interface_of(interface).name
    numbers = codes.read_codes(_text(file))
    async with at_hand(settings, "postal") as (postal,):

        async def checked(uow: UnitOfWork) -> list[str]:
            if await queries.account(carrier, account, uow) is None:
                raise UnknownCarrierAccount("Open the account with `motcua carrier add` first.")
            return await codes.usable(carrier, account, numbers, uow)

        fresh = await postal.do(checked)
        for start in range(0, len(fresh), AT_ONCE):
            await postal.do(codes.add, carrier, account, fresh[start : start + AT_ONCE])
    return codes.Added(new=len(fresh), known=len(numbers) - len(fresh))


async def levels(settings: Settings) -> list[ItemCodeLevel]:
    """How full each account's pool is."""
    async with at_hand(settings, "postal") as (postal,):
        return await postal.do(codes.levels)


async def void(settings: Settings, interface: str, code: str) -> bool:
    """Give a number out no more; returns whether a pool has it."""
    async with at_hand(settings, "postal") as (postal,):
        return await postal.do(codes.void, interface_of(interface).name, normalise(code))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except ValueError:
        raise FileUnusable(f"{file} is no text in UTF-8.") from None
