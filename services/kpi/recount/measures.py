"""What each measure counts, and on which day, as SQL: `services.kpi.facts.dated` told a second time.

A line for each measure. A test makes facts of every kind and holds this table to `facts.contributions` on
both engines, so a measure that is added there and forgotten here is found at once.

Whatever several measures look at, days above all, is worked out once for each fact: `terms` of it, then
what is `judged` by these. Measures of one moment are counted in one pass over the facts, so those whose
moments are nearly always the same share one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    and_,
    case,
    column,
    false,
    func,
    not_,
    or_,
    true,
)
from sqlalchemy.sql import ColumnElement

from contracts.vocabulary import (
    Channel,
    DossierStatus,
    OnlineService,
    OptionClass,
    Provenance,
    TimeUnit,
)
from services.kpi.recount.clock import Moment, day_of
from services.kpi.tables import DossierFact

Condition = ColumnElement[bool]
Conditions = Mapping[str, Condition]

fact = DossierFact.__table__.c

HANDED_OVER: Moment = func.coalesce(fact.outbound_accepted_at, fact.returned_at)
RATABLE: Moment = func.coalesce(HANDED_OVER, case((fact.channel == Channel.ONLINE, fact.done_at)))
TIME_ENDED: Moment = func.coalesce(fact.done_at, fact.settled_at, fact.ended_at)
ENDED: Moment = func.coalesce(fact.done_at, fact.ended_at)
STATISTICS_DUE: Moment = func.coalesce(fact.statistical_due_at, fact.due_at)

_MOMENTS: Mapping[str, Moment] = {
    "time_ended_at": TIME_ENDED,
    "done_or_ended_at": ENDED,
    "handed_over_at": HANDED_OVER,
    "statistics_due_at": STATISTICS_DUE,
}
_DAYS: Mapping[str, Moment] = {
    "received_on": fact.received_at,
    "time_ended_on": TIME_ENDED,
    "due_on": fact.due_at,
    "statistics_due_on": STATISTICS_DUE,
}

known = SimpleNamespace(
    **{one.name: column(one.name, one.type) for one in DossierFact.__table__.columns},
    **{name: column(name, fact.done_at.type) for name in _MOMENTS},
    **{name: column(name, Date()) for name in _DAYS},
    **{
        name: column(name, Boolean())
        for name in ("no_slip", "in_time", "in_time_c", "with_result", "headline")
    },
)
"""The columns of a fact, its terms, and what is judged by them."""


def terms(*, postgres: bool) -> Mapping[str, ColumnElement[Any]]:
    """What measures look at, of one fact: its columns, moments made of several, and days."""
    columns: dict[str, ColumnElement[Any]] = dict(fact.items())
    days = {name: day_of(moment, postgres=postgres) for name, moment in _DAYS.items()}
    return {**columns, **_MOMENTS, **days}


def kept_by(settled: Moment, due: Moment, *, postgres: bool) -> Condition:
    """A promise was kept: of days the day counts to its end, of hours the minute."""
    by_day = day_of(settled, postgres=postgres) <= day_of(due, postgres=postgres)
    return _kept(fact.due_unit, settled <= due, due, by_day)


def _kept(
    unit: ColumnElement[Any], by_minute: Condition, due: Moment, by_day: Condition
) -> Condition:
    return case((due.is_(None), true()), (unit == TimeUnit.WORKING_HOUR, by_minute), else_=by_day)


def never(holds: Condition) -> Condition:
    """That something does not hold, or is not known to."""
    return not_(func.coalesce(holds, false()))


def _kept_by(due: str) -> Condition:
    by, on = getattr(known, f"{due}_at"), getattr(known, f"{due}_on")
    by_minute, by_day = known.time_ended_at <= by, known.time_ended_on <= on
    return _kept(known.due_unit, by_minute, by, by_day)


_NO_SLIP: Condition = or_(known.received_on.is_(None), known.time_ended_on >= known.received_on)
_RATED: Condition = and_(
    known.rated_at.is_not(None),
    func.coalesce(func.nullif(known.rating_version, 0), 1) > func.coalesce(known.rating_void, 0),
)
JUDGED: Conditions = {
    "no_slip": _NO_SLIP,
    "in_time": and_(_NO_SLIP, _kept_by("due")),
    "in_time_c": and_(_NO_SLIP, known.supplement_again_at.is_(None), _kept_by("statistics_due")),
    "with_result": known.status.in_([DossierStatus.DONE, DossierStatus.RETURNED]),
    "headline": and_(
        _RATED,
        or_(known.rating_provenance.is_(None), known.rating_provenance != Provenance.ASSISTED),
    ),
}
"""What several measures ask of a dossier whose time has ended: it did not end before the day it was received,
and it kept its promise, the one it was given or the one that statistics count by."""

ONLINE: Condition = known.channel == Channel.ONLINE
FULL: Condition = known.online_service == OnlineService.FULL
SYNCHRONISED: Condition = and_(
    known.synchronised_at.is_not(None),
    or_(known.missed_at.is_(None), known.missed_at <= known.synchronised_at),
)
FLAGS = ("digitised", "reused", "verified_identity", "connected_data", "fee_due", "paid_online")


def _received() -> Conditions:
    post = known.channel == Channel.POST
    return {
        "received": true(),
        "received_online": ONLINE,
        "received_full_online": and_(ONLINE, FULL),
        "received_partial_online": and_(ONLINE, never(FULL)),
        "received_post": post,
        "received_by_post": and_(post, known.inbound_accepted_at.is_not(None)),
        "received_counter": known.channel == Channel.COUNTER,
        "synchronised": SYNCHRONISED,
        "received_national_portal": known.national_portal.is_(True),
        "received_elsewhere": known.competent_agency != known.agency,
        **{name: getattr(known, name).is_(True) for name in FLAGS},
    }


def _ended() -> Conditions:
    done = known.done_at.is_not(None)
    counts_a = and_(done, known.due_at.is_not(None), known.with_result, known.no_slip)
    counts_b = and_(or_(known.with_result, known.status == DossierStatus.WITHDRAWN), known.no_slip)
    in_time_b = or_(known.due_at.is_(None), known.time_ended_on <= known.due_on)
    stands = known.received_at <= known.done_or_ended_at
    ends = (DossierStatus.REFUSED, DossierStatus.WITHDRAWN, DossierStatus.STOPPED)
    return {
        "settled": done,
        "settled_online": and_(done, ONLINE),
        "on_time": and_(done, known.in_time),
        "early": and_(done, known.in_time, known.time_ended_on < known.due_on),
        "late": and_(done, not_(known.in_time)),
        "electronic_result": and_(done, known.electronic_result.is_(True)),
        "certified_copy": and_(done, known.certified_copy.is_(True)),
        "settled_a": counts_a,
        "on_time_a": and_(counts_a, known.done_at <= known.due_at),
        "settled_b": counts_b,
        "on_time_b": and_(counts_b, in_time_b),
        **{str(status): and_(known.done_at.is_(None), known.status == status) for status in ends},
        **{name: and_(stands, holds) for name, holds in _left().items()},
    }


def _left() -> Conditions:
    return {
        "settled_c": known.no_slip,
        "on_time_c": known.in_time_c,
        "settled_d": true(),
        "on_time_d": known.in_time,
        "late_d": not_(known.in_time),
        "early_d": and_(known.in_time, known.time_ended_on < known.due_on),
    }


def _handed_over() -> Conditions:
    satisfied = and_(known.headline, known.rating_class == OptionClass.POSITIVE)
    return {
        "returned": known.handed_over_at.is_not(None),
        "returned_by_post": known.outbound_accepted_at.is_not(None),
        "ratable": true(),
        "ratable_online": ONLINE,
        "assisted": and_(_RATED, known.rating_provenance == Provenance.ASSISTED),
        "rated": known.headline,
        "rated_online": and_(ONLINE, known.headline),
        "satisfied": satisfied,
        "satisfied_online": and_(ONLINE, satisfied),
        **{f"s{n}": and_(known.headline, known.rating_score == n) for n in range(1, 6)},
    }


@dataclass(frozen=True)
class Pass:
    """One pass over the facts: a moment that decides on which day a dossier counts, and what counts then."""

    moment: Moment
    measures: Conditions
    """What must hold for a dossier to count, by measure."""
    of: Sequence[Condition] = ()
    """Which facts are looked at, besides those with the moment."""


PASSES: Sequence[Pass] = (
    Pass(fact.received_at, _received()),
    Pass(ENDED, _ended()),
    # A moment before the receipt is a slip: what left then counts on the day it came.
    Pass(fact.received_at, _left(), of=[fact.received_at > ENDED]),
    Pass(RATABLE, _handed_over()),
    Pass(
        fact.inbound_ordered_at,
        {"inbound_not_accepted": true()},
        of=[fact.inbound_accepted_at.is_(None)],
    ),
    Pass(
        fact.outbound_ordered_at,
        {"outbound_not_accepted": true()},
        of=[fact.outbound_accepted_at.is_(None)],
    ),
)
