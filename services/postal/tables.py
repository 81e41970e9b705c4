"""What postal remembers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field

from chassis.tables import Json, Stored, Words
from contracts.vocabulary import Carrier, Leg, Milestone, Proof, ShipmentStatus
from services.postal.domain import Strength, TimeQuality
from services.postal.sending import OrderState


class Base(Stored, registry=registry()):
    """Postal's tables live in postal's own database."""


class KnownDossier(Base, table=True):
    """Whose dossier it is, as heard from intake."""

    __tablename__ = "known_dossier"

    code: str = Field(primary_key=True)
    agency: str


class Shipment(Base, table=True):
    """One leg of the post for a dossier (bưu gửi), and the position folded from what was said of it."""

    id: str = Field(primary_key=True)
    """128 random bits in hex: ids that are given out cannot be counted."""
    dossier: str = Field(index=True)
    agency: str
    leg: Leg = Field(sa_type=Words(Leg))
    attempt: int
    carrier: Carrier = Field(sa_type=Words(Carrier))
    account: str
    item_code: str | None = None
    """None while an order is on its way to the carrier, which gives the number."""
    ordered_at: datetime
    ordered_by: str
    status: ShipmentStatus = Field(sa_type=Words(ShipmentStatus))
    milestone: Milestone = Field(sa_type=Words(Milestone))
    provisional: bool = False
    contested: bool = False
    proof: Proof = Field(sa_type=Words(Proof))
    accepted_at: datetime | None = None
    delivered_at: datetime | None = None
    pull_at: datetime | None = Field(default=None, index=True)
    """When the carrier is asked next to confirm the end it claimed."""
    pull_attempts: int = 0
    revision: int = 1

    __table_args__ = (
        UniqueConstraint("dossier", "leg", "attempt"),
        Index("shipment_by_item", "item_code", "carrier"),
    )


class CarrierOrder(Base, table=True):
    """An order with a carrier (đơn gửi), from the wish to the number of the item."""

    __tablename__ = "carrier_order"

    shipment: str = Field(primary_key=True)
    """The shipment's id, which is also the order's number with the carrier: nobody can guess it."""
    state: OrderState = Field(sa_type=Words(OrderState))
    content: Any = Field(default=None, sa_type=Json, nullable=True)
    """Who sends what to whom; erased as soon as the carrier has it, refused it or is given up."""
    prints: Any = Field(sa_type=Json)
    """Digests of the content by field, so that a repetition is known for one after the content is gone."""
    try_at: datetime | None = Field(default=None, index=True)
    """When it is sent next; none once it is made, refused or given up."""
    attempts: int = 0
    problem: str | None = None
    detail: str | None = None
    reference: str | None = None
    made_at: datetime | None = None
    revision: int = 1


class Item(Base, table=True):
    """An item's number, held by whatever changes what is known of it.

    A message and an order about one item may arrive at once, each without knowing of the other; both raise
    this row's revision, so the second one is run again and sees the first.
    """

    carrier: Carrier = Field(sa_type=Words(Carrier), primary_key=True)
    item_code: str = Field(primary_key=True)
    revision: int = 1


class CarrierEventRow(Base, table=True):
    """One thing that was said of an item; rows are only ever added."""

    __tablename__ = "carrier_event"

    event_key: str = Field(primary_key=True)
    carrier: Carrier = Field(sa_type=Words(Carrier))
    item_code: str = Field(index=True)
    code: str
    text: str | None = None
    status: ShipmentStatus = Field(sa_type=Words(ShipmentStatus))
    time_quality: TimeQuality = Field(sa_type=Words(TimeQuality))
    strength: Strength = Field(sa_type=Words(Strength))
    recorded_at: datetime
    occurred_at: datetime | None = None
    office: str | None = None
    attempt: int | None = None
    receiver_name: str | None = None
    slip: str | None = None
    retracts: str | None = None
    quarantined: bool = False
    """Whether its time cannot be right: kept, and left out of the position."""
    said_by: str
    """The carrier's account, or the operator's client."""
    agency: str | None = None
    """Whom an operator speaks for: it counts for shipments of this agency alone. None for a carrier, whose
    word counts for every shipment of the item."""


class InboundBatch(Base, table=True):
    """A carrier's message by its digest, and the answer it got: the same again gets the same."""

    __tablename__ = "inbound_batch"

    digest: str = Field(primary_key=True)
    interface: str
    account: str
    received_at: datetime
    outcomes: list[Any] = Field(sa_type=Json)


class CarrierAccount(Base, table=True):
    """Our account with a carrier (tài khoản kết nối)."""

    __tablename__ = "carrier_account"

    interface: Carrier = Field(sa_type=Words(Carrier), primary_key=True)
    name: str = Field(primary_key=True)
    public_key_pem: str | None = None
    secret: str | None = None
    base_url: str | None = None
    username: str | None = None
    password: str | None = None
    customer_code: str | None = None
    agency: str | None = None
    """Whose account it is: orders are charged to it for this agency and those below. None: for everybody."""
