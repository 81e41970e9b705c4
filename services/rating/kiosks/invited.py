"""Waiting for an invitation on its way: a result is returned, and at once put before a kiosk."""

import asyncio
import time

from chassis.database import UnitOfWork
from chassis.hearing import LOOK_EVERY
from chassis.running import Running
from contracts.rating.kiosks import TicketPushed
from contracts.vocabulary import Occasion
from services.rating import queries


async def heard_of_invitation(pushed: TicketPushed, running: Running) -> None:
    """Wait, at most `settle_seconds`, for the invitation that the news of a returned result makes."""
    if pushed.occasion is Occasion.RECEIVED:
        return
    until = time.monotonic() + running.settings.settle_seconds
    while time.monotonic() < until:
        uow = UnitOfWork(running.database)
        if await queries.invitation_for(pushed.dossier, pushed.occasion, uow) is not None:
            return
        await asyncio.sleep(LOOK_EVERY)
