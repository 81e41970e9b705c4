"""What the post said of a dossier's items, and what follows from it. Values in, values out.

Events of the post carry the shipment's revision: of each leg and attempt the largest heard stands, so their
order makes no difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from contracts.envelope import Event
from contracts.postal import (
    ShipmentAccepted,
    ShipmentContested,
    ShipmentDelivered,
    ShipmentMoved,
    ShipmentStalled,
)
from contracts.vocabulary import (
    DossierStatus,
    Leg,
    RecipientRule,
    ResultLocation,
    ShipmentStatus,
)
from services.intake.domain.statuses import DONE, RETURNED

ENDS = frozenset(
    {
        ShipmentStatus.DELIVERED,
        ShipmentStatus.RETURNED,
        ShipmentStatus.CANCELLED,
        ShipmentStatus.LOST,
        ShipmentStatus.DESTROYED,
    }
)
"""Statuses that end an item's way."""

GONE = frozenset({ShipmentStatus.LOST, ShipmentStatus.DESTROYED})

Stretch = tuple[datetime, datetime | None]
"""From, until; None while it lasts."""


@dataclass(frozen=True)
class LegFacts:
    """One attempt at a leg of the post (chặng bưu chính), as the post told it."""

    leg: Leg
    attempt: int
    shipment: str = ""
    revision: int = 0
    """Of the shipment, at which the position below was told."""
    status: ShipmentStatus = ShipmentStatus.REGISTERED
    provisional: bool = False
    contested: bool = False
    ordered_at: datetime | None = None
    accepted_at: datetime | None = None
    """When the post took custody."""
    status_at: datetime | None = None
    delivered_at: datetime | None = None
    failed_attempts: int = 0
    awaited: tuple[Stretch, ...] = ()
    """When it waited for the citizen."""
    proof_revision: int = -1
    """Of the shipment, at which what shows the delivery was told; -1 while nothing was."""
    item_code: str | None = None
    slip_number: str | None = None
    receiver: str | None = None
    receiver_relation: str | None = None
    identity_shown: bool | None = None
    evidence: tuple[str, ...] = ()
    silent_since: datetime | None = None
    """When it was last heard of, as a warning of silence said."""
    misreceived: bool = False
    """Whether whoever took it is not whom the procedure allows."""
    asked_at: datetime | None = None
    """When the papers were asked for that a supplement brings."""
    answered_at: datetime | None = None
    """When the counter said what came of papers that were brought: complete, or more asked for."""

    @property
    def order(self) -> tuple[Leg, int]:
        """Which one it is."""
        return self.leg, self.attempt

    @property
    def certain(self) -> bool:
        """Whether its position is confirmed, and nobody contradicts it."""
        return not (self.provisional or self.contested)

    @property
    def confirmed_at(self) -> datetime | None:
        """When it was delivered, once that is certain."""
        delivered = self.status is ShipmentStatus.DELIVERED and self.certain
        return self.delivered_at if delivered else None

    @property
    def back_at(self) -> datetime | None:
        """When it was back at its sender, once that is certain."""
        return self.status_at if self.status is ShipmentStatus.RETURNED and self.certain else None

    @property
    def ended_at(self) -> datetime | None:
        """When its way ended, once that is certain."""
        return self.status_at if self.status in ENDS and self.certain else None

    @property
    def held_since(self) -> datetime | None:
        """Since when it waits at a post office for the citizen."""
        waiting = self.awaited and self.awaited[-1][1] is None
        held = self.status is ShipmentStatus.HELD_FOR_PICKUP
        return self.awaited[-1][0] if held and waiting else None

    @property
    def stalled(self) -> bool:
        """Whether it is on its way and nothing was heard since a warning of silence."""
        if self.silent_since is None or self.status in ENDS:
            return False
        return self.status_at is None or self.status_at <= self.silent_since

    def kept(self) -> dict[str, Any]:
        """As it is remembered: JSON values, instants with their offset."""
        told = dict(self.__dict__)
        for name in _INSTANTS:
            told[name] = told[name].isoformat() if told[name] else None
        told["awaited"] = [[s.isoformat(), u.isoformat() if u else None] for s, u in self.awaited]
        told["evidence"] = list(self.evidence)
        return told


_INSTANTS = (
    *("ordered_at", "accepted_at", "status_at", "delivered_at"),
    *("silent_since", "asked_at", "answered_at"),
)
_NAMES = frozenset(field.name for field in fields(LegFacts))


def leg_of(kept: Mapping[str, Any]) -> LegFacts:
    """A leg as it was remembered."""
    told = {name: value for name, value in kept.items() if name in _NAMES}
    for name in _INSTANTS:
        told[name] = _read(told.get(name))
    told["leg"], told["status"] = Leg(told["leg"]), ShipmentStatus(told["status"])
    told["awaited"] = tuple(
        (datetime.fromisoformat(since), _read(until)) for since, until in told["awaited"]
    )
    told["evidence"] = tuple(told["evidence"])
    return LegFacts(**told)


def hear(legs: Sequence[LegFacts], event: Event) -> tuple[LegFacts, ...]:
    """The legs after hearing an event of the post; hearing it again changes nothing."""
    attempt = getattr(event, "attempt", None)
    if not isinstance(event, _HEARD) or attempt is None:
        # Of which attempt a contest is, older news do not tell; the move they came with does.
        return tuple(legs)
    by_order = {one.order: one for one in legs}
    known = by_order.get((event.leg, attempt)) or LegFacts(event.leg, attempt)
    by_order[event.leg, attempt] = _told(known, event)
    return tuple(by_order[order] for order in sorted(by_order))


_HEARD = (ShipmentMoved, ShipmentAccepted, ShipmentDelivered, ShipmentContested, ShipmentStalled)


def _told(leg: LegFacts, event: Any) -> LegFacts:
    leg = replace(leg, shipment=event.shipment)
    if isinstance(event, ShipmentStalled):
        latest = max(filter(None, (leg.silent_since, event.last_heard_at)))
        return replace(leg, silent_since=latest)
    if isinstance(event, ShipmentDelivered) and event.revision >= leg.proof_revision:
        shown: dict[str, Any] = {name: getattr(event, name) for name in _SHOWN}
        shown |= {"proof_revision": event.revision, "evidence": tuple(event.evidence)}
        leg = replace(leg, **shown)
    if event.revision < leg.revision:
        return leg
    return replace(leg, revision=event.revision, **_position(event))


_SHOWN = ("item_code", "slip_number", "receiver", "receiver_relation", "identity_shown")


def _position(event: Any) -> dict[str, Any]:
    """What an event says of the position; a move of the same revision says all of it, and the same."""
    if isinstance(event, ShipmentAccepted):
        return {"accepted_at": event.accepted_at}
    if isinstance(event, ShipmentContested):
        return {"contested": True}
    if isinstance(event, ShipmentDelivered):
        at = event.delivered_at
        certain = {"provisional": False, "contested": False}
        return {"status": ShipmentStatus.DELIVERED, "delivered_at": at, "status_at": at} | certain
    names = ("status", "provisional", "contested", *_INSTANTS[:4], "failed_attempts")
    told = {name: getattr(event, name) for name in names}
    return told | {"awaited": tuple((one.since, one.until) for one in event.awaited)}


def results(legs: Iterable[LegFacts]) -> list[LegFacts]:
    """The attempts at bringing the result, in their order; a further one supersedes those before."""
    found = [one for one in legs if one.leg is Leg.OUTBOUND_RESULT]
    return sorted(found, key=lambda one: one.attempt)


def custody_at(legs: Iterable[LegFacts]) -> datetime | None:
    """When the result first left the office for the post: the office's time ends there."""
    return min((one.accepted_at for one in results(legs) if one.accepted_at), default=None)


def location(
    status: DossierStatus,
    done_at: datetime | None,
    returned_at: datetime | None,
    legs: Iterable[LegFacts],
) -> ResultLocation | None:
    """Where the result is; none before there is one. The last attempt of the post decides."""
    sent = [one for one in results(legs) if one.accepted_at is not None]
    if not sent:
        if status is RETURNED:
            return ResultLocation.CITIZEN
        return ResultLocation.COUNTER if status is DONE and done_at is not None else None
    last = sent[-1]
    if last.contested or (last.status in GONE and last.certain):
        return ResultLocation.UNKNOWN
    if last.confirmed_at is not None:
        return ResultLocation.CITIZEN
    if last.back_at is None:
        return ResultLocation.POST
    fetched = status is RETURNED and returned_at is not None and returned_at > last.back_at
    return ResultLocation.CITIZEN if fetched else ResultLocation.COUNTER


@dataclass(frozen=True)
class Words:
    """What carriers and officers call a receiver (quan hệ với người nhận), in lower case."""

    himself: frozenset[str]
    authorised: frozenset[str]

    @classmethod
    def of(cls, himself: str, authorised: str) -> "Words":
        """Of two settings that list words, separated by commas."""
        return cls(_listed(himself), _listed(authorised))


def allowed(
    rule: RecipientRule, relation: str | None, identity_shown: bool | None, words: Words
) -> bool:
    """Whether a procedure lets the post hand its result to such a receiver; silence is not enough.

    >>> words = Words.of("self", "authorised")
    >>> allowed(RecipientRule.IN_PERSON, "Self", None, words)
    True
    >>> allowed(RecipientRule.IN_PERSON, None, True, words)
    False
    """
    called = (relation or "").strip().casefold()
    match rule:
        case RecipientRule.ANYONE:
            return True
        case RecipientRule.IN_PERSON:
            return called in words.himself
        case RecipientRule.AUTHORISED:
            return called in words.himself | words.authorised
        case RecipientRule.IDENTITY_SHOWN:
            return identity_shown is True


def judged(legs: Iterable[LegFacts], rule: RecipientRule, words: Words) -> tuple[LegFacts, ...]:
    """The legs, each with whether its confirmed delivery of the result broke the procedure's rule."""
    return tuple(
        replace(
            one,
            misreceived=one.leg is Leg.OUTBOUND_RESULT
            and one.confirmed_at is not None
            and not allowed(rule, one.receiver_relation, one.identity_shown, words),
        )
        for one in legs
    )


def at_the_counter(
    legs: Iterable[LegFacts], received_at: datetime | None, requests: Iterable[Stretch]
) -> tuple[LegFacts, ...]:
    """The legs, those that bring papers with what the counter asked for before and answered after.

    `requests`: from when until when the dossier waited for papers.
    """
    asked = list(requests)
    said = [received_at, *(moment for request in asked for moment in request)]
    moments = [moment for moment in said if moment is not None]
    return tuple(
        _at_the_counter(one, moments, asked) if one.leg in BRINGING else one for one in legs
    )


BRINGING = frozenset({Leg.INBOUND_DOSSIER, Leg.INBOUND_SUPPLEMENT})
"""Legs that bring papers to the counter."""


def _at_the_counter(
    leg: LegFacts, moments: Iterable[datetime], requests: Iterable[Stretch]
) -> LegFacts:
    came = leg.confirmed_at
    answered = min((at for at in moments if came and at >= came), default=None)
    asked = _asked_before(leg, requests) if leg.leg is Leg.INBOUND_SUPPLEMENT else None
    return replace(leg, asked_at=asked, answered_at=answered)


def _asked_before(leg: LegFacts, requests: Iterable[Stretch]) -> datetime | None:
    """The start of the request during which the post took a supplement."""
    at = leg.accepted_at
    open_then = (
        since for since, until in requests if at and since <= at and (until is None or at <= until)
    )
    return max(open_then, default=None)


def _listed(told: str) -> frozenset[str]:
    return frozenset(word for each in told.split(",") if (word := each.strip().casefold()))


def _read(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
