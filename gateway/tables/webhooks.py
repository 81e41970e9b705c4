"""Webhooks: subscriptions, how far each has come, and what became of each delivery."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, col

from chassis.tables import Json, Words
from contracts.webhooks import DeliveryKind, DeliveryState, DisabledFor, Signing, WebhookState
from gateway.tables.base import Base


def _json(*, nullable: bool = False) -> Any:
    return Column(Json, nullable=nullable)


class Webhook(Base, table=True):
    """A partner's subscription to the journal (đăng ký nhận bản tin)."""

    id: str = Field(primary_key=True)
    client: str = Field(index=True)
    agency: str
    """The agency whose subtree's changes it hears of."""
    url: str
    topics: list[str] | None = Field(default=None, sa_column=_json(nullable=True))
    """None: all of them."""
    signing: Signing = Field(sa_column=Column(Words(Signing), nullable=False))
    state: WebhookState = Field(sa_column=Column(Words(WebhookState), nullable=False))
    reason: DisabledFor | None = Field(default=None, sa_column=Column(Words(DisabledFor)))
    key: str
    """Sealed under the key file of webhooks."""
    former_key: str | None = None
    former_until: datetime | None = None
    networks: list[str] = Field(default_factory=list, sa_column=_json())
    """Approved by an operator."""
    approved_by: str | None = None
    unconfirmed: bool = False
    """Whether they wait for a second operator; nothing is sent until then."""
    added_at: datetime
    revision: int = 1


class WebhookProgress(Base, table=True):
    """How far a subscription has come, and which worker serves it.

    Whoever serves it writes here with every result, guarded by the revision: a worker that lost it while
    it was frozen finds another `token`, and writes nothing.
    """

    __tablename__ = "webhook_progress"

    webhook: str = Field(primary_key=True)
    holder: str | None = None
    """The worker that serves it."""
    token: int = 0
    """Grows whenever it changes hands."""
    place: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    """Everything up to this place of the journal is delivered, or a row of deliveries."""
    failing: list[str] = Field(default_factory=list, sa_column=_json())
    """Deliveries that failed since the last that succeeded, three at most."""
    failing_since: datetime | None = None
    probes: int = 0
    """How often it was tried since it counts as failing."""
    not_before: datetime | None = None
    """Nothing is sent earlier."""
    delivered_at: datetime | None = None
    missed_at: datetime | None = None
    revision: int = 1


class WebhookDelivery(Base, table=True):
    """One delivery and its attempts (một lần gửi)."""

    __tablename__ = "webhook_delivery"

    webhook: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    kind: DeliveryKind = Field(sa_column=Column(Words(DeliveryKind), nullable=False))
    topic: str
    subject: str
    agency: str
    subject_revision: int | None = None
    recorded_at: datetime
    place: int | None = Field(default=None, sa_column=Column(BigInteger))
    state: DeliveryState = Field(sa_column=Column(Words(DeliveryState), nullable=False))
    attempts: int = 0
    next_at: datetime | None = None
    ended_at: datetime | None = Field(default=None, index=True)
    log: list[dict[str, Any]] = Field(default_factory=list, sa_column=_json())
    answer: str | None = None
    revision: int = 0
    """Grows with every change: what an attempt says of an earlier one does not undo a later order."""


class WebhookWorker(Base, table=True):
    """A worker that delivers, as long as it is heard of."""

    __tablename__ = "webhook_worker"

    name: str = Field(primary_key=True)
    seen_at: datetime


_waiting = col(WebhookDelivery.state) == DeliveryState.WAITING
Index(
    "webhook_delivery_waiting",
    col(WebhookDelivery.webhook),
    col(WebhookDelivery.next_at),
    postgresql_where=_waiting,
    sqlite_where=_waiting,
)
Index(
    "webhook_delivery_by_time",
    col(WebhookDelivery.webhook),
    col(WebhookDelivery.recorded_at),
    col(WebhookDelivery.event),
)
