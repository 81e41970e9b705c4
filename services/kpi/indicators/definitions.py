"""The definitions and plans: what each figure counts, which plan asks for it, and from when until when."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, Self

from pydantic import Field, model_validator

from contracts.vocabulary import FigureKind
from services.kpi.editions.domain import digest_of
from services.kpi.indicators.nodes import Beside, Part, Test, Value, Words


class Versioned(Part):
    """Something that is written in versions, each of which is in force for some time (hiệu lực)."""

    id: str
    version: int = 1
    effective_from: date | None = None
    """The first day it is in force; from the beginning when left out."""
    effective_to: date | None = None
    """The day after the last; until the next version begins when left out."""

    @model_validator(mode="after")
    def _is_in_force_some_time(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_from >= self.effective_to:
            raise ValueError(
                f"{self.id}: effective_to is the day after the last, so it is later than effective_from"
            )
        return self

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all it says: of another text it is another."""
        told = self.model_dump()
        # An end was not always told: what tells none keeps the digest it was closed under.
        if told["effective_to"] is None:
            del told["effective_to"]
        return digest_of(told)


class Source(Part):
    """The official sentence a figure rests on (căn cứ)."""

    plan_title: str
    sentence: str
    document: str | None = None
    """The number of the document it stands in; not told where it could not be checked."""


class Indicator(Versioned):
    """One indicator (chỉ số) and how it is counted."""

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
    target: Test | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_its_name(cls, told: Any) -> Any:
        return {"indicator": told} if isinstance(told, str) else told

    def with_standing(self, standing: Test | None) -> PlanTarget:
        """The same with the indicator's own target, where the plan sets none of its own."""
        own = "target" in self.model_fields_set
        return self if own else self.model_copy(update={"target": standing})


class Plan(Versioned):
    """A plan (kế hoạch), whose it is, and when."""

    title: str
    title_en: str
    document: str | None = None
    """Its number, where that is known."""
    agency: str
    period_from: date
    period_to: date
    """Exclusive."""
    targets: tuple[PlanTarget, ...] = Field(min_length=1)
    series: tuple[str, ...] = ()
    """Series of reports that it asks for, beside those that name it themselves."""

    @model_validator(mode="after")
    def _takes_time(self) -> Self:
        if self.period_from >= self.period_to:
            raise ValueError(f"{self.id}: a plan ends after it begins")
        return self

    def asks_on(self, day: date) -> bool:
        """Whether a day is one of those it asks for."""
        return self.period_from <= day < self.period_to
