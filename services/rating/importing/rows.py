"""What one row of a file says: a rating in our words, or each reason why it is none. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from contracts.labels import LABELS
from contracts.moments import read_moment
from contracts.rating import RatingImportReason
from contracts.text import clean_text, folded
from contracts.vocabulary import VIETNAM, Gathered, Occasion
from contracts.wire import Code
from services.rating.importing.columns import Columns
from services.rating.importing.files import Row
from services.rating.questionnaires import LANGUAGES, Question, Questionnaire, questionnaires

E = TypeVar("E", bound=StrEnum)

LONGEST_COMMENT = 4000
LONGEST_WORD = 300
NOON = time(12, tzinfo=VIETNAM)
"""When a rating counts as given of which the day alone is known."""

_CODE: TypeAdapter[str] = TypeAdapter(Code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A rating as a row tells it."""

    dossier: str | None
    agency: str | None
    """Where it is counted when no dossier is named."""
    procedure: str | None
    occasion: Occasion
    submitted_at: datetime
    gathered: Gathered
    questionnaire: Questionnaire
    answers: dict[str, str]
    comment: str | None
    language: str
    number: str | None
    """Of the slip, where it has one."""

    def content(self) -> str:
        """SHA-256 of everything it says."""
        told = [
            *(self.dossier, self.agency, self.procedure, self.occasion, self.gathered),
            *(self.submitted_at.isoformat(), self.questionnaire.id, sorted(self.answers.items())),
            *(self.comment, self.language, self.number),
        ]
        return _digest(told)

    def key(self, times_before: int) -> str:
        """What it is found again by: its number, or all it says and how many like it stood before it."""
        if self.number is not None:
            return _digest(["slip", self.agency, self.dossier, self.occasion, self.number])
        return _digest(["row", self.content(), times_before])


class Reading:
    """Reads one row; reasons gather as it goes."""

    def __init__(self, row: Row, columns: Columns, now: datetime) -> None:
        self._row = row
        self._columns = columns
        self._now = now
        self.reasons: list[RatingImportReason] = []

    def slip(self) -> Slip | None:
        """The rating; None where there are reasons against it."""
        form = self._questionnaire()
        dossier, agency, procedure = map(self._code, ("dossier", "agency", "procedure"))
        occasion = self._word("occasion", Occasion, Occasion.RETURNED)
        gathered = self._word("provenance", Gathered, None)
        submitted_at = self._instant()
        answers = self._answers(form) if form is not None else {}
        comment, number = self._comment(), self._plain("slip") or None
        language = self._plain("language").lower() or LANGUAGES[0]
        if dossier is None and agency is None:
            self._refuse("dossier", "missing", "Name the dossier, or the agency it is about.")
        if language not in LANGUAGES:
            self._refuse("language", "unknown-language", f"Write {' or '.join(LANGUAGES)}.")
        if form is not None and occasion is not None and occasion not in form.occasions:
            told = "This questionnaire does not ask about this occasion."
            self._refuse("questionnaire", "other-occasion", told)
        if form is None or occasion is None or gathered is None or submitted_at is None:
            return None
        if self.reasons:
            return None
        return Slip(
            dossier=dossier,
            agency=None if dossier else agency,
            procedure=None if dossier else procedure,
            occasion=occasion,
            submitted_at=submitted_at,
            gathered=gathered,
            questionnaire=form,
            answers=answers,
            comment=comment,
            language=language,
            number=number,
        )

    def _refuse(self, field: str, code: str, detail: str) -> None:
        shown = self._columns.shown(field)[:100]
        self.reasons.append(RatingImportReason(code=code, field=shown, detail=detail))

    def _plain(self, field: str) -> str:
        text = str(self._columns.told(self._row, field))
        return text if self._is_word(text, field) else ""

    def _is_word(self, text: str, field: str) -> bool:
        if text.startswith("="):
            self._refuse(field, "formula", "Write what the formula comes to, not the formula.")
        elif len(text) > LONGEST_WORD:
            self._refuse(field, "too-long", f"Write at most {LONGEST_WORD} characters.")
        else:
            return True
        return False

    def _code(self, field: str) -> str | None:
        text = self._plain(field)
        if not text:
            return None
        try:
            return _CODE.validate_python(text)
        except ValidationError:
            self._refuse(field, "no-code", "Write the code alone: letters, digits and . _ / -.")
            return None

    def _word(self, field: str, words: type[E], default: E | None) -> E | None:
        before = len(self.reasons)
        text = folded(self._plain(field))
        if not text:
            if default is None and len(self.reasons) == before:
                self._refuse(field, "missing", f"Write one of {', '.join(words)}.")
            return default
        for word in words:
            if text in {folded(word), *map(folded, LABELS[words][word])}:
                return word
        self._refuse(field, "unknown-word", f"Write one of {', '.join(words)}.")
        return None

    def _questionnaire(self) -> Questionnaire | None:
        text = self._plain("questionnaire")
        found = questionnaires().get(text)
        if found is None:
            code = "unknown-questionnaire" if text else "missing"
            told = f"Write one of {', '.join(questionnaires())}."
            if not self.reasons:
                self._refuse("questionnaire", code, told)
        return found

    def _instant(self) -> datetime | None:
        cell = self._columns.told(self._row, "day")
        if not cell:
            self._refuse("day", "missing", "Write the day on which the citizen answered.")
            return None
        if isinstance(cell, str) and not self._is_word(cell, "day"):
            return None
        try:
            moment = read_moment(cell)
        except ValueError as unreadable:
            self._refuse("day", "date-unreadable", f"It {unreadable}.")
            return None
        exact = isinstance(moment, datetime)
        day = moment.astimezone(VIETNAM).date() if isinstance(moment, datetime) else moment
        if day > self._now.astimezone(VIETNAM).date():
            self._refuse("day", "day-in-future", "Write the day on which the citizen answered.")
            return None
        at = moment if exact and isinstance(moment, datetime) else datetime.combine(day, NOON)
        # Of today the hour is not known either, and nothing was answered after now.
        return min(at, self._now)

    def _answers(self, form: Questionnaire) -> dict[str, str]:
        answers: dict[str, str] = {}
        for question in form.criteria:
            if question.known_from is not None:
                self._columns.leave_out(question)
                continue
            text = self._columns.answer(self._row, question)
            column = self._columns.shown_of(question)
            if not text:
                if question.required:
                    self._refuse(column, "missing", "Answer this question.")
            elif self._is_word(text, column):
                option = option_of(question, text)
                if option is None:
                    told = f"Write one of {', '.join(question.levels)}, or its name."
                    self._refuse(column, "unknown-option", told)
                else:
                    answers[question.id] = option
        return answers

    def _comment(self) -> str | None:
        text = str(self._columns.told(self._row, "comment"))
        if len(text) > LONGEST_COMMENT:
            told = f"Write at most {LONGEST_COMMENT:,} characters."
            self._refuse("comment", "too-long", told)
            return None
        try:
            return clean_text(text) or None
        except ValueError as unclean:
            self._refuse("comment", "text-unclean", f"It {unclean}; take that out.")
            return None


def option_of(question: Question, text: str) -> str | None:
    """The option that a text names: by its id, or by its label in either language, typed anyhow.

    >>> form = questionnaires()["overall-5/1"]
    >>> [option_of(form.asked["overall"], told) for told in ("4", "RAT HAI LONG", "Satisfied", "6")]
    ['4', '5', '4', None]
    """
    ids = {option.id.casefold(): option.id for option in question.options}
    if text.casefold() in ids:
        return ids[text.casefold()]
    # Of names alone: without its sign -1 would read as 1.
    plain = folded(text)
    for option in question.options:
        if plain in {folded(option.label.vi), folded(option.label.en)}:
            return option.id
    return None


def _digest(told: Sequence[object]) -> str:
    return sha256(dumps(told, ensure_ascii=False).encode()).hexdigest()
