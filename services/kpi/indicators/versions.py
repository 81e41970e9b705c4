"""Which definitions there are, in every version, and which of them are in force on a day. Values only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Generic, TypeVar

from services.kpi.indicators.definitions import Indicator, Plan
from services.kpi.indicators.series import Series

V = TypeVar("V", Indicator, Plan)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Origin:
    """Where a definition is written."""

    file: str
    line: int
    shipped: bool = True
    """Whether the file came with the suite, rather than from the operator."""

    @property
    def at(self) -> str:
        """As faults name it."""
        return f"{self.file}, line {self.line}"

    @property
    def name(self) -> str:
        """The file's own name, without the folder it lies in."""
        return self.file.replace("\\", "/").rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Kept(Generic[V]):
    """A version of something, where it is written, and until when it is in force."""

    told: V
    origin: Origin
    until: date | None = None
    """The day after the last: its own end, or the day on which the next version begins."""

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day."""
        begun = self.told.effective_from is None or self.told.effective_from <= day
        return begun and (self.until is None or day < self.until)

    @property
    def turns(self) -> tuple[date | None, date | None]:
        """The day on which it begins to be in force, and the one on which it is over."""
        return self.told.effective_from, self.until

    @property
    def days(self) -> str:
        """When it is in force, in words."""
        first = self.told.effective_from
        since = f"from {first}" if first else "from the beginning"
        return f"{since} until {self.until - A_DAY}" if self.until else f"{since} on"


@dataclass(frozen=True)
class Written:
    """Every version as it is written, by id and version."""

    indicators: Mapping[tuple[str, int], Kept[Indicator]]
    plans: Mapping[tuple[str, int], Kept[Plan]]


Versions = Mapping[str, tuple[Kept[V], ...]]
"""By id, every version in the order in which they are in force."""


@dataclass(frozen=True, eq=False)
class Library:
    """Every indicator and every plan by its id, in the version of one day."""

    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)
    lapsed: Mapping[str, Indicator] = field(default_factory=dict)
    """Indicators of which no version is in force, each in the version nearest to the day."""
    written: Written = field(default_factory=lambda: Written({}, {}))

    def kept_of(self, told: Indicator | Plan) -> Kept[Indicator] | Kept[Plan]:
        """Where a definition is written, and until when it is in force."""
        key = told.id, told.version
        found = self.written.indicators if isinstance(told, Indicator) else self.written.plans
        return found[key]

    def find(self, id: str) -> Indicator:
        """An indicator, in force or not."""
        return self.indicators.get(id) or self.lapsed[id]

    def made_from(self, indicator: Indicator) -> Iterator[str]:
        """The indicators in force that one is made from itself, those of a plan that it scores among them."""
        for name in indicator.names:
            plan = self.plans.get(name.removeprefix("plan "))
            named = [target.indicator for target in plan.targets] if plan else [name]
            yield from (one for one in named if one in self.indicators)

    def others_of(self, plan: Plan) -> list[Indicator]:
        """The indicators that rest on a plan which sets no target for them (không đặt mức)."""
        targets = {target.indicator for target in plan.targets}
        return [
            one
            for one in self.indicators.values()
            if one.source.plan_title == plan.title and one.id not in targets
        ]

    def circle(self) -> list[str]:
        """Indicators and plans that are each made from the next, and the last from the first; or none."""
        done: set[str] = set()
        for name in self.indicators:
            found = self._circle_from(name, [], done)
            if found:
                return found
        return []

    def _circle_from(self, name: str, line: list[str], done: set[str]) -> list[str]:
        if name in line:
            return [*line[line.index(name) :], name]
        if name in done:
            return []
        for following in sorted(self._names(name)):
            found = self._circle_from(following, [*line, name], done)
            if found:
                return found
        done.add(name)
        return []

    def _names(self, name: str) -> set[str]:
        if name.startswith("plan "):
            plan = self.plans.get(name.removeprefix("plan "))
            return {target.indicator for target in plan.targets} if plan else set()
        indicator = self.indicators.get(name)
        return indicator.names if indicator else set()


@dataclass(frozen=True, eq=False)
class Definitions:
    """Every definition in every version, and every series of reports."""

    indicators: Versions[Indicator]
    plans: Versions[Plan]
    series: Mapping[str, Series]
    _made: dict[int, Library] = field(default_factory=dict, repr=False)

    def in_force(self, day: date) -> Library:
        """The definitions of a day: of each the version in force then."""
        place = bisect_right(self._turns, day)
        if place not in self._made:
            self._made[place] = self._library(day)
        return self._made[place]

    def each_time(self) -> Iterator[Library]:
        """The definitions of every time in which none of them changes, the earliest first."""
        for day in (date.min, *self._turns):
            yield self.in_force(day)

    @cached_property
    def newest(self) -> Library:
        """The last version of each, whenever it is in force."""
        return Library(
            indicators={name: versions[-1].told for name, versions in self.indicators.items()},
            plans={name: self.plan(name) for name in self.plans},
            series=self.series,
            written=self._written,
        )

    def plan(self, id: str) -> Plan:
        """A plan as it asks for its own period: in the last version that is in force on the last day of it.

        Raises `KeyError`.
        """
        versions = self.plans[id]
        for kept in reversed(versions):
            last = kept.told.period_to - A_DAY
            if kept.in_force(last):
                return self.in_force(last).plans[id]
        return _with_targets(versions[-1].told, self.in_force(versions[-1].told.period_to - A_DAY))

    def nearest(self, day: date) -> Iterator[Indicator]:
        """Every indicator in the version of a day, or the one nearest to it where none is in force."""
        library = self.in_force(day)
        for name in self.indicators:
            yield library.find(name)

    @cached_property
    def own_plans(self) -> Mapping[str, Plan]:
        """Every plan as it asks for its own period."""
        return {name: self.plan(name) for name in self.plans}

    @cached_property
    def plan_periods(self) -> frozenset[tuple[date, date]]:
        """The periods of all plans: the first day, and the day after the last."""
        return frozenset((one.period_from, one.period_to) for one in self.own_plans.values())

    def asking_for(self, series: Series) -> list[Plan]:
        """The plans that ask for a series of reports."""
        return [
            plan
            for plan in self.own_plans.values()
            if plan.id in series.plans or series.id in plan.series
        ]

    @cached_property
    def _turns(self) -> list[date]:
        """The days on which a version begins or is over."""
        days = {
            *(day for one in _each(self.indicators) for day in one.turns),
            *(day for one in _each(self.plans) for day in one.turns),
        }
        return sorted(day for day in days if day is not None)

    @cached_property
    def _written(self) -> Written:
        return Written(
            {(one.told.id, one.told.version): one for one in _each(self.indicators)},
            {(one.told.id, one.told.version): one for one in _each(self.plans)},
        )

    def _library(self, day: date) -> Library:
        indicators: dict[str, Indicator] = {}
        lapsed: dict[str, Indicator] = {}
        for name, versions in self.indicators.items():
            found = next((one for one in versions if one.in_force(day)), None)
            if found is not None:
                indicators[name] = found.told
            else:
                lapsed[name] = _nearest(versions, day).told
        made = Library(indicators, {}, self.series, lapsed, self._written)
        plans = {
            name: _with_targets(one.told, made)
            for name, versions in self.plans.items()
            for one in versions
            if one.in_force(day)
        }
        return Library(indicators, plans, self.series, lapsed, self._written)


def _each(versions: Versions[V]) -> Iterator[Kept[V]]:
    for told in versions.values():
        yield from told


def _nearest(versions: tuple[Kept[V], ...], day: date) -> Kept[V]:
    """The last version that was over by a day, else the first of all."""
    over = [one for one in versions if one.until is not None and one.until <= day]
    return over[-1] if over else versions[0]


def _with_targets(plan: Plan, library: Library) -> Plan:
    """A plan with its indicators' targets where it sets none of its own."""
    targets = [one.with_standing(library.find(one.indicator).target) for one in plan.targets]
    return plan.model_copy(update={"targets": tuple(targets)})
