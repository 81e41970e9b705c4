"""What a citizen may be told of an item: where it was and when. Nothing anybody wrote, nobody's name."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from contracts.post_desk import PostLeg, PostStop, PostTrackView
from contracts.vocabulary import VIETNAM, ShipmentStatus
from services.postal.domain import CarrierEvent, history
from services.postal.positions import event_of, told_of
from services.postal.tables import CarrierEventRow, Shipment

WAY = (
    ShipmentStatus.REGISTERED,
    ShipmentStatus.ACCEPTED,
    ShipmentStatus.IN_TRANSIT,
    ShipmentStatus.AT_DELIVERY_OFFICE,
    ShipmentStatus.HELD_FOR_PICKUP,
    ShipmentStatus.DELIVERED,
    ShipmentStatus.RETURNED,
)
"""The places a citizen knows (các chặng), in the order of the way."""


def tracked(
    found: Sequence[tuple[Shipment, Sequence[CarrierEventRow]]], hold_days: int
) -> PostTrackView:
    """The items of a dossier as its citizen sees them; `hold_days` is how long items are held, 0 not told."""
    return PostTrackView(legs=[_leg(shipment, said, hold_days) for shipment, said in found])


def held_until(told: Iterable[CarrierEvent], hold_days: int) -> date | None:
    """The last day of the hold an item is in, the day it began not counted; none where it is in none."""
    since: datetime | None = None
    for event in told:
        if event.status is ShipmentStatus.HELD_FOR_PICKUP:
            since = since or event.moment
        elif event.status is not ShipmentStatus.UNMAPPED:
            since = None
    if since is None or not hold_days:
        return None
    return since.astimezone(VIETNAM).date() + timedelta(days=hold_days)


def _leg(shipment: Shipment, said: Iterable[CarrierEventRow], hold_days: int) -> PostLeg:
    counted = [row for row in told_of(shipment, said) if not row.quarantined]
    told = history([event_of(row) for row in counted], shipment.leg)
    failures = [one for one in told if one.status is ShipmentStatus.DELIVERY_FAILED]
    reached: dict[ShipmentStatus, datetime] = {ShipmentStatus.REGISTERED: shipment.ordered_at}
    for event in told:
        if event.status in WAY:
            reached.setdefault(event.status, event.moment)
    # Custody and delivery are shown as they count: an end that is only claimed has no day yet.
    for status, moment in (
        (ShipmentStatus.ACCEPTED, shipment.accepted_at),
        (ShipmentStatus.DELIVERED, shipment.delivered_at),
    ):
        reached.pop(status, None)
        if moment is not None:
            reached[status] = moment
    if shipment.status is not ShipmentStatus.RETURNED or shipment.provisional:
        reached.pop(ShipmentStatus.RETURNED, None)
    held = shipment.status is ShipmentStatus.HELD_FOR_PICKUP
    return PostLeg(
        leg=shipment.leg,
        attempt=shipment.attempt,
        carrier=shipment.carrier,
        item_code=shipment.item_code,
        status=shipment.status,
        milestone=shipment.milestone,
        provisional=shipment.provisional,
        contested=shipment.contested,
        stops=[
            PostStop(status=status, at=reached[status].astimezone(VIETNAM))
            for status in WAY
            if status in reached
        ],
        failed_attempts=len({(one.attempt, one.moment.astimezone(VIETNAM)) for one in failures}),
        held_until=held_until(told, hold_days) if held else None,
        last_word_at=max([shipment.ordered_at, *(one.moment for one in told)]).astimezone(VIETNAM),
    )
