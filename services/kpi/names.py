"""What agencies are called, as kpi has heard."""

from collections.abc import Mapping

from sqlalchemy import select

from chassis.database import UnitOfWork


async def agency_names(uow: UnitOfWork) -> Mapping[str, str]:
    """What every agency is called, by code."""
    table = uow.database.metadata.tables["known_agency"]
    return dict(map(tuple, await uow.select(select(table.c.code, table.c.name))))
