"""What the register asks of the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_
from sqlmodel import col

from chassis.database import UnitOfWork
from services.intake.tables import Dossier


@dataclass(frozen=True, kw_only=True)
class ReceivedQuestion:
    """Which dossiers are asked for: received by these agencies in a half-open period."""

    agencies: frozenset[str]
    received_from: datetime
    received_to: datetime
    after: tuple[datetime, str] | None = None
    """The receipt and the code of the last dossier of the part before."""


async def received_dossiers(
    question: ReceivedQuestion, limit: int, uow: UnitOfWork
) -> list[Dossier]:
    """The first dossiers that answer a question, in the order they were received."""
    received = col(Dossier.received_at)
    conditions = [
        col(Dossier.agency).in_(question.agencies),
        received >= question.received_from,
        received < question.received_to,
    ]
    if question.after is not None:
        at, code = question.after
        conditions.append(or_(received > at, and_(received == at, col(Dossier.code) > code)))
    order = (received, col(Dossier.code))
    return await uow.all(Dossier, *conditions, order_by=order, limit=limit)
