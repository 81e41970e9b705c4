"""How kiosks stand: heartbeats, silence, the list, and the end of one."""

from dataclasses import dataclass
from datetime import datetime

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.hearing import reaches
from chassis.running import running_of
from contracts.channels import ChannelClosed
from contracts.rating.kiosks import KioskHeartbeat, KioskOutcome
from services.rating.kiosks import domain, queries
from services.rating.kiosks.commands.proving import Device, Proved, prove
from services.rating.kiosks.refused import UnknownAgency, UnknownKiosk
from services.rating.kiosks.tables import Kiosk, KioskStanding


@dataclass(frozen=True)
class Listed:
    """A kiosk and how it stands."""

    kiosk: Kiosk
    standing: KioskStanding
    held: int
    refused: int
    keys_end_at: datetime | None


async def beat(proved: Proved, told: KioskHeartbeat, uow: UnitOfWork) -> Device:
    """Note that a kiosk is alive, what waits there, and how its clock stands. Raises as `prove` does."""
    device = await prove(proved, uow)
    standing = device.standing
    standing.heard_at = uow.now
    standing.silent_since = None
    standing.waiting = told.waiting
    standing.skew_ms = domain.skew(told.device_time, uow.now)
    return device


async def tell_silent(kiosk: str, uow: UnitOfWork) -> bool:
    """Mark a kiosk as silent; whether it was not marked before."""
    standing = await uow.get(KioskStanding, kiosk)
    if standing is None or standing.silent_since is not None:
        return False
    standing.silent_since = uow.now
    standing.revision += 1
    return True


async def kiosks_within(
    agency: str | None, after: str, limit: int, caller: Principal, uow: UnitOfWork
) -> list[Listed]:
    """Kiosks of an agency and those below, the caller's where none is named. Raises `UnknownAgency`."""
    tree = running_of(uow).tree
    if agency is not None and not await tree.covers(caller, agency):
        raise UnknownAgency("Name an agency of the directory that is yours.")
    within = await tree.reach(agency or caller.agency)
    found = await queries.kiosks_within(within, after, limit, uow)
    return await _listed(found, uow)


async def revoke(kiosk: str, caller: Principal, uow: UnitOfWork) -> Listed:
    """Take a kiosk out of use, from its next request on. Raises `UnknownKiosk`."""
    row = await expect_kiosk(kiosk, caller, uow)
    standing = await uow.get(KioskStanding, kiosk)
    if row.revoked_at is None and standing is not None:
        row.revoked_at, row.revoked_by = uow.now, caller.client
        row.revision += 1
        standing.ticket = None
        standing.revision += 1
        closed = ChannelClosed(channel=row.id, agency=row.agency, closed_at=uow.now)
        uow.record(closed, subject=row.id)
    return (await _listed([row], uow))[0]


async def expect_kiosk(kiosk: str, caller: Principal, uow: UnitOfWork) -> Kiosk:
    """A kiosk within the caller's reach. Raises `UnknownKiosk`."""
    row = await uow.get(Kiosk, kiosk)
    if row is None or not await reaches(caller, row.agency, running_of(uow)):
        raise UnknownKiosk("Look it up at GET /v1/kiosks.")
    return row


async def _listed(rows: list[Kiosk], uow: UnitOfWork) -> list[Listed]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    standings = await uow.get_many(KioskStanding, [(one,) for one in ids])
    counts = await queries.counts_of(ids, uow)
    ends = await queries.keys_end(ids, uow)
    return [
        Listed(
            kiosk=row,
            standing=standings[row.id,],
            held=counts.get((row.id, KioskOutcome.HELD), 0),
            refused=counts.get((row.id, KioskOutcome.REFUSED), 0),
            keys_end_at=ends.get(row.id),
        )
        for row in rows
    ]
