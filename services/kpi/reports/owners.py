"""Who owes which series: by the plans that are kept here."""

from collections.abc import Sequence

from contracts.periods import Span
from services.kpi.indicators import Definitions
from services.kpi.indicators.series import Series


def own_periods(series: Series, told: Definitions) -> Sequence[Span]:
    """The periods of the plans that ask for a series; of one that looks back, none of them."""
    if series.before:
        return []
    return [Span(plan.period_from, plan.period_to) for plan in told.asking_for(series)]


def own_agencies(series: Series, told: Definitions) -> frozenset[str]:
    """The agencies of these plans themselves."""
    return frozenset(plan.agency for plan in told.asking_for(series))
