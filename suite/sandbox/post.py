"""A stand-in of the post: MyVNPost since 2022 as far as the suite calls it, and a side to tell it the truth.

The carrier's side answers ``POST /GetAccessToken``, ``POST /CreateOrder``, ``POST /orderCancel``, ``POST
/ServicesCharge`` and ``GET /GetStatusHistoryOrder``; a token travels in the header ``token``. ``POST
/sandbox/items`` tells it what happened to items, and ``/sandbox/post`` has the switches of its faults.
Callbacks are made with `suite.sandbox.signing.signed_callback`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException, Query, Response
from pydantic import BaseModel, Field

from contracts.vocabulary import VIETNAM
from contracts.wire import Instant
from suite.sandbox.breaking import Door, told, without_effect, written
from suite.sandbox.faults import LOGINS, READS, WITHOUT_EFFECT, WRITES, Fault, Faults
from suite.sandbox.ledger import ItemEvent, Ledger
from suite.sandbox.statuses import status_name
from suite.sandbox.switches import add_switches

DRAFT, CREATED = 0, 1
TOKEN_SECONDS = 3600.0
"""How long a token is good for; the carrier's own time is not documented."""


AT = "/sandbox/post"
ACCESS, ORDER, HISTORY = "/GetAccessToken", "/CreateOrder", "/GetStatusHistoryOrder"
CANCEL, PRICE = "/orderCancel", "/ServicesCharge"
CANCELLED = 9
NOT_COLLECTED = frozenset({0, 1, 2, 3, 4, 5, 8, CANCELLED})
"""Codes of an item that the post does not have in its hands; only such an order can be cancelled."""

SERVICE = "CTN009"
"""The one service the stand-in has a price for."""

FIRST_100_GRAMS, EACH_FURTHER = 16_500, 1_500
"""The stand-in's own postage in đồng; it is nobody's tariff."""

OTHER_CODES = frozenset({Fault.CODE_00, Fault.RESPONSE_CODE, Fault.STATUS_ONLY, Fault.TEXT_ONLY})
"""Conventions of the national portal's, which the post does not have."""

TOKENS = LOGINS - OTHER_CODES
HISTORIES = READS - OTHER_CODES
ORDERS = WRITES - OTHER_CODES - {Fault.ERROR_AFTER}
"""Faults of an order. What the post says no to is refused for good, so it says no to none that it took."""

EVER = TOKENS | HISTORIES | ORDERS | {Fault.EXISTS}
"""Everything that can happen to a call of the post."""

ALREADY = "101"
"""What an order is told whose number the post has already, without the item's number."""


@dataclass(frozen=True)
class PostAccount:
    """The one account the stand-in knows; give the same to ``motcua carrier add``."""

    username: str = "motcua"
    password: str = field(default="sandbox", repr=False)
    customer_code: str = "C000000001"


class Login(BaseModel):
    """What ``POST /GetAccessToken`` takes."""

    username: str
    password: str
    customerCode: str  # noqa: N815 - the carrier's own name


Told = Annotated[str, Field(min_length=1, max_length=500)]


class OrderContent(BaseModel):
    """The part of an order without which nothing can be carried; all but its number is forgotten again."""

    saleOrderCode: Annotated[str, Field(min_length=1, max_length=200)]  # noqa: N815 - the carrier's own name
    senderName: Told  # noqa: N815 - the carrier's own name
    senderPhone: Told  # noqa: N815 - the carrier's own name
    senderAddress: Told  # noqa: N815 - the carrier's own name
    receiverName: Told  # noqa: N815 - the carrier's own name
    receiverPhone: Told  # noqa: N815 - the carrier's own name
    receiverAddress: Told  # noqa: N815 - the carrier's own name
    receiverProvinceCode: Told  # noqa: N815 - the carrier's own name
    receiverCommuneCode: Told  # noqa: N815 - the carrier's own name


class NewOrder(BaseModel):
    """What ``POST /CreateOrder`` takes."""

    orderCreationStatus: int = CREATED  # noqa: N815 - the carrier's own name
    informationOrder: OrderContent  # noqa: N815 - the carrier's own name


class Cancellation(BaseModel):
    """What ``POST /orderCancel`` takes."""

    OriginalId: Told


class PricedContent(BaseModel):
    """The part of a question for a price that the stand-in looks at."""

    weight: Annotated[int, Field(ge=1)]


class PriceQuestion(BaseModel):
    """What ``POST /ServicesCharge`` takes."""

    scope: int
    customerCode: Told  # noqa: N815 - the carrier's own name
    data: PricedContent


class TrueEvent(BaseModel):
    """Something that truly happened to an item."""

    code: Annotated[int, Field(ge=0, le=999)]
    at: Instant
    office: str = ""


class TrueItem(BaseModel):
    """An item and what truly happened to it; may be told again with more."""

    itemCode: Annotated[str, Field(min_length=4, max_length=40)]  # noqa: N815 - the carrier's own name
    events: list[TrueEvent]


class Tokens:
    """The tokens given out; a restart forgets them, as clients must expect."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._until: dict[str, float] = {}

    def give(self) -> str:
        """A new token."""
        token = secrets.token_urlsafe(24)
        self._until[token] = self._clock() + self._seconds
        return token

    def end(self, token: str) -> None:
        """Forget a token before its time."""
        self._until.pop(token, None)

    def check(self, token: str) -> None:
        """Refuse with 401 a call whose token is missing, unknown or too old."""
        if self._until.get(token, float("-inf")) <= self._clock():
            raise HTTPException(401, "Token không hợp lệ hoặc đã hết hạn")


Token = Annotated[str, Header()]


class Post:
    """The post's state: what it knows, its account, its tokens and its faults."""

    def __init__(
        self, ledger: Ledger, account: PostAccount, tokens: Tokens, faults: Faults
    ) -> None:
        self.ledger = ledger
        self.account = account
        self.tokens = tokens
        self.faults = faults

    async def give_token(self, login: Login) -> Response:
        """A token for the account."""
        fault = self.faults.draw("GetAccessToken", login.username, TOKENS)
        if fault in WITHOUT_EFFECT:
            return without_effect(fault, self.faults)
        given = (login.username, login.password, login.customerCode)
        known = (self.account.username, self.account.password, self.account.customer_code)
        if not secrets.compare_digest("\n".join(given).encode(), "\n".join(known).encode()):
            raise HTTPException(401, "Sai tài khoản hoặc mật khẩu")
        return await told({"success": True, "token": self.tokens.give()}, fault, self.faults)

    async def take(self, order: NewOrder, token: str) -> Response:
        """An order, after whatever goes wrong with it first; of one number there is one item."""
        number = order.informationOrder.saleOrderCode
        first = self.ledger.ordered(number) is None
        possible = ORDERS if first else ORDERS | {Fault.EXISTS}
        fault = self.faults.draw("CreateOrder", number, possible)
        if (failed := self._failed(fault, token)) is not None:
            return failed
        if fault is Fault.EXISTS:
            return written({"Status": ALREADY, "Message": "Mã đơn hàng đã tồn tại"})
        item = self.ledger.order(number)
        if first:
            status = CREATED if order.orderCreationStatus else DRAFT
            self.ledger.witness(item, [ItemEvent(datetime.now(VIETNAM), status, "")])
        answer = {"originalID": _reference(item), "itemCode": item, "saleOrderCode": number}
        return await told(answer, fault, self.faults)

    async def cancel(self, cancellation: Cancellation, token: str) -> Response:
        """The end of an order that was not collected yet; one that is cancelled is cancelled again."""
        reference = cancellation.OriginalId
        fault = self.faults.draw("orderCancel", reference, ORDERS)
        if (failed := self._failed(fault, token)) is not None:
            return failed
        items = [item for item in self.ledger.ordered_items() if _reference(item) == reference]
        codes = {event.code for item in items for event in self.ledger.history(item)}
        if not items or codes - NOT_COLLECTED:
            return written({"message": "Không hủy được đơn hàng"}, 400)
        if CANCELLED not in codes:
            self.ledger.witness(items[0], [ItemEvent(datetime.now(VIETNAM), CANCELLED, "")])
        answer = [{"originalId": reference, "message": "Hủy đơn hàng thành công"}]
        return await told(answer, fault, self.faults)

    async def price(self, question: PriceQuestion, token: str) -> Response:
        """What the one service costs, by weight."""
        fault = self.faults.draw("ServicesCharge", question.customerCode, HISTORIES)
        if (failed := self._failed(fault, token)) is not None:
            return failed
        further = max(0, question.data.weight - 1) // 100
        fee = FIRST_100_GRAMS + EACH_FURTHER * further
        return await told([{"serviceCode": SERVICE, "totalFee": fee}], fault, self.faults)

    async def tell(self, code: str, token: str) -> Response:
        """An item's history, the latest first."""
        fault = self.faults.draw("GetStatusHistoryOrder", code, HISTORIES)
        if (failed := self._failed(fault, token)) is not None:
            return failed
        events = [_written(event) for event in reversed(self.ledger.history(code))]
        answer = {"data": [{"itemCode": code, "statusHistory": events}] if events else []}
        return await told(answer, fault, self.faults)

    def _failed(self, fault: Fault | None, token: str) -> Response | None:
        """The answer of a call that does nothing; raises where its token is no good."""
        if fault is Fault.SESSION_EXPIRED:
            self.tokens.end(token)
        elif fault in WITHOUT_EFFECT:
            return without_effect(fault, self.faults)
        self.tokens.check(token)
        return None


def create_post(
    ledger: Ledger,
    account: PostAccount | None = None,
    *,
    faults: Faults | None = None,
    token_seconds: float = TOKEN_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The stand-in as an application."""
    app = FastAPI(title="Stand-in of the post", openapi_url=None)
    faults = faults or Faults()
    post = Post(ledger, account or PostAccount(), Tokens(token_seconds, clock), faults)
    _add_carrier(app, post)
    _add_truth(app, ledger)
    add_switches(app, AT, faults)
    app.add_middleware(Door, faults=faults, behind=(ACCESS, ORDER, HISTORY, CANCEL, PRICE))
    return app


def create_post_in(
    folder: Path, account: PostAccount | None = None, *, faults: Faults | None = None
) -> FastAPI:
    """The stand-in with its memory in a folder, so that it survives a restart."""
    return create_post(Ledger(folder), account, faults=faults)


def _add_carrier(app: FastAPI, post: Post) -> None:
    @app.post(ACCESS)
    async def get_access_token(login: Login) -> Response:
        return await post.give_token(login)

    @app.post(ORDER)
    async def create_order(order: NewOrder, token: Token = "") -> Response:
        return await post.take(order, token)

    @app.post(CANCEL)
    async def order_cancel(cancellation: Cancellation, token: Token = "") -> Response:
        return await post.cancel(cancellation, token)

    @app.post(PRICE)
    async def services_charge(question: PriceQuestion, token: Token = "") -> Response:
        return await post.price(question, token)

    @app.get(HISTORY)
    async def get_status_history_order(
        code: Annotated[str, Query(min_length=4, max_length=40)],
        type: Annotated[int, Query()] = 1,  # noqa: ARG001 - 1 asks by item number, the one way here
        token: Token = "",
    ) -> Response:
        return await post.tell(code, token)


def _add_truth(app: FastAPI, ledger: Ledger) -> None:
    @app.post("/sandbox/items")
    async def witness(items: list[TrueItem]) -> dict[str, int]:
        return {"new": sum(witness_item(ledger, item) for item in items)}


def witness_item(ledger: Ledger, item: TrueItem) -> int:
    """Tell a ledger what happened to an item; returns how much of it was new."""
    events = (
        ItemEvent(event.at.astimezone(VIETNAM), event.code, event.office) for event in item.events
    )
    return ledger.witness(item.itemCode, events)


def _reference(item: str) -> str:
    """The post's own number of the order that an item was made for."""
    return f"SB{item[2:11]}"


def _written(event: ItemEvent) -> dict[str, str]:
    local = event.at.astimezone(VIETNAM)
    return {
        "createdDate": f"{local:%d/%m/%Y}",
        "createHour": f"{local:%H:%M:%S}",
        "statusName": status_name(event.code),
        "locateName": event.office,
    }
