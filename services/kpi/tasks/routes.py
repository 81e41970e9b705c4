"""The tasks of a plan over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.permissions import IndicatorReader
from chassis.web import Here, Reading, refusals
from contracts.plan_tasks import PlanTasks
from contracts.vocabulary import ReportState, SeriesKind, TaskState
from contracts.wire import Code
from services.kpi.asking import UnknownPlan, asked_of, own_plan_of
from services.kpi.domain import Span
from services.kpi.opening import definitions_of
from services.kpi.reach import UnknownAgency
from services.kpi.reports import queries
from services.kpi.tasks import views
from services.kpi.tasks.standing import Told, tasks_of

router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.get("/plans/{id}/tasks", tags=["plans"], responses=refusals(UnknownPlan, UnknownAgency))
async def read_tasks(  # noqa: PLR0917 - FastAPI passes them by name
    id: Code,
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    response: Response,
    agency: Annotated[Code | None, Query(description="The plan's own when left out.")] = None,
    public: Annotated[
        bool, Query(description="As anybody may see it: what is approved alone.")
    ] = False,
) -> PlanTasks:
    """The tasks of a plan (nhiệm vụ của kế hoạch): how far each is, by when it is due, on what that rests.

    They are reported one by one and count once another client has approved the report.
    """
    response.headers["Cache-Control"] = "no-store"
    plan = own_plan_of(id, here)
    period = Span(plan.period_from, plan.period_to)
    asked = await asked_of(agency or plan.agency, period, caller, here, uow, public=public)
    found = []
    for series in definitions_of(here).series.values():
        if series.kind is SeriesKind.TASK and plan in definitions_of(here).asking_for(series):
            told = await _told(series.id, asked.agency, uow)
            found += [(series.id, one) for one in tasks_of(series, period, told, asked.today)]
    return views.plan_tasks(plan, found, asked)


async def _told(series: str, agency: str, uow: UnitOfWork) -> list[Told]:
    return [
        Told(
            number=str(row.about),
            period=Span(row.period_from, row.period_to),
            state=TaskState(str(row.value)),
            approved=row.state is ReportState.APPROVED,
            report=row.id,
            evidence=row.evidence,
        )
        for row in await queries.standing(series, agency, uow)
    ]
