"""The packaged questionnaires, and which of them each occasion asks by default."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from contracts.vocabulary import Occasion
from services.rating.questionnaires.linting import mistakes_in, told_by
from services.rating.questionnaires.shape import Questionnaire, QuestionnaireId

CHOICE = "choice.yaml"
LEVELS = "portal-levels.yaml"
OTHERS = frozenset({CHOICE, LEVELS})
"""Files beside the questionnaires that hold none."""


class QuestionnaireUnusable(ValueError):
    """The packaged questionnaires do not fit together."""


@cache
def questionnaires() -> Mapping[str, Questionnaire]:
    """Every packaged questionnaire by its id. Raises `QuestionnaireUnusable` naming what to change."""
    found: dict[str, Questionnaire] = {}
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml") and file.name not in OTHERS:
            told = read(file.read_text(encoding="utf-8"), file.name)
            if told.id in found:
                raise QuestionnaireUnusable(
                    f"{file.name}: another file holds {told.id} already; give this one its own id."
                )
            found[told.id] = told
    return found


@cache
def chosen() -> Mapping[Occasion, Questionnaire]:
    """The questionnaire that each occasion asks where no agency chose (``choice.yaml``).

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
        if occasion not in known[told[occasion]].occasions:
            raise QuestionnaireUnusable(
                f"{CHOICE} names {told[occasion]} for {occasion}, which it does not ask about."
            )
    return {occasion: known[named] for occasion, named in told.items()}


def read(text: str, file: str = "questionnaire") -> Questionnaire:
    """The questionnaire a YAML text holds. Raises `QuestionnaireUnusable` naming each mistake."""
    try:
        content: Any = yaml.safe_load(text)
    except yaml.YAMLError as broken:
        raise QuestionnaireUnusable(f"{file} is no YAML: {broken}") from None
    try:
        told = Questionnaire.model_validate(content)
    except ValidationError as broken:
        raise _unusable(file, told_by(broken, content)) from None
    if mistakes := mistakes_in(told):
        raise _unusable(file, mistakes)
    return told


def _unusable(file: str, mistakes: list[str]) -> QuestionnaireUnusable:
    return QuestionnaireUnusable("\n".join(f"{file}: {mistake}." for mistake in mistakes))
