"""When a rating becomes a case, as data. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Annotated

import yaml
from pydantic import Field

from contracts.vocabulary import CaseKind, OptionClass, Provenance
from contracts.wire import Code, Line, Wire
from services.rating.cases.workdays import after_working_days
from services.rating.domain import tells_of

FILE = "rules.yaml"

Days = Annotated[int, Field(ge=0, le=365)]


class TellingAnswer(Wire):
    """An option that by itself tells of harassment."""

    question: Code
    option: Code


class Integrity(Wire):
    """What tells of harassment (nhũng nhiễu, vòi vĩnh)."""

    words: tuple[Line, ...]
    answers: tuple[TellingAnswer, ...] = ()


class PetitionDays(Wire):
    """Working days that the law gives a petition (phản ánh, kiến nghị)."""

    refuse: Days
    supplement: Days
    process: Days
    publish: Days


@dataclass(frozen=True)
class Given:
    """What of a rating decides whether it becomes a case."""

    score: int
    option_class: OptionClass
    answers: Mapping[str, str]
    provenance: Provenance | None = None
    comment: str = ""
    complaint: bool = False
    asks: bool = False
    """Whether a reply is asked for."""


class CaseRules(Wire):
    """When a rating becomes a case, and of which kind."""

    classes: tuple[OptionClass, ...]
    entered_late: tuple[Provenance, ...] = ()
    """Ways in by which ratings come long after they were given: a low score alone opens no case."""
    integrity: Integrity
    petition: PetitionDays

    def restricted(self, given: Given) -> bool:
        """Whether a rating tells of harassment."""
        chosen = any(
            given.answers.get(one.question) == one.option for one in self.integrity.answers
        )
        return chosen or (bool(given.comment) and tells_of(given.comment, self.integrity.words))

    def kind_of(self, given: Given, low: int) -> CaseKind | None:
        """The case a rating becomes; a score of `low` or less is a low one. None: it becomes none."""
        if self.restricted(given):
            return CaseKind.INTEGRITY
        if given.complaint:
            return CaseKind.COMPLAINT
        if given.asks:
            return CaseKind.ASKED
        is_low = given.option_class in self.classes or given.score <= low
        return CaseKind.LOW_SCORE if is_low and given.provenance not in self.entered_late else None


def read(text: str) -> CaseRules:
    """The rules of a YAML text. Raises `pydantic.ValidationError` naming what is wrong."""
    return CaseRules.model_validate(yaml.safe_load(text))


def packaged() -> CaseRules:
    """The rules that come with the suite.

    >>> packaged().petition.process
    15
    """
    return read(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))


def petition_days(
    rules: PetitionDays, handed_over_on: date, holidays: frozenset[date]
) -> dict[str, date]:
    """The days by which a petition is refused, its supplement asked for, and processed."""
    return {
        "refuse_by": after_working_days(handed_over_on, rules.refuse, holidays),
        "supplement_by": after_working_days(handed_over_on, rules.supplement, holidays),
        "process_by": after_working_days(handed_over_on, rules.process, holidays),
    }
