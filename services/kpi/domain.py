"""What a figure is, when a target is met, and which half-months a period is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

from contracts.vocabulary import FigureState, Operator, Verdict

SECOND_HALF = 15
"""A half-month begins on the 1st or the 15th: calendar months and report months (15th to 14th) are both
made of whole ones."""

PLACES = 12
"""Decimal places of a value that no finite decimal tells exactly."""


@dataclass(frozen=True)
class Figure:
    """So many out of so many; nothing out of nothing is no figure at all."""

    count: int
    among: int

    @property
    def state(self) -> FigureState:
        """Whether there is anything to read."""
        return FigureState.OK if self.among else FigureState.EMPTY

    @property
    def share(self) -> Fraction | None:
        """The exact share; none when there is nothing to count."""
        return Fraction(self.count, self.among) if self.among else None


def reaches(value: Fraction, operator: Operator, target: Fraction) -> bool:
    """Whether a value meets a target, compared exactly.

    >>> reaches(Fraction(18, 20), Operator.GT, Fraction("0.9"))
    False
    >>> reaches(Fraction(85, 100), Operator.GTE, Fraction("0.85"))
    True
    """
    match operator:
        case Operator.GT:
            return value > target
        case Operator.GTE:
            return value >= target
        case Operator.LT:
            return value < target
        case Operator.LTE:
            return value <= target
        case Operator.EQ:
            return value == target


def verdict(
    value: Fraction | None, operator: Operator | None, target: Fraction | None, *, due: bool = True
) -> Verdict:
    """How a figure stands against its target (kết luận).

    Before the period has ended a target that is not met is not yet due; one without a target is
    undecided.
    """
    if value is None:
        return Verdict.NO_DATA if due else Verdict.NOT_DUE
    if operator is None or target is None:
        return Verdict.UNDECIDED
    if reaches(value, operator, target):
        return Verdict.MET
    return Verdict.NOT_MET if due else Verdict.NOT_DUE


def decimal_text(value: Fraction, operator: Operator | None = None) -> str:
    """A value as a decimal: exact when finite within 12 places, else rounded towards failure.

    >>> decimal_text(Fraction(9, 10))
    '0.9'
    >>> decimal_text(Fraction(2, 3), Operator.GTE)
    '0.666666666666'
    >>> decimal_text(Fraction(2, 3), Operator.LTE)
    '0.666666666667'
    """
    scaled = value * 10**PLACES
    smallest = ceil(scaled) if operator in {Operator.LT, Operator.LTE} else floor(scaled)
    whole, rest = divmod(abs(smallest), 10**PLACES)
    sign = "-" if smallest < 0 else ""
    return f"{sign}{whole}.{rest:0{PLACES}d}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Score:
    """How many targets of a plan are met, of how many that are due."""

    met: int
    due: int

    @property
    def shown(self) -> str:
        """E.g. ``7/8``."""
        return f"{self.met}/{self.due}"


def score(verdicts: Iterable[Verdict]) -> Score:
    """A plan's score: a target without a figure stays due, and is not met.

    >>> score([Verdict.MET, Verdict.NO_DATA, Verdict.NOT_DUE]).shown
    '1/2'
    """
    told = list(verdicts)
    due = [one for one in told if one is not Verdict.NOT_DUE]
    return Score(sum(one is Verdict.MET for one in due), len(due))


def bucket_of(day: date) -> date:
    """The half-month a day lies in, named by its first day.

    >>> bucket_of(date(2020, 2, 14)), bucket_of(date(2020, 2, 15))
    (datetime.date(2020, 2, 1), datetime.date(2020, 2, 15))
    """
    return day.replace(day=SECOND_HALF if day.day >= SECOND_HALF else 1)


def following(bucket: date) -> date:
    """The half-month after a half-month."""
    if bucket.day < SECOND_HALF:
        return bucket.replace(day=SECOND_HALF)
    return (bucket.replace(day=28) + timedelta(days=4)).replace(day=1)


@dataclass(frozen=True)
class Span:
    """A half-open stretch of days."""

    first: date
    end: date
    """Exclusive."""

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day < self.end


@dataclass(frozen=True)
class Cut:
    """A period as whole half-months, and the days before and after them."""

    whole: Span | None
    edges: tuple[Span, ...]


def cut(period: Span) -> Cut:
    """Cut a period into whole half-months and the edges that are not.

    >>> cut(Span(date(2017, 8, 21), date(2018, 1, 1))).edges
    (Span(first=datetime.date(2017, 8, 21), end=datetime.date(2017, 9, 1)),)
    """
    if period.first >= period.end:
        return Cut(None, ())
    first = bucket_of(period.first)
    begin = first if first == period.first else following(first)
    end = bucket_of(period.end)
    if begin >= end:
        return Cut(None, (period,))
    edges = (Span(period.first, begin), Span(end, period.end))
    return Cut(Span(begin, end), tuple(edge for edge in edges if edge.first < edge.end))
