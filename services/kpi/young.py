"""Dossiers that have not had their time to be rated, as of the instant of a question.

They pass this state without any news, so no cell holds them: they are counted when somebody asks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from chassis.running import running_of
from contracts.vocabulary import VIETNAM
from services.kpi import facts
from services.kpi.domain import Span
from services.kpi.tables import DossierFact


def since(uow: UnitOfWork) -> datetime:
    """From when on a dossier that could be rated is young still (chưa đủ thời gian đánh giá)."""
    return uow.now - timedelta(days=running_of(uow).settings.rating_maturity_days)


async def counted(
    agencies: Iterable[str], period: Span, uow: UnitOfWork
) -> Mapping[tuple[str, str], int]:
    """How many dossiers of a period are young and not rated, by agency and field; from an index alone."""
    first = max(datetime.combine(period.first, time.min, VIETNAM), since(uow))
    end = datetime.combine(period.end, time.min, VIETNAM)
    if first >= end:
        return Counter()
    fact = DossierFact
    whose = among(DossierFact.__table__.c.agency, agencies, postgres=uow.database.is_postgres)
    rows: Sequence[Row[Any]] = await uow.select(
        select(col(fact.agency), col(fact.field), func.count())
        .where(
            whose,
            col(fact.unrated_since) >= first,
            col(fact.unrated_since) < end,
            col(fact.field).is_not(None),
        )
        .group_by(col(fact.agency), col(fact.field))
    )
    found: dict[tuple[str, str], int] = {}
    for agency, field, count in map(tuple, rows):
        found[agency, field] = count
    return found


def dated(fact: facts.Fact, young_since: datetime, *, without: bool) -> Iterator[tuple[date, str]]:
    """Every measure a dossier adds one to, being young among them; a young one adds none if `without`."""
    waits = fact.unrated_since
    young = waits is not None and waits >= young_since
    if young and without:
        return
    if waits is not None and young:
        yield waits.astimezone(VIETNAM).date(), facts.YOUNG
    yield from facts.dated(fact)
