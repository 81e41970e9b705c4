"""Whether a client's token is still good, and from where: the register as this process last read it.

The gateway is the only process that knows where a caller comes from, so networks are checked here, at every
use of a token and not only when it is given. What the register says takes effect within `FRESH_SECONDS`.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from math import floor

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.revocation import revoked_name
from chassis.running import Running
from contracts.problems import Forbidden, Unavailable
from gateway import domain
from gateway.queries import restricted_clients
from gateway.tables import Client
from gateway.uses import Uses, note_use

FRESH_SECONDS = 5.0


class NetworkNotAdmitted(Forbidden):
    """This client may not come from this network."""

    title_vi = "Kết nối này không được phép gọi từ mạng hiện tại"


@dataclass(frozen=True)
class Restrictions:
    """What stands between clients with a token and the door."""

    networks: Mapping[str, tuple[str, ...]]
    revoked: Mapping[str, float]
    """By the SHA-256 of a client's id, the instant from which on its tokens are good again."""


class Admission:
    """Lets callers in whose tokens are good, from where they may come."""

    def __init__(self, running: Running, now: Callable[[], float] = time.monotonic) -> None:
        self._running = running
        self._now = now
        self._read_at = float("-inf")
        self._restrictions: Restrictions | None = None
        self._reading = asyncio.Lock()

    async def check(self, principal: Principal, address: str | None) -> None:
        """Let a caller in, and note that it came. Raises `NetworkNotAdmitted`."""
        restrictions = await self._present()
        networks = restrictions.networks.get(principal.client, ())
        if not domain.comes_from(address, networks):
            raise NetworkNotAdmitted("Have your operator add the network you call from.")
        if self._running.own(Uses).due(principal.client):
            # Noting is a courtesy to the operator: it never stands in a request's way.
            with suppress(Unavailable):
                await self._running.do(_note, principal.client, address)

    async def revoked(self) -> Mapping[str, float]:
        """The list that services verify tokens by."""
        return (await self._present()).revoked

    async def _present(self) -> Restrictions:
        known = self._restrictions
        if known is not None and self._now() - self._read_at < FRESH_SECONDS:
            return known
        async with self._reading:
            if self._restrictions is None or self._now() - self._read_at >= FRESH_SECONDS:
                try:
                    self._restrictions = await self._read()
                except Unavailable:
                    # A register that cannot be read cannot be changed either: what it said stands.
                    if self._restrictions is None:
                        raise
                self._read_at = self._now()
            return self._restrictions

    async def _read(self) -> Restrictions:
        uow = UnitOfWork(self._running.database)
        # Of a disabled client everything issued until now is refused, by whatever clock it was disabled.
        now = uow.now.timestamp()
        told = self._running.settings
        longest = timedelta(seconds=told.token_seconds + 2 * told.clock_leeway_seconds)
        restricted = await restricted_clients(uow.now - longest, uow)
        return Restrictions(
            networks={one.id: tuple(one.networks) for one in restricted if one.networks},
            revoked={
                revoked_name(one.id): floor(now) if one.disabled_at is not None else good_from(one)
                for one in restricted
                if one.disabled_at is not None or one.tokens_from is not None
            },
        )


def good_from(client: Client) -> float:
    """The first second in which a token of a client may be issued: tokens count whole seconds."""
    return 0 if client.tokens_from is None else floor(client.tokens_from.timestamp()) + 1


async def _note(client: str, address: str | None, uow: UnitOfWork) -> None:
    note_use(client, address, uow)


async def open_admission(running: Running) -> Admission:
    """The admission of a gateway that opens."""
    return Admission(running)
