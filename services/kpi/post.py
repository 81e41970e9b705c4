"""What kpi knows of a dossier's items of the post: of each the largest revision heard. Values only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contracts.postal import ShipmentAccepted, ShipmentDelivered, ShipmentMoved
from contracts.vocabulary import Leg, ShipmentStatus

PostNews = ShipmentAccepted | ShipmentDelivered | ShipmentMoved


@dataclass(frozen=True)
class Parcel:
    """One item of the post for a dossier, as far as figures need it."""

    shipment: str
    """Empty for what was kept before items were told apart."""
    leg: Leg
    revision: int = 0
    cancelled: bool = False
    """Whether it was called off before the post had it."""
    ordered_at: datetime | None = None
    accepted_at: datetime | None = None
    """When the post took custody."""
    delivered_at: datetime | None = None
    """When it was delivered, while that is confirmed and nobody contradicts it."""

    def kept(self) -> dict[str, Any]:
        """As it is remembered, without what is not known."""
        told = dict(self.__dict__)
        for name in _INSTANTS:
            told[name] = told[name].isoformat() if told[name] else None
        return {name: value for name, value in told.items() if value not in (None, False)}


_INSTANTS = ("ordered_at", "accepted_at", "delivered_at")


def parcel_of(kept: Mapping[str, Any]) -> Parcel:
    """An item as it was remembered."""
    instants = {name: datetime.fromisoformat(kept[name]) for name in _INSTANTS if name in kept}
    return Parcel(**dict(kept) | {"leg": Leg(kept["leg"])} | instants)


def hear(parcels: Sequence[Parcel], event: PostNews) -> tuple[Parcel, ...]:
    """The items after hearing of one; a move tells everything at its revision, the others their part."""
    by_place = {(one.shipment, one.leg): one for one in parcels}
    place = (event.shipment, event.leg)
    known = by_place.get(place) or Parcel(*place)
    if event.revision < known.revision:
        return tuple(parcels)
    by_place[place] = _told(known, event)
    return tuple(by_place[place] for place in sorted(by_place))


def _told(known: Parcel, event: PostNews) -> Parcel:
    fresh = event.revision > known.revision
    known = replace(known, revision=event.revision)
    if isinstance(event, ShipmentAccepted):
        before = None if fresh else known.accepted_at
        return replace(known, accepted_at=earliest((before, event.accepted_at)))
    if isinstance(event, ShipmentDelivered):
        before = None if fresh else known.delivered_at
        return replace(known, delivered_at=earliest((before, event.delivered_at)))
    certain = not (event.provisional or event.contested)
    delivered = event.status is ShipmentStatus.DELIVERED and certain
    return replace(
        known,
        cancelled=event.status is ShipmentStatus.CANCELLED and certain,
        ordered_at=event.ordered_at,
        accepted_at=event.accepted_at,
        delivered_at=event.delivered_at if delivered else None,
    )


def earliest(told: Iterable[datetime | None]) -> datetime | None:
    """The earliest of some instants that are known."""
    return min((one for one in told if one is not None), default=None)
