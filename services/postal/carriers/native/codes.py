"""What the codes of our own format mean: the suite's own words for where an item stands."""

from collections.abc import Mapping

from contracts.labels import LABELS
from contracts.vocabulary import ShipmentStatus
from services.postal.carriers.base import Meaning

_OURS = "our own format: the word is the status"
_BESIDE = "our own format: tells what is known beside the place, and moves nothing"
_NOT_SAID = frozenset({ShipmentStatus.REGISTERED, ShipmentStatus.UNMAPPED})
"""What no carrier can say: that a citizen chose the post, and that we do not understand."""

CODES: Mapping[str, Meaning] = {
    status.value: Meaning(status, LABELS[ShipmentStatus][status][0], _OURS)
    for status in ShipmentStatus
    if status not in _NOT_SAID
} | {
    "proof": Meaning(ShipmentStatus.UNMAPPED, "Bổ sung bằng chứng phát", _BESIDE),
    "money": Meaning(ShipmentStatus.UNMAPPED, "Thông tin khoản tiền", _BESIDE),
}
