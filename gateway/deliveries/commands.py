"""What can be done to a subscription: make it, change it, give it a new key, send again what it missed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.journal import topics_of
from chassis.running import running_of
from contracts.problems import Conflict, FieldError, Forbidden, Invalid, NotFound
from contracts.vocabulary import Scope
from contracts.webhooks import (
    DeliveryKind,
    DeliveryState,
    DisabledFor,
    NetworksConfirmation,
    RedeliveryOrder,
    RotationOrder,
    Signing,
    WebhookChange,
    WebhookOrder,
    WebhookState,
)
from gateway.deliveries import approval, queries, signing
from gateway.deliveries.lookups import on_behalf_of
from gateway.deliveries.message import CHALLENGE_TOPIC, TEST_TOPIC
from gateway.deliveries.reading import delivery_of, may_hear
from gateway.deliveries.signing import EndpointKeys
from gateway.deliveries.targets import Names, target_of
from gateway.followed import TOPICS
from gateway.followed.routes import UnknownAgency
from gateway.tables import Client, Webhook, WebhookDelivery, WebhookProgress

MOST_WEBHOOKS = 50
"""Of one client."""

MOST_AGAIN = 10_000
"""Deliveries that one order can send again."""

EVERY_TYPE = "*"


class UnknownWebhook(NotFound):
    """No such webhook is within your reach."""

    title_vi = "Không tìm thấy đăng ký webhook này"


class WebhookTaken(Conflict):
    """You have subscribed with this address for this agency."""

    title_vi = "Địa chỉ này đã được đăng ký cho cơ quan này"


class TooManyWebhooks(Conflict):
    """A client has as many webhooks as it may have."""

    title_vi = "Đã đạt số lượng webhook tối đa"


class OperatorNeeded(Forbidden):
    """Only an operator may approve this."""

    title_vi = "Chỉ người vận hành mới được phê duyệt nội dung này"


class WebhookNotVerified(Conflict):
    """The endpoint has not answered its challenge yet."""

    title_vi = "Điểm nhận chưa trả lời thử thách xác minh"


class RedeliveryUnclear(Invalid):
    """It is not clear what to deliver again."""

    title_vi = "Chưa rõ cần gửi lại những gì"


@dataclass(frozen=True)
class Made:
    """A subscription, and what it signs with where only its owner may know it."""

    webhook: Webhook
    secret: str | None


async def register(order: WebhookOrder, caller: Principal, uow: UnitOfWork) -> Made:
    """Make a subscription; it hears of what happens from now on, once it has answered its challenge.

    Raises `UnknownAgency`, `EventTypeUnknown`, `WebhookUrlRefused`, `OperatorNeeded`, `WebhookTaken`.
    """
    if order.client is not None or order.networks:
        _expect_operator(caller)
    client = await uow.get(Client, order.client or caller.client)
    agency = order.agency or caller.agency or (client.agency if client else None)
    running = running_of(uow)
    if client is None or agency is None or not await running.tree.covers(caller, agency):
        raise UnknownAgency("No agency of this code is within your reach.")
    granted = (await queries.agencies_of([client.id], uow)).get(client.id, [])
    if not await may_hear(client, granted, agency, running):
        raise UnknownAgency("The client may not subscribe to the changes of this agency.")
    topics = _topics(order.types)
    await _expect_reachable(order.url, order.networks, caller, uow)
    theirs = await queries.webhooks_of(client.id, uow)
    _expect_free(order.url, agency, theirs)
    if len(theirs) >= MOST_WEBHOOKS:
        raise TooManyWebhooks(f"A client has {MOST_WEBHOOKS} at most; take one away first.")
    webhook, secret = _made(order, client.id, agency, topics, uow)
    _, last = await queries.ends(uow.database)
    uow.add(webhook)
    uow.add(WebhookProgress.of(webhook=webhook.id, place=last))
    await approval.approve(webhook, caller.client, uow)
    _challenge(webhook, uow)
    return Made(webhook, secret)


def _made(
    order: WebhookOrder, client: str, agency: str, topics: list[str] | None, uow: UnitOfWork
) -> tuple[Webhook, str | None]:
    key, named = signing.new_key(), f"wh-{secrets.token_hex(8)}"
    webhook = Webhook.of(
        id=named,
        client=client,
        agency=agency,
        url=order.url,
        topics=topics,
        signing=order.signing,
        state=WebhookState.UNVERIFIED,
        key=running_of(uow).own(EndpointKeys).sealed(key, named, agency),
        networks=list(order.networks),
        added_at=uow.now,
    )
    return webhook, _shown(order.signing, key)


async def reachable(id: str, caller: Principal, uow: UnitOfWork) -> Webhook:
    """The subscription of this id, if it is the caller's, or the caller operates for its agency."""
    webhook = await uow.get(Webhook, id)
    if webhook is not None:
        tree = running_of(uow).tree
        mine = webhook.client == caller.client
        if (mine or Scope.PARTNERS_ADMIN in caller.scopes) and await tree.covers(
            caller, webhook.agency
        ):
            return webhook
    raise UnknownWebhook("No webhook of this id is within your reach.")


async def change(id: str, told: WebhookChange, caller: Principal, uow: UnitOfWork) -> Webhook:
    """Change a subscription; a new address has to prove itself anew. Raises as `register` does."""
    webhook = await reachable(id, caller, uow)
    if told.networks is not None:
        _expect_operator(caller)
    networks = webhook.networks if told.networks is None else told.networks
    if told.url not in {None, webhook.url} and told.networks is None:
        # What an operator approved was approved for the address that stood there.
        networks = []
    url = told.url or webhook.url
    moved = url != webhook.url
    if moved:
        _expect_free(url, webhook.agency, await queries.webhooks_of(webhook.client, uow))
    renewed = moved or networks != webhook.networks
    if moved or told.networks is not None:
        await _expect_reachable(url, networks, caller, uow)
    if told.types is not None:
        webhook.change(topics=_topics(told.types))
    webhook.change(url=url, networks=list(networks), revision=webhook.revision + 1)
    if renewed:
        await approval.approve(webhook, caller.client, uow)
    proves = moved or (renewed and webhook.unconfirmed)
    if told.state is WebhookState.DISABLED:
        webhook.change(state=WebhookState.DISABLED, reason=DisabledFor.OWNER)
    elif proves:
        webhook.change(state=WebhookState.UNVERIFIED, reason=None)
    if proves:
        # Also of one that is disabled: what was proved of another address lets nothing out to this one.
        _challenge(webhook, uow)
    return webhook


async def confirm(
    id: str, told: NetworksConfirmation, caller: Principal, uow: UnitOfWork
) -> Webhook:
    """Confirm networks that another operator has approved. Raises as `approval.confirm` does."""
    webhook = await reachable(id, caller, uow)
    await approval.confirm(webhook, told.revision, caller.client, uow)
    return webhook


async def remove(id: str, caller: Principal, uow: UnitOfWork) -> None:
    """Take a subscription away; the worker takes its deliveries away, however many they are."""
    webhook = await reachable(id, caller, uow)
    progress = await uow.get(WebhookProgress, webhook.id)
    if progress is not None:
        uow.remove(progress)
    uow.remove(webhook)


async def enable(id: str, caller: Principal, uow: UnitOfWork) -> Webhook:
    """Start deliveries again, from where they stopped; what was parked goes out again, too.

    An endpoint that was never verified, or left a while ago, is sent a new challenge first.
    """
    webhook = await reachable(id, caller, uow)
    progress = await uow.get(WebhookProgress, webhook.id)
    if progress is not None:
        progress.change(
            failing=[],
            failing_since=None,
            probes=0,
            not_before=None,
            revision=progress.revision + 1,
        )
    proven = webhook.state is not WebhookState.UNVERIFIED and await queries.was_verified(
        webhook, uow
    )
    if webhook.state is WebhookState.DISABLED and proven and not webhook.unconfirmed:
        webhook.change(state=WebhookState.ACTIVE, reason=None)
        _again(await queries.parked_of(webhook.id, MOST_AGAIN, uow), uow)
        _again(await queries.waiting_of(webhook.id, uow.now, uow), uow)
    elif webhook.state is not WebhookState.ACTIVE:
        webhook.change(state=WebhookState.UNVERIFIED, reason=None)
        _challenge(webhook, uow)
    webhook.change(revision=webhook.revision + 1)
    return webhook


async def rotate(id: str, order: RotationOrder, caller: Principal, uow: UnitOfWork) -> Made:
    """Give a subscription a new key; for a while the one before signs beside it."""
    webhook = await reachable(id, caller, uow)
    key = signing.new_key()
    overlap = timedelta(hours=order.overlap_hours)
    webhook.change(
        former_key=webhook.key if overlap else None,
        former_until=uow.now + overlap if overlap else None,
        key=running_of(uow).own(EndpointKeys).sealed(key, webhook.id, webhook.agency),
        revision=webhook.revision + 1,
    )
    return Made(webhook, _shown(webhook.signing, key))


async def test(id: str, caller: Principal, uow: UnitOfWork) -> WebhookDelivery:
    """Send a delivery that says nothing, to see whether it arrives. Raises `WebhookNotVerified`."""
    webhook = await reachable(id, caller, uow)
    if webhook.unconfirmed:
        raise WebhookNotVerified("Its networks wait for a second operator: `confirm`.")
    if webhook.state is WebhookState.UNVERIFIED:
        raise WebhookNotVerified("Answer the challenge first; `enable` sends another one.")
    return _told(webhook, DeliveryKind.TEST, TEST_TOPIC, webhook.id, uow)


async def redeliver(id: str, order: RedeliveryOrder, caller: Principal, uow: UnitOfWork) -> int:
    """Deliver events again; returns how many. Raises `RedeliveryUnclear`."""
    webhook = await reachable(id, caller, uow)
    span = (order.recorded_from, order.recorded_to)
    asked = (order.ids is not None, order.parked, any(span))
    if sum(asked) != 1 or (any(span) and None in span):
        raise RedeliveryUnclear("Send one of: ids, parked, or recorded_from and recorded_to.")
    found: Sequence[WebhookDelivery]
    if order.ids is not None:
        found = await queries.named(webhook.id, order.ids, uow)
        _expect_all(order.ids, found)
    elif order.parked:
        found = await queries.parked_of(webhook.id, MOST_AGAIN, uow)
    else:
        found = await _recorded_between(webhook, order, uow)
    _again(found, uow)
    return len(found)


def _expect_all(ids: Sequence[str], found: Sequence[WebhookDelivery]) -> None:
    known = {delivery.event for delivery in found}
    missing = [number for number, told in enumerate(ids) if told not in known]
    if missing:
        errors = [
            FieldError(pointer=f"/ids/{number}", code="unknown", detail="No delivery of this id.")
            for number in missing
        ]
        raise RedeliveryUnclear("Some are no deliveries of this webhook.", errors=errors)


async def _recorded_between(
    webhook: Webhook, order: RedeliveryOrder, uow: UnitOfWork
) -> Sequence[WebhookDelivery]:
    begin, end = order.recorded_from, order.recorded_to
    assert begin is not None  # noqa: S101 - looked at before
    assert end is not None  # noqa: S101 - as above
    progress = await uow.get(WebhookProgress, webhook.id)
    agencies = await running_of(uow).tree.reach(webhook.agency)
    rows = await queries.recorded_between(
        webhook,
        agencies,
        (begin, end),
        upto=progress.place if progress else 0,
        limit=MOST_AGAIN + 1,
        database=uow.database,
    )
    if len(rows) > MOST_AGAIN:
        raise RedeliveryUnclear(f"More than {MOST_AGAIN} events; ask for a shorter span.")
    known = await uow.get_many(WebhookDelivery, [(webhook.id, row.event_id) for row in rows])
    found = []
    for row in rows:
        delivery = known.get((webhook.id, row.event_id))
        if delivery is None:
            delivery = delivery_of(row, webhook.id)
            uow.add(delivery)
        found.append(delivery)
    return found


def _again(deliveries: Iterable[WebhookDelivery], uow: UnitOfWork) -> None:
    for delivery in deliveries:
        delivery.change(
            state=DeliveryState.WAITING,
            attempts=0,
            next_at=uow.now,
            ended_at=None,
            revision=delivery.revision + 1,
        )


def _challenge(webhook: Webhook, uow: UnitOfWork) -> None:
    _told(webhook, DeliveryKind.CHALLENGE, CHALLENGE_TOPIC, secrets.token_urlsafe(24), uow)


def _told(
    webhook: Webhook, kind: DeliveryKind, topic: str, subject: str, uow: UnitOfWork
) -> WebhookDelivery:
    delivery = WebhookDelivery.of(
        webhook=webhook.id,
        event=secrets.token_hex(16),
        kind=kind,
        topic=topic,
        subject=subject,
        agency=webhook.agency,
        recorded_at=uow.now,
        state=DeliveryState.WAITING,
        next_at=uow.now,
    )
    uow.add(delivery)
    return delivery


def _topics(types: list[str] | None) -> list[str] | None:
    found = topics_of(TOPICS, None if types == [EVERY_TYPE] else types, "/types")
    return None if found is None else sorted(found)


def _shown(kind: Signing, key: bytes) -> str | None:
    return signing.shown_secret(key) if kind is Signing.HMAC else None


async def _expect_reachable(
    url: str, networks: Sequence[str], caller: Principal, uow: UnitOfWork
) -> None:
    """Raises `WebhookUrlRefused` unless the address may be delivered to, as its name stands now."""
    loopback = running_of(uow).settings.webhook_loopback
    target = target_of(url, networks, loopback=loopback)
    with on_behalf_of(caller.client):
        await running_of(uow).own(Names).checked(target)


def _expect_free(url: str, agency: str, theirs: Iterable[Webhook]) -> None:
    """Raises `WebhookTaken` when one of a client's subscriptions has this address for this agency."""
    if any((one.url, one.agency) == (url, agency) for one in theirs):
        raise WebhookTaken("Change that one, or take it away first.")


def _expect_operator(caller: Principal) -> None:
    if Scope.PARTNERS_ADMIN not in caller.scopes:
        raise OperatorNeeded("Ask your operator: this needs the scope partners:admin.")
