"""What one dossier adds to the figures: every measure, and the day it counts on. Values in, values out.

What a fact adds to the cells is a function of the fact alone, so a change of it adds the signed difference;
whatever depends on the instant of a question is counted when somebody asks (`young`, `open_at`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from contracts.vocabulary import (
    Channel,
    DossierStatus,
    DurationKind,
    OnlineService,
    OptionClass,
    Provenance,
)
from services.kpi.domain import bucket_of
from services.kpi.facts.fact import Fact, day_of
from services.kpi.facts.timeliness import by_ot_a, by_ot_b, by_ot_c, by_ot_d

RECEIVED = (
    *("received", "received_online", "received_by_post", "synchronised"),
    *("received_counter", "received_post", "received_full_online", "received_partial_online"),
    *("received_national_portal", "received_elsewhere"),
    *("digitised", "reused", "verified_identity", "connected_data", "fee_due", "paid_online"),
)
"""By the day of receipt."""

SETTLED = (
    *("settled", "settled_online", "on_time", "early", "late"),
    *("electronic_result", "certified_copy"),
    *("settled_a", "on_time_a"),
)
"""By the day of the result."""

LEFT = (
    *(
        "settled_b",
        "on_time_b",
        "settled_c",
        "on_time_c",
        "settled_d",
        "on_time_d",
        "early_d",
        "late_d",
    ),
    *("refused", "withdrawn", "stopped"),
)
"""By the day of the result, or else of the end without one."""

RETURNED = ("returned", "returned_by_post")
"""By the day the result was handed over."""

RATED = (
    *("ratable", "rated", "satisfied", "assisted", "s1", "s2", "s3", "s4", "s5"),
    *("ratable_online", "rated_online", "satisfied_online"),
)
"""By the day it could first be rated, whenever it was (a cohort)."""

ORDERED = ("inbound_not_accepted", "outbound_not_accepted")
"""By the day an item was registered with the post."""

MEASURES = (*RECEIVED, *SETTLED, *LEFT, *RETURNED, *RATED, *ORDERED)
"""Everything a dossier can add to a cell of its agency and field; each once at most."""

YOUNG = "young"
"""Dossiers that could be rated too short a while ago, and were not; time ends that, so no cell holds it."""

OPEN_MEASURES = ("open", "within_c", "overdue_c", "within_d", "overdue_d")
"""What an open dossier adds at the end of a period: that it is open, and how it stands by OT-C and by OT-D.
Time alone makes it late, so no cell holds it."""

PROCEDURE_MEASURES = (
    *("received", "received_online", "received_by_post"),
    *("settled", "settled_online", "on_time"),
    *("returned", "returned_by_post", "fee_due", "paid_online"),
)
"""What a dossier can add to a cell of its agency and procedure."""

Contributions = Mapping[tuple[Any, ...], Mapping[str, int]]
"""By cell (bucket, agency, field or procedure): how much of each measure."""

Told = Iterable[tuple[date, str]]
"""Measures with the day each counts on."""

_ALL, _OF_PROCEDURES = frozenset(MEASURES), frozenset(PROCEDURE_MEASURES)
_ENDS = {
    DossierStatus.REFUSED: "refused",
    DossierStatus.WITHDRAWN: "withdrawn",
    DossierStatus.STOPPED: "stopped",
}
_FLAGS = (
    *("digitised", "reused", "verified_identity", "connected_data", "fee_due", "paid_online"),
)


def contributions(fact: Fact, told: Told | None = None) -> Contributions:
    """What a dossier adds to cells of (bucket, agency, field); nothing until both are known.

    `told` is everything `dated` tells of it, where that is known already.
    """
    if fact.agency is None or fact.field is None:
        return {}
    return _by_cell(dated(fact) if told is None else told, (fact.agency, fact.field), _ALL)


def procedure_contributions(fact: Fact, told: Told | None = None) -> Contributions:
    """What a dossier adds to cells of (bucket, agency, procedure)."""
    if fact.agency is None or fact.procedure is None:
        return {}
    told = dated(fact) if told is None else told
    return _by_cell(told, (fact.agency, fact.procedure), _OF_PROCEDURES)


def duration_contributions(fact: Fact, _told: Told | None = None) -> Contributions:
    """What a dossier adds to the counts of days of (bucket, agency, field, kind, days), by its result."""
    if fact.agency is None or fact.field is None or fact.done_at is None:
        return {}
    place = (bucket_of(day_of(fact.done_at)), fact.agency, fact.field)
    return {(*place, kind, days): {"n": 1} for kind, days in lengths(fact)}


def lengths(fact: Fact) -> Iterator[tuple[DurationKind, int]]:
    """How many days a dossier with a result took, by each kind of time that is known."""
    if fact.elapsed_days is None:
        return
    yield DurationKind.ELAPSED, fact.elapsed_days
    if fact.agency_days is not None:
        yield DurationKind.AGENCY, fact.agency_days


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

    Shares count numerator and denominator on one day, so that no period sees one without the other.
    """
    yield from _received(fact)
    yield from _settled(fact)
    yield from _left(fact)
    if fact.handed_over_at is not None:
        day = day_of(fact.handed_over_at)
        yield day, "returned"
        if fact.outbound_accepted_at is not None:
            yield day, "returned_by_post"
    yield from _not_accepted(fact)
    yield from _rated(fact)


def _received(fact: Fact) -> Iterator[tuple[date, str]]:
    if fact.received_at is None:
        return
    day = day_of(fact.received_at)
    yield day, "received"
    for name in _by_channel(fact):
        yield day, name
    if fact.synchronised:
        # By receipt like its denominator, however late the portal was told.
        yield day, "synchronised"
    if fact.national_portal:
        yield day, "received_national_portal"
    if fact.competent_agency not in {None, fact.agency}:
        yield day, "received_elsewhere"
    for name in _FLAGS:
        if getattr(fact, name):
            yield day, name


def _by_channel(fact: Fact) -> Iterator[str]:
    """How it came in: three ways, of which the post counts as used once it had the dossier."""
    match fact.channel:
        case Channel.ONLINE:
            yield "received_online"
            full = fact.online_service is OnlineService.FULL
            yield "received_full_online" if full else "received_partial_online"
        case Channel.POST:
            yield "received_post"
            if fact.inbound_accepted_at is not None:
                yield "received_by_post"
        case Channel.COUNTER:
            yield "received_counter"


def _settled(fact: Fact) -> Iterator[tuple[date, str]]:
    if fact.done_at is None:
        return
    day = day_of(fact.done_at)
    yield day, "settled"
    if fact.channel is Channel.ONLINE:
        yield day, "settled_online"
    if fact.on_time:
        yield day, "on_time"
        if fact.due_at is not None and day < day_of(fact.due_at):
            yield day, "early"
    else:
        yield day, "late"
    if fact.electronic_result:
        yield day, "electronic_result"
    if fact.certified_copy:
        yield day, "certified_copy"


def _left(fact: Fact) -> Iterator[tuple[date, str]]:
    for mark, judged in (("a", by_ot_a(fact)), ("b", by_ot_b(fact)), ("c", by_ot_c(fact))):
        if judged is not None:
            day, in_time = judged
            yield day, f"settled_{mark}"
            if in_time:
                yield day, f"on_time_{mark}"
    if (told := by_ot_d(fact)) is not None:
        day, in_time, early = told
        yield day, "settled_d"
        yield day, "on_time_d" if in_time else "late_d"
        if early:
            yield day, "early_d"
    if fact.ended_at is not None and fact.done_at is None and fact.status in _ENDS:
        yield day_of(fact.ended_at), _ENDS[fact.status]


def _not_accepted(fact: Fact) -> Iterator[tuple[date, str]]:
    """Registered with the post, whose custody was never shown: by the day of the registration."""
    if fact.inbound_ordered_at is not None and fact.inbound_accepted_at is None:
        yield day_of(fact.inbound_ordered_at), "inbound_not_accepted"
    if fact.outbound_ordered_at is not None and fact.outbound_accepted_at is None:
        yield day_of(fact.outbound_ordered_at), "outbound_not_accepted"


def _rated(fact: Fact) -> Iterator[tuple[date, str]]:
    if fact.ratable_at is None:
        return
    day = day_of(fact.ratable_at)
    online = fact.channel is Channel.ONLINE
    yield day, "ratable"
    if online:
        yield day, "ratable_online"
    if not fact.rated:
        return
    if fact.rating_provenance is Provenance.ASSISTED:
        # An officer sat beside the citizen: told apart, and no part of a headline.
        yield day, "assisted"
        return
    yield day, "rated"
    yield day, f"s{fact.rating_score}"
    if online:
        yield day, "rated_online"
    if fact.rating_class is OptionClass.POSITIVE:
        yield day, "satisfied"
        if online:
            yield day, "satisfied_online"


def _by_cell(told: Told, place: tuple[str, str], measures: frozenset[str]) -> Contributions:
    by_day: dict[date, dict[str, int]] = {}
    for day, measure in told:
        if measure in measures:
            by_day.setdefault(day, {})[measure] = 1
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for day, amounts in by_day.items():
        found.setdefault((bucket_of(day), *place), {}).update(amounts)
    return found
