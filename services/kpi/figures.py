"""What a figure is: exact numbers, and the states in which there is none. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from contracts.vocabulary import FigureKind, FigureState

__all__ = ["Figure", "counted", "label", "nothing_reported", "number", "truth"]


@dataclass(frozen=True)
class Figure:
    """So many out of so many; nothing out of nothing is no figure at all.

    A ratio has `count` and `among`, a count has `count` alone; a difference, a score or a length has
    `number`; a grade has `label`. `unknown` are those among which nothing is told: they count neither as
    holding nor as not holding. `unplaced` are those beside it of which it is not told whether they count
    among it at all. A verdict stands only where it is the same whichever way both turn out.
    """

    count: int | None = None
    among: int | None = None
    kind: FigureKind = FigureKind.RATIO
    number: Fraction | None = None
    label: str | None = None
    scale: tuple[str, ...] = ()
    """The grades there are, lowest first."""
    unknown: int = 0
    unplaced: int = 0
    unplaced_for: int = 0
    """Of these how many would hold, or might."""
    unplaced_against: int = 0
    """And how many would not, or might not."""
    missing: tuple[str, ...] = ()
    """The agencies that owe a report without which there is no figure."""
    of: str | None = None
    """Whose figure it is, where one of several was picked: the lowest procedure."""
    stands: FigureState | None = None
    """Why there is none, where the numbers do not say it."""

    @property
    def state(self) -> FigureState:
        """Whether there is anything to read."""
        if self.stands is not None:
            return self.stands
        if self.kind is FigureKind.RATIO:
            if not self.among:
                return FigureState.NO_DATA if self.unplaced else FigureState.EMPTY
            return FigureState.NO_DATA if self.unknown == self.among else FigureState.OK
        return FigureState.OK

    @property
    def value(self) -> Fraction | None:
        """What is compared with a target, exactly; none when there is nothing to compare."""
        if self.state is not FigureState.OK:
            return None
        if self.kind is FigureKind.RATIO:
            return Fraction(self.count or 0, self.among or 1)
        if self.kind is FigureKind.COUNT:
            return None if self.count is None else Fraction(self.count)
        return self.number

    @property
    def at_least(self) -> Fraction | None:
        """What the value would be if everything that is not told turned out against it."""
        if self.value is None or not self.unplaced_against:
            return self.value
        return Fraction(self.count or 0, (self.among or 0) + self.unplaced_against)

    @property
    def at_most(self) -> Fraction | None:
        """What the value would be if everything that is not told turned out for it."""
        if self.value is None or not self.unknown + self.unplaced_for:
            return self.value
        more = self.unplaced_for
        return Fraction((self.count or 0) + self.unknown + more, (self.among or 0) + more)

    @property
    def share(self) -> Fraction | None:
        """The exact share; none when there is nothing to count."""
        return self.value if self.kind is FigureKind.RATIO else None


def counted(count: int) -> Figure:
    """A plain number of things."""
    return Figure(count, kind=FigureKind.COUNT)


def number(value: Fraction, kind: FigureKind, count: int | None = None) -> Figure:
    """A difference or a score; with a difference the number that changed."""
    return Figure(count, kind=kind, number=value)


def truth(value: bool) -> Figure:
    """Yes or no."""
    return Figure(kind=FigureKind.BOOL, number=Fraction(value))


def label(told: str, scale: tuple[str, ...]) -> Figure:
    """A grade, as the place it has on its scale."""
    place = Fraction(scale.index(told)) if told in scale else None
    stands = None if place is not None else FigureState.NO_DATA
    return Figure(kind=FigureKind.LABEL, number=place, label=told, scale=scale, stands=stands)


def nothing_reported(kind: FigureKind, missing: tuple[str, ...] = ()) -> Figure:
    """A figure for which no report has been approved: neither nothing nor everything."""
    return Figure(kind=kind, missing=missing, stands=FigureState.NO_DATA)
