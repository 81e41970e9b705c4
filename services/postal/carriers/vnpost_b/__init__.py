"""The NGSP adapter (interface B, since 2018) of Vietnam Post: orders, and one list of what happened.

Reached over the national platform (NGSP) or a provincial one (LGSP), which chooses by ``?service=`` instead
of a path. The list is read on from the id of its last document; ids begin with their time, so later
documents have greater ones. The facts are those of one integrator's program and of a kit's class names.

Of the status codes only one is known, and that one is not verified; an operator who has the carrier's list
gives it as the option ``codes``, e.g. ``2=accepted,4=delivered``.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx

from contracts.vocabulary import VIETNAM, Carrier, ShipmentStatus
from contracts.wire import EARLIEST, LATEST
from services.postal.carriers.base import (
    MAX_RECORDS,
    Account,
    BadRecord,
    CancelsOrders,
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
    TellsPrice,
)
from services.postal.carriers.distrust import (
    Written,
    ask,
    item_code_of,
    json_answer,
    text_of,
    token_in,
    whole_of,
    written_instant,
)
from services.postal.carriers.vnpost_b.codes import CODES
from services.postal.domain import TimeQuality

PAGE = 500
"""Documents asked for at a time; the carrier gives at most 1,000."""

LONGEST_PAGE = 8 * 1024 * 1024
"""Bytes of a page."""

START = "0" * 24
"""The id before every other."""

_ID = re.compile(r"[0-9a-f]{24}")
_NEEDED = ("base_url", "username", "password", "customer_code")
_SERVICES = {
    "post": ("order/post", "orderpost"),
    "cancel": ("order/cancel", "ordercancel"),
    "tracking": ("order/tracking", "ordertracking"),
    "price": ("", "getprice"),
}
"""What is called, by path and by the name a provincial platform was seen to give it.

The path of tracking is a guess; every path and name can be told by an option (``tracking_path``,
``tracking_service``). No path of the price is known, only its service.
"""
_ACCESS_REFUSED = frozenset({401, 403})
_MADE = "100"
_ALREADY = "101"
"""The carrier has an order of this number, or has no item number for it yet."""
_CODE_ROOM = 20
_TEXT_ROOM = 200
_MOST_DONG = 10**12
_OWN_NUMBER = 2
"""The flag of an order that has its number from us; read in the program of one integrator."""
_SECOND = 1000


class VnpostB(CarrierInterface, TakesOrders, CancelsOrders, TellsPrice, HasFeed):
    """The NGSP adapter. An account's `username` and `password` are its consumer key and secret.

    Options: ``lgsp=yes`` for a provincial platform, ``token_url`` (``/token`` of the same host when left
    out), ``codes``, ``district`` (what is sent for the district that there no longer is, 0 when left out),
    and ``post``, ``cancel``, ``tracking``, ``price`` each with ``_path`` and ``_service``.
    """

    name = Carrier.VNPOST_B
    meanings = CODES
    carries_item_codes = True
    feeds: ClassVar[Mapping[str, str]] = {"status": START}

    def __init__(self) -> None:
        self._tokens: dict[Account, str] = {}

    def missing_for_feeds(self, account: Account) -> tuple[str, ...]:
        """Where the carrier is asked, who asks, and our number with the carrier."""
        return tuple(name for name in _NEEDED if not getattr(account, name))

    async def read_page(
        self, feed: str, cursor: str, account: Account, http: httpx.AsyncClient
    ) -> FeedPage:
        """Documents whose id is greater than the cursor."""
        del feed
        codes = _codes(account)
        params = {"pagesize": str(PAGE), "lastId": cursor}
        sent = {"params": params, "most": LONGEST_PAGE}
        answer = await self._call("GET", "tracking", account, http, **sent)
        told = _documents(answer)
        if not told:
            return FeedPage((), cursor, more=False)
        placed = sorted(_placed(told).items())
        taken = [(place, one) for place, one in placed if place > cursor][:MAX_RECORDS]
        # Without a greater id the next question would be the same, and the list be read for ever.
        if not taken:
            raise CarrierUnavailable("The carrier's page does not go on from where we were.")
        return FeedPage(
            records=tuple(self._record(one, account, codes) for _, one in taken),
            cursor=taken[-1][0],
            more=len(told) >= PAGE,
        )

    def missing_for_orders(self, account: Account) -> tuple[str, ...]:
        """The same as for the feed."""
        return self.missing_for_feeds(account)

    async def create_order(
        self, order: Order, account: Account, http: httpx.AsyncClient
    ) -> CreatedOrder:
        """An order; the item's number is told by the list, later."""
        content = _order_content(order, account)
        made = await self._call("POST", "post", account, http, content=content)
        if _status(made) not in {_MADE, _ALREADY}:
            raise OrderRefusedByCarrier(_refusal(made))
        return CreatedOrder(order.number, item_code_of(made.get("ItemCode")), None)

    async def cancel_order(
        self,
        number: str,
        item_code: str | None,  # noqa: ARG002 - the carrier wants our number alone
        account: Account,
        http: httpx.AsyncClient,
        *,
        reference: str | None = None,  # noqa: ARG002 - likewise
    ) -> None:
        """Take an order back. Raises `OrderRefusedByCarrier` when the carrier does not let go of it."""
        params = {"CustomerCode": account.customer_code or "", "OrderNumber": number}
        done = await self._call("GET", "cancel", account, http, params=params)
        if _status(done) != _MADE:
            raise OrderRefusedByCarrier(_refusal(done))

    async def price(self, order: Order, account: Account, http: httpx.AsyncClient) -> int:
        """What the carrier reckons the postage of an order to be, in đồng (cước tạm tính)."""
        district = _district(account)
        content = {
            "weight": order.weight_grams,
            "mainSrv": order.service_code or "HCC",
            "isreturn": 1,
            "sender": {"provCode": _number(order.sender.province_code), "distCode": district},
            "receiver": {"provCode": _number(order.receiver.province_code), "distCode": district},
        }
        answer = await self._call("POST", "price", account, http, content=content)
        told = answer.get("content")
        price = whole_of(told.get("price"), _MOST_DONG) if isinstance(told, dict) else None
        if price is None:
            raise CarrierUnavailable("The carrier's answer has no price.")
        return price

    def _record(
        self, told: Mapping[str, object], account: Account, codes: Mapping[str, ShipmentStatus]
    ) -> Record | BadRecord:
        customer = text_of(told.get("CustomerCode"), _TEXT_ROOM)
        if customer is not None and customer != account.customer_code:
            return BadRecord("The document is another customer's.")
        item = item_code_of(told.get("ItemCode"))
        if item is None:
            return BadRecord("The document has no item number of 4 to 40 letters and digits.")
        code = text_of(told.get("StatusCode"), _CODE_ROOM)
        if code is None:
            return BadRecord("The document has no status code.")
        meaning, written = self.meaning(code), _instant(told.get("EventTime"))
        timed = TimeQuality.EVENT if written and written.exact else TimeQuality.BATCH
        return Record(
            item_code=item,
            code=code,
            status=codes.get(code, meaning.status),
            text=text_of(told.get("StatusMessage"), _TEXT_ROOM) or meaning.text,
            time_quality=timed if written else TimeQuality.RECEIVED,
            occurred_at=written.instant if written else None,
            order_number=text_of(told.get("OrderNumber"), _TEXT_ROOM),
            office=text_of(told.get("POSID"), _TEXT_ROOM),
        )

    async def _call(
        self, method: str, service: str, account: Account, http: httpx.AsyncClient, **sent: Any
    ) -> dict[str, Any]:
        url, chosen = _address(service, account)
        sent["params"] = chosen | sent.get("params", {})
        for _ in range(2):
            token = self._tokens.get(account) or await _token(account, http)
            self._tokens[account] = token
            headers = {"authorization": f"Bearer {token}"}
            if _by_service(account):
                headers["access_token"] = token
            status, body = await ask(http, method, url, headers=headers, **sent)
            if status not in _ACCESS_REFUSED:
                answer = json_answer(status, body)
                if not isinstance(answer, dict):
                    raise CarrierUnavailable("The carrier's answer cannot be read.")
                return answer
            self._tokens.pop(account, None)
        raise CarrierUnavailable("The carrier refuses our account.")


def _by_service(account: Account) -> bool:
    return account.options.get("lgsp") == "yes"


def _address(service: str, account: Account) -> tuple[str, dict[str, str]]:
    if not account.base_url:
        raise CarrierAccountIncomplete("The account has no address of the carrier.")
    path, name = _SERVICES[service]
    base = account.base_url.rstrip("/")
    if _by_service(account):
        return base, {"service": account.options.get(f"{service}_service", name)}
    path = account.options.get(f"{service}_path", path)
    if not path:
        raise CarrierAccountIncomplete(f"The account lacks the option {service}_path.")
    return f"{base}/{path.lstrip('/')}", {}


async def _token(account: Account, http: httpx.AsyncClient) -> str:
    if not (account.base_url and account.username and account.password):
        raise CarrierAccountIncomplete("The account has no consumer key or secret.")
    parts = urlsplit(account.base_url)
    url = account.options.get("token_url") or f"{parts.scheme}://{parts.netloc}/token"
    known = base64.b64encode(f"{account.username}:{account.password}".encode()).decode()
    headers = {"authorization": f"Basic {known}"}
    form = {"grant_type": "client_credentials"}
    status, body = await ask(http, "POST", url, headers=headers, form=form)
    return token_in(json_answer(status, body), "access_token")


def _documents(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    held = answer.get("_embedded")
    told = held.get("rh:doc") if isinstance(held, dict) else held
    if isinstance(told, list):
        return [one if isinstance(one, dict) else {} for one in told]
    # Only a page that says itself that it is empty is one.
    if told is None and whole_of(answer.get("_returned"), 0) == 0:
        return []
    raise CarrierUnavailable("The carrier's page cannot be understood.")


def _placed(told: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    # A document without an id has no place in the list: there is no telling whether it was read before.
    return {place: one for one in told if (place := _id_of(one)) is not None}


def _id_of(told: Mapping[str, Any]) -> str | None:
    held = told.get("_id")
    found = held.get("$oid") if isinstance(held, dict) else held
    lower = found.lower() if isinstance(found, str) else ""
    return lower if _ID.fullmatch(lower) else None


def _instant(told: object) -> Written | None:
    """An instant as text, or as the carrier's database writes one: ``{"$date": milliseconds}``."""
    held = told.get("$date") if isinstance(told, dict) else told
    if not isinstance(held, int) or isinstance(held, bool):
        return written_instant(held)
    try:
        instant = datetime.fromtimestamp(held / _SECOND, UTC).astimezone(VIETNAM)
    except (OverflowError, OSError, ValueError):
        return None
    return Written(instant, exact=True) if EARLIEST <= instant < LATEST else None


def _codes(account: Account) -> dict[str, ShipmentStatus]:
    told = account.options.get("codes", "")
    try:
        pairs = [one.split("=") for one in told.split(",") if one.strip()]
        return {code.strip(): ShipmentStatus(status.strip()) for code, status in pairs}
    except ValueError as wrong:
        raise CarrierAccountIncomplete(
            "The option codes is no list like 2=accepted,4=delivered."
        ) from wrong


def _status(answer: Mapping[str, object]) -> str | None:
    return text_of(answer.get("Status"), _CODE_ROOM)


def _refusal(answer: Mapping[str, object]) -> str:
    words = text_of(answer.get("Message"), _TEXT_ROOM) or "it does not say why"
    return f"The carrier does not take it: {words}"


def _number(code: str) -> int:
    return whole_of(code, 10**9) or 0


def _district(account: Account) -> int:
    return _number(account.options.get("district", "0"))


def _order_content(order: Order, account: Account) -> dict[str, Any]:
    district = _district(account)
    own = {"ItemCode": order.item_code, "FlagConfig": _OWN_NUMBER} if order.item_code else {}
    return {
        **own,
        "CustomerCode": account.customer_code,
        "OrderNumber": order.number,
        "CODAmount": 0,
        "Description": order.contents,
        **_party_content("Sender", order.sender, district),
        "SenderDesc": "",
        **_party_content("Receiver", order.receiver, district),
    }


def _party_content(role: str, party: Party, district: int) -> dict[str, Any]:
    return {
        f"{role}Province": _number(party.province_code),
        f"{role}District": district,
        f"{role}Address": party.address,
        f"{role}Name": party.name,
        f"{role}Email": "",
        f"{role}Tel": party.phone,
    }
