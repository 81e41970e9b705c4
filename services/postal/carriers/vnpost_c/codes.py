"""What the codes of the old MyVNPost mean, and how we know (bảng mã trạng thái).

Cash on delivery moves nothing: it says nothing of where the item is.
"""

from contracts.vocabulary import MoneyPurpose, MoneyStep, ShipmentStatus
from services.postal.carriers.base import Meaning
from services.postal.tracks import Sum

_TWO = "read alike in the programs of two integrators"
_ROWS = (
    ("10", ShipmentStatus.CANCELLED, "Đã xóa"),
    ("20", ShipmentStatus.ORDER_CREATED, "Gửi sang hệ thống MyVNPOST thành công"),
    ("60", ShipmentStatus.CANCELLED, "Hủy"),
    # A wish, not yet taken: before custody the domain lets it change nothing.
    ("61", ShipmentStatus.RETURN_PROPOSED, "Báo hủy"),
    ("62", ShipmentStatus.CANCELLED, "Đã nhận báo hủy"),
    (
        "70",
        ShipmentStatus.ACCEPTED,
        "Bưu cục đã nhận đơn hàng và nhập vào hệ thống chuyển phát",
    ),
    ("91", ShipmentStatus.DELIVERY_FAILED, "Đã đi phát nhưng không thành công"),
    ("100", ShipmentStatus.DELIVERED, "Hàng đã phát thành công cho người nhận"),
    ("110", ShipmentStatus.UNMAPPED, "Bưu tá đã nhận tiền COD"),
    ("120", ShipmentStatus.UNMAPPED, "Tiền COD đã trả cho người gửi"),
    # The way back goes on: an attempt to hand it to the sender failed.
    ("161", ShipmentStatus.RETURNING, "Phát hoàn cho người gửi thất bại"),
    ("170", ShipmentStatus.RETURNED, "Phát hoàn thành công"),
)

CODES = {code: Meaning(status, text, _TWO) for code, status, text in _ROWS}
"""The meanings by code; the current MyVNPost uses some of the same numbers for other things."""

MONEY = {
    "110": Sum(MoneyPurpose.COD, MoneyStep.COLLECTED),
    "120": Sum(MoneyPurpose.COD, MoneyStep.REMITTED),
}
"""Codes that tell how far cash on delivery has come; the amount is not told."""
