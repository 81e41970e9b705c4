"""How a fact absorbs what happened, in any order, repeated or late, and ends up the same.

Positions of a dossier, and what was filed of it, carry a revision, of which the largest stands; items of the
post carry their own, so that custody and delivery can be taken back; of ratings the largest version stands
unless it is void, of whether the national portal has it the latest.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from contracts.envelope import Event
from contracts.intake import CountedFlags, DossierAmended, DossierFiled, DossierProgressed
from contracts.postal import ShipmentAccepted, ShipmentDelivered, ShipmentMoved
from contracts.rating import CriteriaAnswered, RatingSubmitted, RatingVoided
from contracts.syncing import DossierMissed, DossierSynchronised
from contracts.vocabulary import Leg, Occasion
from services.kpi.facts.fact import Fact, in_utc
from services.kpi.post import Parcel, PostNews, earliest, hear

_FILED = (
    *("procedure", "field", "agency", "competent_agency", "channel", "return_mode"),
    "online_service",
)
_FLAGS = tuple(CountedFlags.model_fields)
_NO_FLAGS = dict.fromkeys(_FLAGS)
_STANDS = ("status", "due_unit", "agency_days")
_STANDS_AT = (
    *("received_at", "due_at", "statistical_due_at", "done_at", "returned_at", "ended_at"),
    *("settled_at", "paused_since"),
    *("supplement_requested_at", "supplement_waited_until", "supplement_again_at"),
)
"""Where a dossier stands: what an event of it does not tell is not so at its revision."""
_CRITERIA = tuple(CriteriaAnswered.model_fields)


def dossier_of(event: Event) -> str:
    """The code of the dossier an event is about."""
    told = event.__dict__
    return str(told.get("dossier") or told.get("code", ""))


def absorb(fact: Fact, event: Event) -> Fact:
    """The fact after hearing an event; hearing it again changes nothing."""
    hear_of, _ = _HEARING[type(event)]
    return hear_of(fact, event)


def changed_by(kinds: Iterable[type[Event]]) -> frozenset[str]:
    """The fields of a fact that events of these kinds may change; all, where different ones do.

    So there are few such sets, however many kinds of events come together.
    """
    told = {_HEARING[kind][1] for kind in kinds}
    return frozenset(told.pop() if len(told) == 1 else Fact.__dataclass_fields__)


def _filed(fact: Fact, event: DossierFiled) -> Fact:
    return _position(_filing(fact, event), event)


def _filing(fact: Fact, event: DossierFiled | DossierAmended) -> Fact:
    if fact.filing_revision is not None and event.revision <= fact.filing_revision:
        return fact
    told = event.__dict__
    filing = {name: told[name] for name in _FILED}
    filing["filing_revision"] = event.revision
    # What national scores count of it: nothing where the event is of a version that told nothing.
    filing |= event.flags.__dict__ if event.flags else _NO_FLAGS
    return fact.but(filing)


def _position(fact: Fact, event: DossierFiled | DossierProgressed) -> Fact:
    if fact.progress_revision is not None and event.revision <= fact.progress_revision:
        return fact
    told = event.__dict__
    position = {name: told.get(name) for name in _STANDS}
    for name in _STANDS_AT:
        instant = told.get(name)
        position[name] = None if instant is None else in_utc(instant)
    position["progress_revision"] = event.revision
    return fact.but(position)


def _by_post(fact: Fact, event: PostNews) -> Fact:
    post = hear(fact.post or _known_before(fact), event)
    into = [one for one in post if one.leg is Leg.INBOUND_DOSSIER]
    out = [one for one in post if one.leg is Leg.OUTBOUND_RESULT]
    return fact.but(
        {
            "post": post,
            "inbound_ordered_at": earliest(one.ordered_at for one in into if not one.cancelled),
            "outbound_ordered_at": earliest(one.ordered_at for one in out if not one.cancelled),
            "inbound_accepted_at": earliest(one.accepted_at for one in into),
            "outbound_accepted_at": earliest(one.accepted_at for one in out),
            "outbound_delivered_at": earliest(one.delivered_at for one in out),
        }
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


def _synchronised(fact: Fact, event: DossierSynchronised) -> Fact:
    return fact.but({"synchronised_at": _later(fact.synchronised_at, event.synchronised_at)})


def _missed(fact: Fact, event: DossierMissed) -> Fact:
    return fact.but({"missed_at": _later(fact.missed_at, event.missed_at)})


def _rating(fact: Fact, event: RatingSubmitted) -> Fact:
    if event.occasion is not Occasion.RETURNED:
        return fact
    known = fact.rating_version if fact.rated_at is not None else None
    if known is not None and (known > event.version or _stands(fact, event, known)):
        return fact
    return fact.but(
        {
            "rated_at": in_utc(event.submitted_at),
            "rating_option": event.option,
            "rating_score": event.score,
            "rating_class": event.option_class,
            "rating_provenance": event.provenance,
            "rating_version": event.version,
            **_criteria(event),
        }
    )


def _voided(fact: Fact, event: RatingVoided) -> Fact:
    if event.occasion is not Occasion.RETURNED:
        return fact
    return fact.but({"rating_void": max(fact.rating_void or 0, event.version)})


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
    told = in_utc(told)
    return told if known is None or told > known else known


_FILING = ("filing_revision", *_FILED, *_FLAGS)
_POSITION = ("progress_revision", *_STANDS, *_STANDS_AT)
_POST = (
    *("post", "inbound_ordered_at", "outbound_ordered_at"),
    *("inbound_accepted_at", "outbound_accepted_at", "outbound_delivered_at"),
)
_RATING = (
    *("rated_at", "rating_option", "rating_score", "rating_class"),
    *("rating_provenance", "rating_version"),
    *(f"answered_{name}" for name in _CRITERIA),
)

_HEARING: Mapping[type[Event], tuple[Callable[[Fact, Any], Fact], tuple[str, ...]]] = {
    DossierFiled: (_filed, _FILING + _POSITION),
    DossierAmended: (_filing, _FILING),
    DossierProgressed: (_position, _POSITION),
    ShipmentAccepted: (_by_post, _POST),
    ShipmentDelivered: (_by_post, _POST),
    ShipmentMoved: (_by_post, _POST),
    DossierSynchronised: (_synchronised, ("synchronised_at",)),
    DossierMissed: (_missed, ("missed_at",)),
    RatingSubmitted: (_rating, _RATING),
    RatingVoided: (_voided, ("rating_void",)),
}
"""Who hears which event, and the only fields of a fact that it may change."""
