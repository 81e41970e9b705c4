"""What an order with a carrier holds, how it is told from another, and when it is sent again. Values only."""

import json
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from contracts.postal import ShipmentOrder
from services.postal.carriers.base import Order, Party
from services.postal.domain import INBOUND

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=6)
CLAIMED_FOR = timedelta(minutes=2)
"""How long an order that a worker has taken is left to it: longer than it waits for a carrier."""

WEIGHT_GRAMS = 100
"""What a few sheets in an envelope weigh; postage is the carrier's to weigh again."""

PARTIES = ("sender", "receiver")


class OrderState(StrEnum):
    """How far an order with a carrier is (trạng thái đơn gửi)."""

    WAITING = "waiting"
    """It is recorded here, and is sent until the carrier answers."""
    MADE = "made"
    """The carrier has it."""
    REFUSED = "refused"
    """The carrier does not take it as it is."""
    GIVEN_UP = "given_up"
    """The carrier could not be asked, or not understood, too often: a person must look."""
    CANCELLING = "cancelling"
    """It is to be cancelled, and the carrier is asked until it answers."""
    CANCELLED = "cancelled"
    """The carrier has it no more, or never had it."""


CALLED_OFF = frozenset({OrderState.CANCELLING, OrderState.CANCELLED})
"""States of an order that nobody wants any more."""


def pause_after(attempts: int) -> timedelta:
    """How long to wait before a carrier is asked again: twice as long each time, six hours at most.

    >>> pause_after(1).total_seconds(), pause_after(60) == LONGEST_PAUSE
    (10.0, True)
    """
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts, 32)
    return min(LONGEST_PAUSE, doubled)


def content_of(order: ShipmentOrder) -> dict[str, Any]:
    """What an order asks the carrier to carry, with what was left out; needs sender and receiver."""
    inbound = order.leg in INBOUND
    kind = "Hồ sơ TTHC" if inbound else "Kết quả giải quyết TTHC"
    parties = {name: getattr(order, name).model_dump() for name in PARTIES}
    return parties | {
        "contents": order.contents or f"{kind}, mã hồ sơ {order.dossier}",
        "weight_grams": order.weight_grams or WEIGHT_GRAMS,
        "service_code": order.service_code,
        "collect": inbound if order.collect is None else order.collect,
    }


def prints_of(number: str, content: Mapping[str, Any]) -> dict[str, str]:
    """A digest of each field of an order's content; the order's own number keeps them from being matched
    with those of another.
    """

    def digest(name: str) -> str:
        told = json.dumps([number, name, content[name]], ensure_ascii=False, sort_keys=True)
        return sha256(told.encode()).hexdigest()

    return {name: digest(name) for name in content}


def order_of(number: str, content: Mapping[str, Any], item_code: str | None = None) -> Order:
    """A recorded content as the carrier's interface takes it; `item_code` is out of our pool."""
    parties = {name: Party(**content[name]) for name in PARTIES}
    return Order(number=number, item_code=item_code, **(dict(content) | parties))
