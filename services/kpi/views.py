"""How kpi shows figures and scoreboards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contracts.kpi import (
    BesideView,
    DefinitionView,
    FigureView,
    IndicatorView,
    PartView,
    PlanView,
    SourceView,
    TargetView,
    VersionView,
)
from contracts.vocabulary import VIETNAM, FigureKind, FigureState, Structure, Verdict
from services.kpi.counted import Counted
from services.kpi.domain import Span, decimal_text
from services.kpi.exploring.terms import has_levels, has_trend, ways
from services.kpi.figures import Figure
from services.kpi.indicators import (
    Definitions,
    Indicator,
    Library,
    PartRead,
    Plan,
    Read,
    Reader,
    Test,
)


@dataclass(frozen=True)
class Reading:
    """A figure as it may be shown, and how it stands against a target."""

    figure: Figure
    value: str | None
    verdict: Verdict
    beside: tuple[BesideView, ...] = ()
    parts: tuple[PartView, ...] = ()


BESIDE: Mapping[str, tuple[str, str]] = {
    "inbound_not_accepted": (
        "Hồ sơ đăng ký gửi đến qua bưu chính nhưng bưu điện chưa chấp nhận",
        "Dossiers registered to come by post that the post never accepted",
    ),
    "outbound_not_accepted": (
        "Kết quả đăng ký trả qua bưu chính nhưng bưu điện chưa chấp nhận",
        "Results registered to go by post that the post never accepted",
    ),
    "assisted": (
        "Hồ sơ có đánh giá do cán bộ nhập giúp",
        "Dossiers whose rating an officer entered for the citizen",
    ),
    "young": (
        "Hồ sơ chưa có đánh giá và chưa đủ thời gian để đánh giá",
        "Dossiers that are not rated and have not had their time yet",
    ),
}
"""What is told beside a figure, in words."""


@dataclass(frozen=True)
class Asked:
    """Whose figures are asked for, of which days, and when."""

    agency: str
    agency_name: str | None
    period: Span
    at: datetime
    suppress_below: int
    library: Library
    """The definitions in force on the period's last day."""
    structure: Structure = Structure.THEN
    public: bool = False
    """Whether anybody may see the answer."""
    rest: int = 0
    """Satisfaction figures in which fewer than this, but some, were not satisfied stay hidden."""
    hidden: frozenset[str] = frozenset()
    """Indicators whose figure stays hidden because of what can be asked beside it."""
    under_check: bool = False
    """Whether the last check found cells that differ from their count from the facts."""

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return self.at.astimezone(VIETNAM).date()

    @property
    def over(self) -> bool:
        """Whether the period has ended."""
        return self.period.end <= self.today


def read(indicator: Indicator, target: Test | None, measures: Counted, asked: Asked) -> Reading:
    """What an indicator shows of what was measured; satisfaction over few ratings stays hidden."""
    return reading_of(indicator, target, reader(measures, asked).read(indicator, target), measures)


def reader(measures: Counted, asked: Asked) -> Reader:
    """Reads figures for what was asked."""
    shown = (asked.library, asked.over, asked.suppress_below, asked.rest, asked.hidden)
    if shown not in measures.readers:
        measures.readers[shown] = Reader(
            measures,
            library=asked.library,
            over=asked.over,
            suppress_below=asked.suppress_below,
            rest=asked.rest,
            hidden=asked.hidden,
        )
    known: Reader = measures.readers[shown]
    return known


def reading_of(indicator: Indicator, target: Test | None, told: Read, measures: Counted) -> Reading:
    """A figure that was read, as it is shown."""
    figure = told.figure
    hidden = figure.state is FigureState.SUPPRESSED
    return Reading(
        figure=figure,
        value=_value(figure, target),
        verdict=told.verdict,
        beside=() if hidden else tuple(_beside(name, measures) for name in indicator.beside),
        parts=tuple(_part(part) for part in told.parts),
    )


def _value(figure: Figure, target: Test | None) -> str | None:
    if figure.value is None:
        return None
    if figure.kind is FigureKind.LABEL:
        return figure.label
    if figure.kind is FigureKind.BOOL:
        return "true" if figure.value else "false"
    return decimal_text(figure.value, target.operator if target else None)


def _part(part: PartRead) -> PartView:
    hidden = part.figure.state is FigureState.SUPPRESSED
    return PartView(
        id=part.id,
        title_vi=part.title.vi,
        title_en=part.title.en,
        kind=part.figure.kind,
        count=part.figure.count,
        among=part.figure.among,
        value=_value(part.figure, part.target),
        state=part.figure.state,
        verdict=part.verdict,
        shown=part.target.shown if part.target else None,
        points=None if part.points is None or hidden else decimal_text(part.points),
        most=None if part.most is None else decimal_text(part.most),
        left_out=part.left_out,
    )


def _beside(name: str, measures: Counted) -> BesideView:
    vi, en = BESIDE[name]
    return BesideView(id=name, title_vi=vi, title_en=en, count=measures.total(name))


def figure_view(indicator: Indicator, reading: Reading, asked: Asked, digest: str) -> FigureView:
    """A figure that anybody can check."""
    return FigureView(
        indicator=indicator.id,
        provisional=not asked.over,
        provisional_until=None if asked.over else asked.period.end,
        target=target_view(indicator.target),
        definition=definition(indicator, asked.library),
        agency=asked.agency,
        period_from=asked.period.first,
        period_to=asked.period.end,
        as_of=asked.at,
        structure=asked.structure,
        cells_digest=None if asked.public else digest,
        **shown(reading),
        under_check=asked.under_check,
    )


def shown(reading: Reading) -> dict[str, Any]:
    """A figure as the members of any view of it."""
    figure = reading.figure
    return {
        "kind": figure.kind,
        "count": figure.count,
        "among": figure.among,
        "value": reading.value,
        "state": figure.state,
        "verdict": reading.verdict,
        "beside": list(reading.beside),
        "unknown": figure.unknown,
        "unplaced": figure.unplaced,
        "missing": list(figure.missing),
        "of": figure.of,
        "parts": list(reading.parts),
    }


def version(told: Indicator | Plan, library: Library) -> VersionView:
    """Which version of a definition it is, where it is written, and when it is in force."""
    kept = library.kept_of(told)
    return VersionView(
        version=told.version,
        effective_from=told.effective_from,
        effective_to=kept.until,
        digest=kept.told.digest,
        file=kept.origin.name,
        shipped=kept.origin.shipped,
        in_force=told.id not in library.lapsed,
    )


def definition(indicator: Indicator, library: Library) -> DefinitionView:
    """How a figure is counted, in words."""
    return DefinitionView(
        **version(indicator, library).model_dump(),
        id=indicator.id,
        title_vi=indicator.title.vi,
        title_en=indicator.title.en,
        counts_vi=indicator.counts.vi,
        counts_en=indicator.counts.en,
        choices_vi=list(indicator.choices),
        source=SourceView(
            plan_title=indicator.source.plan_title,
            sentence=indicator.source.sentence,
            document=indicator.source.document,
        ),
    )


def indicator_view(indicator: Indicator, told: Definitions) -> IndicatorView:
    """An indicator of the catalogue."""
    plans = told.own_plans.values()
    asking = [one.id for one in plans if indicator.id in {t.indicator for t in one.targets}]
    versions = [kept.told for kept in told.indicators[indicator.id]]
    return IndicatorView(
        definition=definition(indicator, told.newest),
        versions=[version(one, told.newest) for one in versions],
        kind=indicator.kind,
        plans=asking,
        target=target_view(indicator.target),
        computed=indicator.computed,
        confidential=indicator.confidential,
        told_apart_by=ways(indicator),
        by_half_month=has_trend(indicator),
        by_level=has_levels(indicator),
        tasks_of=[
            plan.id
            for series in told.series.values()
            if series.tasks and indicator.id in series.read_by
            for plan in told.asking_for(series)
        ],
    )


def plan_view(plan: Plan, library: Library) -> PlanView:
    """A plan and its period."""
    return PlanView(
        definition=version(plan, library),
        id=plan.id,
        title=plan.title,
        title_en=plan.title_en,
        document=plan.document,
        agency=plan.agency,
        period_from=plan.period_from,
        period_to=plan.period_to,
        targets=len(plan.targets),
    )


def target_view(target: Test | None) -> TargetView | None:
    """What a plan asks for, where it asks for anything."""
    if target is None:
        return None
    return TargetView(operator=target.operator, target=target.target, shown=target.shown)
