"""Incidents of the post over HTTP: reported, listed, and closed by the agency whose papers they are."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import ShipmentReader, ShipmentWriter
from chassis.web import Here, Reading, Works, refusals
from contracts.incidents import IncidentClosing, IncidentPage, IncidentReport, IncidentView
from contracts.vocabulary import IncidentState
from contracts.wire import Code
from services.postal import commands, incidents, queries, views
from services.postal.cursors import CursorUnknown
from services.postal.tables import Incident

router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.post(
    "/shipments/{id}/incidents",
    tags=["incidents"],
    status_code=201,
    response_model=IncidentView,
    responses=refusals(commands.UnknownShipment),
)
async def report_incident(
    id: Code, told: IncidentReport, caller: ShipmentWriter, work: Works
) -> Response:
    """Report that something went wrong with an item (báo sự cố bưu gửi). One that is open answers 200."""
    return await work.answer(commands.report_incident, id, told, caller, show=views.reported)


@router.get(
    "/incidents",
    tags=["incidents"],
    responses=refusals(CursorUnknown),
)
async def list_incidents(  # noqa: PLR0917 - FastAPI passes them by name
    caller: ShipmentReader,
    here: Here,
    uow: Reading,
    state: Annotated[IncidentState | None, Query(description="Those that are, or all.")] = None,
    cursor: Code | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> IncidentPage:
    """Incidents of the caller's agencies, the longest open first; follow `next_cursor` for more."""
    after = await uow.get(Incident, cursor) if cursor is not None else None
    if cursor is not None and after is None:
        raise CursorUnknown("Send `next_cursor` as it was given.")
    agencies = await here.tree.reach(caller.agency)
    found = await queries.incidents(agencies, state, after, limit + 1, uow)
    return views.incident_page(found, limit)


@router.post(
    "/incidents/{id}/close",
    tags=["incidents"],
    response_model=IncidentView,
    responses=refusals(incidents.UnknownIncident, incidents.IncidentSettled),
)
async def close_incident(
    id: Code, closing: IncidentClosing, caller: ShipmentWriter, work: Works
) -> Response:
    """Close an incident with what was done (kết thúc sự cố): by the agency that issued the papers."""
    return await work.answer(incidents.close, id, closing, caller, show=views.closed)
