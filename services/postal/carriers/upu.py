"""Events of the Universal Postal Union for items between countries (EMSEVT, standard M40).

The meaning of the events is the Union's. How they travel between posts, its EDI syntax, is not read here: a
converter in front tells them as JSON, in the shape of `Upu`. Nothing in that is signed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.vocabulary import Carrier, ShipmentStatus
from services.postal.carriers.base import BadRecord, Meaning, Record, UnreadableCarrierMessage
from services.postal.carriers.distrust import instant_with_offset, item_code_of, text_of
from services.postal.carriers.shared_word import SharesAWord
from services.postal.domain import TimeQuality

_CODE_ROOM = 20
_TEXT_ROOM = 200
_UNION = "named by the Union's EMSEVT V1; Vietnamese words as one integrator has them"
_ATTEMPT = f"{_UNION}; its reason and action codes are kept as they come, their list was not seen"
_CUSTOMS = (
    f"{_UNION}; held by customs is still under way, and stops no clock without a retention code"
)
_FINAL = f"{_UNION}; which reports end at the sender's is not verified, so an operator confirms every end"
_ROWS = (
    ("EMA", ShipmentStatus.ACCEPTED, "Đã chấp nhận gửi", _UNION),
    ("EMB", ShipmentStatus.IN_TRANSIT, "Đến TT khai thác quốc tế nước gửi", _UNION),
    ("EMC", ShipmentStatus.IN_TRANSIT, "Đã rời TT khai thác quốc tế nước gửi", _UNION),
    ("EMD", ShipmentStatus.IN_TRANSIT, "Đã đến TTKT quốc tế nước nhận", _UNION),
    ("EME", ShipmentStatus.IN_TRANSIT, "Lưu giữ tại hải quan", _CUSTOMS),
    ("EMF", ShipmentStatus.IN_TRANSIT, "Ra khỏi TTKTQT nước nhận", _UNION),
    ("EMG", ShipmentStatus.AT_DELIVERY_OFFICE, "Đã đến Bưu cục phát", _UNION),
    ("EMH", ShipmentStatus.DELIVERY_FAILED, "Phát chưa thành công", _ATTEMPT),
    ("EMI", ShipmentStatus.DELIVERED, "Đã phát thành công", _FINAL),
    ("EMJ", ShipmentStatus.IN_TRANSIT, "Đến TTKTQT quá cảnh", _UNION),
    ("EMK", ShipmentStatus.IN_TRANSIT, "Khởi hành từ TTKTQT quá cảnh", _UNION),
)


class Upu(SharesAWord):
    """Events between posts, as ``{"events": [{item_id, event, event_at, office, reason_code, action_code,
    signatory}]}``. Their strength is `weak`.

    ``event_at`` is RFC 3339 with its offset: an hour of an unknown country is no instant. An attempt whose
    action is a return is still an attempt, and a delivery at the sender's still a delivery: which codes say
    otherwise is not verified.
    """

    name = Carrier.UPU
    meanings = {code: Meaning(status, text, known) for code, status, text, known in _ROWS}  # noqa: RUF012 - never changed

    def told(self, message: Any) -> Sequence[object]:
        """What stands under events."""
        told = message.get("events") if isinstance(message, dict) else None
        if not isinstance(told, list) or not told:
            raise UnreadableCarrierMessage("The body has no list of records under events.")
        return told

    def record(self, told: object) -> Record | BadRecord:
        """One event."""
        if not isinstance(told, dict):
            return BadRecord("The record is not an object.")
        item = item_code_of(told.get("item_id"))
        if item is None:
            return BadRecord("There is no item number under item_id.")
        code = text_of(told.get("event"), _CODE_ROOM)
        if code is None:
            return BadRecord("There is no event code under event.")
        meaning = self.meaning(code)
        occurred_at = instant_with_offset(told.get("event_at"))
        return Record(
            item_code=item,
            code=code,
            status=meaning.status,
            text=meaning.text,
            time_quality=TimeQuality.EVENT if occurred_at else TimeQuality.RECEIVED,
            occurred_at=occurred_at,
            office=text_of(told.get("office"), _CODE_ROOM),
            receiver_name=text_of(told.get("signatory"), _TEXT_ROOM),
            reason=_reason(told),
        )


def _reason(told: Mapping[str, object]) -> str | None:
    codes = [text_of(told.get(name), _CODE_ROOM) or "" for name in ("reason_code", "action_code")]
    return "/".join(codes) if any(codes) else None
