"""How a fact absorbs what happened, in any order, repeated or late, and ends up the same.

Positions of a dossier, and what was filed of it, carry a revision, of which the largest stands; items of the
post carry their own, so that custody and delivery can be taken back; of ratings the largest version stands
unless it is void, of whether the national portal has it the latest.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.envelope import Event
from contracts.intake import CountedFlags, DossierAmended, DossierFiled, DossierProgressed
from contracts.postal import ShipmentAccepted, ShipmentDelivered, ShipmentMoved
from contracts.rating import CriteriaAnswered, RatingSubmitted, RatingVoided
from contracts.syncing import DossierMissed, DossierSynchronised
from contracts.vocabulary import Leg, Occasion
from services.kpi.facts.fact import Fact
from services.kpi.post import Parcel, PostNews, earliest, hear

_FLAGS = tuple(CountedFlags.model_fields)
_CRITERIA = tuple(CriteriaAnswered.model_fields)


def dossier_of(event: Event) -> str:
    """The code of the dossier an event is about."""
    return str(getattr(event, "dossier", None) or getattr(event, "code", ""))


def absorb(fact: Fact, event: Event) -> Fact:
    """The fact after hearing an event; hearing it again changes nothing."""
    if isinstance(event, DossierFiled | DossierAmended):
        fact = _filing(fact, event)
    if isinstance(event, DossierFiled | DossierProgressed):
        return _position(fact, event)
    if isinstance(event, ShipmentAccepted | ShipmentDelivered | ShipmentMoved):
        return _by_post(fact, event)
    if isinstance(event, DossierSynchronised | DossierMissed):
        return _at_the_portal(fact, event)
    if isinstance(event, RatingSubmitted) and event.occasion is Occasion.RETURNED:
        return _rating(fact, event)
    if isinstance(event, RatingVoided) and event.occasion is Occasion.RETURNED:
        return replace(fact, rating_void=max(fact.rating_void or 0, event.version))
    return fact


def _filing(fact: Fact, event: DossierFiled | DossierAmended) -> Fact:
    if fact.filing_revision is not None and event.revision <= fact.filing_revision:
        return fact
    return replace(
        fact,
        filing_revision=event.revision,
        procedure=event.procedure,
        field=event.field,
        agency=event.agency,
        competent_agency=event.competent_agency,
        channel=event.channel,
        return_mode=event.return_mode,
        online_service=event.online_service,
        **_flags(event),
    )


def _flags(event: DossierFiled | DossierAmended) -> dict[str, Any]:
    """What national scores count of it; nothing where the event is of a version that told nothing."""
    told = event.flags
    return {name: getattr(told, name) if told else None for name in _FLAGS}


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
        statistical_due_at=event.statistical_due_at,
        supplement_requested_at=progressed.supplement_requested_at if progressed else None,
        supplement_waited_until=progressed.supplement_waited_until if progressed else None,
        supplement_again_at=progressed.supplement_again_at if progressed else None,
        agency_days=progressed.agency_days if progressed else None,
        done_at=progressed.done_at if progressed else None,
        returned_at=progressed.returned_at if progressed else None,
        ended_at=progressed.ended_at if progressed else None,
        settled_at=progressed.settled_at if progressed else None,
        paused_since=progressed.paused_since if progressed else None,
    )


def _by_post(fact: Fact, event: PostNews) -> Fact:
    post = hear(fact.post or _known_before(fact), event)
    into = [one for one in post if one.leg is Leg.INBOUND_DOSSIER]
    out = [one for one in post if one.leg is Leg.OUTBOUND_RESULT]
    return replace(
        fact,
        post=post,
        inbound_ordered_at=earliest(one.ordered_at for one in into if not one.cancelled),
        outbound_ordered_at=earliest(one.ordered_at for one in out if not one.cancelled),
        inbound_accepted_at=earliest(one.accepted_at for one in into),
        outbound_accepted_at=earliest(one.accepted_at for one in out),
        outbound_delivered_at=earliest(one.delivered_at for one in out),
    )


def _known_before(fact: Fact) -> tuple[Parcel, ...]:
    """What a fact knew of the post before its items were told apart: it is not to be lost."""
    found = []
    out, delivered = fact.outbound_accepted_at, fact.outbound_delivered_at
    if out is not None or delivered is not None:
        found.append(Parcel("", Leg.OUTBOUND_RESULT, accepted_at=out, delivered_at=delivered))
    if fact.inbound_accepted_at is not None:
        found.append(Parcel("", Leg.INBOUND_DOSSIER, accepted_at=fact.inbound_accepted_at))
    return tuple(found)


def _at_the_portal(fact: Fact, event: DossierSynchronised | DossierMissed) -> Fact:
    if isinstance(event, DossierMissed):
        return replace(fact, missed_at=_later(fact.missed_at, event.missed_at))
    latest = _later(fact.synchronised_at, event.synchronised_at)
    return replace(fact, synchronised_at=latest)


def _rating(fact: Fact, event: RatingSubmitted) -> Fact:
    known = fact.rating_version if fact.rated_at is not None else None
    if known is not None and (known > event.version or _stands(fact, event, known)):
        return fact
    return replace(
        fact,
        rated_at=event.submitted_at,
        rating_option=event.option,
        rating_score=event.score,
        rating_class=event.option_class,
        rating_provenance=event.provenance,
        rating_version=event.version,
        **_criteria(event),
    )


def _criteria(event: RatingSubmitted) -> dict[str, Any]:
    """What was answered to each criterion; nothing where the event is of a version that told none."""
    told = event.criteria
    return {f"answered_{name}": getattr(told, name) if told else None for name in _CRITERIA}


def _stands(fact: Fact, event: RatingSubmitted, version: int) -> bool:
    """Whether what is known of a version stands against another telling of it; either may come first."""
    told = (event.submitted_at, event.option, event.score, event.option_class, event.provenance)
    known = (
        *(fact.rated_at, fact.rating_option, fact.rating_score, fact.rating_class),
        fact.rating_provenance,
    )
    if version != event.version or known != told:
        return version == event.version and known < told
    heard = _criteria(event)
    return _rank(getattr(fact, name) for name in heard) >= _rank(heard.values())


def _rank(answers: Iterable[int | None]) -> tuple[int, ...]:
    """Answers to criteria as they are compared: what is told stands before what is not."""
    return tuple(-1 if one is None else int(one) for one in answers)


def _later(known: datetime | None, told: datetime) -> datetime:
    return told if known is None or told > known else known
