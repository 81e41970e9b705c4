"""The pages of a rating link: no script, the same effort for the best answer and the worst."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from starlette.responses import HTMLResponse

from contracts.rating import FormOption, FormQuestion, RatingFormView, RatingReceipt
from contracts.vocabulary import ReplyChannel
from gateway.web.layout import show
from gateway.web.refusal import Refusal, refusal_page
from gateway.web.wording import shown_instant, wording

__all__ = [
    "Given",
    "RatingError",
    "Refusal",
    "Wanted",
    "declined_page",
    "posted_answers",
    "posted_wishes",
    "rating_page",
    "refusal_page",
    "thanks_page",
]

ANSWER: Final = "answer."
"""Form fields of answers are this and the question's id, so that none is called like another."""

YES: Final = "yes"
NO: Final = "no"
"""What a box that is ticked sends, and the two answers to whether a matter is settled."""

FACES: Final = 5
"""Faces are drawn for scales that number their options; 5 is the best."""

LONGEST_COMMENT: Final = 4000


class RatingError(StrEnum):
    """Why a form that was sent is shown again."""

    NOTHING_CHOSEN = "nothing_chosen"
    INCOMPLETE = "incomplete"
    NOT_ACCEPTED = "not_accepted"
    COMMENT_TOO_LONG = "comment_too_long"
    COMMENT_REFUSED = "comment_refused"
    CONTACT_MISSING = "contact_missing"
    UNAVAILABLE = "unavailable"


OF_ANSWERS: Final = frozenset(
    {RatingError.NOTHING_CHOSEN, RatingError.INCOMPLETE, RatingError.NOT_ACCEPTED}
)
OF_THE_COMMENT: Final = frozenset({RatingError.COMMENT_TOO_LONG, RatingError.COMMENT_REFUSED})


@dataclass(frozen=True)
class Wanted:
    """What a citizen asks for besides: a reply, and what it is about."""

    reply: str = ""
    """Where the reply goes, a `ReplyChannel`; empty where none is wanted."""
    contact: str = ""
    """The number or address for it."""
    complaint: bool = False
    petition: bool = False

    @property
    def anything(self) -> bool:
        """Whether anything is asked for."""
        return self != Wanted()


@dataclass(frozen=True)
class Given:
    """What a citizen has chosen and written so far."""

    answers: Mapping[str, str] = field(default_factory=dict)
    """Question id to option id."""
    comment: str = ""
    revises: int | None = None
    """The version of a rating that is given already, which this one takes the place of."""
    wanted: Wanted = Wanted()


NOTHING: Final = Given()


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
    section: str | None
    """The heading that stands before it; None where the one before goes on."""
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
    given: Given = NOTHING,
    wrong: frozenset[str] = frozenset(),
) -> HTMLResponse:
    """Show the questionnaire of a rating link at ``/r/{token}``; showing it spends nothing.

    It is sent back to the same address as form fields ``answer.<question id>``, ``comment``, ``reply``,
    ``contact``, ``complaint``, ``petition``, ``language`` and ``revises``. With an `error` the page says
    what to change and keeps what was `given`; `wrong` are the ids of questions whose answer is not taken.
    Raises `ValueError` for an unknown error.
    """
    problem = None if error is None else RatingError(error)
    asked = _asked(form, problem, given.answers, wrong)
    return show(
        "rating.html",
        language,
        path=f"/r/{token}",
        status={None: 200, RatingError.UNAVAILABLE: 503}.get(problem, 422),
        private=True,
        form=form,
        questions=asked,
        faces=sorted({choice.face for one in asked for choice in one.choices if choice.face}),
        error=problem,
        comment_wrong=problem in OF_THE_COMMENT,
        comment=given.comment,
        revises=given.revises,
        wanted=given.wanted,
        channels=tuple(ReplyChannel),
        longest_comment=LONGEST_COMMENT,
    )


def thanks_page(
    language: str,
    receipt: RatingReceipt | None = None,
    token: str = "",
    given: Given = NOTHING,
) -> HTMLResponse:
    """Thank for a rating that was recorded, and offer to change it while that can be done.

    What was `given` travels on in the page, so that it need not be told again to anybody.
    """
    t = wording("rating", language)
    until = receipt.revisable_until if receipt else None
    return show(
        "thanks.html",
        language,
        path=f"/r/{token}",
        t=t,
        private=True,
        recorded=_recorded(receipt, t),
        revisable=until and t["revisable_until"].format(instant=shown_instant(until)),
        version=receipt.version if receipt else 1,
        answers=[(ANSWER + question, option) for question, option in given.answers.items()],
        comment=given.comment,
        wanted=given.wanted,
    )


def declined_page(language: str, token: str, *, open_still: bool) -> HTMLResponse:
    """Tell that somebody does not wish to rate, and where to go on a change of mind."""
    return show(
        "declined.html",
        language,
        path=f"/r/{token}",
        t=wording("rating", language),
        private=True,
        open_still=open_still,
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


def posted_wishes(fields: Mapping[str, str]) -> Wanted:
    """What is asked for besides, among the fields of a form that was sent.

    >>> posted_wishes({"reply": "phone", "contact": " 0900000001 ", "petition": "yes"})
    Wanted(reply='phone', contact='0900000001', complaint=False, petition=True)
    >>> posted_wishes({"reply": "by pigeon"})
    Wanted(reply='', contact='', complaint=False, petition=False)
    """
    reply = fields.get("reply", "")
    return Wanted(
        reply=reply if reply in set(ReplyChannel) else "",
        contact=fields.get("contact", "").strip(),
        complaint=fields.get("complaint") == YES,
        petition=fields.get("petition") == YES,
    )


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


def _recorded(receipt: RatingReceipt | None, t: Mapping[str, str]) -> str:
    if receipt is None:
        return t["thanks_recorded"]
    said = t["thanks_changed_at"] if receipt.version > 1 else t["thanks_recorded_at"]
    return said.format(instant=shown_instant(receipt.accepted_at))


def _asked(
    form: RatingFormView,
    problem: RatingError | None,
    chosen: Mapping[str, str],
    refused: frozenset[str],
) -> list[Asked]:
    wrong = _wrong(form, chosen, refused) if problem in OF_ANSWERS else frozenset()
    before = None
    asked = []
    for number, question in enumerate(form.questions, start=1):
        asked.append(
            Asked(
                question=question,
                section=question.section if question.section != before else None,
                anchor=f"q{number}",
                field=ANSWER + question.id,
                choices=[
                    Choice(option=option, face=face, chosen=chosen.get(question.id) == option.id)
                    for option, face in zip(question.options, faces(question.options), strict=True)
                ],
                wrong=question.id in wrong,
            )
        )
        before = question.section or before
    return asked


def _wrong(
    form: RatingFormView, chosen: Mapping[str, str], refused: frozenset[str]
) -> frozenset[str]:
    """What must be answered, or answered otherwise; the first question where nobody knows better."""
    unanswered = {q.id for q in form.questions if q.required and q.id not in chosen}
    found = unanswered | {q.id for q in form.questions if q.id in refused}
    return frozenset(found or {form.questions[0].id})
