"""What a carrier's interface promises the service: read its messages, ask it, order from it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

import httpx

from contracts.postal import CarrierRecordOutcome
from contracts.problems import BadRequest, Conflict, TooLarge, Unauthorised, Unavailable
from contracts.vocabulary import Carrier, ShipmentStatus
from services.postal.domain import CarrierEvent, Strength, TimeQuality, event_key

MAX_BODY = 1024 * 1024
"""Bytes taken in one message of a carrier."""

MAX_RECORDS = 1000
"""Records taken in one message of a carrier."""


class UnreadableCarrierMessage(BadRequest):
    """The carrier's message cannot be read."""

    title_vi = "Không đọc được thông báo của bưu điện"


class CarrierSignatureInvalid(Unauthorised):
    """The carrier's message is not signed by the carrier."""

    title_vi = "Chữ ký của bưu điện không hợp lệ"


class CarrierMessageTooLarge(TooLarge):
    """The carrier's message holds more than is taken at once."""

    title_vi = "Thông báo của bưu điện quá lớn"


class CarrierUnavailable(Unavailable):
    """The carrier does not answer, or not in a way that can be read."""

    title_vi = "Bưu điện tạm thời không trả lời"


class CarrierAccountIncomplete(Conflict):
    """Our account with the carrier lacks what this needs."""

    title_vi = "Tài khoản kết nối bưu điện còn thiếu thông tin"


class OrderRefusedByCarrier(Conflict):
    """The carrier refused the order."""

    title_vi = "Bưu điện từ chối đơn gửi"


@dataclass(frozen=True)
class Account:
    """Our account with a carrier (tài khoản kết nối), as far as its interface needs one."""

    name: str
    interface: Carrier
    public_key_pem: str | None = None
    """The key the carrier signs with; without one its messages are refused."""
    secret: str | None = field(default=None, repr=False)
    base_url: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    customer_code: str | None = None
    """Our number with the carrier (mã khách hàng)."""


@dataclass(frozen=True)
class Meaning:
    """What a carrier's code stands for, and how we know."""

    status: ShipmentStatus
    text: str | None
    """The carrier's own words, in Vietnamese."""
    provenance: str


UNKNOWN = Meaning(ShipmentStatus.UNMAPPED, None, "never seen in any document or reader")
"""What a code means that the table does not have: it is kept, and moves nothing."""


@dataclass(frozen=True)
class Record:
    """What one record of a carrier says of an item."""

    item_code: str
    code: str
    status: ShipmentStatus
    text: str | None
    time_quality: TimeQuality
    occurred_at: datetime | None = None
    order_number: str | None = None
    """Our own number of the order, where the carrier repeats it."""
    office: str | None = None
    attempt: int | None = None
    receiver_name: str | None = None
    slip: str | None = None


@dataclass(frozen=True)
class BadRecord:
    """A record that says nothing usable; its neighbours are none the worse for it."""

    detail: str
    """What is wrong with it; never repeats what was sent."""


@dataclass(frozen=True)
class Batch:
    """A carrier's message once its signature is checked: how far it is trusted, and its records in order."""

    strength: Strength
    sent_at: datetime | None
    records: tuple[Record | BadRecord, ...]


@dataclass(frozen=True)
class Party:
    """Who sends or receives an item (người gửi, người nhận)."""

    name: str
    phone: str
    address: str
    province_code: str
    """The carrier's own code of the province; likewise of the ward."""
    ward_code: str


@dataclass(frozen=True)
class Order:
    """What a carrier is asked to carry (đơn gửi)."""

    number: str
    """Ours, the same for every try at this leg and attempt."""
    sender: Party
    receiver: Party
    contents: str
    """What the item holds, in words; no personal details (nội dung hàng gửi)."""
    weight_grams: int
    service_code: str | None = None
    """Which of the carrier's services; the account's own default when left out."""
    collect: bool = False
    """Whether the postman fetches it from the sender (thu gom tận nơi)."""


@dataclass(frozen=True)
class CreatedOrder:
    """What the carrier made of an order; the item's number may follow later."""

    number: str
    item_code: str | None
    carrier_reference: str | None


class CarrierInterface(ABC):
    """One interface of one carrier. What it reads is written by strangers and trusted for nothing."""

    name: ClassVar[Carrier]
    meanings: ClassVar[Mapping[str, Meaning]]
    """What its codes mean; those of another interface mean something else."""

    def meaning(self, code: str) -> Meaning:
        """What a code means; `UNKNOWN` when nobody knows."""
        return self.meanings.get(code, UNKNOWN)

    @abstractmethod
    def read(self, raw: bytes, headers: Mapping[str, str], account: Account) -> Batch:
        """The records of a message, once it is shown to come from the carrier.

        Raises `CarrierMessageTooLarge`, `CarrierSignatureInvalid` or `UnreadableCarrierMessage`, and
        nothing else whatever the bytes are.
        """

    def acknowledge(self, outcomes: Sequence[CarrierRecordOutcome]) -> Any | None:  # noqa: ARG002 - for interfaces that count them
        """The carrier's own form of receipt, as JSON; none where `CarrierAnswer` serves."""
        return None

    @abstractmethod
    def missing_for_orders(self, account: Account) -> tuple[str, ...]:
        """What an account lacks for orders to be made through it, by the names of its fields."""

    @abstractmethod
    async def create_order(
        self, order: Order, account: Account, http: httpx.AsyncClient
    ) -> CreatedOrder:
        """An order made with the carrier; one that it has already under this number is made.

        Raises `OrderRefusedByCarrier`, `CarrierAccountIncomplete`, or `CarrierUnavailable`, after which
        the order may or may not exist.
        """

    @abstractmethod
    async def pull(self, item_code: str, account: Account, http: httpx.AsyncClient) -> list[Record]:
        """What the carrier itself says of an item; its records have the strength `pull`.

        Raises `CarrierAccountIncomplete` or `CarrierUnavailable`.
        """


def as_event(
    record: Record, *, carrier: Carrier, strength: Strength, recorded_at: datetime
) -> CarrierEvent:
    """A record as an event of the item it names, under the key that tells it from others."""
    key = event_key(
        carrier=carrier,
        item_code=record.item_code,
        code=record.code,
        time_quality=record.time_quality,
        occurred_at=record.occurred_at,
        office=record.office,
        attempt=record.attempt,
        slip=record.slip,
    )
    return CarrierEvent(
        event_key=key,
        carrier=carrier,
        code=record.code,
        status=record.status,
        time_quality=record.time_quality,
        strength=strength,
        recorded_at=recorded_at,
        occurred_at=record.occurred_at,
        office=record.office,
        attempt=record.attempt,
        receiver_name=record.receiver_name,
        slip=record.slip,
    )
