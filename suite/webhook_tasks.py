"""What an operator does about webhooks at the command line."""

from __future__ import annotations

from typing import Any

from chassis.database import UnitOfWork
from chassis.settings import Settings
from gateway.deliveries import approval, queries
from gateway.deliveries.commands import UnknownWebhook
from gateway.tables import Webhook
from suite.partners import operator_name
from suite.tasks import at_hand


async def waiting(settings: Settings) -> list[dict[str, Any]]:
    """Webhooks whose networks wait for a second operator."""
    async with at_hand(settings, "gateway") as (gateway,):
        found = await queries.webhooks(UnitOfWork(gateway.database))
    told = ("id", "client", "agency", "url", "networks", "approved_by", "revision")
    return [{name: getattr(one, name) for name in told} for one in found if one.unconfirmed]


async def confirm(settings: Settings, id: str, revision: int) -> None:
    """Confirm the networks of a webhook. Raises `UnknownWebhook` and as `approval.confirm` does."""
    async with at_hand(settings, "gateway") as (gateway,):
        await gateway.do(_confirm, id, revision, operator_name())


async def _confirm(id: str, revision: int, by: str, uow: UnitOfWork) -> None:
    found = await uow.get(Webhook, id)
    if found is None:
        raise UnknownWebhook("No webhook has this id; `motcua webhook waiting` shows those to do.")
    await approval.confirm(found, revision, by, uow)
