"""What workers write: whose endpoint is whose, and what came of each attempt.

An endpoint is served by one worker at a time. A worker is alive as long as it is heard of; whoever takes
an endpoint over from one that is not makes its `token` grow, and every result is written only by whoever
holds the token.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chassis.database import UnitOfWork
from contracts.webhooks import DeliveryKind, DeliveryState, DisabledFor, WebhookState
from gateway.deliveries import queries
from gateway.deliveries.lanes import FAILS_AS_A_WHOLE, Attempt
from gateway.deliveries.message import answers_challenge, beginning_of
from gateway.deliveries.schedule import SPAN, pause_after, probe_pause, wished_pause
from gateway.tables import Webhook, WebhookDelivery, WebhookProgress, WebhookWorker

ALIVE = timedelta(seconds=15)
"""How long a worker counts as alive after it was heard of."""

LOGGED = 12
"""Attempts of a delivery that are kept."""

MOST_ATTEMPTS = {DeliveryKind.CHALLENGE: 5, DeliveryKind.TEST: 1}
"""Fewer than the schedule has, for what is not an event."""

OVERLOADED = frozenset({429, 503})


class LaneLost(Exception):
    """Another worker serves this endpoint now, or it is no more."""


@dataclass(frozen=True)
class Share:
    """What a worker is to serve."""

    taken: Sequence[tuple[Webhook, WebhookProgress]]
    lost: frozenset[str]
    """What it held, and others have taken over since."""
    surplus: int
    """How many it should leave to others."""


async def take_share(name: str, held: Collection[str], uow: UnitOfWork) -> Share:
    """Tell that a worker is alive, and take its part of the endpoints that nobody serves."""
    uow.put(WebhookWorker.of(name=name, seen_at=uow.now))
    everything: dict[str, str | None] = dict(map(tuple, await queries.holders(uow)))
    # In this order: whoever took something told in the same moment that it is alive, and is found here.
    alive = {worker.name for worker in await queries.workers_seen_since(uow.now - ALIVE, uow)}
    alive.add(name)
    kept = [webhook for webhook in held if everything.get(webhook) == name]
    part = -(-len(everything) // len(alive))
    free = [webhook for webhook, holder in everything.items() if holder not in alive]
    # Two workers that look at once should not reach for the same ones.
    offset = hash(name) % len(free) if free else 0
    wanted = (free[offset:] + free[:offset])[: max(part - len(kept), 0)]
    rows = await uow.get_many(WebhookProgress, [(one,) for one in wanted])
    webhooks = await uow.get_many(Webhook, [(one,) for one in wanted])
    taken = []
    for key, progress in rows.items():
        # Another one may have taken it since they were looked through.
        if key in webhooks and progress.holder == everything[progress.webhook]:
            progress.change(holder=name, token=progress.token + 1, revision=progress.revision + 1)
            taken.append((webhooks[key], progress))
    return Share(taken, frozenset(held) - frozenset(kept), max(len(kept) - part, 0))


async def leave(
    name: str, places: Collection[tuple[str, int, int]], uow: UnitOfWork, *, last: bool = False
) -> None:
    """Leave endpoints to others, each at its place; `places` holds webhook, token and place."""
    rows = await uow.get_many(WebhookProgress, [(one,) for one, _, _ in places])
    for webhook, token, place in places:
        progress = rows.get((webhook,))
        if progress is not None and progress.token == token:
            progress.change(
                holder=None, place=max(progress.place, place), revision=progress.revision + 1
            )
    if last:
        uow.remove(WebhookWorker.of(name=name, seen_at=uow.now))


async def keep_places(places: Collection[tuple[str, int, int]], uow: UnitOfWork) -> None:
    """Store how far endpoints have come that had nothing to be told."""
    rows = await uow.get_many(WebhookProgress, [(one,) for one, _, _ in places])
    for webhook, token, place in places:
        progress = rows.get((webhook,))
        if progress is not None and progress.token == token and progress.place < place:
            progress.change(place=place, revision=progress.revision + 1)


async def miss(webhook: str, token: int, place: int, uow: UnitOfWork) -> None:
    """Go on after a gap: the next changes for an endpoint are no longer kept."""
    progress = await _held(webhook, token, uow)
    progress.change(place=place, missed_at=uow.now, revision=progress.revision + 1)


async def end_for_grant(webhook: str, uow: UnitOfWork) -> None:
    """Stop a subscription whose client may no longer hear of its agency."""
    found = await uow.get(Webhook, webhook)
    if found is not None and found.state is not WebhookState.DISABLED:
        _disable(found, DisabledFor.GRANT_LOST)


@dataclass(frozen=True)
class Results:
    """What came of attempts at one endpoint."""

    webhook: str
    token: int
    settled: int
    """How far the endpoint has come with them."""
    attempts: Sequence[Attempt]


async def store(results: Sequence[Results], uow: UnitOfWork) -> dict[str, WebhookProgress]:
    """Write what came of attempts, and how far each endpoint has come.

    An endpoint that another worker serves now, or that is no more, is left out, and nothing of it is written.
    """
    ids = [(one.webhook,) for one in results]
    keys = [(one.webhook, attempt.delivery.event) for one in results for attempt in one.attempts]
    held = await uow.get_many(WebhookProgress, ids)
    webhooks = await uow.get_many(Webhook, ids)
    rows = await uow.get_many(WebhookDelivery, keys)
    stored = {}
    for one in results:
        progress, webhook = held.get((one.webhook,)), webhooks.get((one.webhook,))
        if progress is not None and progress.token == one.token and webhook is not None:
            await _store(one, webhook, progress, rows, uow)
            stored[one.webhook] = progress
    return stored


async def _store(
    one: Results,
    webhook: Webhook,
    progress: WebhookProgress,
    rows: dict[tuple[Any, ...], WebhookDelivery],
    uow: UnitOfWork,
) -> None:
    for attempt in one.attempts:
        key = (one.webhook, attempt.delivery.event)
        row = rows.get(key)
        if row is None:
            row = rows[key] = WebhookDelivery.of(**_values(attempt.delivery))
            uow.add(row)
        _enter(row, attempt, progress)
        await _conclude(webhook, row, attempt, uow)
        await _learn(progress, row, attempt, uow)
    if progress.failing_since is not None and len(progress.failing) >= FAILS_AS_A_WHOLE:
        lasted = one.attempts[-1].at - progress.failing_since
        if lasted >= SPAN and webhook.state is WebhookState.ACTIVE:
            _disable(webhook, DisabledFor.UNREACHABLE)
    progress.change(place=max(progress.place, one.settled), revision=progress.revision + 1)


async def _held(webhook: str, token: int, uow: UnitOfWork) -> WebhookProgress:
    progress = await uow.get(WebhookProgress, webhook)
    if progress is None or progress.token != token:
        raise LaneLost
    return progress


def _enter(row: WebhookDelivery, attempt: Attempt, progress: WebhookProgress) -> None:
    """What one attempt makes of its delivery."""
    outcome = attempt.outcome
    told = {"at": attempt.at.isoformat(), "status": outcome.status, "ms": outcome.duration_ms}
    ordered_since = row.revision != attempt.delivery.revision
    row.change(
        log=[*row.log, told | {"problem": outcome.problem}][-LOGGED:],
        answer=beginning_of(outcome.answer),
        revision=row.revision + 1,
    )
    if ordered_since:
        # It was asked for again while it was under way: this attempt is not the one that was asked for.
        return
    row.change(attempts=row.attempts + 1)
    if outcome.delivered:
        row.change(state=DeliveryState.DELIVERED, next_at=None, ended_at=attempt.at)
        return
    pause = pause_after(row.attempts)
    if pause is None or row.attempts >= MOST_ATTEMPTS.get(row.kind, row.attempts + 1):
        row.change(state=DeliveryState.PARKED, next_at=None, ended_at=attempt.at)
        return
    wished = wished_pause(outcome.retry_after, attempt.at)
    if wished is not None and outcome.status in OVERLOADED:
        pause = max(pause, wished)
        _pause(progress, attempt.at + wished)
    row.change(state=DeliveryState.WAITING, next_at=attempt.at + pause)


async def _conclude(
    webhook: Webhook, row: WebhookDelivery, attempt: Attempt, uow: UnitOfWork
) -> None:
    """What one attempt makes of its subscription."""
    if attempt.outcome.gone and webhook.state is not WebhookState.DISABLED:
        _disable(webhook, DisabledFor.GONE)
    if row.kind is not DeliveryKind.CHALLENGE or not attempt.outcome.delivered:
        return
    if webhook.state is not WebhookState.UNVERIFIED:
        return
    # An answer to an earlier challenge may come from the address that stood there then.
    last = await queries.last_challenge(webhook, uow)
    if last is not None and last.event == row.event:
        webhook.change(state=WebhookState.ACTIVE, reason=None, revision=webhook.revision + 1)


async def _learn(
    progress: WebhookProgress, row: WebhookDelivery, attempt: Attempt, uow: UnitOfWork
) -> None:
    """What one attempt tells of its endpoint."""
    if attempt.outcome.delivered:
        if len(progress.failing) >= FAILS_AS_A_WHOLE:
            # It answers again: whatever waits for it goes out at once.
            for waiting in await queries.waiting_of(progress.webhook, attempt.at, uow):
                if waiting.state is DeliveryState.WAITING:
                    waiting.change(next_at=attempt.at, revision=waiting.revision + 1)
        progress.change(
            failing=[], failing_since=None, probes=0, not_before=None, delivered_at=attempt.at
        )
        return
    if row.event not in progress.failing:
        progress.change(failing=[*progress.failing, row.event][-FAILS_AS_A_WHOLE:])
    progress.change(failing_since=progress.failing_since or attempt.at)
    begun = attempt.at - timedelta(milliseconds=attempt.outcome.duration_ms)
    under_way_before = progress.not_before is not None and begun < progress.not_before
    # Of many under way when it began to fail, one tells as much as all: the others are no further probes.
    if len(progress.failing) >= FAILS_AS_A_WHOLE and not under_way_before:
        _pause(progress, attempt.at + probe_pause(progress.probes))
        progress.change(probes=progress.probes + 1)


def _pause(progress: WebhookProgress, until: datetime) -> None:
    if progress.not_before is None or progress.not_before < until:
        progress.change(not_before=until)


def _disable(webhook: Webhook, reason: DisabledFor) -> None:
    webhook.change(state=WebhookState.DISABLED, reason=reason, revision=webhook.revision + 1)


def _values(delivery: WebhookDelivery) -> dict[str, object]:
    return {name: getattr(delivery, name) for name in WebhookDelivery.model_fields}


def is_answered(delivery: WebhookDelivery, answer: bytes) -> bool:
    """Whether an answer is what a delivery asks for: a challenge must be given back."""
    return delivery.kind is not DeliveryKind.CHALLENGE or answers_challenge(
        answer, delivery.subject
    )
