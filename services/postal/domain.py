"""What carriers' messages mean together: the statuses of an item, event keys, its position. Values only."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from contracts.vocabulary import Carrier, Leg, Milestone, Proof, ShipmentStatus
from services.postal.places import PLACES, REOPENABLE, SCANS, is_terminal
from services.postal.s10 import normalise
from services.postal.tracks import Evidence, Sum


class TimeQuality(StrEnum):
    """How the time of an event is known, the best first (độ tin cậy của thời điểm)."""

    EVENT = "event"
    """The carrier told the event's own time."""
    BATCH = "batch"
    """Only the sending of the message, or the day, is known."""
    RECEIVED = "received"
    """Nothing is known but when it reached us."""


class Strength(StrEnum):
    """How far the source of an event is trusted (độ tin cậy của nguồn)."""

    STRONG = "strong"
    """Its signature covers the whole message and its time."""
    PARTIAL = "partial"
    """Its signature covers a part: the rest may have been changed on the way."""
    WEAK = "weak"
    """It only knew a shared word, such as a token in the address."""
    UNPROVEN = "unproven"
    """Anybody who has read what is published could have made it."""
    PULL = "pull"
    """We asked the carrier ourselves."""
    OPERATOR = "operator"
    """An operator of ours states it and answers for it."""


TRUSTED = frozenset({Strength.STRONG, Strength.PULL, Strength.OPERATOR})
"""Sources whose word ends an item's way; the end others claim is provisional."""


INBOUND = frozenset({Leg.INBOUND_DOSSIER, Leg.INBOUND_SUPPLEMENT})
"""Legs on which a citizen hands papers to the postman (thu gom hồ sơ tại nhà)."""

PICKED_UP = frozenset({(Carrier.VNPOST_D, "6")})
"""Codes by which a carrier says that the postman has the item, before any office has seen it."""

ASKED_BACK = frozenset({(Carrier.VNPOST_C, "61")})
"""Codes by which a sender's wish to have an item back is told: before custody it changes nothing yet."""

SAME_WITHIN = timedelta(hours=1)
"""How far two reports of one end may differ and still be one: slips are written by hand.

No carrier states it; the default is a choice.
"""


@dataclass(frozen=True)
class CarrierEvent:
    """One thing a carrier, or an operator, said of an item (sự kiện bưu gửi)."""

    event_key: str
    carrier: Carrier
    code: str
    status: ShipmentStatus
    time_quality: TimeQuality
    strength: Strength
    recorded_at: datetime
    """When it reached us."""
    occurred_at: datetime | None = None
    """When it happened; for `batch` quality, when the message was sent; none for `received`."""
    office: str | None = None
    attempt: int | None = None
    """Which attempt at delivery it belongs to, when the carrier counts them."""
    receiver_name: str | None = None
    """Who took the item, as the carrier says."""
    slip: str | None = None
    """Number of the postal slip that shows it (số phiếu)."""
    retracts: str | None = None
    """Key of the event this one withdraws (đính chính); only an operator's correction counts."""
    reason: str | None = None
    """Why it could not be delivered, in the carrier's own code (lý do phát không thành công)."""
    receiver_relation: str | None = None
    """What the receiver is to the addressee, in the carrier's own word (quan hệ với người nhận)."""
    identity_shown: bool | None = None
    """Whether the receiver showed identity papers; none where nobody says."""
    evidence: tuple[Evidence, ...] = ()
    sums: tuple[Sum, ...] = ()

    @property
    def moment(self) -> datetime:
        """When it happened as far as is known, else when it reached us."""
        return self.occurred_at or self.recorded_at

    @property
    def trusted(self) -> bool:
        """Whether its source's word ends an item's way."""
        return self.strength in TRUSTED

    @property
    def timed(self) -> bool:
        """Whether its time is its own."""
        return self.time_quality is TimeQuality.EVENT


@dataclass(frozen=True)
class Position:
    """Where an item stands (vị trí của bưu gửi), whatever the order in which that was told."""

    status: ShipmentStatus = ShipmentStatus.REGISTERED
    milestone: Milestone = Milestone.PRE
    accepted_at: datetime | None = None
    """When the post took custody (chấp nhận gửi): the first scan there is."""
    delivered_at: datetime | None = None
    """When it was delivered, once a trusted source says so (phát thành công)."""
    provisional: bool = False
    """Whether its end is only claimed, by a source that must still be confirmed."""
    contested: bool = False
    """Whether trusted sources contradict each other about its end; an operator's correction settles it."""
    proof: Proof = Proof.NONE
    decided_by: str | None = None
    """Key of the event that gives the status."""


def event_key(
    *,
    carrier: Carrier,
    item_code: str,
    code: str,
    time_quality: TimeQuality,
    occurred_at: datetime | None = None,
    office: str | None = None,
    attempt: int | None = None,
    slip: str | None = None,
    retracts: str | None = None,
    agency: str | None = None,
) -> str:
    """The key of an event by its content, 64 hexadecimal digits: an equal key is the same event again.

    A time that is not the event's own changes with every sending, so it stays out of the key. Blanks
    and case of the item's number, and the offset a time is written with, make no difference. `agency` is
    whom an operator speaks for: the same words of two agencies are two events. Raises `ValueError` for a
    naive instant.
    """
    own_time = occurred_at if time_quality is TimeQuality.EVENT else None
    content = [
        carrier.value,
        normalise(item_code),
        code,
        _instant_text(own_time) if own_time else None,
        office or None,
        attempt,
        slip or None,
    ]
    if retracts or agency:
        content.append(retracts)
    if agency:
        content.append(agency)
    told = json.dumps(content, separators=(",", ":"))
    return sha256(told.encode()).hexdigest()


def plausible(
    occurred_at: datetime | None,
    now: datetime,
    ordered_at: datetime | None,
    *,
    ahead: timedelta = timedelta(minutes=10),
    before_order: timedelta = timedelta(days=1),
) -> bool:
    """Whether an event may have happened when it says; one that may not is quarantined, not applied.

    Clocks may run `ahead`, and papers may be posted up to `before_order` before the order is entered.
    Give no `ordered_at` for an item that was already under way when it was registered.
    """
    if occurred_at is None:
        return True
    early = ordered_at is not None and occurred_at < ordered_at - before_order
    return occurred_at <= now + ahead and not early


def status_on(leg: Leg, event: CarrierEvent) -> ShipmentStatus:
    """What an event means on a leg: papers the postman fetched from a citizen are in custody.

    From an office, custody needs the scan of a post office or the handover slip.
    """
    if (event.carrier, event.code) in PICKED_UP:
        return ShipmentStatus.ACCEPTED if leg in INBOUND else ShipmentStatus.PICKUP_SCHEDULED
    return event.status


def history(events: Iterable[CarrierEvent], leg: Leg) -> list[CarrierEvent]:
    """The distinct events that stand, oldest first, each with the status it means on this leg.

    Events of one moment stand by the quality of their time, then by rank, then by key. A cancellation
    after custody is a return that is proposed, since the post still has the item.
    """
    told = [_meaning(event, status_on(leg, event)) for event in standing(events)]
    told.sort(key=_order)
    in_custody = False
    meant = []
    for event in told:
        if event.status is ShipmentStatus.CANCELLED and in_custody:
            meant.append(_meaning(event, ShipmentStatus.RETURN_PROPOSED))
        elif (event.carrier, event.code) in ASKED_BACK and not in_custody:
            meant.append(_meaning(event, ShipmentStatus.UNMAPPED))
        else:
            meant.append(event)
        in_custody = in_custody or _shows_custody(event)
    return meant


def fold(
    events: Iterable[CarrierEvent], leg: Leg, *, same_within: timedelta = SAME_WITHIN
) -> Position:
    """The position of an item as a function of the set of its events, however they arrive.

    An event moves it by its time; one whose time is not its own only moves it forward, or to a further
    attempt. An end stays, unless a trusted source overrules a claim or a lost item is seen again.
    """
    every = history(events, leg)
    told = [event for event in every if event.status is not ShipmentStatus.UNMAPPED]
    last: CarrierEvent | None = None
    for event in told:
        if last is None or _moves(event, last):
            last = event
    if last is None:
        return Position()
    delivered = last.status is ShipmentStatus.DELIVERED
    return Position(
        status=last.status,
        milestone=PLACES[last.status].milestone,
        accepted_at=next((event.moment for event in told if _shows_custody(event)), None),
        delivered_at=last.moment if delivered and last.trusted else None,
        provisional=is_terminal(last.status) and not last.trusted,
        contested=_contested(told, same_within),
        proof=_proof(every, last) if delivered else Proof.NONE,
        decided_by=last.event_key,
    )


def withdrawn(events: Iterable[CarrierEvent]) -> dict[str, str]:
    """Keys of the events that a correction withdraws, each with the key of that correction."""
    found: dict[str, str] = {}
    # Latest first, so that a correction which was itself withdrawn withdraws nothing.
    for event in sorted(events, key=_recording, reverse=True):
        corrects = event.strength is Strength.OPERATOR and event.event_key not in found
        if event.retracts and corrects:
            found.setdefault(event.retracts, event.event_key)
    return found


def standing(events: Iterable[CarrierEvent]) -> list[CarrierEvent]:
    """The distinct events that no correction withdraws."""
    kept: dict[str, CarrierEvent] = {}
    for event in events:
        known = kept.get(event.event_key)
        if known is None or _preference(event) < _preference(known):
            kept[event.event_key] = event
    gone = withdrawn(kept.values())
    return [event for key, event in kept.items() if key not in gone]


def is_late(event: CarrierEvent, before: Position, after: Position) -> bool:
    """Whether an event only changed, or repeated, what lies behind the position it found."""
    if event.status is ShipmentStatus.UNMAPPED or event.event_key == after.decided_by:
        return False
    standing = (after.status, after.provisional, after.contested, after.proof)
    return standing == (before.status, before.provisional, before.contested, before.proof)


def _meaning(event: CarrierEvent, status: ShipmentStatus) -> CarrierEvent:
    return event if event.status is status else replace(event, status=status)


def _instant_text(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant without an offset is not a moment")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _preference(event: CarrierEvent) -> tuple[bool, datetime, str]:
    return not event.trusted, event.moment, repr(event)


def _recording(event: CarrierEvent) -> tuple[datetime, str]:
    return event.recorded_at, event.event_key


def _order(event: CarrierEvent) -> tuple[datetime, int, int, str]:
    quality = list(TimeQuality).index(event.time_quality)
    return event.moment, quality, PLACES[event.status].rank, event.event_key


def _shows_custody(event: CarrierEvent) -> bool:
    # The end an untrusted source claims must not stop a clock through the back door of custody.
    claimed = not event.trusted and is_terminal(event.status)
    return event.status in SCANS and event.strength is not Strength.UNPROVEN and not claimed


def _moves(event: CarrierEvent, last: CarrierEvent) -> bool:
    if is_terminal(last.status):
        return _overrules(event, last)
    if event.timed or is_terminal(event.status):
        return True
    further = PLACES[event.status].rank >= PLACES[last.status].rank
    return further or (event.attempt or 0) > (last.attempt or 0)


def _overrules(event: CarrierEvent, end: CarrierEvent) -> bool:
    if event.status is end.status:
        return event.trusted and (not end.trusted or (event.timed and not end.timed))
    if end.status in REOPENABLE and event.status in SCANS:
        return event.trusted or not end.trusted
    if end.trusted or not event.trusted:
        return False
    return is_terminal(event.status) or (event.status in SCANS and event.timed)


def _contested(told: Sequence[CarrierEvent], same_within: timedelta) -> bool:
    end: CarrierEvent | None = None
    for event in told:
        ends = is_terminal(event.status)
        if not (event.trusted and event.timed and (ends or event.status in SCANS)):
            continue
        if end is None or (end.status in REOPENABLE and event.status in SCANS):
            end = event if ends else None
        elif (ends and event.status is not end.status) or event.moment - end.moment > same_within:
            return True
    return False


def _proof(told: Iterable[CarrierEvent], end: CarrierEvent) -> Proof:
    if not end.trusted:
        return Proof.CLAIMED
    shown = [event for event in told if event.trusted and _evidences_delivery(event)]
    if any(event.strength is Strength.OPERATOR for event in shown):
        return Proof.VALIDATED
    return Proof.EVIDENCED if shown else Proof.CLAIMED


def _evidences_delivery(event: CarrierEvent) -> bool:
    # Late proof comes without a status of its own; a slip alone may then be that of the handover.
    if event.status is ShipmentStatus.DELIVERED:
        return bool(event.receiver_name or event.slip or event.evidence)
    unplaced = event.status is ShipmentStatus.UNMAPPED
    return unplaced and bool(event.receiver_name or event.evidence)
