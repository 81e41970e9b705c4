"""The way to the national portal, for operators: what waits, what was put aside, what differs."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.auth import Principal
from chassis.edge import StrictRoute
from chassis.hearing import heard_of
from chassis.permissions import DossierReader, DossierWriter
from chassis.web import Here, Reading, Works, refusals
from contracts.problems import NotFound
from contracts.syncing import (
    ReconciliationView,
    Resending,
    ResentView,
    SyncPage,
    SyncState,
    SyncView,
)
from contracts.wire import Code, Day
from gateway.portal import commands, queries
from gateway.portal.comparing import compared_day
from gateway.portal.views import sync_view
from gateway.tables import NationalSync

router = APIRouter(prefix="/v1", tags=["national portal"], route_class=StrictRoute)


class UnknownAgency(NotFound):
    """No such agency is within your reach."""

    title_vi = "Không tìm thấy cơ quan này"


async def _reach(agency: str | None, caller: Principal, here: Here) -> frozenset[str] | None:
    if agency is not None and not await here.tree.covers(caller, agency):
        raise UnknownAgency("No agency of this code is within your reach.")
    if agency is None and caller.agency is None:
        return None
    # Not None for a whole directory: dossiers whose agency is unheard are nobody's to see.
    return await here.tree.below(agency or caller.agency)


@router.get("/dossiers/{code}/national-sync", responses=refusals(commands.UnknownDossier))
async def read_sync(code: Code, caller: DossierReader, here: Here, uow: Reading) -> SyncView:
    """How far the national portal has been told of a dossier (đồng bộ với Cổng DVCQG)."""
    await heard_of(NationalSync, code, caller, here)
    return sync_view(await commands.reachable(code, caller, uow))


@router.post(
    "/dossiers/{code}/national-sync/resend",
    responses=refusals(commands.UnknownDossier, commands.NothingToTell),
)
async def resend(code: Code, caller: DossierWriter, work: Works) -> SyncView:
    """Let the portal be told of a dossier again, whatever it has of it."""
    await heard_of(NationalSync, code, caller, work.running)
    return sync_view(await work(commands.resend, code, caller))


@router.get("/national-sync", responses=refusals(UnknownAgency))
async def list_syncs(  # noqa: PLR0917 - FastAPI passes them by name
    caller: DossierReader,
    here: Here,
    uow: Reading,
    state: SyncState | None = None,
    agency: Annotated[Code | None, Query(description="It and everything below it.")] = None,
    reason: Annotated[str | None, Query(max_length=100)] = None,
    cursor: Code | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SyncPage:
    """Dossiers by how far the portal has been told of them, e.g. those put aside (`state=parked`)."""
    question = queries.SyncQuestion(
        agencies=await _reach(agency, caller, here), state=state, reason=reason, after=cursor
    )
    found = await queries.synced(question, limit + 1, uow)
    items = [sync_view(row) for row in found[:limit]]
    return SyncPage(items=items, next_cursor=items[-1].code if len(found) > limit else None)


@router.post("/national-sync/resend", responses=refusals(UnknownAgency))
async def resend_many(told: Resending, caller: DossierWriter, here: Here) -> ResentView:
    """Let the portal be told again of named dossiers, of those of some days, or of those put aside.

    One call takes 10,000 at most; ``more`` says that there are more. Dossiers whose data were removed are
    left out.
    """
    agencies = await _reach(told.agency, caller, here)
    return await commands.resend_many(told, agencies, caller, here)


@router.get("/national-sync/reconciliation", responses=refusals(UnknownAgency))
async def read_reconciliation(
    day: Annotated[Day, Query(alias="date", description="A Vietnamese day of receipt.")],
    caller: DossierReader,
    here: Here,
    uow: Reading,
    agency: Annotated[Code | None, Query(description="It and everything below it.")] = None,
) -> ReconciliationView:
    """A day's dossiers here against the portal's: how many, and which differ and why (đối soát)."""
    agencies = await _reach(agency, caller, here)
    return await compared_day(day, agencies, uow)
