"""What the rows of a figure count, and by what they can be told apart. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.vocabulary import AgencyKind, BreakdownBy
from services.kpi.facts import MEASURES, PROCEDURE_MEASURES, YOUNG
from services.kpi.indicators import Indicator, Test
from services.kpi.indicators.nodes import Entities, Passes, Reported, Value

ADDED_UP = (BreakdownBy.AGENCY, BreakdownBy.FIELD, BreakdownBy.AGENCY_FIELD)
LEVELS = ("s1", "s2", "s3", "s4", "s5")


@dataclass(frozen=True)
class Terms:
    """Measures that a figure adds up, and what a sum of them is held against."""

    of: tuple[str, ...]
    among: tuple[str, ...] | None = None
    less: str | None = None
    """What is taken out of those it is counted among."""
    fields: tuple[str, ...] = ()
    kinds: tuple[AgencyKind, ...] = ()
    test: Test | None = None

    @property
    def measures(self) -> tuple[str, ...]:
        """Everything that is read."""
        return (*self.of, *(self.among or ()), *((self.less,) if self.less else ()))

    @property
    def in_cells(self) -> bool:
        """Whether the cells of half-months hold all of it, but for what is young still."""
        return all(name in MEASURES or name == YOUNG for name in self.measures)

    @property
    def by_procedure(self) -> bool:
        """Whether the same is known of single procedures."""
        known = all(name in PROCEDURE_MEASURES for name in self.measures)
        return known and not self.fields and not self.kinds


def terms_of(indicator: Indicator) -> Terms | None:
    """What an indicator adds up; of a nested one what it asks of each; None where it adds up nothing."""
    value = indicator.value
    passes = passes_of(value)
    if value.ratio is not None:
        ratio = value.ratio
        if isinstance(ratio.among, Reported):
            return Terms(ratio.of, fields=ratio.fields, kinds=ratio.kinds)
        return Terms(ratio.of, ratio.among, ratio.less, ratio.fields, ratio.kinds, indicator.target)
    if value.count is not None:
        return Terms(value.count.of, fields=value.count.fields, kinds=value.count.kinds)
    if passes is not None:
        node = entities_of(value)
        return Terms(
            (passes.of,), (passes.among,), kinds=node.kinds if node else (), test=passes.test
        )
    if value.lowest is not None:
        return Terms((value.lowest.of,), (value.lowest.among,), test=indicator.target)
    return None


def entities_of(value: Value) -> Entities | None:
    """What a figure counts one by one."""
    return value.share or value.tally


def passes_of(value: Value) -> Passes | None:
    """The ratio that each of those counted must pass."""
    node = entities_of(value)
    return node.holds.passes if node else None


def ways(indicator: Indicator) -> list[BreakdownBy]:
    """By what a figure can be told apart."""
    node, terms = entities_of(indicator.value), terms_of(indicator)
    found = set(ADDED_UP) if terms else set()
    if terms is not None and terms.by_procedure:
        found.add(BreakdownBy.PROCEDURE)
    if node is not None:
        found.add(BreakdownBy(node.over))
    return [by for by in BreakdownBy if by in found]


def has_trend(indicator: Indicator) -> bool:
    """Whether a figure can be told by half-month: it is counted from dossiers alone."""
    terms, node = terms_of(indicator), entities_of(indicator.value)
    if terms is None or not terms.in_cells:
        return False
    if terms.among is None:
        return indicator.value.count is not None
    over_procedures = node is not None and node.over == "procedure"
    lowest = indicator.value.lowest
    return not over_procedures and (lowest is None or lowest.over == "agency")


def has_levels(indicator: Indicator) -> bool:
    """Whether its ratings are kept by level: those of all dossiers, however filed."""
    ratio = indicator.value.ratio
    return ratio is not None and (ratio.of, ratio.among) == (("satisfied",), ("rated",))


def amount(amounts: Mapping[str, int], terms: Terms) -> tuple[int, int | None]:
    """How many, among how many."""
    count = sum(amounts.get(name, 0) for name in terms.of)
    if terms.among is None:
        return count, None
    among = sum(amounts.get(name, 0) for name in terms.among)
    return count, among - (amounts.get(terms.less, 0) if terms.less else 0)
