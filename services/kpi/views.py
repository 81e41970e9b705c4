"""How kpi shows figures and scoreboards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from contracts.kpi import (
    DefinitionView,
    FigureView,
    IndicatorView,
    PlanView,
    Scoreboard,
    ScoreboardTarget,
    SourceView,
    TargetView,
)
from contracts.vocabulary import VIETNAM, FigureKind, FigureState, Structure, Verdict
from services.kpi.domain import Span, decimal_text, score, verdict
from services.kpi.indicators import PLANS, Indicator, Measures, Plan, Test, evaluate


@dataclass(frozen=True)
class Reading:
    """A figure as it may be shown, and how it stands against a target."""

    count: int | None
    among: int | None
    value: str | None
    state: FigureState
    verdict: Verdict


@dataclass(frozen=True)
class Asked:
    """Whose figures are asked for, of which days, and when."""

    agency: str
    agency_name: str | None
    period: Span
    at: datetime
    suppress_below: int
    structure: Structure = Structure.THEN

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return self.at.astimezone(VIETNAM).date()

    @property
    def over(self) -> bool:
        """Whether the period has ended."""
        return self.period.end <= self.today


def read(indicator: Indicator, target: Test | None, measures: Measures, asked: Asked) -> Reading:
    """What an indicator shows of what was measured; satisfaction over few ratings stays hidden."""
    figure = evaluate(indicator, measures)
    if figure is None:
        waiting = Verdict.NO_DATA if asked.over else Verdict.NOT_DUE
        return Reading(None, None, None, FigureState.NO_DATA, waiting)
    if indicator.confidential and 0 < figure.among < asked.suppress_below:
        return Reading(None, None, None, FigureState.SUPPRESSED, Verdict.UNDECIDED)
    operator, wanted = (target.operator, target.value) if target else (None, None)
    value = None if figure.share is None else decimal_text(figure.share, operator)
    stands = verdict(figure.share, operator, wanted, due=asked.over)
    return Reading(figure.count, figure.among, value, figure.state, stands)


def figure_view(indicator: Indicator, reading: Reading, asked: Asked, digest: str) -> FigureView:
    """A figure that anybody can check."""
    return FigureView(
        indicator=indicator.id,
        kind=FigureKind.RATIO,
        count=reading.count,
        among=reading.among,
        value=reading.value,
        state=reading.state,
        provisional=not asked.over,
        provisional_until=None if asked.over else asked.period.end,
        verdict=reading.verdict,
        target=_target(indicator.target),
        definition=definition(indicator),
        agency=asked.agency,
        period_from=asked.period.first,
        period_to=asked.period.end,
        as_of=asked.at,
        structure=asked.structure,
        cells_digest=digest,
    )


def definition(indicator: Indicator) -> DefinitionView:
    """How a figure is counted, in words."""
    return DefinitionView(
        id=indicator.id,
        version=indicator.version,
        title_vi=indicator.title.vi,
        title_en=indicator.title.en,
        counts_vi=indicator.counts.vi,
        counts_en=indicator.counts.en,
        choices_vi=list(indicator.choices),
        source=SourceView(
            plan_title=indicator.source.plan_title, sentence=indicator.source.sentence
        ),
    )


def indicator_view(indicator: Indicator) -> IndicatorView:
    """An indicator of the catalogue."""
    asking = [p.id for p in PLANS.values() if indicator.id in {t.indicator for t in p.targets}]
    return IndicatorView(
        definition=definition(indicator),
        kind=FigureKind.RATIO,
        plans=asking,
        computed=indicator.computed,
    )


def plan_view(plan: Plan) -> PlanView:
    """A plan and its period."""
    return PlanView(
        id=plan.id,
        title=plan.title,
        title_en=plan.title_en,
        agency=plan.agency,
        period_from=plan.period_from,
        period_to=plan.period_to,
        targets=len(plan.targets),
    )


def scoreboard(
    plan: Plan, readings: Sequence[tuple[Indicator, Test, Reading]], asked: Asked
) -> Scoreboard:
    """How a plan stands."""
    total = score(reading.verdict for _, _, reading in readings)
    return Scoreboard(
        plan=plan.id,
        title=plan.title,
        agency=asked.agency,
        agency_name=asked.agency_name,
        structure=asked.structure,
        period_from=asked.period.first,
        period_to=asked.period.end,
        as_of=asked.at,
        met=total.met,
        due=total.due,
        shown=total.shown,
        targets=[_row(*told, asked) for told in readings],
    )


def _row(indicator: Indicator, target: Test, reading: Reading, asked: Asked) -> ScoreboardTarget:
    return ScoreboardTarget(
        id=indicator.id,
        title=indicator.title.vi,
        title_en=indicator.title.en,
        kind=FigureKind.RATIO,
        count=reading.count,
        among=reading.among,
        value=reading.value,
        operator=target.operator,
        target=decimal_text(target.value),
        shown=target.shown,
        state=reading.state,
        provisional=not asked.over,
        verdict=reading.verdict,
        source=indicator.source.sentence,
        note=_note(indicator, reading),
    )


def _note(indicator: Indicator, reading: Reading) -> str | None:
    if reading.state is FigureState.SUPPRESSED:
        return "Số phiếu còn ít nên chưa công bố."
    if reading.state is FigureState.EMPTY:
        return "Trong kỳ chưa phát sinh hồ sơ thuộc chỉ tiêu này."
    return indicator.note.vi if indicator.note else None


def _target(target: Test | None) -> TargetView | None:
    if target is None:
        return None
    return TargetView(
        operator=target.operator, target=decimal_text(Fraction(target.value)), shown=target.shown
    )
