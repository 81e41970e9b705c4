"""The definitions and plans, read from their files and checked when the service starts."""

from datetime import date
from fractions import Fraction
from importlib import resources
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from contracts.vocabulary import Operator
from services.kpi.domain import decimal_text
from services.kpi.facts import MEASURES


def _fraction(told: Any) -> Fraction:
    """A number as people write it: ``"85 %"``, ``"0.85"``, ``1``."""
    text = str(told).replace(" ", "")
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def _measure(told: str) -> str:
    if told not in MEASURES:
        raise ValueError(f"{told} is no measure; there are {', '.join(MEASURES)}")
    return told


Number = Annotated[Fraction, BeforeValidator(_fraction)]
Measure = Annotated[str, BeforeValidator(_measure)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Test(_Part):
    """A comparison: the operator is part of what a plan asks for."""

    __test__ = False

    operator: Operator
    value: Number

    @property
    def shown(self) -> str:
        """As people write it."""
        sign = {"gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "eq": "="}[self.operator]
        return f"{sign} {decimal_text(self.value * 100).replace('.', ',')} %"


class Ratio(_Part):
    """A measure among another, of single fields or of all."""

    of: Measure
    among: Measure
    fields: tuple[str, ...] = ()


class Units(_Part):
    """Agencies in every one of whose fields a ratio passes a test."""

    of: Measure
    among: Measure
    each: Literal["field"]
    test: Test


Attribute = Literal["online_level", "by_post", "on_national_portal"]


class Condition(_Part):
    """Something about a procedure of the catalogue."""

    attribute: Attribute
    operator: Operator
    value: int

    def holds(self, value: int) -> bool:
        """Whether it is so."""
        return {
            "gt": value > self.value,
            "gte": value >= self.value,
            "lt": value < self.value,
            "lte": value <= self.value,
            "eq": value == self.value,
        }[self.operator]


PostMeasure = Literal["received_by_post", "returned_by_post"]


class Holding(_Part):
    """What a procedure must hold to be counted."""

    attribute: Condition | None = None
    any_of: tuple[PostMeasure, ...] = ()
    """At least one dossier in any of these measures."""

    @model_validator(mode="after")
    def _something(self) -> "Holding":
        if self.attribute is None and not self.any_of:
            raise ValueError("a procedure that need hold nothing always counts: say what it holds")
        return self


class Procedures(_Part):
    """Procedures that hold something, among those that meet a condition."""

    where: Condition | None = None
    holds: Holding


class Value(_Part):
    """What a figure counts; exactly one of its kinds."""

    ratio: Ratio | None = None
    units: Units | None = None
    procedures: Procedures | None = None
    reported: Literal[True] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Value":
        if (
            sum(
                kind is not None
                for kind in (self.ratio, self.units, self.procedures, self.reported)
            )
            != 1
        ):
            raise ValueError("a value is a ratio, units, procedures or reported: one of them")
        return self


class Words(_Part):
    """The same in Vietnamese and English."""

    vi: str
    en: str


class Source(_Part):
    """The official sentence a figure rests on (căn cứ)."""

    plan_title: str
    sentence: str


class Indicator(_Part):
    """One indicator (chỉ số) and how it is counted."""

    id: str
    version: int = 1
    title: Words
    counts: Words
    value: Value
    target: Test | None = None
    confidential: bool = False
    """Satisfaction: dossiers are never listed, and small numbers not shown."""
    choices: tuple[str, ...] = ()
    """Open readings that were decided, and how."""
    note: Words | None = None
    """Why there is no figure, where there is none."""
    source: Source

    @model_validator(mode="after")
    def _silence_is_explained(self) -> "Indicator":
        if self.computed == (self.note is not None):
            raise ValueError(f"{self.id}: a note says why a reported figure is missing, no other")
        return self

    @property
    def computed(self) -> bool:
        """Whether it is counted from events."""
        return self.value.reported is None


class PlanTarget(_Part):
    """A target of a plan: an indicator, and the test it must pass there."""

    indicator: str
    target: Test


class Plan(_Part):
    """A plan (kế hoạch), whose it is, and when."""

    id: str
    title: str
    title_en: str
    agency: str
    period_from: date
    period_to: date
    """Exclusive."""
    targets: tuple[PlanTarget, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _takes_time(self) -> "Plan":
        if self.period_from >= self.period_to:
            raise ValueError(f"{self.id}: a plan ends after it begins")
        return self


class _IndicatorFile(_Part):
    format: Literal["kpi/1"]
    indicators: tuple[Indicator, ...]


class _PlanFile(_Part):
    format: Literal["kpi/1"]
    plans: tuple[dict[str, Any], ...]


def _read(name: str) -> Any:
    file = resources.files("services.kpi.indicators") / name
    return yaml.safe_load(file.read_text("utf-8"))


def indicators_of(told: Any) -> dict[str, Indicator]:
    """The indicators of a file by their ids; raises `ValueError` where the format is not kept."""
    found = _IndicatorFile.model_validate(told).indicators
    by_id = {indicator.id: indicator for indicator in found}
    if len(by_id) != len(found):
        raise ValueError("two indicators share an id")
    return by_id


def plans_of(told: Any, indicators: dict[str, Indicator]) -> dict[str, Plan]:
    """The plans of a file by their ids, with their indicators' targets; raises as `indicators_of`."""
    plans: dict[str, Plan] = {}
    for entry in _PlanFile.model_validate(told).plans:
        named = entry.get("targets", [])
        if missing := [name for name in named if name not in indicators]:
            raise ValueError(f"there is no indicator {', '.join(map(str, missing))}")
        targets = [{"indicator": name, "target": _target_of(indicators[name])} for name in named]
        plan = Plan.model_validate(entry | {"targets": targets})
        if plan.id in plans:
            raise ValueError(f"two plans are called {plan.id}")
        plans[plan.id] = plan
    return plans


def _target_of(indicator: Indicator) -> Test:
    if indicator.target is None:
        raise ValueError(f"{indicator.id} stands in a plan without a target")
    return indicator.target


INDICATORS = indicators_of(_read("definitions.yaml"))
"""Every indicator by its id."""

PLANS = plans_of(_read("plans.yaml"), INDICATORS)
"""Every plan by its id."""
