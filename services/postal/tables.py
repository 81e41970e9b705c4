"""What postal remembers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    UniqueConstraint,
    and_,
    func,
    literal_column,
    null,
)
from sqlalchemy.orm import registry
from sqlalchemy.sql import ColumnElement
from sqlmodel import Field, col

from chassis.tables import Json, Stored, Words
from contracts.vocabulary import (
    Carrier,
    CodeState,
    IncidentKind,
    IncidentOutcome,
    IncidentState,
    Leg,
    Milestone,
    Proof,
    Reconciliation,
    ShipmentQueue,
    ShipmentStatus,
)
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
    pull_at: datetime | None = None
    """When the carrier is asked about the item next; none where it cannot be, or need not be any more."""
    pull_attempts: int = 0
    """Answers without news since it last told any."""
    asked_at: datetime | None = None
    heard_at: datetime | None = None
    """When the carrier last told of the item, or answered that there is no more: how old what we know is."""
    disputed: bool = False
    """Whether trusted sources tell different amounts of money."""
    postage_expected: int | None = Field(default=None, sa_type=BigInteger)
    """In đồng, folded with the position (`services.postal.money`) for the database to sum."""
    postage_charged: int | None = Field(default=None, sa_type=BigInteger)
    postage_state: Reconciliation | None = Field(
        default=None, sa_type=Words(Reconciliation), nullable=True
    )
    """None: nobody has told anything of its postage."""
    word_at: datetime | None = None
    """When the latest thing told of the item reached us; an answer without news is none."""
    stalls_at: datetime | None = Field(default=None, index=True)
    """When the silence since is too long; none before custody, after an end, and once it was told."""
    stalled_at: datetime | None = None
    """Since when its silence is known to be too long; none again after any word."""
    course: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json, sa_column_kwargs={"server_default": "{}"}
    )
    """How it went (`services.postal.course.Course`), folded with the position."""
    receipt: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json, sa_column_kwargs={"server_default": "{}"}
    )
    """Who took it and what shows it (`services.postal.course.Receipt`), the name masked."""
    incidents: list[str] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    """Kinds of its open incidents: of each kind one at a time."""
    revision: int = 1

    __table_args__ = (
        UniqueConstraint("dossier", "leg", "attempt"),
        Index("shipment_by_item", "item_code", "carrier"),
        Index("shipment_to_ask", "carrier", "account", "provisional", "pull_at"),
        Index("shipment_by_custody", "carrier", "account", "accepted_at"),
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
    item_code: str | None = None
    """The number out of our pool that the order carries; none where the carrier gives one."""
    cancelled_at: datetime | None = None
    revision: int = 1


class ItemCode(Base, table=True):
    """A number that the carrier gave us in advance (mã bưu gửi cấp trước), and which shipment has it."""

    __tablename__ = "item_code"

    carrier: Carrier = Field(sa_type=Words(Carrier), primary_key=True)
    code: str = Field(primary_key=True)
    account: str
    state: CodeState = Field(sa_type=Words(CodeState))
    shipment: str | None = None
    added_at: datetime
    taken_at: datetime | None = None
    revision: int = 1

    __table_args__ = (Index("item_code_by_state", "carrier", "account", "state", "code"),)


class Item(Base, table=True):
    """An item's number, held by whatever changes what is known of it.

    A message and an order about one item may arrive at once, each without knowing of the other; both raise
    this row's revision, so the second one is run again and sees the first.
    """

    carrier: Carrier = Field(sa_type=Words(Carrier), primary_key=True)
    item_code: str = Field(primary_key=True)
    orphan_since: datetime | None = None
    """When it was first spoken of without anybody having registered it; it may have been since."""
    revision: int = 1


class Pickup(Base, table=True):
    """What the postman took from a citizen (phiếu hồ sơ), as both have signed it."""

    __tablename__ = "pickup"

    shipment: str = Field(primary_key=True)
    counts: list[Any] = Field(sa_type=Json)
    seal_number: str
    collected_at: datetime
    slip_number: str
    fee: int | None = Field(default=None, sa_type=BigInteger)
    """In đồng."""
    fee_receipt: str | None = None
    recorded_at: datetime
    recorded_by: str


class Opening(Base, table=True):
    """What the counter found in an envelope (mở niêm phong)."""

    __tablename__ = "opening"

    shipment: str = Field(primary_key=True)
    counts: list[Any] = Field(sa_type=Json)
    seal_intact: bool
    opened_at: datetime
    recorded_at: datetime
    recorded_by: str


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
    reason: str | None = None
    receiver_relation: str | None = None
    identity_shown: bool | None = None
    evidence: list[Any] = Field(default_factory=list, sa_type=Json)
    sums: list[Any] = Field(default_factory=list, sa_type=Json)
    quarantined: bool = False
    """Whether its time cannot be right: kept, and left out of the position."""
    said_by: str
    """The carrier's account, or the operator's client."""
    agency: str | None = None
    """Whom an operator speaks for: it counts for shipments of this agency alone. None for a carrier, whose
    word counts for every shipment of the item."""


class Incident(Base, table=True):
    """Something that went wrong with an item (sự cố bưu gửi), until its agency has settled it."""

    id: str = Field(primary_key=True)
    """128 random bits in hex."""
    shipment: str = Field(index=True)
    dossier: str
    agency: str
    leg: Leg = Field(sa_type=Words(Leg))
    attempt: int
    kind: IncidentKind = Field(sa_type=Words(IncidentKind))
    state: IncidentState = Field(sa_type=Words(IncidentState))
    opened_at: datetime
    opened_by: str
    note: str | None = None
    outcome: IncidentOutcome | None = Field(default=None, sa_type=Words(IncidentOutcome))
    closed_at: datetime | None = None
    closed_by: str | None = None
    closing_note: str | None = None
    revision: int = 1

    __table_args__ = (Index("incident_by_state", "state", "opened_at", "id"),)


class InboundBatch(Base, table=True):
    """A carrier's message by its digest, kept before it is answered; the same again gets the same answer."""

    __tablename__ = "inbound_batch"

    digest: str = Field(primary_key=True)
    interface: Carrier = Field(sa_type=Words(Carrier))
    account: str
    received_at: datetime = Field(index=True)
    strength: Strength | None = Field(default=None, sa_type=Words(Strength), nullable=True)
    """How far it is trusted; none on rows from before messages were kept first."""
    sealed: str | None = None
    """The message as it came, sealed (`services.postal.raw`)."""
    records: Any = Field(default=None, sa_type=Json, nullable=True)
    """What it says, until that is worked out; then each record is an event of its own."""
    work_at: datetime | None = Field(default=None, index=True)
    """When the worker takes it, if whoever took the message has not; none once it is worked out."""
    attempts: int = 0
    problem: str | None = None
    """Why it is not worked out yet: the kind of the last error."""
    outcomes: Any = Field(default=None, sa_type=Json, nullable=True)
    """What became of each record; none until it is worked out."""
    revision: int = 1


class CarrierMessage(Base, table=True):
    """The number of a carrier's signed message, so that another content under it is known for a forgery."""

    __tablename__ = "carrier_message"

    interface: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    digest: str
    """That of the `InboundBatch` it came with."""
    received_at: datetime = Field(index=True)


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
    private_key_pem: str | None = None
    options: Any = Field(default_factory=dict, sa_type=Json)
    agency: str | None = None
    """Whose account it is: orders are charged to it for this agency and those below. None: for everybody."""


class CarrierFeed(Base, table=True):
    """A carrier's list of what happened, and how far it is read."""

    __tablename__ = "carrier_feed"

    interface: Carrier = Field(sa_type=Words(Carrier), primary_key=True)
    account: str = Field(primary_key=True)
    feed: str = Field(primary_key=True)
    """Which list, where the interface has several."""
    cursor: str
    """Where the next page begins; it moves with what the page brought, in one transaction."""
    opened_at: datetime
    asked_at: datetime | None = None
    heard_at: datetime | None = None
    """When a page was last read: how old what we know is."""
    attempts: int = 0
    """Tries since then."""
    next_at: datetime
    problem: str | None = None
    """Code of what went wrong last; none when the list was read."""
    revision: int = 1


_DELIVERED: ColumnElement[str] = literal_column("'delivered'")
_UNPROVEN: list[ColumnElement[str]] = [literal_column("'none'"), literal_column("'claimed'")]
AWAITED: Mapping[ShipmentQueue, ColumnElement[bool]] = {
    ShipmentQueue.WITHOUT_PROOF: and_(
        col(Shipment.status) == _DELIVERED,
        col(Shipment.provisional).is_(False),
        col(Shipment.proof).in_(_UNPROVEN),
    ),
    ShipmentQueue.UNCONFIRMED: and_(
        col(Shipment.provisional).is_(True), col(Shipment.pull_at).is_(None)
    ),
    ShipmentQueue.CONTESTED: col(Shipment.contested).is_(True),
    ShipmentQueue.STALLED: col(Shipment.stalled_at).is_not(None),
    ShipmentQueue.DISPUTED: col(Shipment.disputed).is_(True),
}
"""Which shipments wait for a person, by why; lists and the desk's counts both go by this."""

WAITS_SINCE: Mapping[ShipmentQueue, Column[datetime]] = {
    queue: Shipment.__table__.c["stalled_at" if queue is ShipmentQueue.STALLED else "ordered_at"]
    for queue in AWAITED
}
"""Since when they are said to wait, which is the order of the lists."""

# Few among many, so each reason has an index that holds nothing else.
for _queue, _waits in AWAITED.items():
    _order = (WAITS_SINCE[_queue], col(Shipment.id))
    Index(f"shipment_{_queue}", *_order, postgresql_where=_waits, sqlite_where=_waits)


NOT_ACCEPTED = col(Shipment.accepted_at).is_(None)
PULLED = col(Shipment.asked_at).is_not(None)
UNMADE = col(CarrierOrder.made_at).is_(None)
ORPHANED = col(Item.orphan_since).is_not(None)
UNMAPPED = col(CarrierEventRow.status) == literal_column("'unmapped'")
"""The few rows that an operator looks for among all the others; most have an index of their own."""

# Nearly every row has none of these moments. Told plainly, SQLite without statistics would take the index
# of those that have one, and read through all that have none.
NOT_TRIED_AGAIN = func.coalesce(col(CarrierOrder.try_at), null()).is_(None)

for _name, _where, _columns in (
    (
        "shipment_pulled",
        PULLED,
        (col(Shipment.carrier), col(Shipment.account), col(Shipment.heard_at)),
    ),
    ("item_orphaned", ORPHANED, (col(Item.orphan_since), col(Item.item_code))),
    ("carrier_event_unmapped", UNMAPPED, (col(CarrierEventRow.carrier), col(CarrierEventRow.code))),
):
    Index(_name, *_columns, postgresql_where=_where, sqlite_where=_where)
Index("shipment_accepted", col(Shipment.accepted_at), col(Shipment.id))
Index(
    "inbound_batch_heard",
    col(InboundBatch.interface),
    col(InboundBatch.account),
    col(InboundBatch.received_at),
)
