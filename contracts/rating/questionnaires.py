"""Questionnaires, and which of them is asked where, for those who run forms of their own."""

from contracts.vocabulary import Occasion, OptionClass, PortalLevel
from contracts.wire import Day, View, Wire


class Bilingual(View):
    """A text in both languages."""

    vi: str
    en: str


class QuestionnaireOption(View):
    """One level of a scale, and what it counts as."""

    id: str
    label: Bilingual
    score: int
    """Its place on the scale of its question; of a criterion its points."""
    option_class: OptionClass


class QuestionnaireQuestion(View):
    """One question or criterion of a questionnaire (tiêu chí)."""

    id: str
    criterion: int | None
    """Its number in the regulation it comes from."""
    label: Bilingual
    help: Bilingual | None
    section: Bilingual | None
    """The heading it begins; the one before it goes on when null."""
    required: bool
    asked: bool
    """Whether citizens are asked; what is known from the dossier or the unit is put to nobody."""
    options: list[QuestionnaireOption]


class OverallLevel(View):
    """What a rating can come to, all in all."""

    option: str
    score: int
    """On a scale of 1 to 5."""
    option_class: OptionClass
    portal_level: PortalLevel
    """How portals that know three levels are told of it."""


class QuestionnaireView(View):
    """One version of a questionnaire (phiếu đánh giá); it is never changed once it was asked."""

    id: str
    """Name and version, e.g. ``overall-5/1``."""
    source: str
    """Where it comes from, and what of that is not verified."""
    title: Bilingual
    occasions: list[Occasion]
    """What it can be chosen for."""
    overall_asked: bool
    """Whether there is an overall question; otherwise the overall follows from the answers."""
    overall_because: str | None
    """Why it follows as it does, where it is derived."""
    overall: list[OverallLevel]
    questions: list[QuestionnaireQuestion]
    remarks: list[str]
    """What is worth knowing of its scales, such as more good levels than bad ones."""


class ChoiceView(View):
    """Which questionnaire new invitations of an occasion ask in an agency and below it."""

    agency: str | None
    """The agency whose choice it is; null for what is asked where nobody chose."""
    occasion: Occasion
    questionnaire: str | None
    """Null where an agency went back to what is chosen above it."""
    valid_from: Day | None
    """The first day it holds; null for the default."""
    revision: int


class QuestionnaireList(View):
    """Every questionnaire there is, and what is chosen within the caller's reach."""

    portal_mapping: str
    """The version of the mapping to three levels."""
    items: list[QuestionnaireView]
    choices: list[ChoiceView]


class QuestionnaireChosen(Wire):
    """A questionnaire is chosen for new invitations of an occasion."""

    questionnaire: str | None
    """Its id and version; null goes back to what is chosen above."""
    valid_from: Day | None = None
    """The first day it holds, today or later; today when left out."""
