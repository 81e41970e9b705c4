"""Entering a web site into the register of origins, taking it out, and noting those that are not in it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from chassis.database import UnitOfWork
from contracts.channels import SiteRegistered, SiteRemoved
from contracts.problems import NotFound
from gateway.origins.domain import checked_origin
from gateway.queries import stranger_origins
from gateway.tables import StrangerOrigin, WidgetOrigin

KEPT_STRANGERS: Final = 1000
"""Sites that are not registered and still remembered; who asked least often is forgotten first."""


class UnknownOrigin(NotFound):
    """This origin is not registered."""

    title_vi = "Nguồn gốc (origin) này chưa được đăng ký"


async def add_origin(origin: str, agency: str, added_by: str, uow: UnitOfWork) -> WidgetOrigin:
    """Register a site; one that is registered stays as it is. Raises `OriginUnreadable`."""
    known = await uow.get(WidgetOrigin, checked_origin(origin))
    if known is not None:
        return known
    entry = WidgetOrigin.of(origin=origin, agency=agency, added_by=added_by, added_at=uow.now)
    uow.add(entry)
    channel = _channel(entry)
    told = SiteRegistered(channel=channel, agency=agency, opened_at=entry.added_at)
    uow.record(told, subject=channel)
    stranger = await uow.get(StrangerOrigin, origin)
    if stranger is not None:
        uow.remove(stranger)
    return entry


async def remove_origin(origin: str, uow: UnitOfWork) -> None:
    """Take a site out. Raises `UnknownOrigin`."""
    known = await uow.get(WidgetOrigin, origin)
    if known is None:
        raise UnknownOrigin("See `motcua origin list` for those there are, written exactly so.")
    uow.remove(known)
    channel = _channel(known)
    told = SiteRemoved(channel=channel, agency=known.agency, closed_at=uow.now)
    uow.record(told, subject=channel)


def _channel(entry: WidgetOrigin) -> str:
    """What one registration of a site is called: the site is nobody's secret, but an id has a length."""
    told = f"{entry.origin}\n{entry.added_at.timestamp()}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


async def note_strangers(counted: Mapping[str, int], uow: UnitOfWork) -> None:
    """Add how often sites asked without being registered; those registered meanwhile are left out."""
    registered = await uow.get_many(WidgetOrigin, [(origin,) for origin in counted])
    known = {entry.origin: entry for entry in await stranger_origins(uow)}
    for origin, times in counted.items():
        if (origin,) in registered:
            continue
        entry = known.get(origin)
        if entry is None:
            entry = StrangerOrigin.of(origin=origin, times=times, first_at=uow.now, last_at=uow.now)
            uow.add(entry)
            known[origin] = entry
        else:
            entry.times += times
            entry.last_at = uow.now
            entry.revision += 1
    seldom = sorted(known.values(), key=lambda entry: (entry.times, entry.last_at))
    for entry in seldom[: max(0, len(seldom) - KEPT_STRANGERS)]:
        uow.remove(entry)
