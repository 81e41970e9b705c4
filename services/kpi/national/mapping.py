"""Where things stand in the portal's answers: the places shipped, and an operator's own. Values only."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

from contracts.national_evaluations import AnswerMapping
from contracts.vocabulary import Evaluation
from contracts.wire import Wire
from services.kpi.indicators import Library
from services.kpi.indicators.nodes import ScorePart

FILE = "mapping.yaml"


class Shipped(Wire):
    """The places that come with the suite."""

    format: Literal["national-mapping/1"]
    verified: bool
    """Whether anybody has seen them in an answer of the portal."""
    evaluations: Mapping[Evaluation, AnswerMapping]


@cache
def shipped() -> Shipped:
    """The places that are used where an upload names none.

    >>> shipped().verified
    False
    """
    text = resources.files("services.kpi.national").joinpath(FILE).read_text("utf-8")
    told: Any = yaml.safe_load(text)
    return Shipped.model_validate(told)


def components(library: Library) -> Mapping[str, ScorePart]:
    """The components of the national score, by indicator, with the points each can have.

    >>> from services.kpi.indicators import LIBRARY
    >>> components(LIBRARY)["766.progress"].most
    Fraction(20, 1)
    """
    found: dict[str, ScorePart] = {}
    for name, indicator in library.indicators.items():
        if name.startswith("766.") and indicator.value.score is not None:
            found.update({part.indicator: part for part in indicator.value.score.parts})
    return {name: part for name, part in found.items() if library.find(name).value.score is None}
