"""What is known of one dossier, and what it adds to the figures. Values in, values out.

A fact absorbs events in any order, repeated or late, and ends up the same: positions of a dossier carry a
revision, of which the largest stands; of custody, delivery and rating the earliest instant stands. What a
fact adds to the cells is a function of the fact alone, so a change of it adds the signed difference.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from contracts.envelope import Event
from contracts.intake import DossierFiled, DossierProgressed
from contracts.postal import ShipmentAccepted, ShipmentDelivered
from contracts.rating import RatingSubmitted
from contracts.vocabulary import (
    VIETNAM,
    Channel,
    DossierStatus,
    Leg,
    Occasion,
    OptionClass,
    ReturnMode,
    TimeUnit,
)
from services.kpi.domain import bucket_of

MEASURES = (
    *("received", "received_online", "received_by_post", "settled", "settled_online", "on_time"),
    *("returned", "returned_by_post", "ratable", "rated", "satisfied"),
    *("s1", "s2", "s3", "s4", "s5"),
)
"""Everything a dossier can add to a cell of its agency and field; each once at most."""

PROCEDURE_MEASURES = ("received", "received_by_post", "returned", "returned_by_post")
"""What a dossier can add to a cell of its agency and procedure."""

Contributions = Mapping[tuple[Any, ...], Mapping[str, int]]
"""By cell (bucket, agency, field or procedure): how much of each measure."""


@dataclass(frozen=True)
class Fact:
    """All that is known of one dossier; anything but its code may still be unheard."""

    code: str
    procedure: str | None = None
    field: str | None = None
    agency: str | None = None
    competent_agency: str | None = None
    channel: Channel | None = None
    return_mode: ReturnMode | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    due_unit: TimeUnit | None = None
    status: DossierStatus | None = None
    progress_revision: int | None = None
    done_at: datetime | None = None
    returned_at: datetime | None = None
    inbound_accepted_at: datetime | None = None
    """When the post first took the dossier from the citizen."""
    outbound_accepted_at: datetime | None = None
    """When the post first took the result from the office."""
    outbound_delivered_at: datetime | None = None
    rating_option: str | None = None
    rating_score: int | None = None
    rating_class: OptionClass | None = None
    rated_at: datetime | None = None

    @property
    def handed_over_at(self) -> datetime | None:
        """When the result left the office's hands: to the post, else to the citizen."""
        return self.outbound_accepted_at or self.returned_at

    @property
    def on_time(self) -> bool:
        """Whether it was settled by its promise (đúng hạn): within the due day, or the due hour.

        A result without a statutory limit broke no promise and counts as on time.
        """
        if self.done_at is None:
            return False
        if self.received_at is not None and _day(self.done_at) < _day(self.received_at):
            # A slip of a date: no length of time that could have been kept.
            return False
        if self.due_at is None:
            return True
        if self.due_unit is TimeUnit.WORKING_HOUR:
            return self.done_at <= self.due_at
        return _day(self.done_at) <= _day(self.due_at)

    @property
    def ratable_at(self) -> datetime | None:
        """When its citizen could first rate: result handed over, or settled online."""
        online = self.done_at if self.channel is Channel.ONLINE else None
        return self.handed_over_at or online


def dossier_of(event: Event) -> str:
    """The code of the dossier an event is about."""
    return str(getattr(event, "dossier", None) or getattr(event, "code", ""))


def absorb(fact: Fact, event: Event) -> Fact:
    """The fact after hearing an event; hearing it again changes nothing."""
    if isinstance(event, DossierFiled):
        filed = replace(
            fact,
            procedure=event.procedure,
            field=event.field,
            agency=event.agency,
            competent_agency=event.competent_agency,
            channel=event.channel,
            return_mode=event.return_mode,
        )
        return _position(filed, event)
    if isinstance(event, DossierProgressed):
        return _position(fact, event)
    if isinstance(event, ShipmentAccepted):
        return _custody(fact, event)
    if isinstance(event, ShipmentDelivered) and event.leg is Leg.OUTBOUND_RESULT:
        return replace(
            fact, outbound_delivered_at=_earlier(fact.outbound_delivered_at, event.delivered_at)
        )
    if isinstance(event, RatingSubmitted) and event.occasion is Occasion.RETURNED:
        return _rating(fact, event)
    return fact


def contributions(fact: Fact) -> Contributions:
    """What a dossier adds to cells of (bucket, agency, field); nothing until both are known."""
    if fact.agency is None or fact.field is None:
        return {}
    return _by_cell(fact, (fact.agency, fact.field), MEASURES)


def procedure_contributions(fact: Fact) -> Contributions:
    """What a dossier adds to cells of (bucket, agency, procedure)."""
    if fact.agency is None or fact.procedure is None:
        return {}
    return _by_cell(fact, (fact.agency, fact.procedure), PROCEDURE_MEASURES)


def delta(before: Contributions, after: Contributions) -> dict[tuple[Any, ...], dict[str, int]]:
    """The signed difference from one set of contributions to another, without zeros."""
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for key in before.keys() | after.keys():
        was, now = before.get(key, {}), after.get(key, {})
        amounts = {name: now.get(name, 0) - was.get(name, 0) for name in was.keys() | now.keys()}
        if changed := {name: amount for name, amount in amounts.items() if amount}:
            found[key] = changed
    return found


def dated(fact: Fact) -> Iterator[tuple[date, str]]:
    """Every measure the dossier adds one to, with the Vietnamese day it counts on.

    Shares count numerator and denominator on one day, so that no period sees one without the other:
    received by receipt, settled and on time by the result, returned by the handing over, ratings by the
    day their dossier became ratable (a cohort), whenever they were given.
    """
    yield from _received(fact)
    if fact.done_at is not None:
        day = _day(fact.done_at)
        yield day, "settled"
        if fact.channel is Channel.ONLINE:
            yield day, "settled_online"
        if fact.on_time:
            yield day, "on_time"
    if fact.handed_over_at is not None:
        day = _day(fact.handed_over_at)
        yield day, "returned"
        if fact.outbound_accepted_at is not None:
            yield day, "returned_by_post"
    yield from _rated(fact)


def _received(fact: Fact) -> Iterator[tuple[date, str]]:
    if fact.received_at is None:
        return
    day = _day(fact.received_at)
    yield day, "received"
    if fact.channel is Channel.ONLINE:
        yield day, "received_online"
    if fact.channel is Channel.POST and fact.inbound_accepted_at is not None:
        yield day, "received_by_post"


def _rated(fact: Fact) -> Iterator[tuple[date, str]]:
    if fact.ratable_at is None:
        return
    day = _day(fact.ratable_at)
    yield day, "ratable"
    if fact.rated_at is None:
        return
    yield day, "rated"
    yield day, f"s{fact.rating_score}"
    if fact.rating_class is OptionClass.POSITIVE:
        yield day, "satisfied"


def _by_cell(fact: Fact, place: tuple[str, str], measures: tuple[str, ...]) -> Contributions:
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for day, measure in dated(fact):
        if measure in measures:
            found.setdefault((bucket_of(day), *place), {})[measure] = 1
    return found


def _position(fact: Fact, event: DossierFiled | DossierProgressed) -> Fact:
    if fact.progress_revision is not None and event.revision <= fact.progress_revision:
        return fact
    progressed = event if isinstance(event, DossierProgressed) else None
    return replace(
        fact,
        progress_revision=event.revision,
        status=event.status,
        received_at=event.received_at,
        due_at=event.due_at,
        due_unit=event.due_unit,
        done_at=progressed.done_at if progressed else None,
        returned_at=progressed.returned_at if progressed else None,
    )


def _custody(fact: Fact, event: ShipmentAccepted) -> Fact:
    if event.leg is Leg.INBOUND_DOSSIER:
        earliest = _earlier(fact.inbound_accepted_at, event.accepted_at)
        return replace(fact, inbound_accepted_at=earliest)
    if event.leg is Leg.OUTBOUND_RESULT:
        earliest = _earlier(fact.outbound_accepted_at, event.accepted_at)
        return replace(fact, outbound_accepted_at=earliest)
    return fact


def _rating(fact: Fact, event: RatingSubmitted) -> Fact:
    # Of two at one instant either may come first: everything that is kept decides between them.
    told = (event.submitted_at, event.option, event.score, event.option_class)
    known = (fact.rated_at, fact.rating_option, fact.rating_score, fact.rating_class)
    if fact.rated_at is not None and known <= told:
        return fact
    return replace(
        fact,
        rated_at=event.submitted_at,
        rating_option=event.option,
        rating_score=event.score,
        rating_class=event.option_class,
    )


def _earlier(known: datetime | None, told: datetime) -> datetime:
    return told if known is None or told < known else known


def _day(instant: datetime) -> date:
    return instant.astimezone(VIETNAM).date()
