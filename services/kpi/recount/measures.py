"""What each measure counts, and on which day, as SQL: `services.kpi.facts.dated` told a second time.

A line for each measure. A test makes facts of every kind and holds this table to `facts.contributions` on
both engines, so a measure that is added there and forgotten here is found at once.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Interval,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    true,
)
from sqlalchemy.sql import ColumnElement

from contracts.vocabulary import (
    VIETNAM,
    Channel,
    DossierStatus,
    OnlineService,
    OptionClass,
    Provenance,
    TimeUnit,
)
from services.kpi.domain import SECOND_HALF
from services.kpi.tables import DossierFact

Moment = ColumnElement[Any]
Condition = ColumnElement[bool]

fact = DossierFact.__table__.c

HANDED_OVER: Moment = func.coalesce(fact.outbound_accepted_at, fact.returned_at)
ONLINE: Condition = fact.channel == Channel.ONLINE
RATABLE: Moment = func.coalesce(HANDED_OVER, case((ONLINE, fact.done_at)))
RATED: Condition = and_(
    fact.rated_at.is_not(None),
    func.coalesce(func.nullif(fact.rating_version, 0), 1) > func.coalesce(fact.rating_void, 0),
)
HEADLINE: Condition = and_(
    RATED,
    or_(fact.rating_provenance.is_(None), fact.rating_provenance != Provenance.ASSISTED),
)
SATISFIED: Condition = and_(HEADLINE, fact.rating_class == OptionClass.POSITIVE)
SYNCHRONISED: Condition = and_(
    fact.synchronised_at.is_not(None),
    or_(fact.missed_at.is_(None), fact.missed_at <= fact.synchronised_at),
)
TIME_ENDED: Moment = func.coalesce(fact.done_at, fact.settled_at, fact.ended_at)
ENDED: Moment = func.coalesce(fact.done_at, fact.ended_at)
LEFT: Moment = case(
    (
        and_(ENDED.is_not(None), fact.received_at.is_not(None)),
        case((fact.received_at > ENDED, fact.received_at), else_=ENDED),
    )
)
STATISTICS_DUE: Moment = func.coalesce(fact.statistical_due_at, fact.due_at)
FULL: Condition = fact.online_service == OnlineService.FULL
WITH_RESULT: Condition = fact.status.in_([DossierStatus.DONE, DossierStatus.RETURNED])
FLAGS = ("digitised", "reused", "verified_identity", "connected_data", "fee_due", "paid_online")

Conditions = Mapping[str, Condition]


def by_moment(*, postgres: bool) -> Sequence[tuple[Moment, Conditions]]:
    """The moments that decide on which day a dossier counts, and what counts on that day, if what holds."""
    return (
        (fact.received_at, _received()),
        (fact.done_at, _settled(postgres=postgres)),
        (ENDED, _settled_b(postgres=postgres)),
        (LEFT, _left(postgres=postgres)),
        (
            fact.ended_at,
            {
                str(status): and_(fact.done_at.is_(None), fact.status == status)
                for status in (
                    DossierStatus.REFUSED,
                    DossierStatus.WITHDRAWN,
                    DossierStatus.STOPPED,
                )
            },
        ),
        (
            HANDED_OVER,
            {"returned": true(), "returned_by_post": fact.outbound_accepted_at.is_not(None)},
        ),
        (RATABLE, _rated()),
        (
            fact.inbound_ordered_at,
            {"inbound_not_accepted": fact.inbound_accepted_at.is_(None)},
        ),
        (
            fact.outbound_ordered_at,
            {"outbound_not_accepted": fact.outbound_accepted_at.is_(None)},
        ),
    )


def _received() -> Conditions:
    post = fact.channel == Channel.POST
    return {
        "received": true(),
        "received_online": ONLINE,
        "received_full_online": and_(ONLINE, FULL),
        "received_partial_online": and_(ONLINE, never(FULL)),
        "received_post": post,
        "received_by_post": and_(post, fact.inbound_accepted_at.is_not(None)),
        "received_counter": fact.channel == Channel.COUNTER,
        "synchronised": SYNCHRONISED,
        "received_national_portal": fact.national_portal.is_(True),
        "received_elsewhere": fact.competent_agency != fact.agency,
        **{name: fact[name].is_(True) for name in FLAGS},
    }


def _settled(*, postgres: bool) -> Conditions:
    done = day_of(fact.done_at, postgres=postgres)
    in_time = and_(
        _no_slip(fact.done_at, postgres=postgres),
        kept_by(fact.done_at, fact.due_at, postgres=postgres),
    )
    counts_a = and_(
        fact.due_at.is_not(None), WITH_RESULT, _no_slip(fact.done_at, postgres=postgres)
    )
    return {
        "settled": true(),
        "settled_online": ONLINE,
        "on_time": in_time,
        "early": and_(in_time, done < day_of(fact.due_at, postgres=postgres)),
        "late": never(in_time),
        "electronic_result": fact.electronic_result.is_(True),
        "certified_copy": fact.certified_copy.is_(True),
        "settled_a": counts_a,
        "on_time_a": and_(counts_a, fact.done_at <= fact.due_at),
    }


def _settled_b(*, postgres: bool) -> Conditions:
    counts = and_(
        or_(WITH_RESULT, fact.status == DossierStatus.WITHDRAWN),
        _no_slip(TIME_ENDED, postgres=postgres),
    )
    ended = day_of(TIME_ENDED, postgres=postgres)
    due = day_of(fact.due_at, postgres=postgres)
    in_time = or_(fact.due_at.is_(None), ended <= due)
    return {"settled_b": counts, "on_time_b": and_(counts, in_time)}


def _left(*, postgres: bool) -> Conditions:
    no_slip = _no_slip(TIME_ENDED, postgres=postgres)
    in_time_c = and_(
        no_slip,
        fact.supplement_again_at.is_(None),
        kept_by(TIME_ENDED, STATISTICS_DUE, postgres=postgres),
    )
    in_time_d = and_(no_slip, kept_by(TIME_ENDED, fact.due_at, postgres=postgres))
    ended = day_of(TIME_ENDED, postgres=postgres)
    return {
        "settled_c": no_slip,
        "on_time_c": in_time_c,
        "settled_d": true(),
        "on_time_d": in_time_d,
        "late_d": never(in_time_d),
        "early_d": and_(in_time_d, ended < day_of(fact.due_at, postgres=postgres)),
    }


def _rated() -> Conditions:
    return {
        "ratable": true(),
        "ratable_online": ONLINE,
        "assisted": and_(RATED, fact.rating_provenance == Provenance.ASSISTED),
        "rated": HEADLINE,
        "rated_online": and_(ONLINE, HEADLINE),
        "satisfied": SATISFIED,
        "satisfied_online": and_(ONLINE, SATISFIED),
        **{f"s{n}": and_(HEADLINE, fact.rating_score == n) for n in range(1, 6)},
    }


def never(holds: Condition) -> Condition:
    """That something does not hold, or is not known to."""
    return not_(func.coalesce(holds, false()))


def _no_slip(settled: Moment, *, postgres: bool) -> Condition:
    """It was not settled before the day it was received."""
    received = day_of(fact.received_at, postgres=postgres)
    return or_(fact.received_at.is_(None), day_of(settled, postgres=postgres) >= received)


def kept_by(settled: Moment, due: Moment, *, postgres: bool) -> Condition:
    """A promise was kept: of days the day counts to its end, of hours the minute."""
    by_day = day_of(settled, postgres=postgres) <= day_of(due, postgres=postgres)
    return or_(
        due.is_(None),
        and_(fact.due_unit == TimeUnit.WORKING_HOUR, settled <= due),
        and_(or_(fact.due_unit.is_(None), fact.due_unit != TimeUnit.WORKING_HOUR), by_day),
    )


def elapsed_days(*, postgres: bool) -> ColumnElement[int]:
    """Days from the receipt to the result, in Vietnam; below nothing is a slip of a date."""
    done = day_of(fact.done_at, postgres=postgres)
    received = day_of(fact.received_at, postgres=postgres)
    if postgres:
        return done.op("-", return_type=Integer())(received)
    return cast(func.julianday(done) - func.julianday(received), Integer)


def day_of(moment: Moment, *, postgres: bool) -> ColumnElement[date]:
    """The day in Vietnam, by the same history of its clock on both engines."""
    (_, now), *earlier = clock_of_vietnam()
    if postgres:
        shift: ColumnElement[Any] = case(
            *((moment >= since, _interval(seconds)) for since, seconds in earlier[::-1]),
            else_=_interval(now),
        )
        return cast(func.timezone("UTC", moment) + shift, Date)
    told = case(
        *((moment >= since, f"{seconds} seconds") for since, seconds in earlier[::-1]),
        else_=f"{now} seconds",
    )
    # Whole seconds: SQLite would round the last half millisecond of a day into the next.
    return func.date(func.substr(moment, 1, 19), told, type_=Date)


def bucket_of(day: ColumnElement[date], *, postgres: bool) -> ColumnElement[date]:
    """First day of the half-month a day lies in."""
    if postgres:
        late = func.date_part("day", day) >= SECOND_HALF
        first = cast(func.date_trunc("month", day), Date)
        return first + case((late, literal_column(str(SECOND_HALF - 1))), else_=literal_column("0"))
    half = case((func.strftime("%d", day) >= f"{SECOND_HALF}", f"{SECOND_HALF}"), else_="01")
    return func.strftime("%Y-%m-", day).op("||")(half)


def _interval(seconds: int) -> ColumnElement[Any]:
    return cast(literal(f"{seconds} seconds"), Interval)


@cache
def clock_of_vietnam() -> tuple[tuple[datetime, int], ...]:
    """Since when Vietnam's clock is how many seconds before UTC's; the first is as before 1900."""
    found: list[tuple[datetime, int]] = []
    at, end = datetime(1899, 1, 1, tzinfo=UTC), datetime(1980, 1, 1, tzinfo=UTC)
    while at < end:
        seconds = _ahead(at)
        if not found or found[-1][1] != seconds:
            found.append((_changed(at - timedelta(days=1), at) if found else at, seconds))
        at += timedelta(days=1)
    return tuple(found)


def _changed(before: datetime, after: datetime) -> datetime:
    """The first second at which the clock stands as it does after."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        before, after = (before, middle) if _ahead(middle) == _ahead(after) else (middle, after)
    return after


def _ahead(at: datetime) -> int:
    ahead = at.astimezone(VIETNAM).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0
