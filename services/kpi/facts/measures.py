"""What one dossier adds to the figures: every measure, and the day it counts on. Values in, values out.

What a fact adds to the cells is a function of the fact alone, so a change of it adds the signed difference;
whatever depends on the instant of a question is counted when somebody asks (`young`, `open_at`).
"""

from collections.abc import Iterable, Iterator
from datetime import date

from contracts.vocabulary import (
    Channel,
    DossierStatus,
    DurationKind,
    OnlineService,
    OptionClass,
    Provenance,
)
from services.kpi.facts.fact import Fact, day_of
from services.kpi.facts.timeliness import by_ot_a, by_ot_b, by_ot_c, by_ot_d, slipped

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

_IN_TIME = (
    (by_ot_a, ("settled_a", "on_time_a")),
    (by_ot_b, ("settled_b", "on_time_b")),
    (by_ot_c, ("settled_c", "on_time_c")),
)
_ENDS = {
    DossierStatus.REFUSED: "refused",
    DossierStatus.WITHDRAWN: "withdrawn",
    DossierStatus.STOPPED: "stopped",
}
_FLAGS = (
    *("digitised", "reused", "verified_identity", "connected_data", "fee_due", "paid_online"),
)


def lengths(fact: Fact) -> Iterator[tuple[DurationKind, int]]:
    """How many days a dossier with a result took, by each kind of time that is known."""
    if fact.elapsed_days is None:
        return
    yield DurationKind.ELAPSED, fact.elapsed_days
    if fact.agency_days is not None:
        yield DurationKind.AGENCY, fact.agency_days


def dated(fact: Fact) -> Iterator[tuple[date, str]]:
    """Every measure the dossier adds one to, with the Vietnamese day it counts on.

    Shares count numerator and denominator on one day, so that no period sees one without the other.
    """
    for day, names in by_day(fact):
        for name in names:
            yield day, name


def by_day(fact: Fact) -> Iterator[tuple[date, Iterable[str]]]:
    """The same, a day and what counts on it at a time; a day may come more than once."""
    if fact.received_at is not None:
        yield day_of(fact.received_at), _received(fact)
    if fact.done_at is not None:
        day = day_of(fact.done_at)
        yield day, _settled(fact, day)
    if fact.time_ended_at is not None:
        yield from _left(fact)
    if fact.handed_over_at is not None:
        by_post = fact.outbound_accepted_at is not None
        yield day_of(fact.handed_over_at), RETURNED if by_post else RETURNED[:1]
    # Registered with the post, whose custody was never shown: by the day of the registration.
    if fact.inbound_ordered_at is not None and fact.inbound_accepted_at is None:
        yield day_of(fact.inbound_ordered_at), ORDERED[:1]
    if fact.outbound_ordered_at is not None and fact.outbound_accepted_at is None:
        yield day_of(fact.outbound_ordered_at), ORDERED[1:]
    if fact.ratable_at is not None:
        yield day_of(fact.ratable_at), _rated(fact)


def _received(fact: Fact) -> Iterator[str]:
    yield "received"
    yield from _by_channel(fact)
    if fact.synchronised:
        # By receipt like its denominator, however late the portal was told.
        yield "synchronised"
    if fact.national_portal:
        yield "received_national_portal"
    if fact.competent_agency is not None and fact.competent_agency != fact.agency:
        yield "received_elsewhere"
    told = fact.__dict__
    yield from (name for name in _FLAGS if told[name])


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


def _settled(fact: Fact, day: date) -> Iterator[str]:
    yield "settled"
    if fact.channel is Channel.ONLINE:
        yield "settled_online"
    if fact.on_time:
        yield "on_time"
        if fact.due_at is not None and day < day_of(fact.due_at):
            yield "early"
    else:
        yield "late"
    if fact.electronic_result:
        yield "electronic_result"
    if fact.certified_copy:
        yield "certified_copy"


def _left(fact: Fact) -> Iterator[tuple[date, Iterable[str]]]:
    slip = slipped(fact)
    if not slip:
        for by, names in _IN_TIME:
            if (judged := by(fact)) is not None:
                day, in_time = judged
                yield day, names if in_time else names[:1]
    if (told := by_ot_d(fact, slip=slip)) is not None:
        day, in_time, early = told
        yield (
            day,
            ("settled_d", "on_time_d" if in_time else "late_d", *(("early_d",) if early else ())),
        )
    if fact.ended_at is not None and fact.done_at is None and fact.status in _ENDS:
        yield day_of(fact.ended_at), (_ENDS[fact.status],)


def _rated(fact: Fact) -> Iterator[str]:
    online = fact.channel is Channel.ONLINE
    yield "ratable"
    if online:
        yield "ratable_online"
    if not fact.rated:
        return
    if fact.rating_provenance is Provenance.ASSISTED:
        # An officer sat beside the citizen: told apart, and no part of a headline.
        yield "assisted"
        return
    yield "rated"
    yield f"s{fact.rating_score}"
    if online:
        yield "rated_online"
    if fact.rating_class is OptionClass.POSITIVE:
        yield "satisfied"
        if online:
            yield "satisfied_online"
