"""What the current MyVNPost is asked besides orders: to cancel one, and what one would cost.

Its own paper has not been seen, so the names of fields are those of integrators' programs, unverified.
``POST orderCancel {OriginalId}`` is read in one; another remarks that only what was not collected yet can be
cancelled. Nobody reads its answer, so one that is no error counts as done. ``POST ServicesCharge {scope,
customerCode, data}``, answered by ``[{serviceCode, totalFee}]``, is read in two; `totalFee` is provisional.
"""

from collections.abc import Mapping
from typing import Any

from services.postal.carriers.base import CarrierUnavailable, Order, OrderRefusedByCarrier
from services.postal.carriers.distrust import amount_of, text_of

CANCEL, PRICE = "/orderCancel", "/ServicesCharge"
DOMESTIC = 1
_CODE_ROOM = 20


def cancel_content(reference: str | None) -> dict[str, Any]:
    """What cancels an order: the carrier's own number of it. Raises `OrderRefusedByCarrier` without one."""
    if reference is None:
        raise OrderRefusedByCarrier(
            "The carrier gave no number of its own to cancel the order by: cancel it with the carrier."
        )
    return {"OriginalId": reference}


def price_content(
    order: Order, customer_code: str | None, parties: Mapping[str, str]
) -> dict[str, Any]:
    """What asks for the price of an order; without a service the carrier tells that of each."""
    data = {**parties, "weight": order.weight_grams, "serviceCode": order.service_code}
    return {"scope": DOMESTIC, "customerCode": customer_code, "data": data}


def price_in(answer: object, service_code: str | None) -> int:
    """The price of a service in an answer, in đồng.

    Raises `OrderRefusedByCarrier` where there is no such service, or several and none was named, and
    `CarrierUnavailable` for an answer that cannot be read.
    """
    if not isinstance(answer, list):
        raise CarrierUnavailable("The carrier's answer tells no prices.")
    prices = {}
    for one in answer:
        code = text_of(one.get("serviceCode"), _CODE_ROOM) if isinstance(one, dict) else None
        fee = amount_of(one.get("totalFee")) if isinstance(one, dict) else None
        if code is not None and fee is not None:
            prices[code] = fee
    if service_code is None and len(prices) == 1:
        return next(iter(prices.values()))
    if service_code is None and prices:
        known = ", ".join(sorted(prices))
        raise OrderRefusedByCarrier(f"Name one of the carrier's services as service_code: {known}.")
    if service_code not in prices:
        raise OrderRefusedByCarrier("The carrier tells no price for this.")
    return prices[service_code]
