"""Giao Hàng Nhanh (GHN): one item in each message.

The words for its statuses are known; the names of the fields are those of guides of unknown quality that
disagree, so each is looked for under every name that was seen. What such a message shows is a shared word.
"""

from contracts.vocabulary import Carrier, ShipmentStatus
from services.postal.carriers.base import Meaning
from services.postal.carriers.flat import FieldNames, OneItem

_READ = "read in the program of one integrator; the carrier's Vietnamese words were not seen"
_OTHER = f"{_READ}; what the exception is, is not said, so it moves nothing"
_SPELLING = f"{_READ}; seen spelt both ways"
_ROWS = (
    ("ready_to_pick", ShipmentStatus.ORDER_CREATED, _READ),
    ("picking", ShipmentStatus.PICKUP_SCHEDULED, _READ),
    ("money_collect_picking", ShipmentStatus.PICKUP_SCHEDULED, _READ),
    ("picked", ShipmentStatus.ACCEPTED, _READ),
    ("storing", ShipmentStatus.IN_TRANSIT, _READ),
    ("transporting", ShipmentStatus.IN_TRANSIT, _READ),
    ("sorting", ShipmentStatus.IN_TRANSIT, _READ),
    ("delivering", ShipmentStatus.OUT_FOR_DELIVERY, _READ),
    ("money_collect_delivering", ShipmentStatus.OUT_FOR_DELIVERY, _READ),
    ("delivered", ShipmentStatus.DELIVERED, _READ),
    ("delivery_fail", ShipmentStatus.DELIVERY_FAILED, _SPELLING),
    ("delivery_failed", ShipmentStatus.DELIVERY_FAILED, _SPELLING),
    ("waiting_to_return", ShipmentStatus.RETURN_PROPOSED, _READ),
    ("return", ShipmentStatus.RETURNING, _READ),
    ("return_transporting", ShipmentStatus.RETURNING, _READ),
    ("return_sorting", ShipmentStatus.RETURNING, _READ),
    ("returning", ShipmentStatus.RETURNING, _READ),
    ("return_fail", ShipmentStatus.RETURNING, _READ),
    ("returned", ShipmentStatus.RETURNED, _READ),
    ("cancel", ShipmentStatus.CANCELLED, _READ),
    ("lost", ShipmentStatus.LOST, _READ),
    ("damage", ShipmentStatus.DESTROYED, _READ),
    ("exception", ShipmentStatus.UNMAPPED, _OTHER),
)


class Ghn(OneItem):
    """GHN. Its messages have the strength `weak`; a time without an offset is taken for Vietnam's."""

    name = Carrier.GHN
    meanings = {code: Meaning(status, None, known) for code, status, known in _ROWS}  # noqa: RUF012 - never changed
    word_headers = ("token",)
    names = FieldNames(
        item=("OrderCode", "order_code"),
        code=("Status", "status"),
        occurred_at=("Time", "time"),
        order_number=("ClientOrderCode", "client_order_code"),
        office=("Warehouse", "Location"),
        reason=("ReasonCode", "reason_code"),
        text=("StatusName", "StatusText"),
    )
