"""What agencies and fields are called, as kpi has heard."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import col

from chassis.database import UnitOfWork
from services.kpi.tables import KnownProcedure


async def agency_names(uow: UnitOfWork) -> Mapping[str, str]:
    """What every agency is called, by code."""
    table = uow.database.metadata.tables["known_agency"]
    return dict(map(tuple, await uow.select(select(table.c.code, table.c.name))))


async def field_names(uow: UnitOfWork) -> Mapping[str, str]:
    """What fields are called, by code, as procedures of them last said."""
    rows: Sequence[Row[Any]] = await uow.select(
        select(col(KnownProcedure.field), func.max(col(KnownProcedure.field_name)))
        .where(col(KnownProcedure.field_name).is_not(None))
        .group_by(col(KnownProcedure.field))
    )
    return dict(map(tuple, rows))
