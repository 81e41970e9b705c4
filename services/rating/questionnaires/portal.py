"""How ratings are told to portals that know three levels alone, by a mapping that has a version.

The bus of a province (LGSP, ``/Vote``) and the national score count very good, good and bad. Which of
them a rating is follows from its class and its score, whatever questionnaire was asked.
"""

from functools import cache
from importlib.resources import files
from typing import Annotated, Self

import yaml
from pydantic import Field, model_validator

from contracts.vocabulary import OptionClass, PortalLevel
from contracts.wire import Line, Wire
from services.rating.questionnaires.loading import LEVELS
from services.rating.questionnaires.outcomes import Outcome
from services.rating.questionnaires.shape import QuestionnaireId


class Row(Wire):
    """What ratings of a class count as, from a score upwards."""

    option_class: OptionClass
    from_score: Annotated[int, Field(ge=1, le=5)]
    level: PortalLevel


class PortalLevels(Wire):
    """One version of the mapping."""

    id: QuestionnaireId
    source: Line
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]
    """The first row that fits decides."""

    def level(self, outcome: Outcome) -> PortalLevel:
        """The level of a rating."""
        return next(row.level for row in self.rows if _fits(row, outcome))

    @model_validator(mode="after")
    def _takes_everything(self) -> Self:
        for kind in OptionClass:
            if not any(row.option_class is kind and row.from_score == 1 for row in self.rows):
                raise ValueError(f"no row takes every rating that counts as {kind}")
        return self


@cache
def portal_levels() -> PortalLevels:
    """The mapping in force."""
    text = files(__package__).joinpath(LEVELS).read_text(encoding="utf-8")
    return PortalLevels.model_validate(yaml.safe_load(text))


def _fits(row: Row, outcome: Outcome) -> bool:
    return row.option_class is outcome.option_class and outcome.score >= row.from_score
