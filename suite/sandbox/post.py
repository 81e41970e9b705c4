"""A stand-in of the post: MyVNPost since 2022 as far as the suite calls it, and a side to tell it the truth.

The carrier's side answers ``POST /GetAccessToken``, ``POST /CreateOrder`` and ``GET /GetStatusHistoryOrder``;
a token travels in the header ``token``. ``POST /sandbox/items`` tells it what happened to items.
Callbacks are made with `suite.sandbox.signing.signed_callback`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException, Query
from pydantic import BaseModel, Field

from contracts.vocabulary import VIETNAM
from contracts.wire import Instant
from suite.sandbox.ledger import ItemEvent, Ledger
from suite.sandbox.statuses import status_name

DRAFT, CREATED = 0, 1
TOKEN_SECONDS = 3600.0
"""How long a token is good for; the carrier's own time is not documented."""


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

    async def check(self, token: Annotated[str, Header()] = "") -> None:
        """Refuse with 401 a call whose token is missing, unknown or too old."""
        if self._until.get(token, float("-inf")) <= self._clock():
            raise HTTPException(401, "Token không hợp lệ hoặc đã hết hạn")


def create_post(
    ledger: Ledger,
    account: PostAccount | None = None,
    *,
    token_seconds: float = TOKEN_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The stand-in as an application."""
    app = FastAPI(title="Stand-in of the post", openapi_url=None)
    tokens = Tokens(token_seconds, clock)
    _add_access(app, account or PostAccount(), tokens)
    _add_orders(app, ledger, tokens)
    _add_history(app, ledger, tokens)
    _add_truth(app, ledger)
    return app


def create_post_in(folder: Path, account: PostAccount | None = None) -> FastAPI:
    """The stand-in with its memory in a folder, so that it survives a restart."""
    return create_post(Ledger(folder), account)


def _add_access(app: FastAPI, account: PostAccount, tokens: Tokens) -> None:
    @app.post("/GetAccessToken")
    async def get_access_token(login: Login) -> dict[str, Any]:
        told = (login.username, login.password, login.customerCode)
        known = (account.username, account.password, account.customer_code)
        if not secrets.compare_digest("\n".join(told).encode(), "\n".join(known).encode()):
            raise HTTPException(401, "Sai tài khoản hoặc mật khẩu")
        return {"success": True, "token": tokens.give()}


def _add_orders(app: FastAPI, ledger: Ledger, tokens: Tokens) -> None:
    @app.post("/CreateOrder", dependencies=[Depends(tokens.check)])
    async def create_order(order: NewOrder) -> dict[str, Any]:
        number = order.informationOrder.saleOrderCode
        first = ledger.ordered(number) is None
        item = ledger.order(number)
        if first:
            status = CREATED if order.orderCreationStatus else DRAFT
            ledger.witness(item, [ItemEvent(datetime.now(VIETNAM), status, "")])
        return {"originalID": f"SB{item[2:11]}", "itemCode": item, "saleOrderCode": number}


def _add_history(app: FastAPI, ledger: Ledger, tokens: Tokens) -> None:
    @app.get("/GetStatusHistoryOrder", dependencies=[Depends(tokens.check)])
    async def get_status_history_order(
        code: Annotated[str, Query(min_length=4, max_length=40)],
        type: Annotated[int, Query()] = 1,  # noqa: ARG001 - 1 asks by item number, the one way here
    ) -> dict[str, Any]:
        events = ledger.history(code)
        told = [_written(event) for event in reversed(events)]
        return {"data": [{"itemCode": code, "statusHistory": told}] if told else []}


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


def _written(event: ItemEvent) -> dict[str, str]:
    local = event.at.astimezone(VIETNAM)
    return {
        "createdDate": f"{local:%d/%m/%Y}",
        "createHour": f"{local:%H:%M:%S}",
        "statusName": status_name(event.code),
        "locateName": event.office,
    }
