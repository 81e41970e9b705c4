"""How an item went and who took it: what is told of it beside where it stands. Values in, values out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.masking import masked_name
from contracts.vocabulary import VIETNAM, Leg, ShipmentStatus
from services.postal.domain import CarrierEvent, Position, Strength, history
from services.postal.places import is_terminal


@dataclass(frozen=True)
class Course:
    """How an item went (quá trình phát), as far as others need to know it."""

    status_at: datetime | None = None
    """When what gives the status happened."""
    failed_attempts: int = 0
    """How often delivery was tried in vain."""
    awaited: tuple[tuple[datetime, datetime | None], ...] = ()
    """When it waited for the citizen: held at the office, or refused."""

    def kept(self) -> dict[str, Any]:
        """As it is remembered and told; nothing is said of what there is nothing to say."""
        told = {
            "status_at": _written(self.status_at),
            "failed_attempts": self.failed_attempts,
            "awaited": [
                {"since": _written(since), "until": _written(until)}
                for since, until in self.awaited
            ],
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class Receipt:
    """What shows a confirmed delivery (bằng chứng phát), without anybody's name."""

    slip_number: str | None = None
    receiver: str | None = None
    """Masked like ``N*** V** A``."""
    receiver_relation: str | None = None
    identity_shown: bool | None = None
    evidence: tuple[str, ...] = ()
    """SHA-256 digests of the documents, in their order."""

    def kept(self) -> dict[str, Any]:
        """As it is remembered and told; nothing is said of what is not known."""
        told = self.__dict__ | {"evidence": list(self.evidence)}
        return {name: value for name, value in told.items() if value not in (None, [])}


def course(
    events: Iterable[CarrierEvent], leg: Leg, position: Position, refused: Collection[str]
) -> Course:
    """How an item went, as a function of the set of its events.

    `refused` are the reasons, in carriers' own codes, by which a receiver would not take it.
    """
    told = [one for one in history(events, leg) if one.status is not ShipmentStatus.UNMAPPED]
    decided = next((one for one in told if one.event_key == position.decided_by), None)
    if decided is None:
        return Course()
    ended = decided.moment if is_terminal(position.status) else None
    before = [one for one in told if ended is None or one.moment <= ended]
    failed = [one for one in before if one.status is ShipmentStatus.DELIVERY_FAILED]
    return Course(
        status_at=decided.moment,
        failed_attempts=len({one.moment for one in failed}),
        awaited=tuple(_awaited(before, frozenset(refused))),
    )


def receipt(events: Iterable[CarrierEvent], leg: Leg, position: Position) -> Receipt:
    """What shows a delivery that is confirmed; empty for any other position.

    Only trusted sources are asked. Of several words an operator's counts most, then the latest.
    """
    if position.delivered_at is None or position.provisional or position.contested:
        return Receipt()
    late_proof = {ShipmentStatus.DELIVERED, ShipmentStatus.UNMAPPED}
    said = [one for one in history(events, leg) if one.trusted and one.status in late_proof]
    said = [
        one
        for one in said
        if one.status is ShipmentStatus.DELIVERED or one.receiver_name or one.evidence
    ]
    said.sort(key=lambda one: one.strength is Strength.OPERATOR)
    name = _last([one.receiver_name for one in said])
    return Receipt(
        slip_number=_last([one.slip for one in said]),
        receiver=masked_name(name) if name else None,
        receiver_relation=_last([one.receiver_relation for one in said]),
        identity_shown=_last([one.identity_shown for one in said]),
        evidence=tuple(sorted({shown.sha256 for one in said for shown in one.evidence})),
    )


def listed(told: str) -> frozenset[str]:
    """The words of a setting that lists them, separated by commas.

    >>> sorted(listed("refused, TC "))
    ['TC', 'refused']
    """
    return frozenset(word for each in told.split(",") if (word := each.strip()))


def _awaited(
    told: Sequence[CarrierEvent], refused: frozenset[str]
) -> Iterable[tuple[datetime, datetime | None]]:
    since: datetime | None = None
    for event in told:
        waits = event.status is ShipmentStatus.HELD_FOR_PICKUP or (
            event.status is ShipmentStatus.DELIVERY_FAILED and event.reason in refused
        )
        if since is None and waits:
            since = event.moment
        elif since is not None and not waits:
            yield since, event.moment
            since = None
    if since is not None:
        yield since, None


def _last(told: Sequence[Any]) -> Any:
    known = [one for one in told if one is not None]
    return known[-1] if known else None


def _written(instant: datetime | None) -> str | None:
    return instant.astimezone(VIETNAM).isoformat() if instant else None
