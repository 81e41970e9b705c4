"""How rating shows what it remembers."""

from collections.abc import Sequence
from datetime import datetime

from contracts.rating import (
    CodeWay,
    FormOption,
    FormQuestion,
    InvitationList,
    InvitationView,
    InvitationWays,
    RatingFormView,
    RatingReceipt,
    RatingStanding,
    RatingVoidView,
    RefusalReceipt,
    TokenWay,
)
from contracts.vocabulary import VIETNAM, Occasion, Provenance
from services.rating import domain
from services.rating.commands import Accepted, Form, Standing
from services.rating.links import Links
from services.rating.questionnaires import LANGUAGES, Question, questionnaires
from services.rating.tables import Invitation, Rating, RatingVoid

UNDERSTOOD = {"vi": "Đã ghi nhận. Quý vị vẫn có thể đánh giá.", "en": "Noted. You can still rate."}
"""What somebody reads who would rather not rate."""


def invitations(rows: Sequence[Invitation], links: Links, now: datetime) -> InvitationList:
    """The invitations of a dossier as they stand now, with the links only their key can make."""
    return InvitationList(items=[invitation(row, links, now) for row in rows])


def invitation(row: Invitation, links: Links, now: datetime) -> InvitationView:
    """An invitation as it stands now, with its link and the other ways to the citizen."""
    token = links.token(row)
    return InvitationView(
        occasion=row.occasion,
        token=token,
        url=links.url(token),
        expires_at=row.expires_at.astimezone(VIETNAM),
        used=row.used_at is not None,
        void=row.voided_at is not None and row.used_at is None,
        state=domain.state_of(
            used_at=row.used_at,
            voided_at=row.voided_at,
            declined_at=row.declined_at,
            ignored_at=row.ignored_at,
            expires_at=row.expires_at,
            now=now,
        ),
        ways=InvitationWays(
            self_qr=_token(row, Provenance.SELF_QR, links),
            self_web=_token(row, Provenance.SELF_WEB, links),
            paper=_code(row, Provenance.PAPER, links),
            postal_card=_code(row, Provenance.POSTAL_CARD, links),
        ),
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


def accepted(told: Accepted) -> tuple[int, RatingReceipt]:
    """201, or 200 where an earlier version was changed, and the receipt."""
    _, shown = receipt(told.rating, told.revisable_until)
    return (200 if told.revised else 201), shown


def receipt(rating: Rating, revisable_until: datetime | None = None) -> tuple[int, RatingReceipt]:
    """201, and a word of thanks in the language the citizen chose."""
    thanks = questionnaires()[rating.questionnaire].thanks
    return 201, RatingReceipt(
        accepted_at=rating.submitted_at.astimezone(VIETNAM),
        message=thanks.said(rating.language),
        version=rating.version,
        revisable_until=revisable_until.astimezone(VIETNAM) if revisable_until else None,
    )


def standing(told: Standing) -> RatingStanding:
    """That a rating was given, and how long it can be changed."""
    return RatingStanding(
        accepted_at=told.rating.submitted_at.astimezone(VIETNAM),
        version=told.rating.version,
        revisable=told.revisable,
        revisable_until=told.until.astimezone(VIETNAM) if told.until else None,
    )


def declined(row: Invitation, language: str) -> RefusalReceipt:
    """That somebody would rather not rate, since when, in the language they chose."""
    since = row.declined_at or row.minted_at
    return RefusalReceipt(declined_at=since.astimezone(VIETNAM), message=UNDERSTOOD[language])


def voided(row: RatingVoid, occasion: Occasion) -> RatingVoidView:
    """What was said of a rating, and by whom; nothing of the rating."""
    return RatingVoidView(
        occasion=occasion,
        void=not row.lifts,
        reason=row.reason,
        note=row.note,
        by=row.client,
        at=row.at.astimezone(VIETNAM),
    )


def _token(row: Invitation, way: Provenance, links: Links) -> TokenWay:
    token = links.token(row, way)
    return TokenWay(token=token, url=links.url(token))


def _code(row: Invitation, way: Provenance, links: Links) -> CodeWay:
    code = links.code(row, way)
    return CodeWay(code=domain.grouped(code), url=links.url(code))


def _question(question: Question, language: str) -> FormQuestion:
    options = [FormOption(id=o.id, label=o.label.said(language)) for o in question.options]
    return FormQuestion(
        id=question.id,
        label=question.label.said(language),
        help=question.help.said(language) if question.help else None,
        section=question.section.said(language) if question.section else None,
        required=question.required,
        options=options,
    )
