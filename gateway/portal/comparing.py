"""How a day that was compared with the portal is shown."""

from datetime import date

from chassis.database import UnitOfWork
from contracts.syncing import DifferenceCount, DifferingDossier, ReconciliationView
from gateway.portal import queries
from gateway.tables import NationalDay

LISTED = 500


async def compared_day(
    day: date, agencies: frozenset[str] | None, uow: UnitOfWork
) -> ReconciliationView:
    """A day's dossiers of these agencies against the portal's."""
    row = await uow.get(NationalDay, day)
    if row is None:
        return ReconciliationView(date=day, state="none")
    tallies = await queries.tallies(row, agencies, uow)
    return ReconciliationView(
        date=day,
        state="running" if row.completed_at is None else "complete",
        begun_at=row.begun_at,
        completed_at=row.completed_at,
        ours=sum(tally.count for tally in tallies),
        theirs=sum(tally.there for tally in tallies),
        by_agency=[
            DifferenceCount(agency=one.agency, difference=one.difference, count=one.count)
            for one in tallies
        ],
        differing=[
            DifferingDossier(
                code=one.code,
                agency=one.agency,
                difference=one.difference,
                ours=one.ours,
                theirs=one.theirs,
            )
            for one in await queries.differences(row, agencies, LISTED, uow)
        ],
    )
