"""Procedures as figures count them, kept at hand between questions for as long as the catalogue stands still.

A catalogue of thousands of procedures is the same for every question until one of them is published anew. No
entry is ever taken away and every change of one adds to its revision, so how many there are and the sum of
their revisions tell whether anything is new: equal editions, equal catalogues.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlmodel import col

from chassis.database import Database, UnitOfWork
from contracts.vocabulary import AgencyKind
from services.kpi import catalogue
from services.kpi.catalogue_rules import handles
from services.kpi.indicators.entities import ProcedureRow
from services.kpi.tables import KnownProcedure, KnownVersion

ROOM = 32
"""Lists of procedures kept of one catalogue: of so many agencies and days."""

_Asked = tuple[date, frozenset[str]]


@dataclass
class _Listing:
    """The catalogue and the kinds of agencies as they were at an edition."""

    edition: object
    known: Sequence[KnownProcedure]
    versions: Sequence[KnownVersion]
    kinds: Mapping[str, AgencyKind]
    lists: OrderedDict[_Asked, Sequence[ProcedureRow]] = field(default_factory=OrderedDict)

    def procedures(self, day: date, agencies: frozenset[str]) -> Sequence[ProcedureRow]:
        """What the agencies handle, as the catalogue was on a day; without dossiers."""
        asked = (day, agencies)
        if asked not in self.lists:
            self.lists[asked] = [
                _row(entry)
                for entry in catalogue.as_on(self.known, self.versions, day)
                if handles(entry, agencies, self.kinds)
            ]
            if len(self.lists) > ROOM:
                self.lists.popitem(last=False)
        self.lists.move_to_end(asked)
        return self.lists[asked]


_LISTINGS: WeakKeyDictionary[Database, _Listing] = WeakKeyDictionary()


async def procedures(
    by_procedure: Mapping[str, Mapping[str, int]],
    agencies: frozenset[str],
    days: Sequence[date],
    uow: UnitOfWork,
) -> tuple[Sequence[ProcedureRow], ...]:
    """What the agencies handle, as the catalogue was on some days; with the dossiers of the period."""
    # Asked for first: what is published while the catalogue is read makes the next edition differ.
    edition = await _edition(uow)
    kept = _LISTINGS.get(uow.database)
    if kept is None or kept.edition != edition:
        kept = _LISTINGS[uow.database] = await _read(edition, uow)
    return tuple(
        [
            row.with_dossiers(by_procedure[row.code]) if row.code in by_procedure else row
            for row in kept.procedures(day, agencies)
        ]
        for day in days
    )


async def _edition(uow: UnitOfWork) -> object:
    tables = (
        KnownProcedure.__table__,
        KnownVersion.__table__,
        uow.database.metadata.tables["known_agency"],
    )
    told = [
        select(told).select_from(table).scalar_subquery()
        for table in tables
        for told in (func.count(), func.sum(table.c.revision))
    ]
    return tuple((await uow.select(select(*told)))[0])


async def _read(edition: object, uow: UnitOfWork) -> _Listing:
    directory = uow.database.metadata.tables["known_agency"]
    told = await uow.select(select(directory.c.code, directory.c.kind))
    # In a unit of work of their own: rows that are kept must not be those somebody is about to change.
    own = UnitOfWork(uow.database)
    return _Listing(
        edition=edition,
        known=await own.all(KnownProcedure, order_by=(col(KnownProcedure.code),)),
        versions=await own.all(KnownVersion),
        kinds={row.code: AgencyKind(row.kind) for row in told},
    )


def _row(entry: catalogue.Entry) -> ProcedureRow:
    told = {name: getattr(entry, name) for name in _ATTRIBUTES}
    return ProcedureRow(**told, levels=frozenset(entry.levels))


_ATTRIBUTES = tuple(ProcedureRow.__dataclass_fields__.keys() - {"levels", "amounts"})
