"""What rating accepts over HTTP and announces on the bus."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contracts.envelope import Event
from contracts.vocabulary import Occasion, OptionClass, Provenance
from contracts.wire import Code, Instant, Reckoned, Text, View, Wire

Token = Annotated[str, StringConstraints(min_length=20, max_length=128)]
"""The secret of a one-use rating link."""


class InvitationView(View):
    """A one-use invitation to rate (lời mời đánh giá), for the receipt, an SMS or Zalo."""

    occasion: Occasion
    token: str
    url: str
    """The page that works without JavaScript."""
    expires_at: Reckoned
    used: bool


class InvitationList(View):
    """The invitations of one dossier."""

    items: list[InvitationView]


class InvitationWanted(Wire):
    """A link is wanted for an occasion that no event tells of: a receipt is printed."""

    occasion: Literal[Occasion.RECEIVED]


class FormOption(View):
    """One answer a citizen can give."""

    id: str
    label: str


class FormQuestion(View):
    """One question of a questionnaire."""

    id: str
    label: str
    required: bool
    options: list[FormOption]


class RatingFormView(View):
    """A questionnaire as data (phiếu đánh giá)."""

    language: str
    languages: list[str]
    questionnaire: str
    """Which questionnaire and version, e.g. ``overall-5/1``."""
    title: str
    procedure: str | None = None
    """Name of the procedure that is rated; never the dossier or the citizen."""
    agency: str | None = None
    occasion: Occasion
    questions: list[FormQuestion]
    expires_at: Reckoned


class RatingGiven(Wire):
    """A citizen's answers (phiếu đã điền); the server derives scores and time."""

    token: Token
    answers: Annotated[dict[Code, Code], Field(min_length=1, max_length=20)]
    """Question id to option id, e.g. ``{"overall": "5"}``."""
    comment: Text | None = None
    language: Annotated[str, Field(pattern="^(vi|en)$")] = "vi"


class RatingReceipt(View):
    """What a citizen gets back: that it counted, and when."""

    accepted_at: Instant
    message: str


class RatingSubmitted(Event):
    """A citizen rated a dossier (đánh giá mức độ hài lòng). No text, no person; for kpi alone."""

    topic = "rating.submitted"
    publisher = "rating"

    dossier: str
    occasion: Occasion
    questionnaire: str
    option: str
    """The option chosen for the overall question."""
    score: Annotated[int, Field(ge=1, le=5)]
    """The option on a scale of five."""
    option_class: OptionClass
    provenance: Provenance
    submitted_at: Instant
