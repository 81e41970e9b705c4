"""What `motcua kiosk` does: codes for new devices, the list, an end, held items that are to count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chassis.auth import Principal
from chassis.database import ITSELF, UnitOfWork
from contracts.rating.kiosks import EnrolmentView, EnrolmentWanted, KioskView, ReleaseView
from services.rating.kiosks import commands, views
from suite.tasks import at_hand

if TYPE_CHECKING:
    from chassis.settings import Settings

OPERATOR = Principal(client=ITSELF, agency=None, scopes=frozenset(), expires_at=float("inf"))
"""Whoever runs the installation: no agency is out of reach."""

AT_ONCE = 200


async def enrol(settings: Settings, agency: str, counter: str) -> EnrolmentView:
    """Make a code by which one device becomes the kiosk of a counter. Raises `UnknownAgency`."""
    wanted = EnrolmentWanted(agency=agency, counter=counter)
    async with at_hand(settings, "rating") as (rating,):
        return views.enrolment(await rating.do(commands.make_enrolment, wanted, OPERATOR))


async def kiosks(settings: Settings, agency: str | None) -> list[KioskView]:
    """Kiosks of an agency and those below it; all where none is named. Raises `UnknownAgency`."""
    found: list[KioskView] = []
    async with at_hand(settings, "rating") as (rating,):
        cursor: str | None = ""
        while cursor is not None:
            uow = UnitOfWork(rating.database)
            part = await commands.kiosks_within(agency, cursor, AT_ONCE + 1, OPERATOR, uow)
            page = views.kiosks(part, AT_ONCE)
            found += page.items
            cursor = page.next_cursor
    return found


async def revoke(settings: Settings, kiosk: str) -> KioskView:
    """Take a kiosk out of use. Raises `UnknownKiosk`."""
    async with at_hand(settings, "rating") as (rating,):
        return views.kiosk(await rating.do(commands.revoke, kiosk, OPERATOR))


async def release(settings: Settings, kiosk: str, reason: str) -> ReleaseView:
    """Let the held items of a kiosk count. Raises `UnknownKiosk`."""
    async with at_hand(settings, "rating") as (rating,):
        return views.released(await rating.do(commands.release, kiosk, reason, OPERATOR))
