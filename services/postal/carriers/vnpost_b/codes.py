"""What the codes of the NGSP adapter mean, as far as anybody knows (bảng mã trạng thái)."""

from contracts.vocabulary import ShipmentStatus
from services.postal.carriers.base import Meaning

CODES = {
    "4": Meaning(
        ShipmentStatus.DELIVERED,
        "Đã phát",
        "unverified: one program takes it for delivered; the carrier's list has not been seen",
    ),
}
"""The meanings by code. Every other code is kept and moves nothing, until the carrier gives its list."""
