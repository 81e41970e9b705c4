"""What has to be looked up before a figure can be counted: no more than it needs. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import Any

from services.kpi.facts import MEASURES, OPEN_MEASURES
from services.kpi.indicators.definitions import Indicator
from services.kpi.indicators.nodes import Entities, Holds, Ratio, Reported, Value
from services.kpi.indicators.versions import Library

ALWAYS = ("rated", "received", "settled", "returned")
"""What every figure is told with: on how many ratings satisfaction rests, and what an edition counted."""

_MEASURES = frozenset(MEASURES)


class Need(Enum):
    """A source of figures beside the cells of agencies and fields."""

    PROCEDURES = auto()
    AGENCIES = auto()
    YOUNG = auto()
    REPORTS = auto()
    OWED = auto()
    CHANNELS = auto()
    OPEN = auto()
    WATCHED = auto()


def needs_of(indicators: Iterable[Indicator], library: Library) -> frozenset[Need]:
    """Everything that some indicators are counted from, and those they are made from."""
    return frozenset(need for indicator in indicators for need in _of_indicator(indicator, library))


def series_of(indicators: Iterable[Indicator], library: Library) -> frozenset[str]:
    """The series of reports that some indicators are counted from."""
    return frozenset(
        series
        for indicator in indicators
        for value in _values(indicator, library)
        for series in _series(value)
    )


def measures_of(indicators: Iterable[Indicator], library: Library) -> frozenset[str]:
    """Every measure that some indicators name anywhere, and those they are made from.

    A definition is searched whole, so that no kind of node can be forgotten here.
    """
    told = {*ALWAYS}
    for indicator in indicators:
        told.update(indicator.beside)
        for value in _values(indicator, library):
            told |= measures_named(value)
    return frozenset(told & _MEASURES)


def measures_named(value: Value) -> frozenset[str]:
    """Every measure that a value names anywhere."""
    return frozenset(_words(value.model_dump())) & _MEASURES


def _words(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for part in told.values():
            yield from _words(part)
    elif isinstance(told, list | tuple | set | frozenset):
        for part in told:
            yield from _words(part)


def _of_indicator(indicator: Indicator, library: Library) -> Iterator[Need]:
    if "young" in indicator.beside:
        yield Need.YOUNG
    for value in _values(indicator, library):
        yield from _of_value(value)


def _values(indicator: Indicator, library: Library) -> Iterator[Value]:
    """An indicator's value with every value within it, and those of the indicators it is made from."""
    yield from values_of(indicator.value)
    for name in library.made_from(indicator):
        yield from _values(library.indicators[name], library)


def values_of(value: Value) -> Iterator[Value]:
    """A value and every value within it."""
    yield value
    if value.difference is not None:
        yield from values_of(value.difference.of)
        yield from values_of(value.difference.less)
    for part in value.whole.parts if value.whole else ():
        yield from values_of(part.value)


def _of_value(value: Value) -> Iterator[Need]:
    for node in (value.share, value.tally, value.lowest):
        if node is not None:
            yield Need.PROCEDURES if node.over == "procedure" else Need.AGENCIES
    kinds = (node.kinds for node in (value.ratio, value.count) if node is not None)
    asked = {
        Need.AGENCIES: any(kinds),
        Need.YOUNG: value.ratio is not None and value.ratio.less is not None,
        Need.OPEN: any(name in OPEN_MEASURES for name in _measures(value)),
        Need.REPORTS: value.reports is None and any(_series(value)),
        Need.OWED: value.reports is not None,
        Need.CHANNELS: "rating_channel" in set(_attributes(value)),
        Need.WATCHED: value.watched is not None,
    }
    yield from (need for need, wanted in asked.items() if wanted)


def _series(value: Value) -> Iterator[str]:
    if isinstance(value.ratio, Ratio) and isinstance(value.ratio.among, Reported):
        yield value.ratio.among.series
    if value.reported is not None:
        yield value.reported.series
    if value.reports is not None:
        yield value.reports.series
    for node in (value.share, value.tally):
        if isinstance(node, Entities):
            yield from _held(node.holds)


def _held(holds: Holds) -> Iterator[str]:
    if holds.reported is not None:
        yield holds.reported.series
    for part in (*holds.all, *holds.any):
        yield from _held(part)


def _attributes(value: Value) -> Iterator[str]:
    for node in (value.share, value.tally):
        if isinstance(node, Entities):
            yield from (condition.attribute for condition in node.where)
            yield from _asked(node.holds)


def _asked(holds: Holds) -> Iterator[str]:
    if holds.attribute is not None:
        yield holds.attribute.attribute
    for part in (*holds.all, *holds.any):
        yield from _asked(part)


def _measures(value: Value) -> Iterator[str]:
    for node in (value.count, value.ratio):
        if node is not None:
            yield from node.of
            among = getattr(node, "among", ())
            yield from () if isinstance(among, Reported) else among
