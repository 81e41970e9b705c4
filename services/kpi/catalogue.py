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
    """Every procedure there was on a day, as it was then, in the order given.

    One whose first version begins later was not there yet; one that was abolished by then (đã bãi bỏ) was
    there no more. A first version that was told without a day is in force from the beginning.
    """
    told: dict[str, list[Entry]] = {}
    for version in sorted(versions, key=lambda one: one.valid_from):
        told.setdefault(version.code, []).append(version)
    found = (_in_force(told.get(one.code) or [one], day) for one in procedures)
    return [entry for entry in found if entry is not None]


def _in_force(ordered: Sequence[Entry], day: date) -> Entry | None:
    """The latest version begun, unless by its own word or the last one's the procedure is no more."""
    begun = [version for version in ordered if version.valid_from <= day]
    if not begun:
        return None
    # The last version is asked too: that a procedure is no more is often told after it ended.
    ended = (one.abolished_on for one in (begun[-1], ordered[-1]))
    return None if any(end is not None and end <= day for end in ended) else begun[-1]


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
