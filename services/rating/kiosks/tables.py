"""What rating knows of kiosks, of what was put before them, and of every item they handed over."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from chassis.tables import Json, Words
from contracts.rating.kiosks import ItemOrder, KioskOutcome, KioskReason
from contracts.vocabulary import Occasion, OptionClass
from services.rating.tables.base import Base


class KioskEnrolment(Base, table=True):
    """A code by which one device becomes the kiosk of one counter (mã đăng ký thiết bị)."""

    __tablename__ = "kiosk_enrolment"

    code_hash: str = Field(primary_key=True)
    agency: str
    counter: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revision: int = 1


class Kiosk(Base, table=True):
    """A device enrolled for one counter (thiết bị đánh giá)."""

    id: str = Field(primary_key=True)
    agency: str
    counter: str
    enrolled_by: str
    """The client that made the enrolment code."""
    enrolled_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revision: int = 1


class KioskKey(Base, table=True):
    """A public key of a kiosk; the private one never leaves its browser."""

    __tablename__ = "kiosk_key"

    id: str = Field(primary_key=True)
    """Its thumbprint (RFC 7638)."""
    kiosk: str = Field(index=True)
    public_key: dict[str, Any] = Field(sa_type=Json)
    registered_at: datetime
    rotates_at: datetime
    ends_at: datetime


class KioskStanding(Base, table=True):
    """How a kiosk stands now: what was last heard, and where its numbers are."""

    __tablename__ = "kiosk_standing"

    kiosk: str = Field(primary_key=True)
    last_seq: int = Field(default=0, sa_type=BigInteger)
    """Of its requests."""
    disorders: int = 0
    """Requests whose number was not the next one."""
    last_item_seq: int = Field(default=0, sa_type=BigInteger)
    last_item: str = ""
    """The hash of the item of that number."""
    gaps: int = 0
    heard_at: datetime | None = None
    silent_since: datetime | None = None
    waiting: int = 0
    skew_ms: int = Field(default=0, sa_type=BigInteger)
    """How far its clock was ahead of ours when it last told."""
    ticket: str | None = None
    """What is before it now."""
    revision: int = 1


class KioskProof(Base, table=True):
    """The number of a proof that was used, for as long as it is remembered."""

    __tablename__ = "kiosk_proof"

    kiosk: str = Field(primary_key=True)
    jti: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    used_at: datetime = Field(index=True)


class KioskTicket(Base, table=True):
    """A dossier that was put before a kiosk; kept, because ratings of it may come days later."""

    __tablename__ = "kiosk_ticket"

    id: str = Field(primary_key=True)
    kiosk: str
    invitation: str
    occasion: Occasion = Field(sa_type=Words(Occasion))
    pushed_by: str
    pushed_at: datetime
    good_until: datetime
    ended_at: datetime | None = None
    """When the next one took its place, or it was taken away."""
    revision: int = 1


class KioskItem(Base, table=True):
    """One thing a citizen did at a kiosk, exactly as it was signed, and what became of it."""

    __tablename__ = "kiosk_item"

    id: str = Field(primary_key=True)
    """SHA-256 of the JWS."""
    kiosk: str
    seq: int = Field(sa_type=BigInteger)
    item_order: ItemOrder = Field(sa_type=Words(ItemOrder))
    signed: str
    """The JWS: proof of what the device said."""
    ticket: str | None = None
    device_at: datetime
    """By the device's clock."""
    skew_ms: int = Field(sa_type=BigInteger)
    tapped_at: datetime
    """By ours: the device's time less its skew, no later than the receipt."""
    received_at: datetime
    outcome: KioskOutcome = Field(sa_type=Words(KioskOutcome))
    reason: KioskReason | None = Field(default=None, sa_type=Words(KioskReason))
    released_at: datetime | None = None
    released_by: str | None = None
    release_reason: str | None = None
    revision: int = 1

    __table_args__ = (
        Index("kiosk_items_by_tap", "kiosk", "tapped_at"),
        Index("kiosk_items_by_outcome", "kiosk", "outcome"),
    )


class WalkUpRating(Base, table=True):
    """A rating of a counter by somebody nobody named: it counts in no figure of dossiers."""

    __tablename__ = "walk_up_rating"

    item: str = Field(primary_key=True)
    kiosk: str
    agency: str
    counter: str
    questionnaire: str
    answers: dict[str, str] = Field(sa_type=Json)
    score: int
    option_class: OptionClass = Field(sa_type=Words(OptionClass))
    language: str
    submitted_at: datetime
    received_at: datetime

    __table_args__ = (Index("walk_up_ratings_of_agencies", "agency", "submitted_at"),)
