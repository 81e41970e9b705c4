"""What a questionnaire is made of: questions, the levels of their scales, and what each counts as."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.vocabulary import Occasion, OptionClass
from contracts.wire import Code, Line, Wire
from services.rating.questionnaires.outcomes import Answered, Derived, Outcome

OVERALL = "overall"
"""The question that says all in one; a questionnaire without it declares how its overall is derived."""

HIGHEST_SCORE = 5
"""The overall question is scored 1 to 5, however many levels it offers."""

QuestionnaireId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[1-9][0-9]*$")]
"""Name and version, e.g. ``overall-5/1``."""


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


class Known(StrEnum):
    """From what a criterion is known that nobody is asked about."""

    PACE = "pace"
    """The dossier's own course: when it came, was due, was done."""
    STAGES = "stages"
    """The stages of the agencies that took part."""
    UNIT = "unit"
    """The unit as a whole: its catalogue, its petitions, its online service."""


class Option(Wire):
    """One level of a scale (mức độ)."""

    id: Code
    label: Label
    score: Annotated[int, Field(ge=0, le=HIGHEST_SCORE)]
    """Its place on the scale; for a criterion its points."""
    option_class: OptionClass
    """What it counts as when shares are compared across questionnaires."""


class Question(Wire):
    """One criterion (tiêu chí) and the scale it is answered on."""

    id: Code
    label: Label
    help: Label | None = None
    """What stands below the question, smaller."""
    section: Label | None = None
    """The page or heading it stands under; as the question before it when left out."""
    criterion: Annotated[int, Field(ge=1)] | None = None
    """Its number in the regulation it comes from."""
    known_from: Known | None = None
    """Whence it is known without asking; such a criterion is put to nobody."""
    required: bool = False
    options: Annotated[tuple[Option, ...], Field(min_length=2)]

    @cached_property
    def levels(self) -> Mapping[str, Option]:
        """Its options by id, in the order they are offered."""
        return {option.id: option for option in self.options}

    @cached_property
    def lowest(self) -> int:
        """The least an answer scores."""
        return min(option.score for option in self.options)

    @cached_property
    def highest(self) -> int:
        """The most an answer scores."""
        return max(option.score for option in self.options)


class Questionnaire(Wire):
    """One version of a questionnaire (phiếu đánh giá)."""

    id: QuestionnaireId
    source: Line
    """Where its scale and its criteria come from, and what of that is not verified."""
    occasions: Annotated[tuple[Occasion, ...], Field(min_length=1)] = tuple(Occasion)
    """What it may be chosen for."""
    title: Label
    thanks: Label
    """What a citizen reads once the rating counts."""
    derived: Derived | None = None
    """How the overall follows from the answers, where it is not asked."""
    criteria: Annotated[tuple[Question, ...], Field(min_length=1, max_length=20, alias="questions")]
    """Every question and criterion, in order; those known without asking among them."""

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What citizens are asked, in order."""
        return tuple(question for question in self.criteria if question.known_from is None)

    @cached_property
    def asked(self) -> Mapping[str, Question]:
        """What citizens are asked, by id."""
        return {question.id: question for question in self.questions}

    def outcome(self, answers: Mapping[str, str]) -> Outcome:
        """What answers that fit this questionnaire come to, all in all."""
        if OVERALL in self.asked:
            option = self.asked[OVERALL].levels[answers[OVERALL]]
            return Outcome(option.id, option.score, option.option_class)
        if self.derived is None:
            raise ValueError(f"{self.id} neither asks the question {OVERALL} nor derives it")
        return self.derived.outcome(
            [
                Answered(
                    score=question.levels[answers[name]].score - question.lowest,
                    most=question.highest - question.lowest,
                    option_class=question.levels[answers[name]].option_class,
                )
                for name, question in self.asked.items()
                if name in answers
            ]
        )

    @model_validator(mode="after")
    def _comes_to_something(self) -> Self:
        if OVERALL not in self.asked and self.derived is None:
            raise ValueError(
                f"the question {OVERALL} must be asked, or 'derived' must say how it follows"
            )
        return self
