"""Cases of ratings: what is shown of them, and what is done about them."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.vocabulary import (
    CaseKind,
    CaseOutcome,
    CaseState,
    OptionClass,
    PersonalKind,
    ReplyChannel,
)
from contracts.wire import Code, Day, Line, ReckonedDay, Text, View, Wire


class CaseStepView(View):
    """One thing that was done about a case."""

    on: ReckonedDay
    act: str
    """E.g. ``case.assign``, ``case.reply``, ``case.close``, ``case.judge``."""
    by: str
    """The client; ``public`` is the citizen, ``motcua`` the suite itself."""
    before: CaseState | None
    after: CaseState | None
    note: str | None


class PetitionView(View):
    """A case as it goes on in another system as a petition (phản ánh, kiến nghị), with its legal days."""

    case: str
    system: str
    """The receiving system."""
    number: str | None
    """What it is called there, once that is known."""
    handed_over_on: ReckonedDay
    agency: str | None
    procedure: str | None
    text: str | None
    """The comment without what may be somebody's."""
    refuse_by: ReckonedDay
    """Until when it may be refused."""
    supplement_by: ReckonedDay
    """Until when more may be asked of the citizen."""
    process_by: ReckonedDay
    publish_working_days: int
    """Within how many working days after that the answer is published."""


class RatingCaseView(View):
    """A case of an unhappy or asking citizen (việc cần xử lý). No score, no dossier, no time of day."""

    id: str
    agency: str | None
    procedure: str | None
    kind: CaseKind
    state: CaseState
    option_class: OptionClass
    comment: str | None
    """Without what may be somebody's."""
    comment_id: str | None
    personal: list[PersonalKind]
    """What was taken out of it."""
    owner: str
    """The role or desk that owes the answer; ``unit_head`` until it is assigned."""
    channel: ReplyChannel
    has_contact: bool
    """Whether the citizen left a number or an address; it is opened apart."""
    petition_consent: bool
    opened_on: ReckonedDay
    due_on: ReckonedDay
    overdue: bool
    answered_on: ReckonedDay | None
    resolved: bool | None
    """What the citizen said; None while they have not."""
    reopened: int
    outcome: CaseOutcome | None
    closed_on: ReckonedDay | None
    petition: PetitionView | None = None
    steps: list[CaseStepView] = []
    """What was done, oldest first; told of one case alone."""
    revision: int


class RatingCasePage(View):
    """A page of cases, those due first at the head."""

    items: list[RatingCaseView]
    next_cursor: str | None = None


class CaseAssignment(Wire):
    """Who owes the answer (giao xử lý)."""

    owner: Line
    """A role or a desk, e.g. ``Bộ phận Một cửa``; no person's name."""
    due_on: Day | None = None
    """A nearer or later day; the one it has when left out."""
    note: Text | None = None


class CaseReply(Wire):
    """What the citizen is told (nội dung phản hồi)."""

    text: Annotated[Text, Field(min_length=1)]


class CaseClosing(Wire):
    """How a case ends (đóng việc)."""

    outcome: Literal[
        CaseOutcome.RESOLVED,
        CaseOutcome.UNFOUNDED,
        CaseOutcome.UNRESOLVED,
        CaseOutcome.HANDED_OVER,
    ]
    note: Text | None = None
    """Why, without personal details."""


class PetitionHandover(Wire):
    """A case goes on as a petition (chuyển phản ánh, kiến nghị); the citizen has agreed to that."""

    system: Code
    """The receiving system, e.g. ``pakn.dichvucong.gov.vn``."""
    number: Code | None = None
    """What it is called there; may be told later, by the same call again."""


class ContactView(View):
    """How a citizen wants to be reached. Each reading is recorded."""

    case: str
    channel: ReplyChannel
    value: str | None
    """None for `page`, and once its time is over."""
