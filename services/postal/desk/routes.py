"""The operator's desk over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.edge import StrictRoute
from chassis.permissions import ShipmentReader
from chassis.web import Reading, refusals
from contracts.post_desk import DeskPage, PostOverview
from contracts.vocabulary import DeskState
from contracts.wire import Code
from services.postal.cursors import CursorUnknown
from services.postal.desk import asking, views
from services.postal.reach import UnknownAgency

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["post"])
Agency = Annotated[Code | None, Query(description="It and everything below it.")]


@router.get("/post/overview", responses=refusals(UnknownAgency))
async def read_overview(
    caller: ShipmentReader, uow: Reading, agency: Agency = None
) -> PostOverview:
    """What of the post waits for an operator, how long, and how fresh the carriers' news is."""
    return views.overview(await asking.glance(agency, caller, uow))


@router.get("/post/items", responses=refusals(UnknownAgency, CursorUnknown))
async def list_waiting_items(  # noqa: PLR0917 - FastAPI passes them by name
    caller: ShipmentReader,
    uow: Reading,
    state: DeskState,
    agency: Agency = None,
    after: Annotated[str | None, Query(max_length=300, description="`next_cursor`.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> DeskPage:
    """The items that wait for an operator for one reason, the longest waiting first.

    Orphans belong to nobody: only a caller without an agency is shown any.
    """
    wanted = asking.Wanted(state=state, agency=agency, after=after, limit=limit)
    return views.page(await asking.waiting(wanted, caller, uow))
