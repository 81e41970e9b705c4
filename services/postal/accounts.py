"""Our accounts with carriers: opened from the command line, handed to the interfaces as values."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.problems import Invalid
from contracts.vocabulary import VIETNAM, Carrier
from services.postal import queries
from services.postal.carriers import INTERFACES, interface_of
from services.postal.carriers.base import (
    Account,
    HasFeed,
    SendsMessages,
    TakesOrders,
    TellsHistory,
)
from services.postal.tables import CarrierAccount, CarrierFeed

KEPT_SECONDS = 5.0
"""How old what is known of accounts may be before a message is read; a closed one hears that long."""


class CarrierSecretUnusable(Invalid):
    """This interface cannot use such a secret."""

    title_vi = "Mã bí mật không dùng được cho giao diện này"


async def open_account(
    interface: str,
    name: str,
    *,
    public_key_pem: str | None,
    secret: str | None,
    base_url: str | None,
    username: str | None,
    password: str | None,
    customer_code: str | None,
    uow: UnitOfWork,
    agency: str | None = None,
    private_key_pem: str | None = None,
    options: Mapping[str, str] | None = None,
) -> CarrierAccount:
    """Open an account with a carrier, or complete one: what is left out stays as it was.

    With `agency`, orders are made through it for that agency and those below it alone. Of `options` those
    that are told are set; one without a value is taken away. Raises `CarrierSecretUnusable`.
    """
    spoken = interface_of(interface)
    carrier = spoken.name
    if secret is not None and isinstance(spoken, SendsMessages) and not spoken.can_use(secret):
        raise CarrierSecretUnusable(
            "Blanks separate several secrets; one that a carrier shows has 16 characters or more, one that "
            "signs is whsec_ with 24 to 64 bytes in base64. Leave it out to have one made."
        )
    told: dict[str, Any] = {
        "public_key_pem": public_key_pem,
        "secret": secret,
        "base_url": base_url,
        "username": username,
        "password": password,
        "customer_code": customer_code,
        "private_key_pem": private_key_pem,
        "agency": agency,
    }
    earlier = await uow.get(CarrierAccount, carrier, name)
    if earlier is not None:
        told = {key: getattr(earlier, key) if new is None else new for key, new in told.items()}
    standing = (earlier.options if earlier is not None else {}) | dict(options or {})
    told["options"] = {key: value for key, value in standing.items() if value}
    account = CarrierAccount.of(interface=carrier, name=name, **told)
    uow.put(account)
    return account


class AccountsAtHand:
    """Our accounts with carriers, read again when they are some seconds old: every message asks for them."""

    def __init__(self) -> None:
        self._rows: dict[Carrier, tuple[float, list[CarrierAccount]]] = {}

    async def with_carrier(
        self, carrier: Carrier, uow: UnitOfWork, *, fresh: bool = False
    ) -> list[CarrierAccount]:
        """The accounts with a carrier's interface, by name; those of just now if `fresh`."""
        read_at, rows = self._rows.get(carrier, (0.0, []))
        if fresh or not rows or time.monotonic() - read_at > KEPT_SECONDS:
            rows = await queries.accounts_with(carrier, uow)
            self._rows[carrier] = time.monotonic(), rows
        return rows


async def open_accounts(_: Running) -> AccountsAtHand:
    """The accounts of a service that opens."""
    return AccountsAtHand()


async def new_secret(
    interface: str, name: str, *, signs: bool, another: bool, uow: UnitOfWork
) -> str | None:
    """A secret for an account that lacks one; none where it is not for us to give.

    An account of a carrier that `signs` with a key of its own lacks none. `another` is made in any case, and
    the one before it counts as well until the next is made.
    """
    spoken = interface_of(interface)
    if not isinstance(spoken, SendsMessages):
        return None
    made = spoken.new_secret()
    if made is None:
        return None
    earlier = await uow.get(CarrierAccount, spoken.name, name)
    before = (earlier.secret or "").split() if earlier else []
    if another:
        return " ".join([made, *before[:1]])
    key = signs or (earlier is not None and bool(earlier.public_key_pem))
    known = bool(before) or (key and not spoken.address_secret)
    return None if known else made


def account_of(row: CarrierAccount) -> Account:
    """An account as its interface needs it."""
    names = Account.__dataclass_fields__
    told = {name: getattr(row, name) for name in names if name != "interface"}
    return Account(interface=row.interface, **told)


@dataclass(frozen=True)
class FeedState:
    """How far a carrier's list is read."""

    feed: str
    asked_at: datetime | None
    heard_at: datetime | None
    age_seconds: int | None
    """Since it was last read; none when it never was."""
    attempts: int
    problem: str | None


@dataclass(frozen=True)
class AccountState:
    """What an operator sees of an account; nothing that opens anything."""

    interface: Carrier
    account: str
    agency: str | None
    lacks: Mapping[str, tuple[str, ...]]
    """What it lacks, by what that keeps it from: ``messages``, ``orders``, ``history``, ``feeds``."""
    feeds: tuple[FeedState, ...]


async def states(uow: UnitOfWork) -> list[AccountState]:
    """Every account with a carrier, and what ails it."""
    read = await queries.feeds(uow)
    return [
        AccountState(
            interface=row.interface,
            account=row.name,
            agency=row.agency,
            lacks=lacking(account_of(row)),
            feeds=tuple(
                _feed_state(feed, uow.now)
                for feed in read
                if (feed.interface, feed.account) == (row.interface, row.name)
            ),
        )
        for row in await queries.accounts(uow)
    ]


def lacking(account: Account) -> dict[str, tuple[str, ...]]:
    """What an account lacks, by what that keeps it from; nothing for what its interface does not do."""
    interface = INTERFACES.get(account.interface)
    asked: dict[str, tuple[str, ...]] = {}
    if isinstance(interface, SendsMessages):
        asked["messages"] = interface.missing_for_messages(account)
    if isinstance(interface, TakesOrders):
        asked["orders"] = interface.missing_for_orders(account)
    if isinstance(interface, TellsHistory):
        asked["history"] = interface.missing_for_history(account)
    if isinstance(interface, HasFeed):
        asked["feeds"] = interface.missing_for_feeds(account)
    return {purpose: missing for purpose, missing in asked.items() if missing}


def _feed_state(feed: CarrierFeed, now: datetime) -> FeedState:
    heard = feed.heard_at
    return FeedState(
        feed=feed.feed,
        asked_at=feed.asked_at.astimezone(VIETNAM) if feed.asked_at else None,
        heard_at=heard.astimezone(VIETNAM) if heard else None,
        age_seconds=max(0, int((now - heard).total_seconds())) if heard else None,
        attempts=feed.attempts,
        problem=feed.problem,
    )
