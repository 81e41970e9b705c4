"""What `motcua report` does: what agencies owe on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from chassis.database import UnitOfWork
from contracts.reports import DueList
from contracts.vocabulary import VIETNAM
from services.kpi.reach import within_reach
from services.kpi.reports import reminding, views
from suite.tasks import OPERATOR, at_hand

if TYPE_CHECKING:
    from chassis.settings import Settings


async def due(settings: Settings, agency: str | None, on: date | None) -> DueList:
    """What an agency and those below it owe; everybody where none is named."""
    async with at_hand(settings, "kpi") as (kpi,):
        uow = UnitOfWork(kpi.database)
        day = on or uow.now.astimezone(VIETNAM).date()
        whose = await within_reach(agency, OPERATOR, kpi) if agency else None
        found = await reminding.owed_by(whose, day, kpi, uow)
        return views.due_list(found, day, all_of_it=False)
