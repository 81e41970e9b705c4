"""What postal accepts over HTTP and announces on the bus."""

from typing import Annotated

from pydantic import Field

from contracts.envelope import Event
from contracts.vocabulary import Carrier, CarrierOutcome, Leg, Milestone, Proof, ShipmentStatus
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
    item_code: Annotated[str, Field(pattern=r"^[A-Za-z0-9 -]{4,40}$")] | None = None
    """The item's number (mã bưu gửi), when it is known already; otherwise an order is created."""
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

    carrier: Carrier
    code: str
    text: str | None
    status: ShipmentStatus
    occurred_at: Instant | None
    time_quality: str
    """``event``, ``batch`` or ``received``: how the time is known."""
    strength: str
    """``strong``, ``partial``, ``weak``, ``pull`` or ``operator``: how far the source is trusted."""
    office: str | None


class CarrierOrderView(View):
    """How far an order with a carrier is (đơn gửi bưu điện); the post has nothing in its hands yet."""

    number: str
    """Ours: what the carrier knows the order by, however often it is sent."""
    state: str
    """``waiting`` (to be sent, again if need be), ``made``, ``refused`` or ``given_up``."""
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
    accepted_at: Instant | None
    """When the post took custody (chấp nhận gửi)."""
    delivered_at: Instant | None
    """When it was delivered, once confirmed (phát thành công)."""
    revision: int
    order: CarrierOrderView | None = None
    """How far the order with the carrier is; none for an item that was registered with its number."""
    events: list[ShipmentEventView] = []
    links: dict[str, str] = {}


class ShipmentList(View):
    """The items of one dossier."""

    items: list[ShipmentView]


class ShipmentConfirmation(Wire):
    """An operator's own proof of what happened to an item (xác nhận của cán bộ)."""

    status: ShipmentStatus
    occurred_at: Instant
    slip_number: Line | None = None
    """Number of the postal slip that shows it (số phiếu)."""
    receiver_name: Line | None = None
    """Who signed for it."""
    note: Text | None = None


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


class ShipmentMoved(Event):
    """An item's position changed (trạng thái bưu gửi thay đổi): where it stands at this revision."""

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


class ShipmentContested(Event):
    """Two trusted sources contradict each other about an item's end (có mâu thuẫn)."""

    topic = "shipment.contested"
    publisher = "postal"

    shipment: str
    dossier: str
    leg: Leg
