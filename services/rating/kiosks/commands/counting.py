"""An item of a kiosk becomes a rating, of a dossier or of the counter; or it is kept with the reason."""

from chassis.database import UnitOfWork
from contracts.rating.kiosks import KioskOutcome, KioskReason
from contracts.vocabulary import Occasion, Provenance
from services.rating import domain as ratings
from services.rating.commands import AnswersInvalid, Told, take_rating
from services.rating.counting import moving_cells
from services.rating.kiosks import domain, proofs
from services.rating.kiosks.tables import Kiosk, KioskItem, KioskTicket, WalkUpRating
from services.rating.questionnaires import Questionnaire, chosen
from services.rating.tables import Invitation


async def count(item: proofs.Item, row: KioskItem, kiosk: Kiosk, uow: UnitOfWork) -> None:
    """Make an item count, or write down in its row why it does not."""
    if row.received_at - row.tapped_at > domain.LATEST:
        reason: KioskReason | None = KioskReason.TOO_OLD
    elif item.ticket is not None:
        reason = await _of_a_dossier(item, row, kiosk, uow)
    else:
        reason = _of_the_counter(item, row, kiosk, uow)
    row.reason = reason
    row.outcome = KioskOutcome.TAKEN if reason is None else KioskOutcome.REFUSED


async def _of_a_dossier(
    item: proofs.Item, row: KioskItem, kiosk: Kiosk, uow: UnitOfWork
) -> KioskReason | None:
    ticket = await uow.get(KioskTicket, item.ticket)
    if ticket is None or ticket.kiosk != kiosk.id:
        return KioskReason.TICKET_UNKNOWN
    told = (row.tapped_at, ticket.pushed_at, ticket.good_until, ticket.ended_at)
    if not domain.before_it(*told):
        return KioskReason.TICKET_OVER
    invitation = await uow.get(Invitation, ticket.invitation)
    if invitation is None:
        return KioskReason.TICKET_UNKNOWN
    return _why_not(invitation) or await _rated(item, row, invitation, uow)


def _why_not(invitation: Invitation) -> KioskReason | None:
    # Not whether it has expired: it was good when it was put before the citizen.
    if invitation.used_at is not None:
        return KioskReason.ALREADY_RATED
    return KioskReason.INVITATION_VOID if invitation.voided_at is not None else None


async def _rated(
    item: proofs.Item, row: KioskItem, invitation: Invitation, uow: UnitOfWork
) -> KioskReason | None:
    if item.declined:
        with moving_cells(invitation, None, uow):
            invitation.declined_at = row.tapped_at
            invitation.revision += 1
        return None
    rating = Told(
        answers=item.answers,
        language=item.language,
        provenance=Provenance.KIOSK_COUNTER,
        submitted_at=row.tapped_at,
        device=row.kiosk,
    )
    try:
        await take_rating(invitation, rating, uow)
    except AnswersInvalid:
        return KioskReason.ANSWERS_INVALID
    return None


def _of_the_counter(
    item: proofs.Item, row: KioskItem, kiosk: Kiosk, uow: UnitOfWork
) -> KioskReason | None:
    if item.declined:
        return None
    questionnaire = asked_at_rest()
    if ratings.mistakes(questionnaire, item.answers):
        return KioskReason.ANSWERS_INVALID
    outcome = questionnaire.outcome(item.answers)
    uow.add(
        WalkUpRating.of(
            item=row.id,
            kiosk=kiosk.id,
            agency=kiosk.agency,
            counter=kiosk.counter,
            questionnaire=questionnaire.id,
            answers=dict(item.answers),
            score=outcome.score,
            option_class=outcome.option_class,
            language=item.language,
            submitted_at=row.tapped_at,
            received_at=row.received_at,
        )
    )
    return None


def asked_at_rest() -> Questionnaire:
    """What a kiosk asks while no dossier is before it: how one was received."""
    return chosen()[Occasion.RECEIVED]
