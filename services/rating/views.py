"""How rating shows what it remembers."""

from collections.abc import Sequence

from contracts.rating import (
    FormOption,
    FormQuestion,
    InvitationList,
    InvitationView,
    RatingFormView,
    RatingReceipt,
)
from contracts.vocabulary import VIETNAM
from services.rating.commands import Form
from services.rating.links import Links
from services.rating.questionnaires import LANGUAGES, Question, questionnaires
from services.rating.tables import Invitation, Rating


def invitations(rows: Sequence[Invitation], links: Links) -> InvitationList:
    """The invitations of a dossier, with the links only their key can make."""
    return InvitationList(items=[invitation(row, links) for row in rows])


def invitation(row: Invitation, links: Links) -> InvitationView:
    """An invitation with its link."""
    token = links.token(row.id)
    return InvitationView(
        occasion=row.occasion,
        token=token,
        url=links.url(token),
        expires_at=row.expires_at.astimezone(VIETNAM),
        used=row.used_at is not None,
    )


def form(shown: Form, language: str) -> RatingFormView:
    """What a citizen is asked, in a language: names of the procedure and the agency, nothing of anybody."""
    questionnaire = shown.questionnaire
    return RatingFormView(
        language=language,
        languages=list(LANGUAGES),
        questionnaire=questionnaire.id,
        title=questionnaire.title.said(language),
        procedure=shown.procedure,
        agency=shown.agency,
        occasion=shown.invitation.occasion,
        questions=[_question(question, language) for question in questionnaire.questions],
        expires_at=shown.invitation.expires_at.astimezone(VIETNAM),
    )


def receipt(rating: Rating) -> tuple[int, RatingReceipt]:
    """201, and a word of thanks in the language the citizen chose."""
    thanks = questionnaires()[rating.questionnaire].thanks
    return 201, RatingReceipt(
        accepted_at=rating.submitted_at.astimezone(VIETNAM), message=thanks.said(rating.language)
    )


def _question(question: Question, language: str) -> FormQuestion:
    options = [FormOption(id=o.id, label=o.label.said(language)) for o in question.options]
    return FormQuestion(
        id=question.id,
        label=question.label.said(language),
        required=question.required,
        options=options,
    )
