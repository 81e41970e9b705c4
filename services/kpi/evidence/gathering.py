"""What is behind a figure, one by one: its dossiers, or the agencies, fields and procedures it counts."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.database import UnitOfWork
from services.kpi import queries, views
from services.kpi.counted import Counted
from services.kpi.facts import OPEN_MEASURES, Fact
from services.kpi.indicators import Indicator
from services.kpi.indicators.evaluation import rows_behind
from services.kpi.indicators.judging import Held
from services.kpi.indicators.nodes import Count, Ratio, Reported
from services.kpi.queries import CasesAsked
from services.kpi.structure import Units

PAGE = 500
"""Dossiers read at a time, so that a pack of any size streams."""

DOSSIER_COLUMNS = (
    *("agency", "field", "procedure", "channel", "status"),
    *("received_at", "due_at", "done_at", "returned_at", "ended_at"),
    *("inbound_accepted_at", "outbound_accepted_at", "synchronised_at"),
)
"""What is told of each dossier: nothing of a person, and no rating."""


@dataclass(frozen=True)
class Case:
    """One thing behind a figure."""

    kind: str
    """``dossier``, ``agency``, ``field`` or ``procedure``."""
    code: str
    counts: bool
    """Whether it is among those that count, or only among those they are counted among."""
    fact: Fact | None = None

    def cells(self) -> list[str]:
        """It as a row of a table."""
        told = [getattr(self.fact, name, None) for name in DOSSIER_COLUMNS]
        return [self.kind, self.code, "1" if self.counts else "0", *map(_text, told)]


COLUMNS = ("kind", "code", "counts", *DOSSIER_COLUMNS)
"""The columns of a pack."""


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def is_listed(indicator: Indicator) -> bool:
    """Whether what is behind a figure can be told one by one."""
    value = indicator.value
    return bool(value.count or value.share or value.tally) or counted_over_dossiers(indicator)


def counted_over_dossiers(indicator: Indicator) -> bool:
    """Whether dossiers are behind a figure: not where an instant decides, nor among what is reported."""
    ratio, count = indicator.value.ratio, indicator.value.count
    among = () if ratio is None or isinstance(ratio.among, Reported) else ratio.among
    found = (*among, *(ratio.of if among and ratio else ()), *(count.of if count else ()))
    return bool(found) and {*OPEN_MEASURES}.isdisjoint(found)


def agencies_asked(indicator: Indicator, units: Units, counted: Counted) -> frozenset[str]:
    """The agencies whose dossiers a figure counts: all that are asked for, or those of some kinds."""
    node = indicator.value.ratio or indicator.value.count
    if node is None or not node.kinds:
        return frozenset(units)
    kinds = {row.code: row.kind for row in counted.agencies()}
    return frozenset(code for code, own in units.items() if kinds.get(own) in node.kinds)


def fields_of(indicator: Indicator) -> Sequence[str]:
    """The fields whose dossiers a figure counts; those of all when there are none."""
    node = indicator.value.ratio or indicator.value.count
    return node.fields if node is not None else ()


async def dossiers(
    indicator: Indicator, asked: views.Asked, units: Units, counted: Counted, uow: UnitOfWork
) -> AsyncIterator[Case]:
    """Every dossier behind a figure, by its code: those that count, and those they are counted among."""
    ratio, count = indicator.value.ratio, indicator.value.count
    node = ratio or count
    if node is None:
        return
    wanted = CasesAsked(
        agencies=agencies_asked(indicator, units, counted),
        period=asked.period,
        measures=_among(node),
        fields=units.filed_under(node.fields),
        without_young=ratio is not None and ratio.less is not None,
    )
    after = ""
    while True:
        page = await queries.cases_told(wanted, node.of, after, PAGE, uow)
        for fact, holds in page:
            yield Case("dossier", fact.code, holds, fact)
        if len(page) < PAGE:
            return
        after = page[-1][0].code


def _among(node: Ratio | Count) -> Sequence[str]:
    if isinstance(node, Count) or isinstance(node.among, Reported):
        return node.of
    return node.among


def entities(indicator: Indicator, counted: Counted) -> list[Case]:
    """Every agency, field or procedure that a figure counts, and whether it holds there.

    One of which nothing is told counts among them and is not one that holds.
    """
    node = indicator.value.share or indicator.value.tally
    if node is None:
        return []
    behind = rows_behind(indicator.value, counted)
    return sorted(
        (Case(node.over, code, held is Held.YES) for code, held in behind), key=lambda one: one.code
    )
