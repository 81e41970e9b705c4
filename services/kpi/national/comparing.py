"""Our figures beside the portal's: what differs, and by how much, exactly. Values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from contracts.vocabulary import ComparisonState, FigureState
from services.kpi.indicators import PartRead
from services.kpi.national.reading import NationalFigure


@dataclass(frozen=True)
class Side:
    """What one side tells of an agency; None is not told."""

    count: int | None
    among: int | None
    value: Fraction | None
    points: Fraction | None

    @property
    def told(self) -> bool:
        """Whether it tells anything."""
        return any(one is not None for one in (self.count, self.among, self.value, self.points))


NOTHING = Side(None, None, None, None)


@dataclass(frozen=True)
class Compared:
    """An agency's figure on both sides, and ours less theirs."""

    agency: str
    ours: Side
    theirs: Side
    difference: Side

    @property
    def state(self) -> ComparisonState:
        """Whether there is something on both sides."""
        if self.ours.told and self.theirs.told:
            return ComparisonState.COMPARED
        if self.theirs.told:
            return ComparisonState.NO_DATA
        if self.ours.told:
            return ComparisonState.NOT_REPORTED_NATIONALLY
        return ComparisonState.NEITHER


def ours(read: PartRead | None) -> Side:
    """Our side; what is hidden, or rests on a report that is missing, is not told."""
    if read is None or read.figure.state not in {FigureState.OK, FigureState.EMPTY}:
        return NOTHING
    figure = read.figure
    return Side(figure.count, figure.among, figure.value, read.points)


def theirs(told: NationalFigure | None) -> Side:
    """The portal's side."""
    if told is None:
        return NOTHING
    points = None if told.points is None else Fraction(told.points)
    share = None
    if told.count is not None and told.among:
        share = Fraction(told.count, told.among)
    return Side(told.count, told.among, share, points)


def compared(agency: str, here: Side, there: Side) -> Compared:
    """Two sides, and what is told on both of them taken from each other."""
    difference = Side(
        _less(here.count, there.count),
        _less(here.among, there.among),
        None if here.value is None or there.value is None else here.value - there.value,
        None if here.points is None or there.points is None else here.points - there.points,
    )
    return Compared(agency, here, there, difference)


def furthest_first(rows: Iterable[Compared]) -> list[Compared]:
    """What can be compared first, the largest difference of ratios at the top, then of points and numbers."""
    return sorted(rows, key=_distance)


_ORDER = list(ComparisonState)


def _distance(row: Compared) -> tuple[int, Fraction, Fraction, int, int, str]:
    far = row.difference
    return (
        _ORDER.index(row.state),
        -abs(far.value or Fraction()),
        -abs(far.points or Fraction()),
        -abs(far.count or 0),
        -abs(far.among or 0),
        row.agency,
    )


def _less(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other
