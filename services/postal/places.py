"""The statuses of an item: how far along its way each is, and which of them are ends. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.vocabulary import Milestone, ShipmentStatus


@dataclass(frozen=True)
class Place:
    """What a status is on an item's way: how far along, on which stretch, and whether it is an end."""

    rank: int
    milestone: Milestone
    terminal: bool = False


PLACES: Mapping[ShipmentStatus, Place] = {
    ShipmentStatus.UNMAPPED: Place(-1, Milestone.NONE),
    ShipmentStatus.REGISTERED: Place(0, Milestone.PRE),
    ShipmentStatus.ORDER_CREATED: Place(1, Milestone.PRE),
    ShipmentStatus.PICKUP_SCHEDULED: Place(2, Milestone.PRE),
    ShipmentStatus.PICKUP_FAILED: Place(2, Milestone.PRE),
    ShipmentStatus.ACCEPTED: Place(3, Milestone.TRANSIT),
    ShipmentStatus.IN_TRANSIT: Place(4, Milestone.TRANSIT),
    ShipmentStatus.AT_DELIVERY_OFFICE: Place(5, Milestone.TRANSIT),
    ShipmentStatus.OUT_FOR_DELIVERY: Place(6, Milestone.DELIVERY),
    ShipmentStatus.DELIVERY_FAILED: Place(7, Milestone.DELIVERY),
    ShipmentStatus.HELD_FOR_PICKUP: Place(8, Milestone.DELIVERY),
    ShipmentStatus.DELIVERED: Place(9, Milestone.END, terminal=True),
    ShipmentStatus.RETURN_PROPOSED: Place(10, Milestone.RETURN),
    ShipmentStatus.RETURNING: Place(11, Milestone.RETURN),
    ShipmentStatus.RETURNED: Place(12, Milestone.END, terminal=True),
    ShipmentStatus.CANCELLED: Place(13, Milestone.END, terminal=True),
    ShipmentStatus.LOST: Place(14, Milestone.END, terminal=True),
    ShipmentStatus.DESTROYED: Place(15, Milestone.END, terminal=True),
}
"""The canonical machine (các trạng thái của bưu gửi); an unmapped event moves nothing."""

SCANS = frozenset(
    {
        ShipmentStatus.ACCEPTED,
        ShipmentStatus.IN_TRANSIT,
        ShipmentStatus.AT_DELIVERY_OFFICE,
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.DELIVERY_FAILED,
        ShipmentStatus.HELD_FOR_PICKUP,
        ShipmentStatus.DELIVERED,
        ShipmentStatus.RETURNING,
        ShipmentStatus.RETURNED,
    }
)
"""Statuses that only an item in the hands of the post, or just out of them, can have."""

REOPENABLE = frozenset({ShipmentStatus.LOST, ShipmentStatus.DESTROYED})
"""Ends that a later scan undoes: what is seen again was not lost."""


def is_terminal(status: ShipmentStatus) -> bool:
    """Whether an item's way ends with this status.

    >>> is_terminal(ShipmentStatus.RETURNED), is_terminal(ShipmentStatus.RETURNING)
    (True, False)
    """
    return PLACES[status].terminal
