"""What a delivery says: a thin CloudEvent. It tells what happened to which thing, never to whom."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from contracts.envelope import EVERYBODY, TYPE_PREFIX, Event
from contracts.webhooks import DeliveryKind
from gateway.tables import WebhookDelivery

CHALLENGE_TOPIC = "webhook.challenge"
TEST_TOPIC = "webhook.test"
CONTENT_TYPE = "application/cloudevents+json"
SHOWN = 200
"""Characters of an answer that are kept."""

_PLACES = {
    "dossier": "/v1/dossiers/",
    "shipment": "/v1/shipments/",
    "incident": "/v1/shipments/",
    "agency": "/v1/agencies/",
    "procedure": "/v1/procedures/",
}
_SECRET = re.compile(
    r"[\w.+-]+@[\w.-]+|eyJ[\w.-]+|wh(?:sec|sk)_\S+|(?i:bearer\s+\S+)|\+?\d(?:[ .-]?\d){6,}"
)


def body_of(delivery: WebhookDelivery, public_url: str) -> bytes:
    """The body of a delivery, the same at every attempt."""
    told: dict[str, Any] = {
        "specversion": "1.0",
        "id": delivery.event,
        "source": f"motcua/{_publisher(delivery.topic)}",
        "type": TYPE_PREFIX + delivery.topic,
        "subject": delivery.subject,
        "time": _instant(delivery.recorded_at),
        "datacontenttype": "application/json",
    }
    if delivery.agency and delivery.agency != EVERYBODY:
        told["agency"] = delivery.agency
    if delivery.subject_revision is not None:
        told["revision"] = delivery.subject_revision
    told["data"] = _content(delivery, public_url)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def beginning_of(answer: bytes) -> str | None:
    """The beginning of an answer, as it may be kept: no control characters, no numbers of people.

    >>> beginning_of(b"no such person 079201234123, ask a@b.vn")
    'no such person […], ask […]'
    """
    # Cut after the scrubbing: a number cut in half would not be recognised.
    text = _SECRET.sub("[…]", answer[: 8 * SHOWN].decode("utf-8", "replace"))
    plain = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(plain.split())[:SHOWN] or None


def answers_challenge(answer: bytes, challenge: str) -> bool:
    """Whether an answer gives a challenge back: as JSON, or as nothing but its text."""
    text = answer.decode("utf-8", "replace").strip()
    if text == challenge:
        return True
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("challenge") == challenge


def _content(delivery: WebhookDelivery, public_url: str) -> dict[str, str]:
    if delivery.kind is DeliveryKind.CHALLENGE:
        return {"challenge": delivery.subject}
    place = _PLACES.get(delivery.topic.partition(".")[0])
    if place is None:
        return {}
    return {"href": f"{public_url.rstrip('/')}{place}{quote(delivery.subject, safe='')}"}


def _publisher(topic: str) -> str:
    kind = Event.catalogue.get(topic)
    return kind.publisher if kind is not None else "gateway"


def _instant(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
