"""What a figure counts, as its definition says it: the nodes of the format ``kpi/1``. Values only."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from contracts.vocabulary import AgencyKind, FigureKind, Manner, Operator
from services.kpi.domain import decimal_text
from services.kpi.facts import MEASURES, OPEN_MEASURES, PROCEDURE_MEASURES, YOUNG


def _fraction(told: Any) -> Fraction:
    """A number as people write it: ``"85 %"``, ``"0.85"``, ``1``."""
    text = str(told).replace(" ", "")
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def _measure(told: str) -> str:
    if told not in {*MEASURES, *OPEN_MEASURES}:
        known = ", ".join((*MEASURES, *OPEN_MEASURES))
        raise ValueError(f"{told} is no measure; there are {known}")
    return told


def _kept_measure(told: str) -> str:
    if told in OPEN_MEASURES:
        raise ValueError(f"{told} is of an instant: a ratio of an entity's own counts what is kept")
    return _measure(told)


def _one_or_more(told: Any) -> Any:
    return (told,) if isinstance(told, str) else told


def _some(told: tuple[Any, ...]) -> tuple[Any, ...]:
    if not told:
        raise ValueError("an empty list would count nothing: name one at least, or leave it out")
    return told


def _several(told: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(told) < TOGETHER:
        raise ValueError(
            "what is asked for together has two parts at least: add one, or ask for it"
        )
    return told


def _procedure_measure(told: str) -> str:
    if told not in PROCEDURE_MEASURES:
        known = ", ".join(PROCEDURE_MEASURES)
        raise ValueError(f"{told} is no measure of procedures; there are {known}")
    return told


def _beside(told: str) -> str:
    return told if told == YOUNG else _measure(told)


Number = Annotated[Fraction, BeforeValidator(_fraction)]
Measure = Annotated[str, BeforeValidator(_measure)]
KeptMeasure = Annotated[str, BeforeValidator(_kept_measure)]
Measures = Annotated[tuple[Measure, ...], AfterValidator(_some), BeforeValidator(_one_or_more)]
"""One measure, or several that are added up."""

ProcedureMeasure = Annotated[str, BeforeValidator(_procedure_measure)]
Beside = Annotated[str, BeforeValidator(_beside)]

Some = AfterValidator(_some)
Fields = Annotated[tuple[str, ...], Some]
Kinds = Annotated[tuple[AgencyKind, ...], Some]
TOGETHER = 2

SIGNS = {"gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "eq": "="}


class Part(BaseModel):
    """A piece of a definition: nothing in it is ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Words(Part):
    """The same in Vietnamese and English."""

    vi: str
    en: str


class Test(Part):
    """A comparison: the operator is part of what a plan asks for.

    With a number (``"85 %"``, ``2``), with a grade of the figure's scale, with yes or no, or with the
    figure of another indicator.
    """

    __test__ = False

    operator: Operator
    value: Number | None = None
    label: str | None = None
    holds: bool | None = None
    than: str | None = None
    """The indicator whose figure it is compared with."""
    plain: bool = False
    """Whether the number is shown as it is: a count, points, and no share of a hundred."""

    @model_validator(mode="after")
    def _one_thing(self) -> Test:
        told = (self.value, self.label, self.holds, self.than)
        if sum(one is not None for one in told) != 1:
            raise ValueError("a test names one of value, label, holds, than")
        return self

    @property
    def target(self) -> str:
        """What is asked for, as a decimal, a grade, yes or no, or another indicator's id."""
        if self.value is not None:
            return decimal_text(self.value)
        if self.holds is not None:
            return "true" if self.holds else "false"
        return self.label or self.than or ""

    @property
    def shown(self) -> str:
        """As people write it."""
        sign = SIGNS[self.operator]
        if self.value is not None:
            told = self.value if self.plain else self.value * 100
            text = decimal_text(told).replace(".", ",")
            return f"{sign} {text}" if self.plain else f"{sign} {text} %"
        if self.holds is not None:
            return "có" if self.holds else "không"
        return f"{sign} {self.label or (self.than or '').upper()}"


class Reported(Part):
    """An approved report of an agency, or of another system (số liệu báo cáo)."""

    series: str


class Count(Part):
    """A measure, summed."""

    of: Measures
    fields: Fields = ()
    kinds: Kinds = ()


class Ratio(Part):
    """A measure among another, of single fields and kinds of agencies or of all."""

    of: Measures
    among: Reported | Measures
    less: Literal["young"] | None = None
    """What is taken out of those it is counted among: it has not had its time yet."""
    fields: Fields = ()
    kinds: Kinds = ()


Attribute = Literal[
    "online_level",
    "by_post",
    "on_national_portal",
    "online_service",
    "online",
    "posted_at_office",
    "posted_online",
    "content_complete",
    "published_on_time",
    "updated_on_time",
    "iso",
    "electronic_dossiers",
    "eligible_online",
    "fees_due",
    "online_payment",
    "payment_integrated",
    "level",
    "rating_channel",
]
"""What is known of a procedure, or of an agency (the last)."""


_COMPARED: Mapping[Operator, Callable[[int, int], bool]] = {
    Operator.GT: operator.gt,
    Operator.GTE: operator.ge,
    Operator.LT: operator.lt,
    Operator.LTE: operator.le,
    Operator.EQ: operator.eq,
}


class Condition(Part):
    """Something told about a procedure of the catalogue, or about an agency."""

    attribute: Attribute
    operator: Operator = Operator.EQ
    value: int | str = 1

    def holds(self, told: Any) -> bool | None:
        """Whether it is so; None where nothing is told."""
        if told is None:
            return None
        if isinstance(told, frozenset):
            return self.value in told
        if isinstance(self.value, str):
            return str(told) == self.value
        return _COMPARED[self.operator](int(told), self.value)


class Passes(Part):
    """A ratio of the entity's own that passes a test; of each of its fields, where `every` says so."""

    of: KeptMeasure
    among: KeptMeasure
    every: Literal["field"] | None = None
    test: Test


class Holds(Part):
    """What an entity must hold to be counted; exactly one thing, which may be made of others."""

    passes: Passes | None = None
    attribute: Condition | None = None
    any_of: Annotated[tuple[ProcedureMeasure, ...], Some] = ()
    """At least one dossier in any of these measures."""
    reported: Reported | None = None
    """An approved report that says yes, or tells of at least one happening."""
    all: Annotated[tuple[Holds, ...], Some] = ()
    any: Annotated[tuple[Holds, ...], Some] = ()

    @model_validator(mode="after")
    def _something(self) -> Holds:
        told = (self.passes, self.attribute, self.any_of, self.reported, self.all, self.any)
        if sum(bool(one) for one in told) != 1:
            raise ValueError(
                "say what it holds, one of passes, attribute, any_of, reported, all, any"
            )
        return self

    def each(self) -> Iterator[Holds]:
        """It and everything it is made of."""
        yield self
        for part in (*self.all, *self.any):
            yield from part.each()


class Entities(Part):
    """What is counted one by one: the agencies asked for, their fields, or the catalogue's procedures."""

    over: Literal["agency", "field", "procedure"]
    kinds: Kinds = ()
    """Of agencies: only of these kinds; of all that counted anything when empty."""
    where: Annotated[tuple[Condition, ...], Some] = ()
    """Conditions that an entity meets to be counted among; all of them."""
    holds: Holds
    at: Literal["end", "start"] = "end"
    """Whether the catalogue is looked at as at the period's end, or on the day before it began."""

    @model_validator(mode="after")
    def _counted_of_procedures(self) -> Entities:
        passes = [
            one.passes for one in self.holds.each() if one.passes and self.over == "procedure"
        ]
        for name in (name for one in passes for name in (one.of, one.among)):
            _procedure_measure(name)
        return self


class Share(Entities):
    """Entities that hold something among all of them, also those without a single dossier."""

    empty: Literal["skip", "fail", "pass"]
    """What an entity counts as of which there is nothing to judge."""


class Tally(Entities):
    """How many entities hold something."""

    empty: Literal["skip", "fail", "pass"] = "fail"


class Lowest(Part):
    """The ratio of the entity where it is lowest (đơn vị thấp nhất)."""

    over: Literal["agency", "procedure"]
    of: ProcedureMeasure
    among: ProcedureMeasure


class ReportedFigure(Part):
    """A figure as it was reported and approved: totals are added up, grades are the latest."""

    series: str
    kind: FigureKind
    scale: tuple[str, ...] = ()
    """The grades there are, lowest first."""
    each: Literal["half"] | None = None
    """Of happenings: the smallest number in any half-year of the period, rather than all of them."""
    manner: Manner | None = None
    """Of happenings: only those by the year's plan, or only those without notice."""


class Difference(Part):
    """One figure less another, in hundredths where both are shares."""

    of: Value
    less: Value


class Whole(Part):
    """Several things that are asked for together (các điều kiện cùng phải đạt)."""

    parts: Annotated[tuple[WholePart, ...], AfterValidator(_several)]


class WholePart(Part):
    """One of several things asked for together."""

    id: str
    title: Words
    value: Value
    target: Test


class ScorePart(Part):
    """A component of a score, and how its ratio turns into points: ``most x ratio / full_at``."""

    indicator: str
    most: Number
    full_at: Number = Fraction(1)
    """The ratio from which on it has all of its points."""
    empty: Literal["zero", "full", "left_out"]
    """What it has where there is nothing to count: an official rule, which differs from one to the next."""


class Score(Part):
    """Points added up (điểm)."""

    parts: Annotated[tuple[ScorePart, ...], Some]


class PlanScore(Part):
    """How many targets of a plan are met, of those that are due."""

    plan: str


class Value(Part):
    """What a figure counts; exactly one of its kinds."""

    count: Count | None = None
    ratio: Ratio | None = None
    share: Share | None = None
    tally: Tally | None = None
    lowest: Lowest | None = None
    reported: ReportedFigure | None = None
    difference: Difference | None = None
    whole: Whole | None = None
    score: Score | None = None
    plan_score: PlanScore | None = None
    reports: Reported | None = None
    """Reports received among those that are due."""
    watched: Literal[True] | None = None
    """Fields on the watch list."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Value:
        told = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(told) != 1:
            known = ", ".join(type(self).model_fields)
            raise ValueError(f"a value is exactly one of {known}")
        return self

    @property
    def kind(self) -> FigureKind:
        """What its figure is."""
        if self.reported is not None:
            return self.reported.kind
        if self.count or self.tally or self.watched:
            return FigureKind.COUNT
        if self.difference is not None:
            return FigureKind.DELTA
        if self.whole is not None:
            return FigureKind.BOOL
        if self.score is not None:
            return FigureKind.SCORE
        return FigureKind.RATIO


for _model in (Holds, Difference, WholePart, Whole, Value):
    _model.model_rebuild()
