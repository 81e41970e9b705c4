"""How a figure is written: exact fractions, and never a rounding that helps it to its target."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import ceil, floor

from contracts.vocabulary import Operator

MOST_PLACES = 12
"""Decimal places of a percentage beyond which even a figure that hugs its target is cut."""

NO_BREAK = "\N{NO-BREAK SPACE}"


def shown_percent(
    count: int, among: int, operator: Operator | None, target: str | None, language: str = "vi"
) -> str | None:
    r"""`count` of `among` as a percentage; `None` when there is nothing to count.

    One decimal place, rounded towards failure; more places only where one would show a figure on
    the wrong side of its target. `target` is a decimal share (``0.85``).

    >>> shown_percent(1699, 2000, Operator.GTE, "0.85")
    '84,9\xa0%'
    >>> shown_percent(9004, 10000, Operator.GT, "0.9", "en")
    '90.04\xa0%'
    """
    if among == 0:
        return None
    return shown_share(Fraction(count, among), operator, target, language)


def shown_share(
    share: Fraction, operator: Operator | None, target: str | None, language: str = "vi"
) -> str:
    """A share of one as a percentage, under the rules of `shown_percent`."""
    percent = share * 100
    goal = percent_of(target)
    for places in range(MOST_PLACES + 1):
        rounded = _towards_failure(percent, places, operator, goal)
        exact = rounded == percent
        if exact or (places and _same_side(rounded, percent, operator, goal)):
            break
    return _written(rounded, places, language) + NO_BREAK + "%"


def percent_of(target: str | None) -> Fraction | None:
    """A target share as a percentage; `None` where it is no number (a grade, a yes or no).

    >>> percent_of("0.85"), percent_of("Tốt")
    (Fraction(85, 1), None)
    """
    try:
        return None if target is None else Fraction(Decimal(target)) * 100
    except (InvalidOperation, ValueError, OverflowError):
        return None


def bar_length(percent: Fraction) -> str:
    """How far a bar of 100 reaches, cut to two places and to the bar's two ends.

    >>> bar_length(Fraction(200, 3)), bar_length(Fraction(130))
    ('66.66', '100.00')
    """
    hundredths = floor(min(max(percent, Fraction(0)), Fraction(100)) * 100)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _towards_failure(
    percent: Fraction, places: int, operator: Operator | None, goal: Fraction | None
) -> Fraction:
    scaled = percent * 10**places
    smaller_is_better = operator in {Operator.LT, Operator.LTE}
    past_an_exact_goal = operator is Operator.EQ and goal is not None and percent > goal
    upwards = smaller_is_better or past_an_exact_goal
    return Fraction(ceil(scaled) if upwards else floor(scaled), 10**places)


def _same_side(
    rounded: Fraction, percent: Fraction, operator: Operator | None, goal: Fraction | None
) -> bool:
    if operator is None or goal is None:
        return True
    return _holds(rounded, operator, goal) == _holds(percent, operator, goal)


def _holds(percent: Fraction, operator: Operator, goal: Fraction) -> bool:
    return {
        Operator.GT: percent > goal,
        Operator.GTE: percent >= goal,
        Operator.LT: percent < goal,
        Operator.LTE: percent <= goal,
        Operator.EQ: percent == goal,
    }[operator]


def _written(rounded: Fraction, places: int, language: str) -> str:
    scaled = int(rounded * 10**places)
    sign = "-" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled), 10**places)
    mark = "." if language == "en" else ","
    return f"{sign}{whole}" + (f"{mark}{rest:0{places}d}" if places else "")
