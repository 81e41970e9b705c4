"""Giao Hàng Tiết Kiệm (GHTK): one item in each message, as JSON or as a form.

The codes are those of one integrator's program, the names of the fields those of several; the carrier's own
paper has not been seen. What its messengers report by themselves before the carrier does is only a claim.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from contracts.vocabulary import Carrier, MoneyPurpose, MoneyStep, ShipmentStatus
from services.postal.carriers.base import Meaning, Record, UnreadableCarrierMessage
from services.postal.carriers.distrust import text_of
from services.postal.carriers.flat import FieldNames, OneItem
from services.postal.tracks import Sum

COD_SETTLED = "6"
DELIVERED = "5"
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 100
_MONEY_ROOM = 12
_READ = "read in the program of one integrator only"
_REPORT = f"{_READ}, which has no words for it; a messenger's report before the carrier's own"
_CLAIM = f"{_REPORT}, so it moves nothing"
_NO_PICKUP = f"{_REPORT}, that nothing was picked up"
_SETTLED = f"{_READ}; tells of money alone: cash on delivery was settled with the sender"
_DEBTS = f"{_READ}; tells of money alone, what is owed for returned items: it moves nothing"
_LOST = f"{_READ}; who is compensated has lost the item"
_ROWS = (
    ("-1", ShipmentStatus.CANCELLED, "Hủy đơn hàng", _READ),
    ("1", ShipmentStatus.ORDER_CREATED, "Chưa tiếp nhận", _READ),
    ("2", ShipmentStatus.ORDER_CREATED, "Đã tiếp nhận", _READ),
    ("3", ShipmentStatus.ACCEPTED, "Đã lấy hàng/Đã nhập kho", _READ),
    ("4", ShipmentStatus.OUT_FOR_DELIVERY, "Đang giao hàng", _READ),
    ("5", ShipmentStatus.DELIVERED, "Đã giao hàng/Chưa đối soát", _READ),
    ("6", ShipmentStatus.UNMAPPED, "Đã đối soát", _SETTLED),
    ("7", ShipmentStatus.PICKUP_FAILED, "Không lấy được hàng", _READ),
    ("8", ShipmentStatus.PICKUP_FAILED, "Hoãn lấy hàng", _READ),
    ("9", ShipmentStatus.DELIVERY_FAILED, "Không giao được hàng", _READ),
    ("10", ShipmentStatus.DELIVERY_FAILED, "Delay giao hàng", _READ),
    ("11", ShipmentStatus.UNMAPPED, "Đối soát công nợ trả hàng", _DEBTS),
    ("12", ShipmentStatus.PICKUP_SCHEDULED, "Đang lấy hàng", _READ),
    ("13", ShipmentStatus.LOST, "Bồi hoàn", _LOST),
    ("20", ShipmentStatus.RETURNING, "Đang trả hàng", _READ),
    ("21", ShipmentStatus.RETURNED, "Đã trả hàng", _READ),
    ("45", ShipmentStatus.UNMAPPED, None, _CLAIM),
    ("49", ShipmentStatus.UNMAPPED, None, _CLAIM),
    ("123", ShipmentStatus.UNMAPPED, None, _CLAIM),
    ("127", ShipmentStatus.PICKUP_FAILED, None, _NO_PICKUP),
    ("128", ShipmentStatus.PICKUP_FAILED, None, _NO_PICKUP),
    ("410", ShipmentStatus.UNMAPPED, None, _CLAIM),
)


class Ghtk(OneItem):
    """GHTK. Its messages have the strength `weak`."""

    name = Carrier.GHTK
    meanings = {code: Meaning(status, text, known) for code, status, text, known in _ROWS}  # noqa: RUF012 - never changed
    names = FieldNames(
        item=("label_id",),
        code=("status_id",),
        occurred_at=("action_time",),
        order_number=("partner_id",),
        reason=("reason_code",),
    )

    def parsed(self, raw: bytes, headers: Mapping[str, str]) -> Any:
        """A body as JSON, or as a form where its type says so."""
        if not headers.get("content-type", "").lower().startswith(_FORM):
            return super().parsed(raw, headers)
        try:
            pairs = parse_qsl(raw.decode(), max_num_fields=_MOST_FIELDS, errors="strict")
        except ValueError as broken:
            raise UnreadableCarrierMessage("The form cannot be read.") from broken
        return dict(pairs)

    def sums(self, code: str, told: Mapping[str, object]) -> tuple[Sum, ...]:
        """Cash on delivery that was settled; of what amount, where it is told."""
        if code != COD_SETTLED:
            return ()
        written = text_of(told.get("pick_money"), _MONEY_ROOM) or ""
        amount = int(written) if written.isascii() and written.isdecimal() else None
        return () if amount == 0 else (Sum(MoneyPurpose.COD, MoneyStep.REMITTED, amount),)

    def considered(self, record: Record, told: Mapping[str, object]) -> Record:
        """A delivery of a part, which the carrier marks beside the code, is no delivery."""
        in_part = text_of(told.get("return_part_package"), 1) == "1"
        if not (in_part and record.code == DELIVERED):
            return record
        return replace(record, status=ShipmentStatus.UNMAPPED, reason="return_part_package")
