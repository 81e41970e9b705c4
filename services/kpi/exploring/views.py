"""How figures told apart are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contracts.exploring import (
    BreakdownRow,
    BreakdownView,
    DistributionView,
    FigureCoverage,
    LevelView,
    ProcedureStanding,
    ProcedureTarget,
    SilentUnit,
    SourceHeard,
    TrendPoint,
    TrendView,
    UnitHeard,
    WatchCriteria,
    WatchedField,
    WatchListView,
)
from contracts.vocabulary import BreakdownBy, FigureState, RowsOf
from services.kpi.domain import decimal_text
from services.kpi.exploring.finding import Apart, Point
from services.kpi.exploring.secrecy import rule_of
from services.kpi.exploring.telling import Row
from services.kpi.exploring.watching import Criteria, Field
from services.kpi.fields import FieldNames
from services.kpi.indicators import Indicator, Plan, ProcedureRow, Test
from services.kpi.views import Asked, definition, target_view

SOURCE_TITLES: Mapping[str, tuple[str, str]] = {
    "dossiers": ("Hồ sơ tiếp nhận mới nhất", "Newest dossier received"),
    "results": ("Kết quả giải quyết mới nhất", "Newest result"),
    "ratings": ("Phiếu đánh giá mới nhất", "Newest rating"),
    "post": ("Bưu gửi được chấp nhận mới nhất", "Newest item taken by the post"),
}


@dataclass(frozen=True)
class Names:
    """What agencies, fields and procedures are called."""

    agencies: Mapping[str, str]
    fields: FieldNames
    procedures: Mapping[str, str]


def breakdown(
    indicator: Indicator, by: BreakdownBy, apart: Apart, names: Names, asked: Asked
) -> BreakdownView:
    """A figure told apart."""
    table = apart.table
    hides = table.rows_of is RowsOf.DOSSIERS
    rows = sorted(table.rows, key=_order)
    return BreakdownView(
        **whose(asked),
        minimum=rule_of(indicator, asked).minimum if hides else 0,
        indicator=indicator.id,
        by=by,
        rows_of=table.rows_of,
        definition=definition(indicator, asked.library),
        test=target_view(table.test),
        total=_row(table.total, table.test, names),
        rows=[_row(row, table.test, names) for row in rows],
        hidden=apart.hidden,
        cells_digest=None if asked.public or apart.hidden else apart.digest,
    )


def _order(row: Row) -> tuple[bool, str, str, str]:
    place = row.place
    told = (place.agency or "", place.field or "", place.procedure or "")
    return not any(told), *told


def _row(row: Row, test: Test | None, names: Names) -> BreakdownRow:
    place = row.place
    return BreakdownRow(
        agency=place.agency,
        agency_name=names.agencies.get(place.agency or ""),
        field=place.field,
        field_name=names.fields.vi.get(place.field or ""),
        field_name_en=names.fields.en.get(place.field or ""),
        procedure=place.procedure,
        procedure_name=names.procedures.get(place.procedure or ""),
        **_told(row, test),
    )


def trend(indicator: Indicator, points: Sequence[Point], asked: Asked) -> TrendView:
    """A figure by half-month."""
    return TrendView(
        **whose(asked),
        minimum=rule_of(indicator, asked).minimum if indicator.confidential else 0,
        indicator=indicator.id,
        target=target_view(indicator.target),
        points=[
            TrendPoint(
                first=point.span.first,
                end=point.span.end,
                **_told(point.row, indicator.target),
            )
            for point in points
        ],
    )


def distribution(
    indicator: Indicator, counts: Sequence[int] | None, asked: Asked
) -> DistributionView:
    """Ratings by level, the best first."""
    state = FigureState.SUPPRESSED
    if counts is not None:
        state = FigureState.OK if sum(counts) else FigureState.EMPTY
    told = list(enumerate(counts or (), start=1))
    return DistributionView(
        **whose(asked),
        minimum=rule_of(indicator, asked).minimum,
        indicator=indicator.id,
        state=state,
        ratings=None if counts is None else sum(counts),
        levels=[LevelView(level=level, count=count) for level, count in reversed(told)],
    )


def watch_list(
    fields: Sequence[Field], criteria: Criteria, names: FieldNames, asked: Asked
) -> WatchListView:
    """Fields that are watched, and the others."""
    told = [_field(one, names) for one in fields]
    return WatchListView(
        **whose(asked),
        criteria=WatchCriteria(**criteria.__dict__),
        received=sum(one.received for one in fields),
        items=[one for one in told if one.reasons],
        others=[one for one in told if not one.reasons],
    )


def _field(one: Field, names: FieldNames) -> WatchedField:
    told = {name: value for name, value in one.__dict__.items() if name != "code"}
    words = {"name": names.vi.get(one.code), "name_en": names.en.get(one.code)}
    return WatchedField(field=one.code, **words, **told)


@dataclass(frozen=True)
class HeardOf:
    """Who told anything, and when it was last heard."""

    units: Sequence[str]
    silent: Sequence[str]
    days: Mapping[str, date]
    """The last day on which anything was told of a unit's dossiers, where any was."""
    heard_at: datetime | None
    newest: Mapping[str, datetime | None]


def coverage(heard: HeardOf, names: Mapping[str, str], asked: Asked) -> FigureCoverage:
    """How many units told anything, and how fresh that is."""
    return FigureCoverage(
        **whose(asked),
        units=len(heard.units),
        told=len(heard.units) - len(heard.silent),
        silent=[SilentUnit(agency=code, name=names.get(code)) for code in heard.silent],
        agencies=[_heard(code, heard, names, asked) for code in heard.units],
        heard_at=heard.heard_at,
        sources=[
            SourceHeard(id=name, title_vi=vi, title_en=en, newest_at=heard.newest.get(name))
            for name, (vi, en) in SOURCE_TITLES.items()
        ],
    )


def _heard(code: str, heard: HeardOf, names: Mapping[str, str], asked: Asked) -> UnitHeard:
    last = heard.days.get(code)
    return UnitHeard(
        agency=code,
        name=names.get(code),
        told=code not in heard.silent,
        last_on=last,
        quiet_days=None if last is None else (asked.today - last).days,
    )


def procedure(
    plan: Plan,
    found: ProcedureRow,
    targets: Sequence[tuple[Indicator, Apart]],
    names: Names,
    asked: Asked,
) -> ProcedureStanding:
    """A procedure in the targets of a plan."""
    shown = ("received", "received_online", "received_by_post", "settled", "returned_by_post")
    return ProcedureStanding(
        **whose(asked),
        minimum=asked.suppress_below if asked.public else 0,
        plan=plan.id,
        plan_title=plan.title,
        code=found.code,
        name=names.procedures.get(found.code, found.code),
        field=found.field,
        field_name=names.fields.vi.get(found.field),
        field_name_en=names.fields.en.get(found.field),
        online_level=found.online_level,
        online_service=found.online_service,
        by_post=found.by_post,
        on_national_portal=found.on_national_portal,
        **{name: found.amounts.get(name, 0) for name in shown},
        targets=[
            _target(indicator, apart, row)
            for indicator, apart in targets
            for row in apart.table.rows
            if row.place.procedure == found.code
        ],
    )


def _target(indicator: Indicator, apart: Apart, row: Row) -> ProcedureTarget:
    test = apart.table.test
    return ProcedureTarget(
        id=indicator.id,
        title=indicator.title.vi,
        title_en=indicator.title.en,
        rows_of=apart.table.rows_of,
        test=target_view(test),
        **_told(row, test),
    )


def _told(row: Row, test: Test | None) -> dict[str, Any]:
    figure = row.figure
    operator = test.operator if test else None
    return {
        "count": figure.count,
        "among": figure.among,
        "value": None if figure.value is None else decimal_text(figure.value, operator),
        "state": figure.state,
        "verdict": row.verdict,
    }


def whose(asked: Asked) -> dict[str, Any]:
    """Of whom and of which days."""
    return {
        "agency": asked.agency,
        "agency_name": asked.agency_name,
        "structure": asked.structure,
        "period_from": asked.period.first,
        "period_to": asked.period.end,
        "as_of": asked.at,
        "provisional": not asked.over,
        "public": asked.public,
    }
