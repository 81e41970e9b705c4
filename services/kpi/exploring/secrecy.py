"""What anybody may see of satisfaction: not what, taken from something else shown, tells of a few people."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import pairwise

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.vocabulary import BreakdownBy
from services.kpi import views
from services.kpi.asking import measured
from services.kpi.counted import Counted
from services.kpi.exploring.hiding import OPEN, Rule, Size, hidden_rows
from services.kpi.exploring.telling import table
from services.kpi.exploring.terms import ways
from services.kpi.indicators import Indicator, Library
from services.kpi.opening import definitions_of

ITSELF = "{} itself"
"""An agency without those below it, among which it stands in a table."""


def rule_of(indicator: Indicator, asked: views.Asked) -> Rule:
    """From when on rows of a figure may be shown."""
    if indicator.confidential:
        return Rule(asked.suppress_below, asked.rest)
    return Rule(asked.suppress_below) if asked.public else OPEN


async def secrets(
    indicators: Collection[Indicator], asked: views.Asked, here: Running, uow: UnitOfWork
) -> frozenset[str]:
    """Indicators of which the public is told nothing of this agency and period.

    Satisfaction is told of the periods of plans alone: of any two others the difference would tell of a
    few days. Nor is it told of an agency where that would give away one beside it.
    """
    named = _named(indicators, asked.library) if asked.public else ()
    confidential = [one for one in named if one.confidential]
    if not confidential:
        return frozenset()
    if (asked.period.first, asked.period.end) not in definitions_of(here).plan_periods:
        return frozenset(one.id for one in confidential)
    line = set(await here.tree.lineage(asked.agency))
    hidden = await hidden_agencies(confidential, asked, here, uow)
    return frozenset(name for name, agencies in hidden.items() if line & agencies)


def _named(indicators: Collection[Indicator], library: Library) -> Collection[Indicator]:
    """Indicators with all that they are made from."""
    found: dict[str, Indicator] = {}
    waiting = list(indicators)
    while waiting:
        one = waiting.pop()
        if one.id not in found:
            found[one.id] = one
            waiting += [library.indicators[name] for name in library.made_from(one)]
    return found.values()


async def hidden_agencies(
    indicators: Collection[Indicator], asked: views.Asked, here: Running, uow: UnitOfWork
) -> Mapping[str, frozenset[str]]:
    """By indicator the agencies that stay hidden with all below them; `ITSELF` of one without those."""
    line = await here.tree.lineage(asked.agency)
    wide = replace(asked, agency=line[-1])
    counted = await measured(wide, indicators, here, uow)
    found = {}
    for indicator in indicators:
        own = _own_sizes(indicator, counted, wide)
        found[indicator.id] = await _hidden_in_the_tree(own, rule_of(indicator, asked), here)
    return found


def _own_sizes(
    indicator: Indicator, counted: Counted, asked: views.Asked
) -> Mapping[str, tuple[int, int]]:
    """On how many ratings the figure of each agency by itself rests."""
    if BreakdownBy.AGENCY in ways(indicator):
        told = table(indicator, BreakdownBy.AGENCY, counted, views.reader(counted, asked))
        return {str(row.place.agency): row.size for row in told.rows}
    rated: Counter[str] = Counter()
    for (agency, _), amounts in counted.cells().items():
        rated[agency] += amounts.get("rated", 0)
    return {agency: (n, n) for agency, n in rated.items() if n}


async def rows_hidden_by(
    hidden: Collection[str], agencies: Collection[str], here: Running
) -> frozenset[str]:
    """Agencies whose own row is hidden because they, or something above them, are."""
    found = set()
    for code in agencies:
        above = set(await here.tree.lineage(code))
        if ITSELF.format(code) in hidden or above & set(hidden):
            found.add(code)
    return frozenset(found)


async def _hidden_in_the_tree(own: Mapping[str, Size], rule: Rule, here: Running) -> frozenset[str]:
    sizes: dict[str, Size] = {}
    children: dict[str, set[str]] = {}
    for code, (among, count) in own.items():
        line = await here.tree.lineage(code)
        for step in line:
            known = sizes.get(step, (0, 0))
            sizes[step] = known[0] + among, known[1] + count
        for below, above in pairwise(line):
            children.setdefault(above, set()).add(below)
    found: set[str] = set()
    for above, those in children.items():
        rows = {code: sizes[code] for code in those}
        if above in own:
            rows[ITSELF.format(above)] = own[above]
        found |= hidden_rows(rows, rule)
    return frozenset(found)
