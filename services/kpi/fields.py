"""Fields of administration as kpi has heard of them: what they are called, and what took their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlmodel import col

from chassis.database import UnitOfWork
from contracts.intake import FieldEntered
from services.kpi.structure import Succeeded
from services.kpi.tables import KnownField, KnownProcedure


async def remember(events: Sequence[FieldEntered], uow: UnitOfWork) -> None:
    """Keep each field as the largest revision tells it, whatever order news comes in."""
    known = await uow.get_many(KnownField, [(event.code,) for event in events])
    for event in events:
        row = known.get((event.code,))
        if row is None:
            row = KnownField.of(**event.model_dump())
            known[(event.code,)] = row
            uow.add(row)
        elif row.revision < event.revision:
            for name, value in event.model_dump().items():
                setattr(row, name, value)


async def succeeded(day: date, uow: UnitOfWork) -> Succeeded:
    """The fields whose place others had taken by a day, each with those."""
    ended = col(KnownField.abolished_on)
    rows = await uow.all(KnownField, or_(ended.is_(None), ended <= day))
    return {row.code: row.successors for row in rows if row.successors}


@dataclass(frozen=True)
class FieldNames:
    """What fields are called, by code."""

    vi: Mapping[str, str]
    en: Mapping[str, str]
    """Of those alone that were entered with an English name."""


async def field_names(uow: UnitOfWork) -> FieldNames:
    """What fields are called: as they were entered, else as procedures of them last said."""
    told: Sequence[Row[Any]] = await uow.select(
        select(col(KnownProcedure.field), func.max(col(KnownProcedure.field_name)))
        .where(col(KnownProcedure.field_name).is_not(None))
        .group_by(col(KnownProcedure.field))
    )
    field = KnownField
    entered = await uow.select(select(col(field.code), col(field.name), col(field.name_en)))
    rows = [tuple(row) for row in entered]
    return FieldNames(
        vi=dict(map(tuple, told)) | {code: name for code, name, _ in rows},
        en={code: name for code, _, name in rows if name is not None},
    )
