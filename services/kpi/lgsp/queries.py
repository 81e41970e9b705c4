"""What a month's aggregates are counted from: facts at one instant, one statement for each aggregate."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlmodel import col

from chassis.database import UnitOfWork
from contracts.vocabulary import Provenance
from services.kpi.lgsp.counting import Balance, Life, Stretch, Votes, balance, votes
from services.kpi.tables import DossierFact


async def balance_of(agencies: Collection[str], month: Stretch, uow: UnitOfWork) -> Balance:
    """The balance of the dossiers these agencies received."""
    fact = DossierFact
    gone = func.coalesce(col(fact.done_at), col(fact.ended_at))
    columns = (
        *(fact.received_at, fact.due_at, fact.due_unit, fact.status),
        *(fact.done_at, fact.ended_at, fact.settled_at, fact.paused_since),
    )
    rows: Sequence[Row[Any]] = await uow.select(
        select(*map(col, columns)).where(
            col(fact.agency).in_(agencies),
            col(fact.received_at) < month.end,
            or_(
                col(fact.received_at) >= month.first,
                gone.is_(None),
                gone >= month.first,
            ),
        )
    )
    return balance((Life(*row) for row in rows), month)


async def votes_of(agencies: Collection[str], month: Stretch, uow: UnitOfWork) -> Votes:
    """The ratings citizens gave in the month of dossiers these agencies received, as they stand."""
    fact = DossierFact
    rows: Sequence[Row[Any]] = await uow.select(
        select(col(fact.rating_score), col(fact.rating_class), func.count())
        .where(
            col(fact.agency).in_(agencies),
            col(fact.rated_at) >= month.first,
            col(fact.rated_at) < month.end,
            col(fact.rating_version) > func.coalesce(col(fact.rating_void), 0),
            col(fact.rating_provenance) != Provenance.ASSISTED,
        )
        .group_by(col(fact.rating_score), col(fact.rating_class))
    )
    return votes((score, kind, times) for score, kind, times in map(tuple, rows))
