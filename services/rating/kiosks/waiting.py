"""A kiosk's question for its dossier is left open until there is news, or its time is over."""

import asyncio
import time

from chassis.database import UnitOfWork
from chassis.running import Running
from services.rating.kiosks.commands import Screen, screen_of
from services.rating.kiosks.tables import Kiosk

LOOK_EVERY = 0.5
"""Seconds between two looks."""


async def awaited_screen(kiosk: Kiosk, shown: str | None, running: Running) -> Screen:
    """What a kiosk is to show, once that is not what it shows: `shown` is a ticket's id, empty for none.

    With `shown` None at once.
    """
    until = time.monotonic() + running.settings.kiosk_wait_seconds
    while True:
        found = await screen_of(kiosk, UnitOfWork(running.database))
        now = found.ticket.id if found.ticket else ""
        if shown is None or now != shown or time.monotonic() >= until:
            return found
        await asyncio.sleep(LOOK_EVERY)
