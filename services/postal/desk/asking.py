"""Answering what the desk asks: counts at a glance, and the items behind each of them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.lgsp import first_day, month_of
from contracts.postal import ItemCodeLevel
from contracts.vocabulary import VIETNAM, Carrier, DeskState, IncidentKind
from services.postal import codes, cursors, reconciling
from services.postal import queries as shipments
from services.postal.carriers import INTERFACES, knows_not
from services.postal.commands import OPERATOR
from services.postal.desk import queries
from services.postal.desk.queries import Summed
from services.postal.desk.sections import SECTIONS
from services.postal.orders import MADE
from services.postal.reach import Reach, reach_of

MOST_CODES = 200
"""How many codes are looked through for those that no table explains."""


@dataclass(frozen=True)
class Month:
    """Postage of an account's items of a month, in đồng; none where no amount is known."""

    month: str
    carrier: Carrier
    account: str
    items: int
    expected: int | None
    charged: int | None
    difference: int | None
    disputed: int
    unreconciled: int


@dataclass(frozen=True, kw_only=True)
class Glance:
    """The desk at a glance."""

    agency: str | None
    as_of: datetime
    states: Sequence[tuple[DeskState, Summed]]
    accounts: Sequence[tuple[Carrier, str, datetime | None]]
    kept_days: int
    """Messages of carriers are forgotten after so many days."""
    incidents: Sequence[tuple[IncidentKind, int, datetime]]
    postage: Sequence[Month]
    pools: Sequence[ItemCodeLevel]
    unknown_codes: Sequence[tuple[Carrier, str, int, datetime]] | None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which page of what is wanted."""

    state: DeskState
    agency: str | None
    after: str | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A page of items that wait for one reason."""

    state: DeskState
    lines: Sequence[Any]
    next_cursor: str | None


async def glance(agency: str | None, caller: Principal, uow: UnitOfWork) -> Glance:
    """What waits for an operator of an agency and those below it. Raises `UnknownAgency`."""
    reach = await reach_of(agency, caller, uow)
    counted = [(state, await one.count(reach, uow)) for state, one in SECTIONS.items()]
    accounts = await _accounts(reach, uow)
    return Glance(
        agency=reach.agency,
        as_of=uow.now,
        states=[(state, told) for state, told in counted if told is not None],
        accounts=accounts,
        kept_days=running_of(uow).settings.carrier_message_days,
        incidents=[tuple(row) for row in await queries.open_incidents(reach, uow)],
        postage=await _postage(reach, uow),
        pools=await _pools({(carrier, name) for carrier, name, _ in accounts}, reach, uow),
        unknown_codes=await _unknown_codes(uow) if reach.everything else None,
    )


async def waiting(wanted: Wanted, caller: Principal, uow: UnitOfWork) -> Listed:
    """A page of the items that wait for one reason. Raises `UnknownAgency`, `CursorUnknown`."""
    reach = await reach_of(wanted.agency, caller, uow)
    place = cursors.read(wanted.after)[:2] if wanted.after else None
    section = SECTIONS.get(wanted.state)
    found = await section.listed(reach, place, wanted.limit + 1, uow) if section else []
    lines = found[: wanted.limit]
    more = len(found) > len(lines)
    following = cursors.written(lines[-1].since, lines[-1].key) if more else None
    return Listed(state=wanted.state, lines=lines, next_cursor=following)


async def _accounts(reach: Reach, uow: UnitOfWork) -> list[tuple[Carrier, str, datetime | None]]:
    found = []
    for interface in INTERFACES:
        for row in await shipments.accounts_with(interface, uow):
            mine = reach.agencies is None or row.agency is None or row.agency in reach.agencies
            if mine:
                heard_at = await queries.last_heard(interface, row.name, uow)
                found.append((interface, row.name, heard_at))
    return found


async def _postage(reach: Reach, uow: UnitOfWork) -> list[Month]:
    this = month_of(uow.now.astimezone(VIETNAM).date())
    last = month_of(first_day(this) - timedelta(days=1))
    found = []
    for month in (last, this):
        rows: Sequence[Any] = await queries.postage(reconciling.instants_of(month), reach, uow)
        found += [Month(month, row[0], row[1], *_whole(row[2:])) for row in rows]
    return found


def _whole(sums: Sequence[Any]) -> list[Any]:
    """PostgreSQL sums whole numbers to decimals."""
    return [None if each is None else int(each) for each in sums]


async def _pools(
    accounts: AbstractSet[tuple[Carrier, str]], reach: Reach, uow: UnitOfWork
) -> list[ItemCodeLevel]:
    levels = await codes.levels(uow)
    return [one for one in levels if reach.everything or (one.carrier, one.account) in accounts]


async def _unknown_codes(uow: UnitOfWork) -> list[tuple[Carrier, str, int, datetime]]:
    rows: Sequence[Any] = await queries.unmapped_codes(MOST_CODES, uow)
    return [tuple(row) for row in rows if not _explained(row[0], row[1])]


def _explained(carrier: Carrier, code: str) -> bool:
    known = carrier in INTERFACES and not knows_not(carrier, code)
    return known or code == MADE or code.startswith(OPERATOR)
