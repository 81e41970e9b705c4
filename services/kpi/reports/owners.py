"""Who owes which series: by the plans that are kept here."""

from collections.abc import Sequence

from contracts.periods import Span
from services.kpi.indicators import PLANS, Plan
from services.kpi.indicators.series import Series


def plans_of(series: Series) -> Sequence[Plan]:
    """The plans that ask for a series, of those there are."""
    return [PLANS[name] for name in series.plans if name in PLANS]


def own_periods(series: Series) -> Sequence[Span]:
    """The periods of these plans; of a series that looks back, none of them."""
    if series.before:
        return []
    return [Span(plan.period_from, plan.period_to) for plan in plans_of(series)]


def own_agencies(series: Series) -> frozenset[str]:
    """The agencies of these plans themselves."""
    return frozenset(plan.agency for plan in plans_of(series))
