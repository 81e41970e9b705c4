"""What the codes and wordings of the current MyVNPost mean, and how we know (bảng mã trạng thái).

Deliveries in part, cash on delivery and postage move nothing: they say nothing of where the item is.
"""

from contracts.vocabulary import MoneyPurpose, MoneyStep, ShipmentStatus
from services.postal.carriers.base import Meaning

_TWO = "read alike in the programs of two integrators"
_ONE = "read in the program of one integrator only"
_ROWS = (
    ("0", ShipmentStatus.UNMAPPED, "Lưu nháp", _TWO),
    ("1", ShipmentStatus.ORDER_CREATED, "Đã tạo", _TWO),
    ("2", ShipmentStatus.PICKUP_SCHEDULED, "Bưu tá nhận yêu cầu thu gom", _TWO),
    ("3", ShipmentStatus.ORDER_CREATED, "Chờ xác nhận", _TWO),
    ("4", ShipmentStatus.PICKUP_SCHEDULED, "Đang lấy hàng", _TWO),
    ("5", ShipmentStatus.PICKUP_FAILED, "Lấy hàng không thành công", _TWO),
    # In custody on inbound legs alone: the domain raises it there.
    ("6", ShipmentStatus.PICKUP_SCHEDULED, "Đã lấy hàng", _TWO),
    ("7", ShipmentStatus.ACCEPTED, "Bưu cục đã nhận hàng", _TWO),
    ("8", ShipmentStatus.PICKUP_FAILED, "Lấy hàng thất bại", _TWO),
    ("9", ShipmentStatus.CANCELLED, "Hủy thu gom", _TWO),
    ("10", ShipmentStatus.IN_TRANSIT, "Đang vận chuyển", _TWO),
    ("11", ShipmentStatus.AT_DELIVERY_OFFICE, "Đã đến bưu cục phát", _TWO),
    ("12", ShipmentStatus.OUT_FOR_DELIVERY, "Đang giao hàng", _TWO),
    ("13", ShipmentStatus.IN_TRANSIT, "Chuyển tiếp", _TWO),
    ("14", ShipmentStatus.DELIVERED, "Đã giao hàng", _TWO),
    ("15", ShipmentStatus.DELIVERY_FAILED, "Giao không thành công", _TWO),
    ("16", ShipmentStatus.RETURN_PROPOSED, "Chờ để chuyển hoàn", _TWO),
    ("17", ShipmentStatus.RETURNING, "Đã duyệt hoàn", _TWO),
    ("18", ShipmentStatus.RETURNING, "Bắt đầu chuyển hoàn", _TWO),
    ("19", ShipmentStatus.RETURNED, "Trả hàng thành công", _TWO),
    ("20", ShipmentStatus.UNMAPPED, "Đã trả hàng một phần", _TWO),
    ("21", ShipmentStatus.UNMAPPED, "Đã trả tiền COD", _TWO),
    ("22", ShipmentStatus.RETURN_PROPOSED, "Hủy giao hàng", _TWO),
    ("23", ShipmentStatus.UNMAPPED, "Giao hàng thành công một phần", _ONE),
    ("24", ShipmentStatus.RETURNING, "Đang chuyển hoàn", _ONE),
    ("28", ShipmentStatus.UNMAPPED, "Đã trả phí ship", _ONE),
    ("29", ShipmentStatus.UNMAPPED, "Đã trả phí hủy đơn hàng", _ONE),
    ("101", ShipmentStatus.ACCEPTED, "Đã chấp nhận gửi", _ONE),
    ("102", ShipmentStatus.IN_TRANSIT, "Đến TT khai thác quốc tế nước gửi", _ONE),
    ("103", ShipmentStatus.IN_TRANSIT, "Đã rời TT khai thác quốc tế nước gửi", _ONE),
    ("104", ShipmentStatus.IN_TRANSIT, "Đã đến TTKT quốc tế nước nhận", _ONE),
    ("105", ShipmentStatus.IN_TRANSIT, "Lưu giữ tại hải quan", _ONE),
    ("106", ShipmentStatus.IN_TRANSIT, "Ra khỏi TTKTQT nước nhận", _ONE),
    ("107", ShipmentStatus.AT_DELIVERY_OFFICE, "Đã đến Bưu cục phát", _ONE),
    ("108", ShipmentStatus.DELIVERY_FAILED, "Phát chưa thành công", _ONE),
    ("109", ShipmentStatus.DELIVERED, "Đã phát thành công", _ONE),
    ("110", ShipmentStatus.IN_TRANSIT, "Đến TTKTQT quá cảnh", _ONE),
    ("111", ShipmentStatus.IN_TRANSIT, "Khởi hành từ TTKTQT quá cảnh", _ONE),
)
_OTHER_WORDINGS = {
    "Chuyển tin cho bưu tá": "2",
    "Đang xử lý": "3",
    "Huỷ thu gom": "9",
    "Phát thành công": "14",
    "Phát không thành công": "15",
    "Hoàn thành công": "19",
    "Phát hoàn thành công": "19",
    "Huỷ giao hàng": "22",
}


def folded(text: str) -> str:
    """A wording without what makes no difference: case, and a full stop.

    >>> folded("Đã giao hàng.") == folded("đã giao hàng")
    True
    """
    return text.casefold().rstrip(". ")


_MONEY = {
    "21": (MoneyPurpose.COD, MoneyStep.REMITTED),
    "28": (MoneyPurpose.POSTAGE, MoneyStep.CHARGED),
}
"""What codes say of money; none tells the amount."""

CODES = {
    code: Meaning(status, text, source, _MONEY.get(code)) for code, status, text, source in _ROWS
}
"""The meanings by code, as messages carry it."""

# The first code of a wording wins: 11 and 107 say the same.
CODE_BY_WORDING = {folded(text): code for code, _, text, _ in reversed(_ROWS)} | {
    folded(text): code for text, code in _OTHER_WORDINGS.items()
}
"""The code a wording of the history stands for; all of it must agree, parts of wordings mislead."""
