"""What a carrier's interface promises the service: read its messages, ask it, order from it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

import httpx

from contracts.postal import CarrierRecordOutcome
from contracts.problems import BadRequest, Conflict, TooLarge, Unauthorised, Unavailable
from contracts.vocabulary import Carrier, MoneyPurpose, MoneyStep, ShipmentStatus
from services.postal.domain import CarrierEvent, Strength, TimeQuality, event_key
from services.postal.tracks import Evidence, Sum

MAX_BODY = 1024 * 1024
"""Bytes taken in one message of a carrier."""

MAX_RECORDS = 1000
"""Records taken in one message of a carrier."""

ADDRESS_SECRET = "motcua-address-secret"  # noqa: S105 - a name
"""The name under which `read` is told the secret of the address a message came to, as if it were a header.

A header of this name that a caller sends is taken away first.
"""

FRESH = timedelta(days=7)
"""How long after its sending a signed message may come and still end an item's way by itself.

No carrier states how long it tries; the default is a choice.
"""


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
    private_key_pem: str | None = field(default=None, repr=False)
    """A key the carrier handed us, where it encrypts for us instead of signing."""
    options: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What else the interface is told by the operator: each says which options it knows. No secrets."""


@dataclass(frozen=True)
class Meaning:
    """What a carrier's code stands for, and how we know."""

    status: ShipmentStatus
    text: str | None
    """The carrier's own words, in Vietnamese."""
    provenance: str
    money: tuple[MoneyPurpose, MoneyStep] | None = None
    """What it says of money, when it does: that an amount, which it does not tell, came a step further."""

    @property
    def sums(self) -> tuple[Sum, ...]:
        """What it says of money, as a record carries it."""
        return () if self.money is None else (Sum(*self.money),)


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
    reason: str | None = None
    """Why it could not be delivered, in the carrier's own code."""
    receiver_relation: str | None = None
    """What the receiver is to the addressee, in the carrier's own word."""
    evidence: tuple[Evidence, ...] = ()
    sums: tuple[Sum, ...] = ()


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
    message_id: str | None = None
    """The message's own number, signed with it, where the interface has one: it is taken with one content."""

    def strength_on(self, received_at: datetime) -> Strength:
        """How far it is trusted when it comes, which is less the later it is.

        What was signed long ago, or at no time that can be read, may be somebody's repetition of it: then
        the end it claims must be confirmed like that of any other source that is not fully trusted.
        """
        stale = self.sent_at is None or received_at - self.sent_at > FRESH
        return Strength.PARTIAL if stale and self.strength is Strength.STRONG else self.strength


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
    item_code: str | None = None
    """The number out of our pool that the item has already, for interfaces whose orders carry one."""


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


class SendsMessages(CarrierInterface):
    """An interface whose carrier sends messages to an address of ours."""

    address_secret: ClassVar[bool] = False
    """Whether the carrier signs nothing, and is told a secret with the address instead."""

    @abstractmethod
    def read(self, raw: bytes, headers: Mapping[str, str], account: Account) -> Batch:
        """The records of a message, once it is shown to come from the carrier.

        Raises `CarrierMessageTooLarge`, `CarrierSignatureInvalid` or `UnreadableCarrierMessage`, and
        nothing else whatever the bytes are.
        """

    def new_secret(self) -> str | None:
        """A secret for an account that has none, where it is we who give it to the carrier."""
        return None

    def can_use(self, secret: str) -> bool:  # noqa: ARG002 - for interfaces that are particular
        """Whether an account's secret is one that this interface can use."""
        return True

    def expect_usable(self, batch: Batch) -> None:  # noqa: ARG002 - for interfaces that look at it
        """Refuse a message of which nothing can be used, where its sender can do something about it.

        By default nothing is refused: other carriers would only send the same again.
        """
        return

    def missing_for_messages(self, account: Account) -> tuple[str, ...]:  # noqa: ARG002 - for those that need something
        """What an account lacks for messages to be read with it, by the names of its fields."""
        return ()

    def acknowledge(
        self,
        outcomes: Sequence[CarrierRecordOutcome],  # noqa: ARG002 - for interfaces that count them
        headers: Mapping[str, str],  # noqa: ARG002 - for interfaces that repeat one
    ) -> Any | None:
        """The carrier's own form of receipt, as JSON; none where `CarrierAnswer` serves.

        `headers` are those of the message, their names in small letters.
        """
        return None


class TakesOrders(ABC):
    """An interface through which orders are made."""

    carries_item_codes: ClassVar[bool] = False
    """Whether an order can carry a number that the carrier gave us in advance (`Order.item_code`)."""

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


class CancelsOrders(ABC):
    """An interface through which orders are cancelled."""

    @abstractmethod
    async def cancel_order(
        self,
        number: str,
        item_code: str | None,
        account: Account,
        http: httpx.AsyncClient,
        *,
        reference: str | None = None,
    ) -> None:
        """See to it that the carrier has no such order any more; one it never had is cancelled.

        `number` is ours, `reference` the carrier's own where it gave one (`CreatedOrder`). Raises
        `OrderRefusedByCarrier` when it is too late, `CarrierAccountIncomplete`, or `CarrierUnavailable`,
        after which the order may or may not be cancelled.
        """


class TellsPrice(ABC):
    """An interface that tells what an order would cost."""

    @abstractmethod
    async def price(self, order: Order, account: Account, http: httpx.AsyncClient) -> int:
        """What the carrier would take for an order, in đồng; an estimate, nothing is ordered.

        Raises `OrderRefusedByCarrier`, `CarrierAccountIncomplete` or `CarrierUnavailable`.
        """


class TellsHistory(ABC):
    """An interface that answers what became of an item."""

    def missing_for_history(self, account: Account) -> tuple[str, ...]:  # noqa: ARG002 - for those that need something
        """What an account lacks for items to be asked about with it, by the names of its fields."""
        return ()

    @abstractmethod
    async def pull(self, item_code: str, account: Account, http: httpx.AsyncClient) -> list[Record]:
        """What the carrier itself says of an item; its records have the strength `pull`.

        Raises `CarrierAccountIncomplete` or `CarrierUnavailable`.
        """


@dataclass(frozen=True)
class FeedPage:
    """What a feed holds behind a cursor, in its order."""

    records: tuple[Record | BadRecord, ...]
    cursor: str
    """Where the next page begins; that of the question when there is nothing new."""
    more: bool
    """Whether there is more to be read at once."""


class HasFeed(ABC):
    """An interface whose carrier keeps lists of what happened, which are read on from where one was."""

    feeds: ClassVar[Mapping[str, str]]
    """Its lists by name, each with the cursor that stands before its first record."""

    @abstractmethod
    def missing_for_feeds(self, account: Account) -> tuple[str, ...]:
        """What an account lacks for its feeds to be read, by the names of its fields."""

    @abstractmethod
    async def read_page(
        self, feed: str, cursor: str, account: Account, http: httpx.AsyncClient
    ) -> FeedPage:
        """What stands behind the cursor, at most `MAX_RECORDS`; its records have the strength `pull`.

        A page that goes not on behind the cursor, or cannot be understood, is none. Raises
        `CarrierAccountIncomplete` or `CarrierUnavailable`.
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
        reason=record.reason,
        receiver_relation=record.receiver_relation,
        evidence=record.evidence,
        sums=record.sums,
    )
