"""Which agencies a caller may speak for: its own and everything below it, in the directory's tree."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, func, select

from chassis.auth import Principal
from chassis.database import Database, UnitOfWork
from chassis.inbox import Subscriptions
from contracts.directory import AgencyRegistered
from contracts.vocabulary import AgencyKind

FRESH_SECONDS = 2.0
"""How long a picture of the tree is used before it is looked at again."""

SANDBOX = str(AgencyKind.SANDBOX)


@dataclass(frozen=True, slots=True)
class Listed:
    """An agency as the tree knows it."""

    parent: str | None = None
    other_codes: Sequence[str] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    """Exclusive."""
    successors: Sequence[str] = ()
    kind: str = ""


Agencies = Mapping[str, Listed]
"""Agencies by their own codes."""


class AgencyTree:
    """The directory's tree, as this service knows it. Every agency may be named by any of its codes."""

    def __init__(
        self,
        load: Callable[[], Awaitable[Agencies]],
        edition: Callable[[], Awaitable[object]],
    ) -> None:
        """`edition` tells cheaply whether `load` would find anything new: equal editions, equal trees."""
        self._load = load
        self._edition = edition
        self._loaded: object = None
        self._agencies: Agencies = {}
        self._named: Mapping[str, str] = {}
        self._loaded_at = float("-inf")

    @property
    def edition(self) -> object:
        """Which edition of the directory the answers given just now rest on."""
        return self._loaded

    async def canonical(self, code: str) -> str:
        """The own code of the agency that a code means; the code itself where nobody carries it."""
        await self._refresh()
        if code not in self._agencies and code not in self._named:
            await self._refresh(force=True)
        return self._own(code)

    async def covers(self, principal: Principal, agency: str) -> bool:
        """Whether a caller may speak for an agency."""
        if principal.agency is None or principal.agency == agency:
            return True
        if self._own(principal.agency) in await self.lineage(agency):
            return True
        await self._refresh(force=True)
        return self._own(principal.agency) in await self.lineage(agency)

    async def lineage(self, agency: str) -> list[str]:
        """An agency and everything above it, upwards."""
        await self._refresh()
        line: list[str] = []
        step: str | None = self._own(agency)
        while step is not None and step not in line:
            line.append(step)
            above = self._agencies.get(step)
            step = above.parent if above else None
        return line

    async def below(self, agency: str | None) -> frozenset[str]:
        """An agency and everything below it; everything when None."""
        await self._refresh(force=True)
        if agency is None:
            return frozenset(self._agencies)
        children: dict[str | None, list[str]] = {}
        for code, listed in self._agencies.items():
            children.setdefault(listed.parent, []).append(code)
        found: set[str] = set()
        waiting = [self._own(agency)]
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
        return None if self._agencies and found.issuperset(self._agencies) else found

    async def in_sandbox(self, agency: str) -> bool:
        """Whether an agency stands in a sandbox (môi trường thử nghiệm): what is filed there is no dossier
        of any office. It is told to no portal and no carrier, and counts in no plan.

        The flag is the kind of the root, or of any agency above this one.
        """
        line = await self.lineage(agency)
        if line[-1] not in self._agencies:
            # Nobody heard of it yet, or of what stands above it: it may have been entered just now.
            await self._refresh(force=True)
            line = await self.lineage(agency)
        return any(self._agencies[code].kind == SANDBOX for code in line if code in self._agencies)

    async def sandboxes(self) -> frozenset[str]:
        """Every agency that stands in a sandbox."""
        await self._refresh()
        roots = [code for code, listed in self._agencies.items() if listed.kind == SANDBOX]
        return frozenset[str]().union(*[await self.below(root) for root in roots])

    async def knows(self, agency: str) -> bool:
        """Whether an agency is in the directory."""
        return await self.canonical(agency) in self._agencies

    async def listed(self, agency: str) -> Listed | None:
        """What the tree knows of an agency."""
        return self._agencies.get(await self.canonical(agency))

    async def succeeded(self, day: date) -> Mapping[str, Sequence[str]]:
        """The successors of every agency that others have taken over from by a day."""
        await self._refresh(force=True)
        return {
            code: listed.successors
            for code, listed in self._agencies.items()
            if listed.successors and (listed.valid_to is None or listed.valid_to <= day)
        }

    def forget(self) -> None:
        """Look again at the next question: the directory has just changed here."""
        self._loaded_at = float("-inf")

    def _own(self, code: str) -> str:
        return code if code in self._agencies else self._named.get(code, code)

    async def _refresh(self, *, force: bool = False) -> None:
        age = time.monotonic() - self._loaded_at
        if age > FRESH_SECONDS or (force and age > 0.01):  # noqa: PLR2004 - seconds
            # Asked for first: what is entered while the tree is read makes the next edition differ.
            edition = await self._edition()
            if edition != self._loaded:
                self._agencies = await self._load()
                self._named = {
                    other: code
                    for code, listed in self._agencies.items()
                    for other in listed.other_codes
                }
                self._loaded = edition
            self._loaded_at = time.monotonic()


def tree_in(database: Database, table: Table) -> AgencyTree:
    """The tree of a table of agencies, with the columns of `Listed` and a revision that only grows."""
    told = table.c
    columns = (
        *(told.code, told.parent, told.other_codes),
        *(told.valid_from, told.valid_to, told.successors, told.kind),
    )
    count = select(
        func.count(), func.sum(told.revision), func.min(told.code), func.max(told.code)
    ).select_from(table)

    async def load() -> Agencies:
        return {row[0]: Listed(*row[1:]) for row in await database.select(select(*columns))}

    async def edition() -> object:
        # No agency is ever taken away, and every change of one adds to its revision.
        return tuple((await database.select(count))[0])

    return AgencyTree(load, edition)


def replica_tree(database: Database) -> AgencyTree:
    """The tree as heard from the directory's owner (table ``known_agency``)."""
    return tree_in(database, database.metadata.tables["known_agency"])


def hear_agencies(on: Subscriptions) -> None:
    """Keep this service's copy of the directory: the entry with the largest revision stands."""

    @on(AgencyRegistered)
    async def remember(event: AgencyRegistered, uow: UnitOfWork) -> None:
        uow.write("known_agency", event.model_dump(), verb="put")
