"""What an operator does about the web sites that may show the rating widget."""

from __future__ import annotations

from chassis.database import UnitOfWork
from chassis.settings import Settings
from gateway.origins import commands
from gateway.queries import stranger_origins, widget_origins
from gateway.tables import StrangerOrigin, WidgetOrigin
from suite.tasks import at_hand


async def add_origin(settings: Settings, origin: str, agency: str, by: str) -> None:
    """Register a site. Raises `OriginUnreadable`."""
    async with at_hand(settings, "gateway") as (gateway,):
        await gateway.do(commands.add_origin, origin, agency, by)


async def remove_origin(settings: Settings, origin: str) -> None:
    """Take a site out of the register. Raises `UnknownOrigin`."""
    async with at_hand(settings, "gateway") as (gateway,):
        await gateway.do(commands.remove_origin, origin)


async def origins(settings: Settings) -> tuple[list[WidgetOrigin], list[StrangerOrigin]]:
    """Every registered site, and those that asked without being registered."""
    async with at_hand(settings, "gateway") as (gateway,):
        uow = UnitOfWork(gateway.database)
        return await widget_origins(uow), await stranger_origins(uow)
