"""What the post says of a dossier's items, as events."""

from datetime import datetime, timedelta

from contracts.incidents import IncidentClosed, IncidentOpened
from contracts.postal import ShipmentAccepted, ShipmentDelivered, ShipmentMoved
from contracts.vocabulary import (
    VIETNAM,
    Carrier,
    IncidentKind,
    IncidentOutcome,
    Leg,
    Proof,
    ShipmentStatus,
)
from tests.builders import filing

CODE = filing()["code"]
NOON = datetime(2020, 3, 18, 12, tzinfo=VIETNAM)


def day(count, hour=12):
    """A moment so many days after 18 March 2020."""
    return NOON.replace(hour=hour) + timedelta(days=count)


def moved(revision, status, at=None, *, attempt=1, leg=Leg.OUTBOUND_RESULT, **told):
    """An item's position at a revision; `accepted_at` and the rest by name."""
    return ShipmentMoved(
        **{
            "shipment": f"s-{leg}-{attempt}",
            "dossier": CODE,
            "leg": leg,
            "attempt": attempt,
            "revision": revision,
            "status": ShipmentStatus(status),
            "provisional": False,
            "contested": False,
            "late": False,
            "ordered_at": day(0, 9),
            "status_at": at,
        }
        | told
    )


def delivered(revision, at, *, attempt=1, leg=Leg.OUTBOUND_RESULT, **told):
    """A confirmed delivery with what shows it."""
    return ShipmentDelivered(
        **{
            "shipment": f"s-{leg}-{attempt}",
            "dossier": CODE,
            "leg": leg,
            "attempt": attempt,
            "carrier": Carrier.NATIVE,
            "delivered_at": at,
            "proof": Proof.EVIDENCED,
            "revision": revision,
            "item_code": "CV497960035VN",
            "slip_number": "B1",
            "receiver": "N*** V** A",
            "receiver_relation": "self",
        }
        | told
    )


def accepted(revision, at, *, attempt=1, leg=Leg.OUTBOUND_RESULT):
    """The post took custody."""
    return ShipmentAccepted(
        shipment=f"s-{leg}-{attempt}",
        dossier=CODE,
        leg=leg,
        attempt=attempt,
        carrier=Carrier.NATIVE,
        accepted_at=at,
        revision=revision,
    )


def brought(attempt=1, first=1, at=None, **told):
    """A result that the post accepted on the 19th and delivered on the 20th, as it is told."""
    at = at or day(2)
    shown = {"attempt": attempt}
    return [
        moved(first, "registered", **shown),
        moved(first + 1, "accepted", day(1), accepted_at=day(1), **shown),
        accepted(first + 1, day(1), **shown),
        moved(first + 2, "delivered", at, accepted_at=day(1), delivered_at=at, **shown),
        delivered(first + 2, at, **shown, **told),
    ]


def opened(incident="i-1", attempt=1, kind=IncidentKind.MISDELIVERED):
    """An incident of the result."""
    return IncidentOpened(
        incident=incident,
        shipment=f"s-outbound_result-{attempt}",
        dossier=CODE,
        leg=Leg.OUTBOUND_RESULT,
        attempt=attempt,
        kind=kind,
        opened_at=day(3),
    )


def closed(incident="i-1", attempt=1, kind=IncidentKind.MISDELIVERED):
    """The same, settled."""
    return IncidentClosed(
        **opened(incident, attempt, kind).model_dump(),
        outcome=IncidentOutcome.NO_HARM,
        closed_at=day(5),
    )
