"""What a citizen is asked, answers, and gets back."""

from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.rating.replies import Contact
from contracts.vocabulary import Occasion
from contracts.wire import Code, Instant, Reckoned, Text, View, Wire

Token = Annotated[str, StringConstraints(min_length=20, max_length=128)]
"""The secret of a one-use rating link, or the code on a slip or card, however it is grouped."""


class FormOption(View):
    """One answer a citizen can give."""

    id: str
    label: str


class FormQuestion(View):
    """One question of a questionnaire."""

    id: str
    label: str
    help: str | None = None
    """What stands below it, smaller."""
    section: str | None = None
    """The page or heading it begins; the one before it goes on when null."""
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
    revises: Annotated[int, Field(ge=1)] | None = None
    """The version that these answers take the place of; of a rating given a few minutes ago."""
    contact: Contact | None = None
    """A reply is asked for, and where; at the page of the link unless told otherwise."""
    complaint: bool = False
    """Whether the comment is a complaint (phản ánh, kiến nghị)."""
    petition: bool = False
    """Whether it may be handed over as a petition to the system for those."""


class RatingReceipt(View):
    """What a citizen gets back: that it counted, and when."""

    accepted_at: Instant
    message: str
    version: Annotated[int, Field(ge=1)] = 1
    """How often it was given or changed."""
    revisable_until: Reckoned | None = None
    """Until when it can be changed by the same link; None where it cannot."""
