"""What postal accepts over HTTP and announces on the bus."""

from typing import Annotated

from pydantic import Field

from contracts.envelope import Event
from contracts.vocabulary import Carrier, CarrierOutcome, Leg, Milestone, Proof, ShipmentStatus
from contracts.wire import Code, Instant, Line, Text, View, Wire


class ShipmentOrder(Wire):
    """A leg of the public post (bưu chính công ích) for a dossier."""

    dossier: Code
    leg: Leg
    carrier: Carrier
    account: Code | None = None
    """Which of our accounts with the carrier; the only one when left out."""
    item_code: Annotated[str, Field(pattern=r"^[A-Za-z0-9 -]{4,40}$")] | None = None
    """The item's number (mã bưu gửi), when it is known already; otherwise an order is created."""
    attempt: Annotated[int, Field(ge=1, le=50)] = 1
    """Which sending of this leg it is: a re-send is a new attempt."""


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


class ShipmentView(View):
    """An item of the post and where it stands."""

    id: str
    dossier: str
    leg: Leg
    attempt: int
    carrier: Carrier
    account: str
    item_code: str | None
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
