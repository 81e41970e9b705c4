"""How postal shows what it remembers."""

from collections.abc import Sequence

from contracts.postal import CarrierOrderView, ShipmentEventView, ShipmentView
from contracts.vocabulary import VIETNAM
from services.postal.commands import Ordered
from services.postal.positions import told_of
from services.postal.tables import CarrierEventRow, CarrierOrder, Shipment


def shipment(
    row: Shipment, said: Sequence[CarrierEventRow], asked: CarrierOrder | None = None
) -> ShipmentView:
    """An item of the post and where it stands, with everything that counts for it, oldest first."""
    counted = told_of(row, said)
    told = sorted(counted, key=lambda one: (one.occurred_at or one.recorded_at, one.event_key))
    values = dict(row.__dict__)
    for name in ("accepted_at", "delivered_at"):
        values[name] = values[name].astimezone(VIETNAM) if values[name] else None
    here = f"/v1/shipments/{row.id}"
    return ShipmentView.model_validate(
        values
        | {
            "order": _order(asked) if asked is not None else None,
            "events": [ShipmentEventView.model_validate(one.__dict__) for one in told],
            "links": {
                "self": here,
                "confirm": f"{here}/confirm",
                "dossier": f"/v1/dossiers/{row.dossier}",
            },
        }
    )


def ordered(order: Ordered) -> tuple[int, ShipmentView]:
    """201 for a new shipment, 200 for one that was there."""
    return (200 if order.repeated else 201), shipment(order.shipment, order.said, order.asked)


def confirmed(order: Ordered) -> tuple[int, ShipmentView]:
    """A shipment after an operator's proof."""
    return 200, shipment(order.shipment, order.said, order.asked)


def _order(asked: CarrierOrder) -> CarrierOrderView:
    made_at, try_at = asked.made_at, asked.try_at
    return CarrierOrderView.model_validate(
        asked.__dict__
        | {
            "number": asked.shipment,
            "made_at": made_at.astimezone(VIETNAM) if made_at else None,
            "next_try_at": try_at.astimezone(VIETNAM) if try_at else None,
        }
    )
