"""What a figure is, when a target is met, and which half-months a period is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from contracts.periods import SECOND_HALF, Cut, Span, bucket_of, cut, following
from contracts.vocabulary import Operator, Verdict

__all__ = [
    "PLACES",
    "SECOND_HALF",
    "Cut",
    "Score",
    "Span",
    "bucket_of",
    "cut",
    "decimal_text",
    "following",
    "reaches",
    "score",
]

PLACES = 12
"""Decimal places of a value that no finite decimal tells exactly."""


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
