"""What rating looks up of choices of questionnaires."""

from sqlmodel import col

from chassis.database import UnitOfWork
from contracts.vocabulary import Occasion
from services.rating.tables import QuestionnaireChoice


async def choices_for(occasion: Occasion, uow: UnitOfWork) -> list[QuestionnaireChoice]:
    """What agencies chose for an occasion."""
    return await uow.all(QuestionnaireChoice, col(QuestionnaireChoice.occasion) == occasion)


async def every_choice(uow: UnitOfWork) -> list[QuestionnaireChoice]:
    """Every choice that was made, by agency, occasion and day."""
    order = (QuestionnaireChoice.agency, QuestionnaireChoice.occasion)
    columns = (*map(col, order), col(QuestionnaireChoice.valid_from))
    return await uow.all(QuestionnaireChoice, order_by=columns)
