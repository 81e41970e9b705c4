"""The definitions and plans: what each figure counts, and which plan asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import Field, model_validator

from contracts.vocabulary import FigureKind
from services.kpi.indicators.nodes import Beside, Part, Test, Value, Words


class Source(Part):
    """The official sentence a figure rests on (căn cứ)."""

    plan_title: str
    sentence: str
    document: str | None = None
    """The number of the document it stands in; not told where it could not be checked."""


class Indicator(Part):
    """One indicator (chỉ số) and how it is counted."""

    id: str
    version: int = 1
    effective_from: date | None = None
    """The first day this definition is meant for; from the beginning when left out."""
    title: Words
    counts: Words
    value: Value
    target: Test | None = None
    beside: tuple[Beside, ...] = ()
    """Measures told beside the figure, which are no part of it."""
    confidential: bool = False
    """Satisfaction: dossiers are never listed, and small numbers not shown."""
    choices: tuple[str, ...] = ()
    """Open readings that were decided, and how."""
    source: Source

    @property
    def kind(self) -> FigureKind:
        """What its figure is."""
        return self.value.kind

    @property
    def computed(self) -> bool:
        """Whether it is counted from events rather than reported."""
        return self.value.reported is None

    @property
    def names(self) -> set[str]:
        """The other indicators, and plans, that it is made from."""
        found = {f"plan {self.value.plan_score.plan}"} if self.value.plan_score else set()
        if self.value.score is not None:
            found |= {part.indicator for part in self.value.score.parts}
        if self.target is not None and self.target.than is not None:
            found.add(self.target.than)
        return found


class PlanTarget(Part):
    """A target of a plan: an indicator, and the test it must pass there."""

    indicator: str
    target: Test | None


class Plan(Part):
    """A plan (kế hoạch), whose it is, and when."""

    id: str
    title: str
    title_en: str
    document: str | None = None
    """Its number, where that is known."""
    agency: str
    period_from: date
    period_to: date
    """Exclusive."""
    targets: tuple[PlanTarget, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _takes_time(self) -> Plan:
        if self.period_from >= self.period_to:
            raise ValueError(f"{self.id}: a plan ends after it begins")
        return self


@dataclass(frozen=True)
class Library:
    """Every indicator and every plan by its id."""

    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    plans: Mapping[str, Plan] = field(default_factory=dict)

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


def plan_of(entry: Mapping[str, Any], indicators: Mapping[str, Indicator]) -> Plan:
    """A plan as its file has it, with its indicators' targets where it names none of its own."""
    targets = []
    for told in entry.get("targets", []):
        own = told if isinstance(told, dict) else {"indicator": told}
        if own.get("indicator") not in indicators:
            raise ValueError(f"there is no indicator {own.get('indicator')}")
        standing = indicators[own["indicator"]].target
        targets.append({"target": standing} | own)
    return Plan.model_validate(dict(entry) | {"targets": targets})
