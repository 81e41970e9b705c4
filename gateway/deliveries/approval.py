"""Networks that an operator approves for one endpoint, and the second operator who confirms them."""

from __future__ import annotations

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.problems import Conflict
from gateway.commands.history import client_of, remember
from gateway.tables import Webhook


class OtherOperatorNeeded(Conflict):
    """Whoever approved networks does not confirm them."""

    title_vi = "Người phê duyệt mạng không được tự xác nhận"


class WebhookChanged(Conflict):
    """The webhook was changed since you looked at it."""

    title_vi = "Đăng ký webhook đã thay đổi sau khi bạn xem"


async def approve(webhook: Webhook, by: str, uow: UnitOfWork) -> None:
    """Remember who approved a subscription's networks, if any; they may wait for a second person then."""
    if not webhook.networks:
        webhook.change(approved_by=None, unconfirmed=False)
        return
    waits = running_of(uow).settings.webhook_networks_confirmed
    webhook.change(approved_by=by, unconfirmed=waits)
    await _remember(webhook, "webhook-networks-approved", by, uow)


async def confirm(webhook: Webhook, revision: int, by: str, uow: UnitOfWork) -> None:
    """Confirm networks that somebody else approved, as they stood at a revision.

    Raises `OtherOperatorNeeded`, `WebhookChanged`.
    """
    if not webhook.unconfirmed:
        return
    if webhook.approved_by == by:
        raise OtherOperatorNeeded(f"{by} approved these networks: another operator confirms them.")
    if webhook.revision != revision:
        raise WebhookChanged(f"Read it again: it is at revision {webhook.revision} by now.")
    webhook.change(unconfirmed=False, revision=webhook.revision + 1)
    await _remember(webhook, "webhook-networks-confirmed", by, uow)


async def _remember(webhook: Webhook, act: str, by: str, uow: UnitOfWork) -> None:
    # Not its address: partners write tokens into addresses.
    client = await client_of(webhook.client, uow)
    remember(client, act, by, uow, webhook=webhook.id, networks=webhook.networks)
