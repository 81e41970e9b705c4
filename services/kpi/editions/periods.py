"""Periods that can be closed, by kind and key: plans, calendar and report periods, and days."""

from dataclasses import dataclass

from contracts.periods import Span
from contracts.problems import NotFound
from contracts.vocabulary import EditionKind
from services.kpi.editions.calendars import example_of, span_of_key
from services.kpi.indicators import Definitions, Indicator, Test
from services.kpi.indicators.versions import A_DAY


class UnknownPeriod(NotFound):
    """There is no such period."""

    title_vi = "Không có kỳ số liệu này"


@dataclass(frozen=True)
class Period:
    """A period that can be closed."""

    kind: EditionKind
    key: str
    span: Span

    def targets(self, told: Definitions) -> list[tuple[Indicator, Test | None]]:
        """What is closed with it: a plan's targets, else every indicator in force with its own target."""
        library = told.in_force(self.span.end - A_DAY)
        if self.kind is EditionKind.PLAN:
            plan = told.own_plans[self.key]
            return [(library.find(one.indicator), one.target) for one in plan.targets]
        return [(one, one.target) for one in library.indicators.values()]


def period_of(kind: EditionKind, key: str, told: Definitions) -> Period:
    """The period of a kind and key. Raises `UnknownPeriod`."""
    if kind is EditionKind.PLAN:
        if key not in told.plans:
            raise UnknownPeriod(f"Name one of the plans {', '.join(told.plans)}.")
        plan = told.own_plans[key]
        return Period(kind, key, Span(plan.period_from, plan.period_to))
    span = span_of_key(kind, key)
    if span is None:
        raise UnknownPeriod(f"A key of kind {kind} looks like {example_of(kind)}.")
    return Period(kind, key, span)
