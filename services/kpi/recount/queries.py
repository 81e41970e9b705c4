"""Cells counted anew from the facts, in SQL alone."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import (
    ColumnClause,
    Integer,
    Select,
    String,
    Subquery,
    cast,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.visitors import iterate

from contracts.vocabulary import DurationKind
from services.kpi import facts
from services.kpi.recount.clock import bucket_at, days_between
from services.kpi.recount.measures import JUDGED, PASSES, Condition, Pass, fact, terms
from services.kpi.tables import Cell, DurationCell, ProcedureCell

Kind = type[Cell] | type[ProcedureCell] | type[DurationCell]

KINDS: Mapping[Kind, tuple[str, ...]] = {
    Cell: facts.MEASURES,
    ProcedureCell: facts.PROCEDURE_MEASURES,
    DurationCell: ("n",),
}
"""The kinds of cells, and their measures."""

DAYS = {kind: f"{kind}_days" for kind in DurationKind}


def keys_of(kind: Kind) -> list[str]:
    """The columns that tell cells of a kind apart, the half-month first."""
    return [column.name for column in kind.__table__.primary_key.columns]


def counted(kind: Kind, *, postgres: bool) -> Select[Any]:
    """Cells as the facts give them: their keys, and the sum of each measure."""
    if kind is DurationCell:
        return _durations(postgres=postgres)
    place, measures = keys_of(kind)[-1], KINDS[kind]
    parts = [
        _by(one, own, place, measures, postgres=postgres)
        for one in PASSES
        if (own := {name: holds for name, holds in one.measures.items() if name in measures})
    ]
    told = union_all(*parts).subquery("told")
    keys = [told.c[name] for name in keys_of(kind)]
    sums = [cast(func.sum(told.c[name]), Integer).label(name) for name in measures]
    return select(*keys, *sums).group_by(*keys)


def _by(
    one: Pass,
    own: Mapping[str, Condition],
    place: str,
    measures: Iterable[str],
    *,
    postgres: bool,
) -> Select[Any]:
    """What dossiers add on the day of one of their moments; nothing of every other measure."""
    each = _looked_at(one, own, place, postgres=postgres)
    keys = [each.c.bucket, each.c.agency, each.c[place]]
    amounts = [
        (_how_many(own[name]) if name in own else literal_column("0")).label(name)
        for name in measures
    ]
    return select(*keys, *amounts).select_from(each).group_by(*keys)


def _how_many(holds: Condition) -> ColumnElement[int]:
    how_many = func.count() if holds is true() else func.count().filter(holds)
    # PostgreSQL sums short numbers as whole ones, long ones as decimals.
    return cast(how_many, Integer)


def _looked_at(one: Pass, own: Mapping[str, Condition], place: str, *, postgres: bool) -> Subquery:
    """The facts of a pass with whatever its measures look at."""
    asked = dict.fromkeys(_names(own.values()))
    judged = {name: holds for name, holds in JUDGED.items() if name in asked}
    told = terms(postgres=postgres)
    wanted = dict.fromkeys(("agency", place, *asked, *_names(judged.values())))
    bucket = bucket_at(one.moment, postgres=postgres).label("bucket")
    each = kept_apart(
        select(bucket, *(told[name].label(name) for name in wanted if name in told)).where(
            *(one.moment.is_not(None), fact.agency.is_not(None), fact[place].is_not(None)),
            *one.of,
        ),
        postgres=postgres,
    )
    if not judged:
        return each
    told_of = [holds.label(name) for name, holds in judged.items()]
    return kept_apart(select(*each.c, *told_of), postgres=postgres)


def _names(conditions: Iterable[Condition]) -> Iterator[str]:
    for one in conditions:
        for part in iterate(one):
            if isinstance(part, ColumnClause) and not part.is_literal:
                yield part.name


def kept_apart(question: Select[Any], *, postgres: bool) -> Subquery:
    """A subquery that no engine dissolves in what is asked of it, where each use would work it out again."""
    # SQLite has no offset without a limit.
    limited = question if postgres else question.limit(literal_column("-1"))
    return limited.offset(literal_column("0")).subquery()


def _durations(*, postgres: bool) -> Select[Any]:
    """How many dossiers with a result took so many days, by each kind of time."""
    told = terms(postgres=postgres)
    elapsed = days_between(told["received_on"], told["time_ended_on"], postgres=postgres)
    each = kept_apart(
        select(
            bucket_at(fact.done_at, postgres=postgres).label("bucket"),
            *(fact.agency, fact.field),
            elapsed.label(DAYS[DurationKind.ELAPSED]),
            fact.agency_days.label(DAYS[DurationKind.AGENCY]),
        ).where(
            *(fact.agency.is_not(None), fact.field.is_not(None)),
            *(fact.done_at.is_not(None), fact.received_at.is_not(None)),
        ),
        postgres=postgres,
    )
    return (_by_unnesting if postgres else _by_kind)(each, each.c[DAYS[DurationKind.ELAPSED]] >= 0)


def _by_kind(each: Subquery, counts: Condition) -> Select[Any]:
    """Days counted by each kind of time, one after the other."""
    parts = []
    for kind in DurationKind:
        keys = [each.c.bucket, each.c.agency, each.c.field]
        days = each.c[DAYS[kind]]
        parts.append(
            select(*keys, _named(kind), days.label("days"), func.count().label("n"))
            .where(counts, days.is_not(None))
            .group_by(*keys, days)
        )
    return select(union_all(*parts).subquery("told"))


def _by_unnesting(each: Subquery, counts: Condition) -> Select[Any]:
    """Days gathered by agency and field, then counted: the sums at hand are few, so memory is near."""
    keys = [each.c.bucket, each.c.agency, each.c.field]
    gathered = [func.array_agg(each.c[name]).label(name) for name in DAYS.values()]
    place = select(*keys, *gathered).where(counts).group_by(*keys).subquery("place")
    parts = []
    for kind in DurationKind:
        days = func.unnest(place.c[DAYS[kind]]).column_valued("days")
        parts.append(
            select(_named(kind), days.label("days"), cast(func.count(), Integer).label("n"))
            .where(days.is_not(None))
            .group_by(days)
        )
    lengths = union_all(*parts).lateral("lengths")
    return select(place.c.bucket, place.c.agency, place.c.field, lengths).join_from(
        place, lengths, true()
    )


def _named(kind: DurationKind) -> ColumnElement[str]:
    return cast(literal(str(kind)), String).label("kind")
