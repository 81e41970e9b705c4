"""Numbers that a carrier gave us in advance (dải mã bưu gửi cấp trước): each goes to one shipment.

The lock is each number's own revision: whoever is second to take one runs again and finds it taken. A change
that fails takes nothing.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.postal import ItemCodeLevel
from contracts.problems import Conflict, Invalid
from contracts.vocabulary import Carrier, CodeState
from services.postal import queries, s10
from services.postal.positions import hold
from services.postal.tables import ItemCode, Shipment

AT_HAND = 64
"""Free numbers of which one is taken at random: orders of one moment seldom reach for the same."""

TOLD = 20
"""Lines of a file told to be wrong at most."""

_FORM = re.compile(r"[A-Z0-9-]{4,40}")


class ItemCodesExhausted(Conflict):
    """The account has no free number left."""

    title_vi = "Hết dải mã bưu gửi"


class ItemCodesUnusable(Invalid):
    """Some of the numbers cannot be added."""

    title_vi = "Dải mã bưu gửi có mã không dùng được"


@dataclass(frozen=True)
class Added:
    """What became of the numbers of a file."""

    new: int
    known: int
    """How many were in the account's pool before."""


def read_codes(text: str) -> dict[str, int]:
    r"""The numbers of a file, one a line, with their lines' numbers; empty lines are left out.

    Raises `ItemCodesUnusable`, which names every line that is wrong.

    >>> read_codes("CV 497 960 035 VN\n\nCV000000005VN")
    {'CV497960035VN': 1, 'CV000000005VN': 3}
    """
    found: dict[str, int] = {}
    wrong: dict[int, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        code = s10.normalise(line)
        if not code:
            continue
        if not (line.isascii() and _FORM.fullmatch(code)):
            wrong[number] = "no number of 4 to 40 letters, digits and hyphens"
        elif s10.check(code) is s10.Verdict.BAD_CHECK_DIGIT:
            wrong[number] = "its check digit is wrong"
        elif code in found:
            wrong[number] = f"the same as line {found[code]}"
        else:
            found[code] = number
    _refuse(wrong)
    return found


async def usable(
    carrier: Carrier, account: str, codes: Mapping[str, int], uow: UnitOfWork
) -> list[str]:
    """Of these numbers, with the lines they stand on, those that are new to the account's pool.

    Raises `ItemCodesUnusable` for numbers of another account, or of an item that is known already.
    """
    known = await uow.get_many(ItemCode, [(carrier, code) for code in codes])
    fresh = [code for code in codes if (carrier, code) not in known]
    wrong = {
        codes[row.code]: f"in the pool of the account {row.account} already"
        for row in known.values()
        if row.account != account
    }
    for shipment in await queries.shipments_of_items(carrier, fresh, uow):
        wrong[codes[str(shipment.item_code)]] = "the number of a shipment already"
    _refuse(wrong)
    return fresh


async def add(carrier: Carrier, account: str, codes: list[str], uow: UnitOfWork) -> None:
    """Put numbers into an account's pool; those that are there stay as they are."""
    for code in codes:
        uow.keep(
            ItemCode.of(
                carrier=carrier,
                code=code,
                account=account,
                state=CodeState.FREE,
                added_at=uow.now,
            )
        )


async def take(shipment: str, carrier: Carrier, account: str, uow: UnitOfWork) -> str:
    """A free number of an account's pool, from now on this shipment's. Raises `ItemCodesExhausted`.

    A number that the carrier has spoken of, or that was registered by hand, is never given out.
    """
    passed: set[str] = set()
    while free := await queries.free_codes(carrier, account, passed, AT_HAND, uow):
        row = secrets.choice(free)
        await hold(carrier, [row.code], uow)
        row.revision += 1
        if not await _is_used(row, uow):
            row.state, row.shipment, row.taken_at = CodeState.TAKEN, shipment, uow.now
            return row.code
        row.state = CodeState.VOID
        passed.add(row.code)
    raise ItemCodesExhausted(
        f"The account {account} has no free number: add some with `motcua carrier codes add {carrier} "
        f"--account {account}`, or send the item's own number as item_code."
    )


async def note_use(shipment: str, carrier: Carrier, code: str, uow: UnitOfWork) -> None:
    """Take a number out of the pool that somebody has put on an item by hand."""
    row = await uow.get(ItemCode, carrier, code)
    if row is not None and row.state is CodeState.FREE:
        row.state, row.shipment, row.taken_at = CodeState.TAKEN, shipment, uow.now
        row.revision += 1


async def is_of(shipment: Shipment, uow: UnitOfWork) -> bool:
    """Whether a shipment's number is one of a pool."""
    if shipment.item_code is None:
        return False
    row = await uow.get(ItemCode, shipment.carrier, shipment.item_code)
    return row is not None and row.shipment == shipment.id


async def void(carrier: Carrier, code: str, uow: UnitOfWork) -> bool:
    """Give a number out no more, e.g. of a spoilt label; returns whether it is in a pool."""
    row = await uow.get(ItemCode, carrier, code)
    if row is None:
        return False
    if row.state is not CodeState.VOID:
        row.state = CodeState.VOID
        row.revision += 1
    return True


async def levels(uow: UnitOfWork) -> list[ItemCodeLevel]:
    """How full every account's pool is."""
    low = running_of(uow).settings.postal_codes_low
    counts: dict[tuple[Carrier, str], dict[CodeState, int]] = {}
    for carrier, account, state, count in await queries.code_counts(uow):
        counts.setdefault((carrier, account), {})[state] = count
    return [
        ItemCodeLevel(
            carrier=carrier,
            account=account,
            free=of_pool.get(CodeState.FREE, 0),
            taken=of_pool.get(CodeState.TAKEN, 0),
            void=of_pool.get(CodeState.VOID, 0),
            low=of_pool.get(CodeState.FREE, 0) < low,
        )
        for (carrier, account), of_pool in sorted(counts.items())
    ]


async def levels_for(caller: Principal, uow: UnitOfWork) -> list[ItemCodeLevel]:
    """How full the pools are of the accounts the caller's orders may be made through, or which are theirs."""
    tree = running_of(uow).tree
    above = await tree.lineage(caller.agency) if caller.agency else []
    found = []
    for level in await levels(uow):
        account = await queries.account(level.carrier, level.account, uow)
        whose = account.agency if account else None
        if whose is None or whose in above or await tree.covers(caller, whose):
            found.append(level)
    return found


async def _is_used(row: ItemCode, uow: UnitOfWork) -> bool:
    said = await queries.events_of_items(row.carrier, [row.code], uow)
    return bool(said or await queries.shipments_of_items(row.carrier, [row.code], uow))


def _refuse(wrong: Mapping[int, str]) -> None:
    if not wrong:
        return
    told = [f"line {number}: {why}" for number, why in sorted(wrong.items())]
    more = f"; and {len(told) - TOLD} more" if len(told) > TOLD else ""
    raise ItemCodesUnusable(f"Nothing was added. {'; '.join(told[:TOLD])}{more}.")
