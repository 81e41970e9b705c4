"""HCC online (interface A, 2016 to 2017) of Vietnam Post: lists that are asked for, and orders.

It sends no messages. ``getAcceptance`` tells what post offices took in, ``getDelivery`` every attempt at
delivery with the one proof of delivery that is known of this carrier: the number of the attempt, who
took the item, or why nobody did. Both are read on from a number of records. The facts are those of
integrators' programs and of a schema in one of them.

The carrier takes an account's token in the address alone. Addresses are never logged here, nor told in a
problem; a proxy on the way may still do so.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import httpx

from contracts.vocabulary import Carrier, MoneyPurpose, MoneyStep
from services.postal.carriers.base import (
    MAX_RECORDS,
    Account,
    BadRecord,
    CarrierAccountIncomplete,
    CarrierInterface,
    CarrierUnavailable,
    CreatedOrder,
    FeedPage,
    HasFeed,
    Order,
    OrderRefusedByCarrier,
    Party,
    Record,
    TakesOrders,
)
from services.postal.carriers.distrust import (
    ask,
    item_code_of,
    json_answer,
    text_of,
    whole_of,
    written_instant,
)
from services.postal.carriers.vnpost_a.codes import ACCEPTED, BY_FLAGS, CODES
from services.postal.domain import TimeQuality
from services.postal.tracks import Sum

PAGE = 500
"""Records asked for at a time."""

LONGEST_PAGE = 32 * 1024 * 1024
"""Bytes of a page: the carrier has been seen to send 20,000 records when it was asked for all."""

_PATHS = {"acceptance": "getAcceptance", "delivery": "getDelivery"}
_NEEDED = ("base_url", "secret")
_NEEDED_FOR_ORDERS = (*_NEEDED, "customer_code")
_TEXT_ROOM = 200
_MOST_DONG = 10**12
_MOST_ATTEMPTS = 1000
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_FREIGHTS = ("MainFreight", "VasFreight", "CodFreight")
_OFFICE_OPTION = "receiving_office"
"""Option: the carrier's number of the office that is told of an order (`PosIdNhanTin`)."""


class VnpostA(CarrierInterface, TakesOrders, HasFeed):
    """HCC online. An account's token is its `secret`; option ``receiving_office`` for orders."""

    name = Carrier.VNPOST_A
    meanings = CODES
    feeds: ClassVar[Mapping[str, str]] = {"acceptance": "0", "delivery": "0"}

    def missing_for_feeds(self, account: Account) -> tuple[str, ...]:
        """Where the carrier is asked, and the token."""
        return tuple(name for name in _NEEDED if not getattr(account, name))

    async def read_page(
        self, feed: str, cursor: str, account: Account, http: httpx.AsyncClient
    ) -> FeedPage:
        """Records from the one of this number on."""
        first = whole_of(cursor, 10**15)
        if first is None:
            raise CarrierUnavailable("The place in the carrier's list is lost.")
        wanted = {"fromRecord": str(first), "toRecord": str(first + PAGE)}
        url, token = _address(account, _PATHS[feed])
        status, body = await ask(http, "GET", url, params=token | wanted, most=LONGEST_PAGE)
        told = _only_list(json_answer(status, body))
        # How far `toRecord` reaches, and whether it is heeded at all, is not known.
        taken = told[:MAX_RECORDS]
        read = self._acceptance if feed == "acceptance" else self._delivery
        return FeedPage(
            records=tuple(
                read(one) if isinstance(one, dict) else BadRecord("The record is not an object.")
                for one in taken
            ),
            cursor=str(first + len(taken)),
            more=len(told) >= PAGE,
        )

    def missing_for_orders(self, account: Account) -> tuple[str, ...]:
        """As for feeds, and our number with the carrier."""
        return tuple(name for name in _NEEDED_FOR_ORDERS if not getattr(account, name))

    async def create_order(
        self, order: Order, account: Account, http: httpx.AsyncClient
    ) -> CreatedOrder:
        """An order (tin nhắn thu gom, điều tin); the item's number follows with its acceptance."""
        url, token = _address(account, "postDieuTin")
        content = _order_content(order, account)
        status, body = await ask(http, "POST", url, params=token, content=content)
        made = json_answer(status, body)
        if not isinstance(made, dict):
            raise CarrierUnavailable("The carrier's answer to the order cannot be read.")
        if _flag(made.get("Status")) is not True:
            words = text_of(made.get("Message"), _TEXT_ROOM) or "it does not say why"
            raise OrderRefusedByCarrier(f"The carrier does not take the order: {words}")
        return CreatedOrder(order.number, item_code_of(made.get("ItemCode")), None)

    def _acceptance(self, told: Mapping[str, object]) -> Record | BadRecord:
        item = item_code_of(told.get("ItemCode"))
        if item is None:
            return BadRecord("The record has no item number of 4 to 40 letters and digits.")
        return Record(
            item_code=item,
            code=ACCEPTED,
            status=CODES[ACCEPTED].status,
            text=CODES[ACCEPTED].text,
            **_timed(told.get("SendingTime")),
            order_number=text_of(told.get("DataCode"), _TEXT_ROOM),
            office=text_of(told.get("AcceptancePoscode"), _TEXT_ROOM),
            sums=_sums(told),
        )

    def _delivery(self, told: Mapping[str, object]) -> Record | BadRecord:
        item = item_code_of(told.get("ItemCode"))
        if item is None:
            return BadRecord("The record has no item number of 4 to 40 letters and digits.")
        delivered, returning = _flag(told.get("IsDeliverable")), _flag(told.get("IsReturn"))
        if delivered is None or returning is None:
            return BadRecord("The record does not say whether the item was delivered or returned.")
        code = BY_FLAGS[delivered, returning]
        cause = text_of(told.get("CauseName"), _TEXT_ROOM)
        return Record(
            item_code=item,
            code=code,
            status=CODES[code].status,
            text=(None if delivered else cause) or CODES[code].text,
            **_timed(told.get("DeliveryTime")),
            order_number=text_of(told.get("DataCode"), _TEXT_ROOM),
            office=text_of(told.get("ToPOSCode"), _TEXT_ROOM),
            attempt=whole_of(told.get("DeliveryTimes"), _MOST_ATTEMPTS),
            receiver_name=text_of(told.get("ReceiverName"), _TEXT_ROOM) if delivered else None,
            slip=text_of(told.get("DeliveryID"), _TEXT_ROOM),
            reason=None if delivered else text_of(told.get("CauseCode"), _TEXT_ROOM),
        )


def _address(account: Account, path: str) -> tuple[str, dict[str, str]]:
    if not (account.base_url and account.secret):
        raise CarrierAccountIncomplete("The account has no address of the carrier, or no token.")
    return f"{account.base_url.rstrip('/')}/{path}", {"token": account.secret}


def _only_list(answer: Any) -> list[Any]:
    """The records of an answer: ``Deliverys`` in one list, in the other a name nobody has written down."""
    if isinstance(answer, list):
        return answer
    lists = [one for one in answer.values() if isinstance(one, list)] if _is_dict(answer) else []
    if len(lists) == 1:
        return lists[0]
    if not lists and _is_dict(answer) and whole_of(answer.get("TotalRecord"), 0) == 0:
        return []
    raise CarrierUnavailable("The carrier's page cannot be understood.")


def _is_dict(answer: Any) -> bool:
    return isinstance(answer, dict)


def _flag(told: object) -> bool | None:
    return _FLAGS.get(str(told).strip().lower()) if isinstance(told, bool | int | str) else None


def _timed(told: object) -> dict[str, Any]:
    written = written_instant(told)
    if written is None:
        return {"time_quality": TimeQuality.RECEIVED, "occurred_at": None}
    quality = TimeQuality.EVENT if written.exact else TimeQuality.BATCH
    return {"time_quality": quality, "occurred_at": written.instant}


def _sums(told: Mapping[str, object]) -> tuple[Sum, ...]:
    sums = []
    freights = [whole_of(told.get(name) or 0, _MOST_DONG) for name in _FREIGHTS]
    postage = sum(one or 0 for one in freights)
    # What is billed in the end may be another amount, so it is no more than an estimate.
    if postage and None not in freights:
        sums.append(Sum(MoneyPurpose.POSTAGE, MoneyStep.ESTIMATED, postage))
    cod = whole_of(told.get("CodAmount"), _MOST_DONG)
    if cod:
        sums.append(Sum(MoneyPurpose.COD, MoneyStep.DUE, cod))
    return tuple(sums)


def _order_content(order: Order, account: Account) -> dict[str, Any]:
    """The fields of `postDieuTin` whose meaning is known; the carrier enters its own date and freight."""
    return {
        "SoDonHang": order.number,
        "MaKhachHang": account.customer_code,
        **_party_content("NguoiGui", order.sender),
        **_party_content("NguoiNhan", order.receiver),
        "MaTinhNhan": whole_of(order.receiver.province_code, 10**6) or 0,
        "NoiDungHang": order.contents,
        "TrongLuong": order.weight_grams,
        "SoTienCOD": 0,
        "PosIdThuGom": 0,
        "PosIdNhanTin": whole_of(account.options.get(_OFFICE_OPTION), 10**9) or 0,
    }


def _party_content(role: str, party: Party) -> dict[str, str]:
    return {
        f"Ten{role}": party.name,
        f"DiaChi{role}": party.address,
        f"DienThoai{role}": party.phone,
        f"Email{role}": "",
    }
