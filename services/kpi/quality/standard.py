"""What quality is scored by (TT 01/2018): criteria, classes and thresholds as data. Values only."""

from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, model_validator

from contracts.vocabulary import QualityClass
from contracts.wire import Line, Wire

FILE = "tt01-2018.yaml"
MOST = 2
"""What one criterion comes to at most."""
Percent = Annotated[int, Field(ge=0, le=100)]


class ClassFrom(Wire):
    """A class, and from how many points on it is reached."""

    quality_class: QualityClass
    from_points: Annotated[int, Field(ge=0)]


class OnlineShares(Wire):
    """What criterion 9 asks for, in percent."""

    procedures: Percent
    dossiers: Percent
    some: Percent
    """Of dossiers, for one point."""


class Criterion(Wire):
    """One criterion (tiêu chí)."""

    number: Annotated[int, Field(ge=1, le=9)]
    whole_unit: bool
    vi: Line
    en: Line


class Standard(Wire):
    """One version of the standard."""

    id: Line
    source: Line
    full: Annotated[int, Field(ge=1)]
    classes: Annotated[tuple[ClassFrom, ...], Field(min_length=1)]
    online: OnlineShares
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]

    def classify(self, total: Fraction) -> QualityClass:
        """What a total of all criteria comes to (xếp loại); a bound belongs to the class above it.

        >>> standard().classify(Fraction(15)), standard().classify(Fraction("14.99"))
        (<QualityClass.EXCELLENT: 'excellent'>, <QualityClass.GOOD: 'good'>)
        """
        return next(one.quality_class for one in self.classes if total >= one.from_points)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        bounds = [one.from_points for one in self.classes]
        if bounds != sorted(set(bounds), reverse=True) or bounds[-1] != 0:
            raise ValueError("classes stand from the best to the one that begins at 0 points")
        if self.full != MOST * len(self.criteria):
            raise ValueError("full is what all criteria come to at most")
        return self


@cache
def standard() -> Standard:
    """The standard in force.

    >>> [len(standard().criteria), standard().full]
    [9, 18]
    """
    text = resources.files("services.kpi.quality").joinpath(FILE).read_text("utf-8")
    told: Any = yaml.safe_load(text)
    return Standard.model_validate(told)
