"""What postal accepts over HTTP and announces on the bus."""

from typing import Annotated

from pydantic import Field

from contracts.envelope import Event
from contracts.post_money import MoneyView, SumView
from contracts.post_papers import OpeningView, PickupView
from contracts.vocabulary import (
    Carrier,
    CarrierOutcome,
    Leg,
    Milestone,
    Proof,
    ShipmentStatus,
)
from contracts.wire import Code, Instant, Line, Text, View, Wire

CarrierCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,20}$")]
"""A code out of a carrier's own list; at most 20 characters."""


class PostalParty(Wire):
    """Who sends or receives an item of the post (người gửi, người nhận), as the carrier needs it."""

    name: Annotated[Line, Field(max_length=120)]
    phone: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 .-]{5,18}$")]
    address: Annotated[Line, Field(max_length=300)]
    """House and street; province and ward are told by their codes."""
    province_code: CarrierCode
    """The carrier's own code of the province (mã tỉnh, thành phố)."""
    ward_code: CarrierCode
    """The carrier's own code of the ward or commune (mã xã, phường)."""


class ShipmentOrder(Wire):
    """A leg of the public post (bưu chính công ích) for a dossier.

    With `item_code` an item that has its number is registered. Without it an order is created with the
    carrier, which needs `sender` and `receiver`; they are kept until the carrier has the order.
    """

    dossier: Code
    leg: Leg
    carrier: Carrier
    account: Code | None = None
    """Which of our accounts with the carrier; the only one when left out."""
    item_code: Annotated[str, Field(pattern=r"^[A-Za-z0-9 .-]{4,40}$")] | None = None
    """The item's number (mã bưu gửi), when it is known already; otherwise an order is created."""
    from_pool: bool = False
    """Whether the item takes a free number of those the carrier gave in advance (dải mã cấp trước).

    With `sender` and `receiver` it is also ordered under that number, where the carrier's orders carry one.
    """
    attempt: Annotated[int, Field(ge=1, le=50)] = 1
    """Which sending of this leg it is: a re-send is a new attempt."""
    sender: PostalParty | None = None
    """Who hands the item to the post. Not kept when `item_code` is given; so are the fields below."""
    receiver: PostalParty | None = None
    """Whom it is for."""
    contents: Annotated[Line, Field(max_length=200)] | None = None
    """What the item holds, without personal details (nội dung hàng gửi); leg and dossier when left out."""
    weight_grams: Annotated[int, Field(ge=1, le=30_000)] | None = None
    """What it weighs; 100 g when left out."""
    service_code: CarrierCode | None = None
    """Which of the carrier's services; the account's own default when left out."""
    collect: bool | None = None
    """Whether the postman fetches it from the sender (thu gom tận nơi); on inbound legs when left out."""


class ShipmentEventView(View):
    """One thing a carrier, or an operator, said of an item."""

    event_key: str
    """Names it, e.g. for a correction."""
    carrier: Carrier
    code: str
    text: str | None
    status: ShipmentStatus
    occurred_at: Instant | None
    time_quality: str
    """``event``, ``batch`` or ``received``: how the time is known."""
    strength: str
    """How far the source is trusted: ``strong``, ``partial``, ``weak``, ``unproven``, ``pull`` or
    ``operator``."""
    office: str | None
    reason: str | None = None
    """Why it could not be delivered, in the carrier's own code (lý do phát không thành công)."""
    evidence: list[str] = []
    """Kinds of the documents that show it, in the carrier's own words, e.g. ``signature``."""
    money: list[SumView] = []
    """Amounts told with it."""
    retracted: bool = False
    """Whether a correction has withdrawn it (đã đính chính): it is kept, and counts for nothing."""
    retracted_by: str | None = None
    """`event_key` of that correction."""
    retracts: str | None = None
    """`event_key` of what this correction withdraws; its reason stands in `text`."""


class CarrierOrderView(View):
    """How far an order with a carrier is (đơn gửi bưu điện); the post has nothing in its hands yet."""

    number: str
    """Ours: what the carrier knows the order by, however often it is sent."""
    state: str
    """``waiting`` (to be sent, again if need be), ``made``, ``refused``, ``given_up``, ``cancelling`` (the
    carrier is asked to cancel it) or ``cancelled``."""
    attempts: int
    next_try_at: Instant | None
    """When it is sent next, while it is waiting."""
    problem: str | None
    """Why it is not made yet: the code of the last problem."""
    detail: str | None
    """The same in a sentence; it may repeat the carrier's own words."""
    reference: str | None
    """The carrier's own number of the order, where it gives one."""
    made_at: Instant | None
    cancelled_at: Instant | None = None
    """Since when the carrier has it no more (đã hủy)."""


class ShipmentPrice(View):
    """What a carrier would take for an order (cước tạm tính): an estimate, nothing is ordered."""

    carrier: Carrier
    account: str
    amount: int
    """In đồng."""


class ShipmentView(View):
    """An item of the post and where it stands."""

    id: str
    dossier: str
    leg: Leg
    attempt: int
    carrier: Carrier
    account: str
    item_code: str | None
    """The item's number; none until the carrier gives it to the order."""
    status: ShipmentStatus
    milestone: Milestone
    provisional: bool
    """Whether its end is claimed by a source that must still be confirmed."""
    contested: bool
    """Whether two trusted sources contradict each other about its end."""
    proof: Proof
    suspect_number: bool = False
    """Whether the check digit of the item's number is wrong, as the carrier gave it (sai số kiểm tra)."""
    accepted_at: Instant | None
    """When the post took custody (chấp nhận gửi)."""
    delivered_at: Instant | None
    """When it was delivered, once confirmed (phát thành công)."""
    asked_at: Instant | None = None
    """When the carrier was last asked about it by us; none for carriers that cannot be asked."""
    heard_at: Instant | None = None
    """When the carrier last told of it, or answered that there is nothing new: how old the rest is."""
    stalled_at: Instant | None = None
    """Since when too long a silence is known (không có tin); none again after any word of it."""
    revision: int
    order: CarrierOrderView | None = None
    """How far the order with the carrier is; none for an item that was registered with its number."""
    money: list[MoneyView] = []
    """What is known of cash on delivery, the agency's fee and postage, by purpose."""
    pickup: PickupView | None = None
    """What the postman took from the citizen, where that was recorded."""
    opening: OpeningView | None = None
    """What the counter found in the envelope, where that was recorded."""
    events: list[ShipmentEventView] = []
    links: dict[str, str] = {}


class ShipmentList(View):
    """The items of one dossier, or those that wait for a person."""

    items: list[ShipmentView]
    next_cursor: str | None = None
    """Where the rest begins; none where this is all."""


class ItemCodeLevel(View):
    """How full the pool of numbers is that a carrier gave an account in advance (dải mã bưu gửi)."""

    carrier: Carrier
    account: str
    free: int
    taken: int
    void: int
    """Numbers that are not given out any more."""
    low: bool
    """Whether so few are free that the carrier should be asked for more."""


class ItemCodeLevels(View):
    """The pools of the accounts within reach."""

    items: list[ItemCodeLevel]


class ShipmentConfirmation(Wire):
    """An operator's own proof of what happened to an item (xác nhận của cán bộ)."""

    status: ShipmentStatus
    occurred_at: Instant
    slip_number: Line | None = None
    """Number of the postal slip that shows it (số phiếu)."""
    receiver_name: Line | None = None
    """Who signed for it."""
    receiver_relation: Line | None = None
    """What the receiver is to the addressee, e.g. ``self``, ``authorised`` (quan hệ với người nhận)."""
    identity_shown: bool | None = None
    """Whether the receiver showed identity papers; left out where nobody looked."""
    note: Text | None = None


class ShipmentCorrection(Wire):
    """What an operator withdraws of everything said of an item (đính chính); it stays in the log."""

    retracts: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """`event_key` of the event; that of a correction restores what it withdrew."""
    reason: Annotated[Text, Field(min_length=1)]
    """Why, in words a colleague understands (lý do đính chính)."""


class CarrierRecordOutcome(View):
    """What became of one record of a carrier's message."""

    outcome: CarrierOutcome
    detail: str | None = None


class CarrierAnswer(View):
    """What became of each record, in the order they were sent."""

    items: list[CarrierRecordOutcome]


class ShipmentAccepted(Event):
    """The post took custody of an item (bưu điện chấp nhận)."""

    topic = "shipment.accepted"
    publisher = "postal"

    shipment: str
    dossier: str
    leg: Leg
    attempt: int
    carrier: Carrier
    accepted_at: Instant
    revision: int = 0
    """The shipment's revision at which this is so."""


class ShipmentDelivered(Event):
    """An item was delivered, and the delivery is confirmed (phát thành công, đã xác nhận)."""

    topic = "shipment.delivered"
    publisher = "postal"

    shipment: str
    dossier: str
    leg: Leg
    attempt: int
    carrier: Carrier
    delivered_at: Instant
    proof: Proof
    revision: int = 0
    """The shipment's revision at which this is so; told again when more is known of who took it."""
    item_code: str | None = None
    slip_number: str | None = None
    """Number of the postal slip that shows it (số phiếu)."""
    receiver: str | None = None
    """Who took it, masked like ``N*** V** A``."""
    receiver_relation: str | None = None
    """What the receiver is to the addressee, in the carrier's own word."""
    identity_shown: bool | None = None
    """Whether the receiver showed identity papers, where that is told."""
    evidence: list[str] = []
    """SHA-256 digests of the documents that show it, 64 hexadecimal digits each."""


class AwaitedStretch(View):
    """A stretch in which an item waited for the citizen: held at the office, or refused (chờ người nhận)."""

    since: Instant
    until: Instant | None = None
    """None while it lasts."""


class ShipmentMoved(Event):
    """An item's position changed (trạng thái bưu gửi thay đổi): where it stands at this revision.

    The first one tells that it was registered. The event carries the whole position, so a consumer keeps
    the largest `revision` it has heard of a shipment and needs no order among events.
    """

    topic = "shipment.moved"
    publisher = "postal"

    shipment: str
    dossier: str
    leg: Leg
    attempt: int
    revision: int
    status: ShipmentStatus
    provisional: bool
    contested: bool
    late: bool
    """Whether it was history behind the present position that changed."""
    accepted_at: Instant | None = None
    delivered_at: Instant | None = None
    ordered_at: Instant | None = None
    """When it was registered, or ordered from the carrier (đăng ký gửi)."""
    status_at: Instant | None = None
    """When what gives the status happened."""
    failed_attempts: int = 0
    """How often delivery was tried in vain (phát không thành công)."""
    awaited: list[AwaitedStretch] = []
    """When it waited for the citizen: that time is neither the post's nor the office's."""


class ShipmentContested(Event):
    """Two trusted sources contradict each other about an item's end (có mâu thuẫn)."""

    topic = "shipment.contested"
    publisher = "postal"

    shipment: str
    dossier: str
    leg: Leg
    attempt: int | None = None
    revision: int = 0


class ShipmentStalled(Event):
    """Nothing has been heard of an item for too long (bưu gửi không có tin); it is not an end."""

    topic = "shipment.stalled"
    publisher = "postal"

    shipment: str
    dossier: str
    leg: Leg
    attempt: int
    carrier: Carrier
    last_heard_at: Instant
    """When the latest thing told of it happened."""
    working_days: int
    """How many working days (ngày làm việc) have passed since."""
