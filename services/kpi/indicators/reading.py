"""How figures stand against what is asked for: verdicts, points, and what may be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from contracts.vocabulary import FigureKind, FigureState, Operator, Verdict
from services.kpi import figures
from services.kpi.domain import reaches, score
from services.kpi.figures import Figure
from services.kpi.indicators import evaluation
from services.kpi.indicators.definitions import Indicator, Plan
from services.kpi.indicators.entities import Measures
from services.kpi.indicators.nodes import ScorePart, Test, Value, WholePart, Words
from services.kpi.indicators.versions import A_DAY, Library


@dataclass(frozen=True)
class PartRead:
    """A part of a figure that is made of several."""

    id: str
    title: Words
    figure: Figure
    verdict: Verdict
    target: Test | None = None
    points: Fraction | None = None
    """Of a score: what it adds; None where it is not known or left out."""
    most: Fraction | None = None
    left_out: bool = False
    """Whether the official rule leaves it out of the score, because there was nothing to count."""


@dataclass(frozen=True)
class Read:
    """A figure, and how it stands."""

    figure: Figure
    verdict: Verdict
    parts: tuple[PartRead, ...] = ()


class Reader:
    """Reads figures of one question by the definitions of its day; each indicator is counted once.

    An indicator of which no version is in force then has no figure, and of a plan that does not ask for the
    period's last day no target is due.
    `over` is whether the period has ended: before that a target that is not met is not due. Satisfaction is
    hidden among fewer than `suppress_below`, where fewer than `rest`, but some, were not satisfied, and of
    the indicators named `hidden`.
    """

    def __init__(
        self,
        measures: Measures,
        *,
        library: Library,
        over: bool = True,
        suppress_below: int = 0,
        rest: int = 0,
        hidden: Collection[str] = (),
    ) -> None:
        self._measures = measures
        self._over = over
        self._suppress_below = suppress_below
        self._rest = rest
        self._hidden = hidden
        self._library = library
        self._known: dict[str, Figure] = {}

    def figure(self, indicator: Indicator) -> Figure:
        """What an indicator counts; satisfaction over few ratings stays hidden."""
        if indicator.id in self._library.lapsed:
            return figures.nothing_reported(indicator.kind)
        if indicator.id not in self._known:
            figure = evaluation.evaluate(indicator.value, self._measures, self)
            if indicator.confidential and self._hides(indicator.id, figure):
                figure = Figure(kind=figure.kind, stands=FigureState.SUPPRESSED)
            self._known[indicator.id] = figure
        return self._known[indicator.id]

    def _hides(self, id: str, figure: Figure) -> bool:
        among = self._base(figure)
        others = 0 if figure.among is None else among - (figure.count or 0)
        few = 0 < among < self._suppress_below or 0 < others < self._rest
        return among > 0 and (few or id in self._hidden)

    def read(self, indicator: Indicator, target: Test | None) -> Read:
        """An indicator's figure against a target."""
        figure = self.figure(indicator)
        lapsed = indicator.id in self._library.lapsed
        parts = () if lapsed else tuple(self._parts(indicator.value))
        return Read(figure, self.verdict(figure, target), parts)

    def verdict(self, figure: Figure, target: Test | None) -> Verdict:
        """How a figure stands against a target; a target that is not met before its time is not due."""
        if figure.state is FigureState.SUPPRESSED:
            return Verdict.UNDECIDED
        missing = Verdict.NO_DATA if self._over else Verdict.NOT_DUE
        if figure.value is None:
            return missing
        if target is None:
            return Verdict.UNDECIDED
        met = self._met(figure, target)
        if len(met) != 1:
            return missing
        if met == {True}:
            return Verdict.MET
        return Verdict.NOT_MET if self._over else Verdict.NOT_DUE

    def _met(self, figure: Figure, target: Test) -> set[bool]:
        """Whether a target is met, whichever way what is not told turns out; nothing where none is known."""
        wanted, least, most = self._wanted(target, figure), figure.at_least, figure.at_most
        if wanted is None or least is None or most is None:
            return set()
        if target.operator is Operator.EQ and least < wanted < most:
            # Between two that miss it just this number may still be met.
            return {True, False}
        return {reaches(one, target.operator, wanted) for one in (least, most)}

    def standing(self, plan: Plan) -> Iterator[tuple[Indicator, Test | None, Read]]:
        """Every target of a plan, and how it stands (tình hình thực hiện chỉ tiêu)."""
        asks = plan.asks_on(self._measures.period.end - A_DAY)
        for target in plan.targets:
            indicator = self._library.find(target.indicator)
            told = self.read(indicator, target.target)
            if not asks:
                told = replace(told, verdict=Verdict.NOT_DUE)
            yield indicator, target.target, told

    def _base(self, figure: Figure) -> int:
        """On how many ratings a figure of satisfaction rests."""
        if figure.among is not None:
            return figure.among
        return sum(amounts.get("rated", 0) for amounts in self._measures.cells().values())

    # what is made from other figures

    def whole(self, value: Value) -> Figure:
        """Whether every part passes: no, as soon as one does not; unknown while one is missing."""
        verdicts = {part.verdict for part in self._parts(value)}
        if verdicts <= {Verdict.MET}:
            return figures.truth(value=True)
        if Verdict.NOT_MET in verdicts:
            return figures.truth(value=False)
        return figures.nothing_reported(FigureKind.BOOL)

    def score(self, value: Value) -> Figure:
        """Points added up, to two places; no figure while a part is missing."""
        parts = list(self._parts(value))
        if any(part.figure.state is FigureState.SUPPRESSED for part in parts):
            return Figure(kind=FigureKind.SCORE, stands=FigureState.SUPPRESSED)
        if any(part.points is None and not part.left_out for part in parts):
            return figures.nothing_reported(FigureKind.SCORE)
        if all(part.left_out for part in parts):
            return Figure(kind=FigureKind.SCORE, stands=FigureState.EMPTY)
        points = sum((part.points or Fraction() for part in parts), Fraction())
        return figures.number(rounded(points), FigureKind.SCORE)

    def plan_score(self, value: Value) -> Figure:
        """Targets of a plan that are met, of those that are due."""
        plan = self._library.plans.get(value.plan_score.plan if value.plan_score else "")
        if plan is None:
            return figures.nothing_reported(FigureKind.RATIO)
        told = score(read.verdict for _, _, read in self.standing(plan))
        return Figure(told.met, told.due)

    def scored(self, part: ScorePart) -> PartRead:
        """A component of a score, and what it adds."""
        indicator = self._library.find(part.indicator)
        figure = self.figure(indicator)
        told = PartRead(indicator.id, indicator.title, figure, Verdict.UNDECIDED, most=part.most)
        if figure.state is FigureState.EMPTY:
            points = {"zero": Fraction(), "full": part.most, "left_out": None}[part.empty]
            return replace(told, points=points, left_out=part.empty == "left_out")
        if figure.value is None:
            return told
        if figure.kind is FigureKind.SCORE:
            return replace(told, points=figure.value)
        points = min(part.most, part.most * figure.value / part.full_at)
        return replace(told, points=points)

    def _parts(self, value: Value) -> Iterator[PartRead]:
        for asked in value.whole.parts if value.whole else ():
            yield self._asked_for(asked)
        for scored in value.score.parts if value.score else ():
            yield self.scored(scored)

    def _asked_for(self, part: WholePart) -> PartRead:
        figure = evaluation.evaluate(part.value, self._measures, self)
        return PartRead(part.id, part.title, figure, self.verdict(figure, part.target), part.target)

    def _wanted(self, target: Test, figure: Figure) -> Fraction | None:
        if target.than is not None:
            return self.figure(self._library.find(target.than)).value
        if target.label is not None:
            scale = figure.scale
            return Fraction(scale.index(target.label)) if target.label in scale else None
        if target.holds is not None:
            return Fraction(target.holds)
        return target.value


def rounded(points: Fraction) -> Fraction:
    """Points to two places, halves up, as the national score is told.

    >>> rounded(Fraction("5.005")), rounded(Fraction(2, 3))
    (Fraction(501, 100), Fraction(67, 100))
    """
    return Fraction(floor(points * 100 + Fraction(1, 2)), 100)
