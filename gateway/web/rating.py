"""The rating page: one question, no script, the same effort for the best answer and the worst."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from starlette.responses import HTMLResponse

from contracts.rating import FormOption, FormQuestion, RatingFormView, RatingReceipt
from gateway.web.layout import show
from gateway.web.refusal import Refusal, refusal_page
from gateway.web.wording import shown_instant, wording

__all__ = [
    "RatingError",
    "Refusal",
    "posted_answers",
    "rating_page",
    "refusal_page",
    "thanks_page",
]

ANSWER: Final = "answer."
"""Form fields of answers are this and the question's id, so that none is called like another."""

FACES: Final = 5
"""Faces are drawn for scales that number their options; 5 is the best."""

LONGEST_COMMENT: Final = 4000


class RatingError(StrEnum):
    """Why a form that was sent is shown again."""

    NOTHING_CHOSEN = "nothing_chosen"
    NOT_ACCEPTED = "not_accepted"
    COMMENT_TOO_LONG = "comment_too_long"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An option as the page draws it."""

    option: FormOption
    face: int | None
    """Which of the five faces, 1 the saddest; none where the scale has no numbers."""
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as the page draws it."""

    question: FormQuestion
    anchor: str
    """What the ids of its choices begin with."""
    field: str
    """What its form field is called."""
    choices: list[Choice]
    wrong: bool
    """Whether this is what must be answered before the form can be sent."""


def rating_page(
    form: RatingFormView,
    token: str,
    language: str,
    error: RatingError | str | None = None,
    *,
    chosen: Mapping[str, str] | None = None,
    comment: str = "",
) -> HTMLResponse:
    """Show the questionnaire of a rating link at ``/r/{token}``; showing it spends nothing.

    It is sent back to the same address as form fields ``answer.<question id>``, ``comment`` and
    ``language``. With an `error` the page says what to change and keeps what was `chosen` (question
    id to option id) and written. Raises `ValueError` for an unknown error.
    """
    problem = None if error is None else RatingError(error)
    asked = _asked(form, problem, chosen or {})
    return show(
        "rating.html",
        language,
        path=f"/r/{token}",
        status={None: 200, RatingError.UNAVAILABLE: 503}.get(problem, 422),
        private=True,
        form=form,
        questions=asked,
        error=problem,
        comment=comment,
        longest_comment=LONGEST_COMMENT,
    )


def thanks_page(language: str, receipt: RatingReceipt | None = None) -> HTMLResponse:
    """Thank for a rating that was recorded."""
    t = wording("rating", language)
    recorded = (
        t["thanks_recorded"]
        if receipt is None
        else t["thanks_recorded_at"].format(instant=shown_instant(receipt.accepted_at))
    )
    return show(
        "thanks.html",
        language,
        path="",
        t=t,
        private=True,
        recorded=recorded,
    )


def posted_answers(fields: Mapping[str, str]) -> dict[str, str]:
    """The answers among the fields of a form that was sent: question id to option id.

    >>> posted_answers({"answer.overall": "5", "comment": "", "language": "vi"})
    {'overall': '5'}
    """
    return {
        name.removeprefix(ANSWER): option
        for name, option in fields.items()
        if name.startswith(ANSWER) and option
    }


def faces(options: list[FormOption]) -> list[int | None]:
    """Which face goes with each option: by number, where every option's id is one of a scale.

    >>> faces([FormOption(id=id, label="") for id in ("3", "2", "1")])
    [5, 3, 1]
    >>> faces([FormOption(id=id, label="") for id in ("yes", "no")])
    [None, None]
    """
    if not all(option.id.isascii() and option.id.isdigit() for option in options):
        return [None] * len(options)
    numbers = [int(option.id) for option in options]
    lowest, highest = min(numbers), max(numbers)
    if lowest == highest:
        return [None] * len(options)
    return [1 + (number - lowest) * (FACES - 1) // (highest - lowest) for number in numbers]


def _asked(
    form: RatingFormView, problem: RatingError | None, chosen: Mapping[str, str]
) -> list[Asked]:
    about_answers = problem in {RatingError.NOTHING_CHOSEN, RatingError.NOT_ACCEPTED}
    unanswered = [
        question.id
        for question in form.questions
        if question.required and question.id not in chosen
    ]
    first_wrong = next(iter(unanswered), form.questions[0].id) if about_answers else None
    return [
        Asked(
            question=question,
            anchor=f"q{number}",
            field=ANSWER + question.id,
            choices=[
                Choice(option=option, face=face, chosen=chosen.get(question.id) == option.id)
                for option, face in zip(question.options, faces(question.options), strict=True)
            ],
            wrong=question.id == first_wrong,
        )
        for number, question in enumerate(form.questions, start=1)
    ]
