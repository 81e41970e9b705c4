"""Viettel Post: one item in each message, with a token of ours in its body.

The facts are those of integrators' programs. The code wins over the words: the carrier's own sample has the
code of a delivery (501) beside the words of a return that is only announced (505).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from contracts.vocabulary import Carrier, ShipmentStatus
from services.postal.carriers.base import Meaning, UnreadableCarrierMessage
from services.postal.carriers.flat import FieldNames, OneItem

_TWO = "read alike in the programs of two integrators"
_RANGE = f"{_TWO} as one range of codes; the carrier's words for each were not seen"
_CUSTODY = f"{_TWO}; before custody a cancellation, after it a return that is proposed"
_DUTY = f"{_TWO}; it takes an errand from a postman and says nothing of the item"
_ROWS = (
    *((str(code), ShipmentStatus.ORDER_CREATED, None, _RANGE) for code in (100, 101, 102)),
    *((str(code), ShipmentStatus.PICKUP_SCHEDULED, None, _RANGE) for code in (103, 104)),
    ("105", ShipmentStatus.ACCEPTED, "Bưu tá đã nhận", _TWO),
    ("107", ShipmentStatus.CANCELLED, "Hủy qua API", _TWO),
    ("200", ShipmentStatus.ACCEPTED, "Nhận từ bưu tá", _TWO),
    ("201", ShipmentStatus.CANCELLED, "Hủy nhập", _TWO),
    *(
        (str(code), ShipmentStatus.IN_TRANSIT, "Đóng túi, bàn giao", _RANGE)
        for code in range(300, 321)
    ),
    *((str(code), ShipmentStatus.IN_TRANSIT, "Nhận tại", _RANGE) for code in range(400, 404)),
    ("500", ShipmentStatus.OUT_FOR_DELIVERY, "Giao bưu tá đi phát", _TWO),
    ("501", ShipmentStatus.DELIVERED, "Phát thành công", _TWO),
    ("502", ShipmentStatus.RETURNING, "Chuyển hoàn bưu cục gốc", _TWO),
    ("503", ShipmentStatus.CANCELLED, "Hủy theo yêu cầu khách hàng", _CUSTODY),
    ("504", ShipmentStatus.RETURNED, "Chuyển trả người gửi", _TWO),
    (
        "505",
        ShipmentStatus.RETURN_PROPOSED,
        "Thông báo chuyển hoàn",
        f"{_TWO}; 508 or 550 may undo it",
    ),
    ("506", ShipmentStatus.DELIVERY_FAILED, "Khách không có nhà", _TWO),
    ("507", ShipmentStatus.HELD_FOR_PICKUP, "Khách đến bưu cục nhận", _TWO),
    ("508", ShipmentStatus.OUT_FOR_DELIVERY, "Phát tiếp", _TWO),
    ("509", ShipmentStatus.IN_TRANSIT, "Chuyển tiếp", _TWO),
    ("510", ShipmentStatus.UNMAPPED, "Hủy phân công", _DUTY),
    ("515", ShipmentStatus.RETURNING, "Duyệt hoàn", _TWO),
    ("550", ShipmentStatus.OUT_FOR_DELIVERY, None, _RANGE),
    ("551", ShipmentStatus.RETURNING, None, _RANGE),
)


class ViettelPost(OneItem):
    """Viettel Post. Its messages have the strength `weak`: whoever reads one knows the token of all."""

    name = Carrier.VIETTELPOST
    meanings = {code: Meaning(status, text, known) for code, status, text, known in _ROWS}  # noqa: RUF012 - never changed
    names = FieldNames(
        item=("ORDER_NUMBER",),
        code=("ORDER_STATUS",),
        occurred_at=("ORDER_STATUSDATE",),
        order_number=("ORDER_REFERENCE",),
        # The carrier's paper has it misspelt.
        office=("LOCATION_CURRENTLY", "LOCALION_CURRENTLY"),
        # Named by one integrator alone.
        reason=("REASON_CODE",),
        text=("STATUS_NAME",),
    )

    def words_within(self, message: Any) -> Iterable[object]:
        """The token, where there is one."""
        return [message.get("TOKEN")] if isinstance(message, dict) else []

    def told(self, message: Any) -> Sequence[object]:
        """What stands under DATA."""
        told = message.get("DATA") if isinstance(message, dict) else None
        if not isinstance(told, dict):
            raise UnreadableCarrierMessage("The body has no object under DATA.")
        return [told]
