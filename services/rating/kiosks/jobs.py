"""What rating does about kiosks by itself: tells those that fell silent, forgets proofs of yesterday."""

import logging
from datetime import timedelta

from chassis import telemetry
from chassis.database import UnitOfWork
from chassis.running import Running
from services.rating.kiosks import domain, queries
from services.rating.kiosks.commands import tell_silent

log = logging.getLogger("motcua.rating")

LOOK_SECONDS = 60.0
FORGET_SECONDS = 600.0
REMEMBERED = timedelta(hours=24)
BATCH = 100


async def notice_silent_kiosks(running: Running) -> None:
    """Say once of every kiosk that told nothing for too long while the office was open."""
    settings, now = running.settings, running.database.now()
    hours = (
        (settings.morning_opens, settings.morning_closes),
        (settings.afternoon_opens, settings.afternoon_closes),
    )
    opened = domain.open_since(now, hours)
    before = now - timedelta(minutes=settings.kiosk_silent_minutes)
    if opened is None or before < opened:
        # It may have been off since the office closed; it is given its time from the opening on.
        return
    for kiosk in await queries.silent_kiosks(before, BATCH, UnitOfWork(running.database)):
        if await running.do(tell_silent, kiosk):
            telemetry.KIOSKS_SILENT.inc()
            log.warning("kiosk %s is silent", kiosk, extra={"service": "rating"})


async def forget_proofs(running: Running) -> None:
    """Forget proofs once they are a day old."""
    before = running.database.now() - REMEMBERED
    await queries.forget_used(before, domain.WINDOW, running.database)
