"""Webhooks over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.journal import CursorUnreadable, EventTypeUnknown
from chassis.permissions import Operator, WebhookOwner
from chassis.web import Reading, Works, entity_tag, refusals
from contracts.vocabulary import Scope
from contracts.webhooks import (
    DeliveryPage,
    DeliveryState,
    DeliveryView,
    NetworksConfirmation,
    RedeliveryOrder,
    RedeliveryView,
    RotationOrder,
    WebhookChange,
    WebhookList,
    WebhookOrder,
    WebhookSecret,
    WebhookView,
)
from contracts.wire import Code
from gateway.deliveries import approval, commands, queries, views
from gateway.deliveries.signing import WebhookKeyMissing
from gateway.deliveries.targets import WebhookUrlRefused
from gateway.followed.routes import UnknownAgency

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["webhooks"])
NO_STORE = "no-store"


@router.post(
    "/webhooks",
    status_code=201,
    responses=refusals(
        UnknownAgency,
        EventTypeUnknown,
        WebhookUrlRefused,
        commands.OperatorNeeded,
        commands.WebhookTaken,
        commands.TooManyWebhooks,
    ),
)
async def register_webhook(
    order: WebhookOrder, caller: WebhookOwner, work: Works, uow: Reading, response: Response
) -> WebhookSecret:
    """Subscribe to changes (đăng ký webhook). The secret of `v1` is shown in this answer and never again.

    The endpoint is sent a signed challenge and must give it back before anything else is sent. The answer is
    not kept under an Idempotency-Key, since it may hold a secret: the same address again is 409.
    """
    made = await work(commands.register, order, caller)
    response.headers["Cache-Control"] = NO_STORE
    return await views.made(made, uow)


@router.get("/webhooks")
async def list_webhooks(caller: WebhookOwner, uow: Reading) -> WebhookList:
    """Your subscriptions; for an operator all of those within reach."""
    if Scope.PARTNERS_ADMIN in caller.scopes:
        found = [
            webhook
            for webhook in await queries.webhooks_of(None, uow)
            if webhook.client == caller.client or await _reaches(caller, webhook.id, uow)
        ]
    else:
        found = await queries.webhooks_of(caller.client, uow)
    return WebhookList(items=await views.webhooks(found, uow))


async def _reaches(caller: WebhookOwner, id: str, uow: Reading) -> bool:
    try:
        await commands.reachable(id, caller, uow)
    except commands.UnknownWebhook:
        return False
    return True


@router.get("/webhooks/{id}", responses=refusals(commands.UnknownWebhook, WebhookKeyMissing))
async def read_webhook(
    id: Code, caller: WebhookOwner, uow: Reading, response: Response
) -> WebhookView:
    """A subscription as it stands."""
    webhook = await commands.reachable(id, caller, uow)
    response.headers["ETag"] = entity_tag(webhook.revision)
    return await views.webhook(webhook, uow)


@router.patch(
    "/webhooks/{id}",
    responses=refusals(
        commands.UnknownWebhook,
        EventTypeUnknown,
        WebhookUrlRefused,
        commands.OperatorNeeded,
        commands.WebhookTaken,
    ),
)
async def change_webhook(
    id: Code, told: WebhookChange, caller: WebhookOwner, work: Works, uow: Reading
) -> WebhookView:
    """Change the address, the types, the approved networks, or stop deliveries for a while."""
    return await views.webhook(await work(commands.change, id, told, caller), uow)


@router.delete("/webhooks/{id}", status_code=204, responses=refusals(commands.UnknownWebhook))
async def remove_webhook(id: Code, caller: WebhookOwner, work: Works) -> None:
    """Take a subscription away; its deliveries go within minutes."""
    await work(commands.remove, id, caller)


@router.post(
    "/webhooks/{id}/confirm",
    responses=refusals(
        commands.UnknownWebhook, approval.OtherOperatorNeeded, approval.WebhookChanged
    ),
)
async def confirm_networks(
    id: Code, told: NetworksConfirmation, caller: Operator, work: Works, uow: Reading
) -> WebhookView:
    """Confirm networks that another operator has approved for an endpoint (xác nhận mạng được phê duyệt)."""
    return await views.webhook(await work(commands.confirm, id, told, caller), uow)


@router.post("/webhooks/{id}/enable", responses=refusals(commands.UnknownWebhook))
async def enable_webhook(id: Code, caller: WebhookOwner, work: Works, uow: Reading) -> WebhookView:
    """Start deliveries again from where they stopped, parked ones too; or send another challenge."""
    return await views.webhook(await work(commands.enable, id, caller), uow)


@router.post("/webhooks/{id}/rotate", responses=refusals(commands.UnknownWebhook))
async def rotate_webhook(  # noqa: PLR0917 - FastAPI passes them by name
    id: Code,
    order: RotationOrder,
    caller: WebhookOwner,
    work: Works,
    uow: Reading,
    response: Response,
) -> WebhookSecret:
    """Give a subscription a new key; the one before signs beside it while they overlap."""
    made = await work(commands.rotate, id, order, caller)
    response.headers["Cache-Control"] = NO_STORE
    return await views.made(made, uow)


@router.post(
    "/webhooks/{id}/test",
    status_code=202,
    responses=refusals(commands.UnknownWebhook, commands.WebhookNotVerified),
)
async def test_webhook(id: Code, caller: WebhookOwner, work: Works) -> DeliveryView:
    """Send a delivery that says nothing; what became of it is among the deliveries."""
    return views.delivery(await work(commands.test, id, caller))


@router.get(
    "/webhooks/{id}/deliveries", responses=refusals(commands.UnknownWebhook, CursorUnreadable)
)
async def list_deliveries(  # noqa: PLR0917 - FastAPI passes them by name
    id: Code,
    caller: WebhookOwner,
    uow: Reading,
    state: DeliveryState | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveryPage:
    """What was delivered, what waits, what is parked; latest change first."""
    webhook = await commands.reachable(id, caller, uow)
    before = views.read_cursor(cursor)
    return views.page(await queries.deliveries(webhook.id, state, before, limit + 1, uow), limit)


@router.post(
    "/webhooks/{id}/redeliver",
    status_code=202,
    responses=refusals(commands.UnknownWebhook, commands.RedeliveryUnclear),
)
async def redeliver(
    id: Code, order: RedeliveryOrder, caller: WebhookOwner, work: Works
) -> RedeliveryView:
    """Deliver events again: by id, all that are parked, or all of a span of time."""
    return RedeliveryView(deliveries=await work(commands.redeliver, id, order, caller))
