"""The standard criteria are reckoned by: thresholds and classes as data, one file for each version."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Self

import yaml
from pydantic import Field, model_validator

from contracts.vocabulary import AgencyKind, QualityClass
from contracts.wire import Line, Wire
from services.rating.questionnaires import QuestionnaireId

FILE = "tt01-2018-1.yaml"

Share = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1)]]
"""A share as numerator and denominator."""


class ClassFrom(Wire):
    """A class, and from how many points of all of them it is reached."""

    quality_class: QualityClass
    from_points: Annotated[int, Field(ge=0)]


class OnlineShares(Wire):
    """What criterion 9 asks of the online service."""

    procedures: Share
    dossiers: Share
    some: Share
    """Of dossiers, for one point."""


class Standard(Wire):
    """One version of the standard."""

    id: QuestionnaireId
    source: Line
    questionnaires: tuple[QuestionnaireId, ...]
    """Whose answers count."""
    full: Annotated[int, Field(ge=1)]
    """What all criteria come to at most."""
    classes: Annotated[tuple[ClassFrom, ...], Field(min_length=1)]
    """The best first."""
    fewest_known: Annotated[int, Field(ge=1)]
    """Of fewer known criteria nothing is concluded."""
    late_without_complaint: Annotated[int, Field(ge=0, le=2)] | None
    decided_at_one_stop: Mapping[AgencyKind, Share]
    petitions_in_time: Share
    online: OnlineShares

    def classify(self, points: Mapping[int, int]) -> QualityClass:
        """What the known criteria of a dossier come to: points by criterion number.

        Criteria that are not known count neither for nor against it: the sum stands to what the known
        ones could reach as it would to all of them. With all of them known it is the plain sum.
        """
        if len(points) < self.fewest_known:
            return QualityClass.UNCLASSIFIED
        reached, most = sum(points.values()), MOST * len(points)
        return next(
            one.quality_class
            for one in self.classes
            if reached * self.full >= one.from_points * most
        )

    @model_validator(mode="after")
    def _classes_take_everything(self) -> Self:
        bounds = [one.from_points for one in self.classes]
        if bounds != sorted(set(bounds), reverse=True) or bounds[-1] != 0:
            raise ValueError("classes stand from the best to the one that begins at 0 points")
        return self


MOST = 2
"""What one criterion comes to at most."""


@cache
def standard() -> Standard:
    """The standard in force.

    >>> standard().id
    'tt01-2018/1'
    """
    text = files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    return Standard.model_validate(yaml.safe_load(text))
