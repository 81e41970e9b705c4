"""The catalogue of procedures as kpi has heard of it, with what each procedure was on a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from chassis.database import UnitOfWork
from contracts.intake import ProcedurePublished
from services.kpi.tables import KnownProcedure, KnownVersion

Entry = KnownProcedure | KnownVersion
E = TypeVar("E", KnownProcedure, KnownVersion)
Values = tuple[Any, ...]


async def remember(events: Sequence[ProcedurePublished], uow: UnitOfWork) -> None:
    """Keep each procedure's newest entry and every version, whatever order news comes in."""
    known = await uow.get_many(KnownProcedure, [(event.code,) for event in events])
    wanted = [(event.code, event.valid_from) for event in events]
    wanted += [(code, row.valid_from) for (code,), row in known.items()]
    versions = await uow.get_many(KnownVersion, wanted)
    for row in known.values():
        # A procedure heard before versions were kept has its only one in this row.
        _keep(KnownVersion, (row.code, row.valid_from), dict(row.__dict__), versions, uow)
    for event in events:
        told = event.__dict__
        _keep(KnownVersion, (event.code, event.valid_from), told, versions, uow)
        _keep(KnownProcedure, (event.code,), told, known, uow)


def as_on(
    procedures: Iterable[KnownProcedure], versions: Iterable[KnownVersion], day: date
) -> list[Entry]:
    """Every procedure as it was on a day, in the order given: the latest version begun, else the first."""
    told: dict[str, list[KnownVersion]] = {}
    for version in sorted(versions, key=lambda one: one.valid_from):
        told.setdefault(version.code, []).append(version)
    return [_in_force(told.get(one.code, []), day) or one for one in procedures]


def _in_force(ordered: Sequence[KnownVersion], day: date) -> KnownVersion | None:
    begun = [version for version in ordered if version.valid_from <= day]
    return (begun[-1] if begun else ordered[0]) if ordered else None


def _keep(
    table: type[E], key: Values, told: Mapping[str, Any], rows: dict[Values, E], uow: UnitOfWork
) -> None:
    """Write what was told over the row of its key, unless that is of a later revision."""
    values = {name: told[name] for name in table.model_fields}
    row = rows.get(key)
    if row is None:
        rows[key] = table.of(**values)
        uow.add(rows[key])
    elif row.revision < values["revision"]:
        for name, value in values.items():
            setattr(row, name, value)
