"""Webhooks: the journal, delivered to whoever subscribes."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from contracts.text import clean_line
from contracts.wire import Code, Instant, View, Wire

Url = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
"""An address to deliver to."""

Network = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""A network in CIDR notation, e.g. ``10.20.0.0/16``."""

Topic = Annotated[str, StringConstraints(min_length=1, max_length=80), AfterValidator(clean_line)]
"""An event's type, with or without ``vn.motcua.``."""


class Signing(StrEnum):
    """How deliveries are signed (cách ký), by Standard Webhooks."""

    ED25519 = "v1a"
    HMAC = "v1"


class WebhookState(StrEnum):
    """Where a subscription stands (trạng thái đăng ký)."""

    UNVERIFIED = "unverified"
    """It has not answered the challenge yet; events since its registration wait."""
    ACTIVE = "active"
    DISABLED = "disabled"
    """Nothing is sent; its place in the journal is kept."""


class DisabledFor(StrEnum):
    """Why nothing is sent (lý do tạm ngừng)."""

    OWNER = "owner"
    GONE = "gone"
    """The endpoint answered 410."""
    UNREACHABLE = "unreachable"
    """Nothing got through for the whole schedule, about 75 hours."""
    GRANT_LOST = "grant-lost"
    """The client may no longer subscribe, or no longer speaks for the agency."""


class DeliveryKind(StrEnum):
    """What is delivered (loại bản tin)."""

    EVENT = "event"
    CHALLENGE = "challenge"
    TEST = "test"


class DeliveryState(StrEnum):
    """Where a delivery stands (trạng thái gửi)."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"
    """Its schedule is over; `redeliver` and `enable` send it again."""


class WebhookOrder(Wire):
    """A subscription to be made (đăng ký webhook)."""

    url: Url
    """``https://``, port 443 or 8443, a name that leads to public addresses; others need an operator."""
    types: Annotated[list[Topic], Field(min_length=1, max_length=50)] | None = None
    """Some types only; left out or ``["*"]``: all of them, also those there will be."""
    agency: Code | None = None
    """It and everything below it; left out: your own."""
    signing: Signing = Signing.ED25519
    client: Code | None = None
    """The client it shall belong to; for operators only. Left out: you."""
    networks: Annotated[list[Network], Field(max_length=20)] = []
    """Networks it may lie in although they are not public; for operators only."""


class WebhookChange(Wire):
    """What shall be different; what is left out stays."""

    url: Url | None = None
    """A new address has to answer a challenge first."""
    types: Annotated[list[Topic], Field(min_length=1, max_length=50)] | None = None
    """Some types only; ``["*"]`` for all of them."""
    networks: Annotated[list[Network], Field(max_length=20)] | None = None
    """For operators only."""
    state: WebhookState | None = None
    """``disabled`` to stop deliveries for a while; `enable` starts them again."""


class RotationOrder(Wire):
    """A new key for a subscription (đổi khóa)."""

    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 24
    """For how long both keys sign; 0 when the old one is known to others."""


class NetworksConfirmation(Wire):
    """A second operator's word on approved networks (xác nhận mạng được phê duyệt)."""

    revision: Annotated[int, Field(ge=1)]
    """The `revision` you have looked at: what was changed since then is not confirmed."""


class RedeliveryOrder(Wire):
    """What to deliver again: deliveries by id, what is parked, or all events of a span of time."""

    ids: Annotated[list[Code], Field(min_length=1, max_length=500)] | None = None
    parked: bool = False
    """Everything whose schedule is over."""
    recorded_from: Instant | None = None
    """Events recorded at this instant or later, up to `recorded_to`."""
    recorded_to: Instant | None = None
    """Exclusive."""


class WebhookView(View):
    """A subscription as it stands."""

    id: str
    client: str
    agency: str
    url: str
    types: list[str] | None
    """None: all types."""
    signing: Signing
    state: WebhookState
    reason: DisabledFor | None
    """Why it is disabled."""
    public_key: str | None
    """``whpk_``: what signatures `v1a` are checked with."""
    former_until: Instant | None
    """Until when the key before the last rotation also signs."""
    networks: list[str]
    """Networks that an operator has approved for it."""
    unconfirmed: bool
    """Whether these networks wait for a second operator; nothing is sent until then."""
    waiting: int
    """Deliveries that were tried and wait to be tried again."""
    parked: int
    """Deliveries whose schedule is over."""
    behind: int
    """Places of the journal it has not been given yet, others' changes among them."""
    failing_since: Instant | None
    """Since when nothing got through."""
    delivered_at: Instant | None
    """When something last got through."""
    missed_at: Instant | None
    """When it was found that its next changes are no longer kept: read the full lists anew."""
    added_at: Instant
    revision: int


class WebhookSecret(WebhookView):
    """A subscription, and its secret: shown once, and kept by nobody but you."""

    secret: str | None
    """``whsec_``, for `v1`; None for `v1a`, where only we hold what signs."""


class WebhookList(View):
    """Subscriptions within reach."""

    items: list[WebhookView]


class AttemptView(View):
    """One attempt to deliver."""

    at: Instant
    status: int | None
    """The HTTP status; none when nothing was answered."""
    duration_ms: int
    problem: str | None
    """Why nothing was answered, or why the answer is no success."""


class DeliveryView(View):
    """One delivery and what became of it."""

    id: str
    """The event's id: ``webhook-id`` of every attempt."""
    kind: DeliveryKind
    type: str
    subject: str
    recorded_at: Instant
    """When the change was recorded."""
    state: DeliveryState
    attempts: int
    next_attempt_at: Instant | None
    log: list[AttemptView]
    """The latest attempts, oldest first."""
    answer: str | None
    """The beginning of the last answer, without what may be personal."""


class DeliveryPage(View):
    """Deliveries, latest change first."""

    items: list[DeliveryView]
    next_cursor: str | None


class RedeliveryView(View):
    """How much will be delivered again."""

    deliveries: int
