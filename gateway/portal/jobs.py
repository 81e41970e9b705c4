"""What the gateway's worker does for the portal by itself."""

from datetime import datetime

from chassis.database import UnitOfWork
from chassis.running import Running
from chassis.service import Job
from gateway.portal import queries, telling
from gateway.portal.importing import LOOK_SECONDS, advance_imports, forget_imports
from gateway.portal.line import PortalLine
from gateway.portal.pushing import push_due
from gateway.portal.reconciling import reconcile_yesterday

GAUGE_SECONDS = 15.0
RECONCILE_SECONDS = 300.0
FORGET_SECONDS = 3600.0


async def open_portal_line(running: Running) -> PortalLine:
    """The line of a gateway that opens."""

    async def waiting_since() -> datetime | None:
        return await queries.oldest_waiting(UnitOfWork(running.database))

    def now() -> datetime:
        # Asked anew each time: the database's clock may be set.
        return running.database.now()

    return PortalLine(running.settings, now, waiting_since)


async def gauge(running: Running) -> None:
    """Tell operators how much waits, and since when."""
    uow = UnitOfWork(running.database)
    found = await queries.backlog(uow)
    telling.WAITING.set(found.waiting)
    telling.PARKED.set(found.parked)
    age = (uow.now - found.oldest).total_seconds() if found.oldest is not None else 0.0
    telling.OLDEST.set(age)
    state = running.own(PortalLine).circuit.state
    telling.CIRCUIT.set(telling.CIRCUIT_VALUES[state])


JOBS = (
    Job(name="national", every=lambda settings: settings.national_push_seconds, run=push_due),
    Job(name="national-gauge", every=lambda _: GAUGE_SECONDS, run=gauge),
    Job(name="national-compare", every=lambda _: RECONCILE_SECONDS, run=reconcile_yesterday),
    Job(name="catalogue", every=lambda _: LOOK_SECONDS, run=advance_imports),
    Job(name="catalogue-log", every=lambda _: FORGET_SECONDS, run=forget_imports),
)
