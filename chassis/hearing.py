"""Waiting for news that is still on its way from another service."""

import asyncio
import time
from typing import Any

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import Running
from chassis.tables import Stored

LOOK_EVERY = 0.02
"""Seconds between two looks."""


async def heard_of(table: type[Stored], key: str, caller: Principal, running: Running) -> None:
    """Wait, at most `settle_seconds`, for a row with an `agency` that the caller may speak for.

    It is made by the news of what another service has just accepted. One that is out of reach is waited for
    like one that is not there: the time it takes tells nothing.
    """
    until = time.monotonic() + running.settings.settle_seconds
    while time.monotonic() < until:
        row: Any = await UnitOfWork(running.database).get(table, key)
        if row is not None and await reaches(caller, row.agency, running):
            return
        await asyncio.sleep(LOOK_EVERY)


async def reaches(caller: Principal, agency: str | None, running: Running) -> bool:
    """Whether a caller may speak for whose a row is; for nobody's, only one without an agency may."""
    if agency is None:
        return caller.agency is None
    return await running.tree.covers(caller, agency)
