"""Which agencies a caller may speak for: its own and everything below it, in the directory's tree."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import select

from chassis.auth import Principal
from chassis.database import Database, UnitOfWork
from chassis.inbox import Subscriptions
from contracts.directory import AgencyRegistered

Parents = Mapping[str, str | None]
FRESH_SECONDS = 2.0
"""How long a picture of the tree is used before it is looked at again."""


class AgencyTree:
    """The directory's tree, as this service knows it."""

    def __init__(self, load: Callable[[], Awaitable[Parents]]) -> None:
        self._load = load
        self._parents: Parents = {}
        self._loaded_at = float("-inf")

    async def covers(self, principal: Principal, agency: str) -> bool:
        """Whether a caller may speak for an agency."""
        if principal.agency is None or principal.agency == agency:
            return True
        if principal.agency in await self.lineage(agency):
            return True
        await self._refresh(force=True)
        return principal.agency in await self.lineage(agency)

    async def lineage(self, agency: str) -> list[str]:
        """An agency and everything above it, upwards."""
        await self._refresh()
        line: list[str] = []
        step: str | None = agency
        while step is not None and step not in line:
            line.append(step)
            step = self._parents.get(step)
        return line

    async def below(self, agency: str | None) -> frozenset[str]:
        """An agency and everything below it; everything when None."""
        await self._refresh(force=True)
        if agency is None:
            return frozenset(self._parents)
        children: dict[str | None, list[str]] = {}
        for code, parent in self._parents.items():
            children.setdefault(parent, []).append(code)
        found: set[str] = set()
        waiting = [agency]
        while waiting:
            code = waiting.pop()
            if code not in found:
                found.add(code)
                waiting.extend(children.get(code, ()))
        return frozenset(found)

    async def reach(self, agency: str | None) -> frozenset[str] | None:
        """An agency and everything below it; None when that is the whole directory."""
        found = await self.below(agency)
        if agency is None:
            return None
        return None if self._parents and found.issuperset(self._parents) else found

    async def knows(self, agency: str) -> bool:
        """Whether an agency is in the directory."""
        await self._refresh()
        if agency not in self._parents:
            await self._refresh(force=True)
        return agency in self._parents

    def forget(self) -> None:
        """Look again at the next question: the directory has just changed here."""
        self._loaded_at = float("-inf")

    async def _refresh(self, *, force: bool = False) -> None:
        age = time.monotonic() - self._loaded_at
        if age > FRESH_SECONDS or (force and age > 0.01):  # noqa: PLR2004 - seconds
            self._parents = await self._load()
            self._loaded_at = time.monotonic()


def replica_tree(database: Database) -> AgencyTree:
    """The tree as heard from the directory's owner (table ``known_agency``)."""
    table = database.metadata.tables["known_agency"]

    async def load() -> Parents:
        rows = await database.select(select(table.c.code, table.c.parent))
        return {row.code: row.parent for row in rows}

    return AgencyTree(load)


def hear_agencies(on: Subscriptions) -> None:
    """Keep this service's copy of the directory: the entry with the largest revision stands."""

    @on(AgencyRegistered)
    async def remember(event: AgencyRegistered, uow: UnitOfWork) -> None:
        uow.write("known_agency", event.model_dump(), verb="put")
