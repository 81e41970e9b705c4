"""A request that the gate has let in: where its work is done, and what else it spends once it is read.

Most requests tell in their address and their headers whose they are and what they ask for. Some tell it in
their body alone: who logs in, which client a session is of, how many dossiers a message holds. Those are let
in on their network's account, and spend their own quotas here, in the route that has read them anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request

from chassis import telemetry
from gateway.limits.admission import Compartment
from gateway.limits.callers import Spends
from gateway.limits.kinds import Rank
from gateway.limits.quotas import Quotas, Spent

PASSAGE: Final = "motcua.passage"
"""Where a request's scope holds it."""


class NotNow(Exception):
    """A request is to come again later; nothing of it was done."""

    wait: float | None = None
    """Seconds until what was asked is given again, where that is known."""


class Overspent(NotNow):
    """A quota that a request spends is used up."""

    def __init__(self, violated: list[str], wait: float) -> None:
        super().__init__(", ".join(violated))
        self.violated: list[str] = violated
        self.wait: float = wait


class NoRoom(NotNow):
    """More work has come in than can be done just now."""


class Passage:
    """The room one request fills, until it leaves; and what it is told of quotas."""

    __slots__ = ("_quotas", "_room", "_rooms", "_units", "spent")

    def __init__(self, rooms: Mapping[str, Compartment], quotas: Quotas, spent: Spent) -> None:
        self.spent = spent
        self._rooms, self._quotas = rooms, quotas
        self._room: Compartment | None = None
        self._units = 0

    async def enter(self, service: str, rank: Rank, units: int = 1) -> bool:
        """Fill room of a service, and no other's any more; whether there was any."""
        room = self._rooms[service]
        if not room.enters(rank, units) and not await room.entered(rank, units):
            telemetry.SHED.labels(service, rank.name.lower()).inc()
            return False
        self.leave()
        self._room, self._units = room, units
        return True

    async def move(self, service: str, rank: Rank) -> None:
        """Have the rest of the work counted as another service's. Raises `NoRoom`."""
        if not await self.enter(service, rank):
            raise NoRoom

    def spend(self, wanted: Spends, cost: int = 1) -> None:
        """Spend a quota, and have it told in the answer. Raises `Overspent`, and nothing was spent."""
        spent = self._quotas.take([wanted], cost)
        self.spent.standings += spent.standings
        if spent.violated:
            for quota in spent.violated:
                telemetry.LIMITED.labels(quota).inc()
            raise Overspent(spent.violated, spent.wait)

    def leave(self) -> None:
        """The work is done."""
        if self._room is not None:
            self._room.leave(self._units)
            self._room = None


def passage_of(request: Request) -> Passage:
    """How a request was let in."""
    passage: Passage = request.scope[PASSAGE]
    return passage
