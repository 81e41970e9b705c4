"""What HCC online tells of an item, under names of ours: it has no status codes of its own."""

from contracts.vocabulary import ShipmentStatus
from services.postal.carriers.base import Meaning

_SCHEMA = (
    "from the fields of the record's published schema; the carrier's own paper has not been seen"
)

ACCEPTED = "accepted"
CODES = {
    ACCEPTED: Meaning(ShipmentStatus.ACCEPTED, "Bưu điện đã chấp nhận", _SCHEMA),
    "delivered": Meaning(ShipmentStatus.DELIVERED, "Phát thành công", _SCHEMA),
    "undelivered": Meaning(ShipmentStatus.DELIVERY_FAILED, "Phát không thành công", _SCHEMA),
    "returning": Meaning(ShipmentStatus.RETURNING, "Đang chuyển hoàn", _SCHEMA),
    "returned": Meaning(ShipmentStatus.RETURNED, "Phát hoàn thành công", _SCHEMA),
}
"""The meanings by name."""

BY_FLAGS = {
    (True, False): "delivered",
    (False, False): "undelivered",
    (False, True): "returning",
    (True, True): "returned",
}
"""What a delivery record tells, by `IsDeliverable` and `IsReturn`."""
