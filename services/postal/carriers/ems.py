"""EMS of Vietnam Post (chuyển phát nhanh EMS): one item in each message, and an acknowledgement of its own.

The facts are those of one integrator's program; the carrier's own paper has not been seen. Nothing is signed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.postal import CarrierRecordOutcome
from contracts.vocabulary import Carrier, CarrierOutcome, ShipmentStatus
from services.postal.carriers.base import Meaning
from services.postal.carriers.distrust import text_of
from services.postal.carriers.flat import FieldNames, OneItem

TRANSACTION = "ems-transaction"
"""The header whose value the carrier wants back."""

_ROOM = 200
_READ = "read in the program of one integrator only"
_OTHER = f"{_READ}; it says that something happened and not what, so it moves nothing"
_ROWS = (
    ("1", ShipmentStatus.ORDER_CREATED, "Đã tạo", _READ),
    ("2", ShipmentStatus.PICKUP_SCHEDULED, "Chờ lấy hàng", _READ),
    ("3", ShipmentStatus.ACCEPTED, "Đã lấy hàng", _READ),
    ("4", ShipmentStatus.IN_TRANSIT, "Đang vận chuyển", _READ),
    ("5", ShipmentStatus.OUT_FOR_DELIVERY, "Đang phát hàng", _READ),
    ("6", ShipmentStatus.DELIVERY_FAILED, "Phát không thành công", _READ),
    ("7", ShipmentStatus.DELIVERED, "Phát thành công", _READ),
    ("8", ShipmentStatus.RETURNING, "Chuyển Hoàn", _READ),
    ("9", ShipmentStatus.CANCELLED, "Đơn Hàng Hủy", _READ),
    ("12", ShipmentStatus.UNMAPPED, "Trạng thái khác", _OTHER),
    ("13", ShipmentStatus.RETURNED, "Phát hoàn thành công", _READ),
)


class Ems(OneItem):
    """EMS. Its messages have the strength `weak` and the event's own time, written for Vietnam."""

    name = Carrier.EMS
    meanings = {code: Meaning(status, text, known) for code, status, text, known in _ROWS}  # noqa: RUF012 - never changed
    names = FieldNames(
        item=("tracking_code",),
        code=("status_code",),
        occurred_at=("datetime",),
        order_number=("order_code",),
        office=("locate",),
        text=("status_name",),
    )

    def acknowledge(
        self, outcomes: Sequence[CarrierRecordOutcome], headers: Mapping[str, str]
    ) -> Any:
        """``{"code": "success" | "error", "transaction": ...}``; an error is a record that is not usable."""
        usable = any(one.outcome is not CarrierOutcome.INVALID for one in outcomes)
        transaction = text_of(headers.get(TRANSACTION), _ROOM)
        return {"code": "success" if usable else "error", "transaction": transaction}
