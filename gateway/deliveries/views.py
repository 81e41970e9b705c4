"""How subscriptions and deliveries are shown."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chassis.database import UnitOfWork
from chassis.journal import CursorUnreadable
from chassis.running import running_of
from contracts.envelope import TYPE_PREFIX
from contracts.webhooks import (
    AttemptView,
    DeliveryPage,
    DeliveryState,
    DeliveryView,
    Signing,
    WebhookSecret,
    WebhookView,
)
from gateway.deliveries import queries, signing
from gateway.deliveries.commands import Made
from gateway.deliveries.signing import EndpointKeys
from gateway.tables import Webhook, WebhookDelivery, WebhookProgress


async def webhooks(found: Sequence[Webhook], uow: UnitOfWork) -> list[WebhookView]:
    """Subscriptions as they stand."""
    ids = [webhook.id for webhook in found]
    counted = await queries.counts(ids, uow)
    progress = await uow.get_many(WebhookProgress, [(one,) for one in ids])
    _, last = await queries.ends(uow.database)
    return [
        WebhookView(**_told(webhook, progress.get((webhook.id,)), counted, last, uow))
        for webhook in found
    ]


async def webhook(found: Webhook, uow: UnitOfWork) -> WebhookView:
    """A subscription as it stands."""
    return (await webhooks([found], uow))[0]


async def made(new: Made, uow: UnitOfWork) -> WebhookSecret:
    """A subscription with its secret."""
    shown = await webhook(new.webhook, uow)
    return WebhookSecret(**shown.model_dump(), secret=new.secret)


def delivery(row: WebhookDelivery) -> DeliveryView:
    """A delivery and what became of it."""
    return DeliveryView(
        id=row.event,
        kind=row.kind,
        type=TYPE_PREFIX + row.topic,
        # A challenge is for the endpoint alone: who can read this must not be able to answer it.
        subject=row.subject if row.place is not None else row.webhook,
        recorded_at=row.recorded_at,
        state=row.state,
        attempts=row.attempts,
        next_attempt_at=row.next_at,
        log=[
            AttemptView(
                at=datetime.fromisoformat(one["at"]),
                status=one["status"],
                duration_ms=one["ms"],
                problem=one["problem"],
            )
            for one in row.log
        ],
        answer=row.answer,
    )


def page(found: Sequence[WebhookDelivery], limit: int) -> DeliveryPage:
    """A page of deliveries; one more than the limit was looked up."""
    shown = found[:limit]
    more = len(found) > limit
    return DeliveryPage(
        items=[delivery(row) for row in shown],
        next_cursor=_cursor(shown[-1]) if more else None,
    )


def read_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """Where a page begins. Raises `CursorUnreadable`."""
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        at, event = text.split("|")
        instant = datetime.fromisoformat(at)
    except (ValueError, binascii.Error) as bad:
        raise CursorUnreadable("Send a cursor as it was told, or none.") from bad
    if instant.tzinfo is None:
        raise CursorUnreadable("Send a cursor as it was told, or none.")
    return instant, event


def _cursor(row: WebhookDelivery) -> str:
    told = f"{row.recorded_at.isoformat()}|{row.event}".encode()
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def _told(
    webhook: Webhook,
    progress: WebhookProgress | None,
    counted: dict[tuple[str, DeliveryState], int],
    last: int,
    uow: UnitOfWork,
) -> dict[str, Any]:
    public = None
    if webhook.signing is Signing.ED25519:
        keys = running_of(uow).own(EndpointKeys)
        public = signing.public_key(keys.opened(webhook.key, webhook.id, webhook.agency))
    until = webhook.former_until
    types = webhook.topics
    return {
        "id": webhook.id,
        "client": webhook.client,
        "agency": webhook.agency,
        "url": webhook.url,
        "types": None if types is None else [TYPE_PREFIX + topic for topic in types],
        "signing": webhook.signing,
        "state": webhook.state,
        "reason": webhook.reason,
        "public_key": public,
        "former_until": until if until is not None and until > uow.now else None,
        "networks": webhook.networks,
        "unconfirmed": webhook.unconfirmed,
        "waiting": counted.get((webhook.id, DeliveryState.WAITING), 0),
        "parked": counted.get((webhook.id, DeliveryState.PARKED), 0),
        "behind": max(last - progress.place, 0) if progress else 0,
        "failing_since": progress.failing_since if progress else None,
        "delivered_at": progress.delivered_at if progress else None,
        "missed_at": progress.missed_at if progress else None,
        "added_at": webhook.added_at,
        "revision": webhook.revision,
    }
