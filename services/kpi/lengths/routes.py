"""How long dossiers took, over HTTP."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.edge import StrictRoute
from chassis.permissions import IndicatorReader
from chassis.web import Here, Reading, refusals
from contracts.durations import DurationTable
from contracts.vocabulary import DurationBy, Structure
from contracts.wire import Code, Day
from services.kpi.asking import PeriodInvalid, asked_of, span_of, units_of
from services.kpi.fields import field_names
from services.kpi.lengths.queries import counted
from services.kpi.lengths.views import table
from services.kpi.names import agency_names
from services.kpi.reach import UnknownAgency

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["indicators"])


@router.get("/durations", responses=refusals(UnknownAgency, PeriodInvalid))
async def read_durations(  # noqa: PLR0917 - FastAPI passes them by name
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    first: Annotated[Day, Query(alias="from", description="First day, in Vietnam.")],
    end: Annotated[Day, Query(alias="to", description="The day after the last.")],
    agency: Annotated[
        Code | None, Query(description="It and everything below it; the caller's own.")
    ] = None,
    by: Annotated[DurationBy, Query(description="What rows are told apart by.")] = DurationBy.NONE,
    structure: Annotated[
        Structure, Query(description="By the agencies at the time, or by today's.")
    ] = Structure.THEN,
) -> DurationTable:
    """How long dossiers took whose result lies in a period: median and ninth decile, in whole days.

    Elapsed time is told apart from the time of the agency alone.
    """
    asked = await asked_of(agency, span_of(first, end, here), caller, here, uow, structure)
    told = await counted(await units_of(asked, here, uow), asked.period, uow)
    names: Mapping[str, str] = {}
    if by is DurationBy.AGENCY:
        names = await agency_names(uow)
    elif by is DurationBy.FIELD:
        names = (await field_names(uow)).vi
    return table(told, by, names, asked)
