"""A lane: one endpoint as the worker that serves it knows it, and what goes out to it next.

Values and decisions, no I/O. Order is kept as far as it costs nobody anything: of one subject, only one
delivery is under way at a time, and first attempts are made in the order of the journal. A delivery that
failed waits for its own next attempt and lets the others pass.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contracts.webhooks import DeliveryKind, WebhookState
from gateway.deliveries.posting import Outcome
from gateway.tables import Webhook, WebhookDelivery, WebhookProgress

MOST_FRESH = 500
"""Entries a lane takes from the journal before they are tried; the others stay there."""

REFILL_BELOW = 200
FAILS_AS_A_WHOLE = 3
"""Different deliveries that fail in a row before the endpoint counts as failing as a whole."""

MOST_AT_ONCE = 16
SLOW_MS = 1_000
"""An endpoint that takes longer is given no more at once."""


@dataclass
class Attempt:
    """An attempt that has ended and is not stored yet."""

    delivery: WebhookDelivery
    outcome: Outcome
    at: datetime


@dataclass
class Lane:
    """One endpoint, while this worker serves it."""

    webhook: Webhook
    token: int
    reached: int
    """The place in the journal up to which it has taken entries."""
    failing: list[str] = field(default_factory=list)
    failing_since: datetime | None = None
    probes: int = 0
    not_before: datetime | None = None
    fresh: deque[WebhookDelivery] = field(default_factory=deque)
    """Taken from the journal, not tried yet; nothing is stored of them."""
    again: dict[str, WebhookDelivery] = field(default_factory=dict)
    """Stored, and due."""
    under_way: dict[str, WebhookDelivery] = field(default_factory=dict)
    ended: list[Attempt] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    """What it signs with: two while a rotation overlaps."""
    done: set[str] = field(default_factory=set)
    """Stored since the last look at what is due: what that look says of them is too old."""
    stored: int = 0
    """The place that is stored."""
    at_once: int = 1
    lost: bool = False
    """Whether another worker serves it now, or nobody."""

    @classmethod
    def of(cls, webhook: Webhook, progress: WebhookProgress) -> Lane:
        """A lane as it was left."""
        lane = cls(webhook, progress.token, progress.place)
        lane.learn(progress)
        return lane

    def learn(self, progress: WebhookProgress) -> None:
        """How the endpoint does, as it is stored."""
        self.failing = list(progress.failing)
        self.failing_since = progress.failing_since
        self.probes = progress.probes
        self.not_before = progress.not_before
        self.stored = progress.place

    def change(self, webhook: Webhook) -> None:
        """The subscription has changed: what was taken and not tried goes back to the journal."""
        self.reached = min(self.reached, self.settled)
        self.fresh.clear()
        self.again.clear()
        self.webhook = webhook

    @property
    def open(self) -> bool:
        """Whether events may go out."""
        webhook = self.webhook
        return webhook.state is WebhookState.ACTIVE and not webhook.unconfirmed and not self.lost

    @property
    def suspect(self) -> bool:
        """Whether it fails as a whole."""
        return len(self.failing) >= FAILS_AS_A_WHOLE

    @property
    def has_room(self) -> bool:
        """Whether it takes more of the journal."""
        return self.open and len(self.fresh) < REFILL_BELOW

    @property
    def idle(self) -> bool:
        """Whether nothing of it is on its way."""
        return not (self.under_way or self.ended)

    @property
    def settled(self) -> int:
        """The place up to which everything has been tried and stored."""
        return self.settled_with(())

    def settled_with(self, stored: Collection[Attempt]) -> int:
        """The same, once these attempts are stored."""
        events = {attempt.delivery.event for attempt in stored}
        ended = (a.delivery for a in self.ended if a.delivery.event not in events)
        open_places = [
            delivery.place - 1
            for delivery in (*self.fresh, *self.under_way.values(), *ended)
            if delivery.place is not None and delivery.attempts == 0
        ]
        return min([self.reached, *open_places])

    def take(self, delivery: WebhookDelivery) -> bool:
        """Take an entry of the journal; False when there is no room."""
        if len(self.fresh) >= MOST_FRESH:
            return False
        self.fresh.append(delivery)
        return True

    def take_again(self, delivery: WebhookDelivery) -> None:
        """Take a stored delivery that is due, if it may go out as things stand."""
        state = self.webhook.state
        if self.webhook.unconfirmed:
            return
        if delivery.kind is DeliveryKind.EVENT and state is not WebhookState.ACTIVE:
            return
        if delivery.kind is DeliveryKind.CHALLENGE and state is not WebhookState.UNVERIFIED:
            return
        busy = {*self.under_way, *self.done, *(a.delivery.event for a in self.ended)}
        if delivery.event not in busy:
            self.again[delivery.event] = delivery

    def next(self, now: datetime) -> WebhookDelivery | None:
        """What goes out now, if anything; it is under way then."""
        if self.lost or (self.not_before is not None and now < self.not_before):
            return None
        if len(self.under_way) >= (1 if self.suspect else self.at_once):
            return None
        if any(not attempt.outcome.delivered for attempt in self.ended):
            # Whether the endpoint fails as a whole is known once this failure is stored.
            return None
        busy = {delivery.subject for delivery in self.under_way.values()}
        found = self._first_fresh(busy) or self._first_again(busy)
        if found is not None:
            self.under_way[found.event] = found
        return found

    def _first_fresh(self, busy: set[str]) -> WebhookDelivery | None:
        if not self.open:
            return None
        # No further than some: a subject that is busy must not make the queue be searched through.
        for number in range(min(len(self.fresh), 2 * MOST_AT_ONCE)):
            if self.fresh[number].subject not in busy:
                found = self.fresh[number]
                del self.fresh[number]
                return found
        return None

    def _first_again(self, busy: set[str]) -> WebhookDelivery | None:
        waiting = [d for d in self.again.values() if d.subject not in busy]
        if not waiting:
            return None
        found = min(waiting, key=lambda d: (d.attempts, d.place or 0))
        return self.again.pop(found.event)

    def end(self, delivery: WebhookDelivery, outcome: Outcome, at: datetime) -> None:
        """Remember what came of an attempt until it is stored, and learn from it how much is too much."""
        self.under_way.pop(delivery.event, None)
        self.ended.append(Attempt(delivery, outcome, at))
        if outcome.delivered and outcome.duration_ms < SLOW_MS:
            self.at_once = min(self.at_once + 1, MOST_AT_ONCE)
        else:
            self.at_once = max(1, self.at_once // 2)

    def pause(self, until: datetime) -> None:
        """Send nothing before an instant."""
        if self.not_before is None or self.not_before < until:
            self.not_before = until

    def fails_too_long(self, now: datetime, span: timedelta) -> bool:
        """Whether nothing has got through for a whole schedule."""
        return self.suspect and self.failing_since is not None and now - self.failing_since >= span
