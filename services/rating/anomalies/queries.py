"""What is asked about ratings of a period, to look for anomalies."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.vocabulary import OptionClass
from services.rating.anomalies.rules import Tap
from services.rating.tables import Invitation, Rating


@dataclass(frozen=True)
class Period:
    """From a moment to another one, exclusive."""

    since: datetime
    until: datetime


async def taps(
    agencies: frozenset[str] | None, period: Period, limit: int, uow: UnitOfWork
) -> list[Tap]:
    """Ratings that count, given in a period, in the order they were given."""
    invitation = Invitation.__table__
    asked = (
        select(
            *(invitation.c.agency, col(Rating.device), col(Rating.provenance)),
            *(col(Rating.answers), col(Rating.option_class), col(Rating.submitted_at)),
            invitation.c.ratable_at,
        )
        .join(invitation, invitation.c.id == col(Rating.invitation))
        .where(
            col(Rating.submitted_at) >= period.since,
            col(Rating.submitted_at) < period.until,
            col(Rating.voided_at).is_(None),
            invitation.c.agency.is_not(None),
        )
        .order_by(col(Rating.submitted_at), col(Rating.invitation))
        .limit(limit)
    )
    if agencies is not None:
        asked = asked.where(among(invitation.c.agency, agencies, postgres=uow.database.is_postgres))
    return [
        Tap(
            agency=row.agency,
            device=row.device,
            provenance=row.provenance,
            answers=json.dumps(row.answers, sort_keys=True),
            option_class=row.option_class,
            submitted_at=row.submitted_at,
            ratable_at=row.ratable_at,
        )
        for row in await uow.select(asked)
    ]


async def negative_among_the_last(
    last: int, since: datetime, uow: UnitOfWork
) -> Sequence[tuple[str, int, int]]:
    """Of each agency's last ratings how many are negative, and how many there are."""
    invitation = Invitation.__table__
    place = func.row_number().over(
        partition_by=invitation.c.agency, order_by=col(Rating.submitted_at).desc()
    )
    numbered = (
        select(invitation.c.agency, col(Rating.option_class), place.label("place"))
        .join(invitation, invitation.c.id == col(Rating.invitation))
        .where(
            col(Rating.submitted_at) >= since,
            col(Rating.voided_at).is_(None),
            invitation.c.agency.is_not(None),
        )
        .subquery()
    )
    negative = case((numbered.c.option_class == OptionClass.NEGATIVE, 1), else_=0)
    asked = (
        select(numbered.c.agency, func.sum(negative).label("negative"), func.count().label("among"))
        .where(numbered.c.place <= last)
        .group_by(numbered.c.agency)
        .order_by(numbered.c.agency)
    )
    return [(row.agency, int(row.negative), int(row.among)) for row in await uow.select(asked)]
