"""Questionnaires (phiếu đánh giá) as data: questions, the levels of their scales, and what each counts as.

Each ``*.yaml`` beside this file is one version of one questionnaire; ``choice.yaml`` names the one that
new invitations of each occasion ask. A wrong file stops the start, naming what is wrong with it.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from contracts.vocabulary import Occasion, OptionClass
from contracts.wire import Code, Line, Wire

OVERALL = "overall"
"""The question every questionnaire asks, so that all of them can be counted together."""

HIGHEST_SCORE = 5
"""The overall question is scored 1 to 5, however many levels it offers."""

CHOICE = "choice.yaml"

QuestionnaireId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[1-9][0-9]*$")]
"""Name and version, e.g. ``overall-5/1``."""


class QuestionnaireUnusable(ValueError):
    """The packaged questionnaires do not fit together."""


class Label(Wire):
    """A text in the languages citizens are asked in, Vietnamese first."""

    vi: Line
    en: Line

    def said(self, language: str) -> str:
        """The text in a language; in Vietnamese where it is not written in that one.

        >>> Label(vi="Hài lòng", en="Satisfied").said("en")
        'Satisfied'
        """
        return self.en if language == "en" else self.vi


LANGUAGES = tuple(Label.model_fields)


class Option(Wire):
    """One level of a scale (mức độ)."""

    id: Code
    label: Label
    score: Annotated[int, Field(ge=0, le=HIGHEST_SCORE)]
    option_class: OptionClass
    """What it counts as when shares are compared across questionnaires."""


class Question(Wire):
    """One criterion (tiêu chí) and the scale it is answered on."""

    id: Code
    label: Label
    required: bool
    options: Annotated[tuple[Option, ...], Field(min_length=2)]

    @property
    def levels(self) -> Mapping[str, Option]:
        """Its options by id, in the order they are offered."""
        return {option.id: option for option in self.options}

    @model_validator(mode="after")
    def _options_differ(self) -> Self:
        if len(self.levels) != len(self.options):
            raise ValueError(f"question {self.id} offers one option twice")
        return self


class Questionnaire(Wire):
    """One version of a questionnaire (phiếu đánh giá)."""

    id: QuestionnaireId
    source: Line
    """Where its scale and its criteria come from."""
    title: Label
    thanks: Label
    """What a citizen reads once the rating counts."""
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=20)]

    @property
    def overall(self) -> Question:
        """The question that is counted (đánh giá chung)."""
        return next(question for question in self.questions if question.id == OVERALL)

    @model_validator(mode="after")
    def _asks_overall(self) -> Self:
        ids = [question.id for question in self.questions]
        if len(set(ids)) != len(ids):
            raise ValueError("one question is asked twice")
        if OVERALL not in ids or not self.overall.required:
            raise ValueError(f"the question {OVERALL} must be asked, and be required")
        if any(option.score == 0 for option in self.overall.options):
            raise ValueError(f"the question {OVERALL} is scored 1 to {HIGHEST_SCORE}")
        return self


@cache
def questionnaires() -> Mapping[str, Questionnaire]:
    """Every packaged questionnaire by its id. Raises `ValueError` for one that cannot be asked."""
    found: dict[str, Questionnaire] = {}
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml") and file.name != CHOICE:
            told = read(file.read_text(encoding="utf-8"))
            if told.id in found:
                raise QuestionnaireUnusable(f"Two files hold the questionnaire {told.id}.")
            found[told.id] = told
    return found


@cache
def chosen() -> Mapping[Occasion, Questionnaire]:
    """The questionnaire that each occasion asks now (``choice.yaml``).

    >>> chosen()[Occasion.RETURNED].id
    'overall-5/1'
    """
    text = files(__package__).joinpath(CHOICE).read_text(encoding="utf-8")
    return choose(text, questionnaires())


def choose(text: str, known: Mapping[str, Questionnaire]) -> Mapping[Occasion, Questionnaire]:
    """The choice a YAML text makes. Raises `ValueError` for an occasion without a known questionnaire."""
    told = TypeAdapter(dict[Occasion, QuestionnaireId]).validate_python(yaml.safe_load(text))
    for occasion in Occasion:
        if told.get(occasion) not in known:
            raise QuestionnaireUnusable(f"{CHOICE} names no known questionnaire for {occasion}.")
    return {occasion: known[named] for occasion, named in told.items()}


def read(text: str) -> Questionnaire:
    """The questionnaire a YAML text holds. Raises `pydantic.ValidationError` naming what is wrong."""
    told: Any = yaml.safe_load(text)
    return Questionnaire.model_validate(told)
