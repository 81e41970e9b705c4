"""The ways agencies can be rated, kept as they are heard of: the roll-out of the system (K38)."""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from contracts.channels import (
    ChannelClosed,
    ChannelKind,
    ChannelOpened,
    SiteRegistered,
    SiteRemoved,
)
from contracts.vocabulary import VIETNAM
from services.kpi.reports.tables import RatingChannel

Told = ChannelOpened | ChannelClosed | SiteRegistered | SiteRemoved


async def remember(events: Sequence[Told], uow: UnitOfWork) -> None:
    """Keep beginnings and ends of channels, whichever is heard first and however often."""
    rows = await uow.get_many(RatingChannel, [(event.channel,) for event in events])
    for event in events:
        row = rows.get((event.channel,))
        if row is None:
            row = rows[event.channel,] = RatingChannel.of(id=event.channel)
            uow.add(row)
        before = row.opened_on, row.closed_on
        row.agency = event.agency
        row.kind = str(
            ChannelKind.SITE
            if isinstance(event, SiteRegistered | SiteRemoved)
            else ChannelKind.KIOSK
        )
        if isinstance(event, ChannelOpened | SiteRegistered):
            row.opened_on = event.opened_at.astimezone(VIETNAM).date()
        else:
            row.closed_on = event.closed_at.astimezone(VIETNAM).date()
        if before != (row.opened_on, row.closed_on):
            row.revision += 1
