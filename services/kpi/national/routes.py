"""The portal's answers over HTTP: handed in, read again, and our figures beside them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from chassis.database import UnitOfWork
from chassis.edge import LIMIT_KEY, StrictRoute
from chassis.permissions import FigureReader, FigureReporter, IndicatorReader
from chassis.running import Running
from chassis.web import Here, Reading, Works, refusals
from contracts.national_evaluations import (
    LONGEST_ANSWER,
    DepartmentAgency,
    DepartmentView,
    DifferenceTable,
    EvaluationFullView,
    EvaluationPage,
    EvaluationUpload,
    EvaluationView,
)
from contracts.vocabulary import Evaluation
from contracts.wire import Code, Day
from services.kpi.asking import PeriodInvalid, span_of
from services.kpi.names import agency_names
from services.kpi.national import commands, queries, views
from services.kpi.national.asked import QuestionUnsuited
from services.kpi.national.gathering import (
    Gathered,
    NoAnswerOfPeriod,
    UnknownComponent,
    Wish,
    gather,
)
from services.kpi.national.queries import Wanted
from services.kpi.national.reading import AnswerNotOk, AnswerUnfit
from services.kpi.national.sheets import differences_csv
from services.kpi.national.tables import NationalEvaluation
from services.kpi.reach import UnknownAgency, within_reach
from services.kpi.reports.refused import CursorUnknown
from services.kpi.reports.views import cursor_read

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["national evaluations"])
UNCACHED = {"Cache-Control": "no-store"}
MAX_BYTES = 2 * LONGEST_ANSWER
"""An answer within JSON takes more bytes than by itself."""

Agency = Annotated[Code | None, Query(description="It and everything below it; the caller's own.")]


@router.post(
    "/national-evaluations",
    status_code=201,
    response_model=EvaluationView,
    responses=refusals(
        UnknownAgency, QuestionUnsuited, commands.ComponentUnknown, AnswerNotOk, AnswerUnfit
    ),
    openapi_extra={LIMIT_KEY: MAX_BYTES},
)
async def take_answer_over(
    told: EvaluationUpload, caller: FigureReporter, here: Here, works: Works
) -> Response:
    """Hand in an answer of the national portal's reporting interface (nhập số liệu đánh giá của Cổng DVCQG).

    It is kept as it came. Where numbers stand in it is data: `mapping`, or the shipped places, which are not
    verified; what does not fit them is refused with its place. The same answer again answers 200.
    """

    async def take(uow: UnitOfWork) -> tuple[int, EvaluationView]:
        taken = await commands.take_over(told, caller, here, uow)
        meant = await commands.agencies_of(commands.figures_of(taken.row), here, uow)
        shown = views.evaluation_view(taken.row, {}, meant)
        return 200 if taken.repeated else 201, shown

    return await works.answer(take, show=lambda shown: shown)


@router.get("/national-evaluations", responses=refusals(UnknownAgency, CursorUnknown))
async def list_answers(  # noqa: PLR0917 - FastAPI passes them by name
    caller: FigureReader,
    here: Here,
    uow: Reading,
    response: Response,
    agency: Agency = None,
    evaluation: Evaluation | None = None,
    first: Annotated[
        Day | None, Query(alias="from", description="First day of its period.")
    ] = None,
    end: Annotated[Day | None, Query(alias="to", description="The day after its last.")] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> EvaluationPage:
    """Answers of the portal that were handed in, superseded ones among them, the latest first."""
    response.headers.update(UNCACHED)
    whose = await within_reach(agency, caller, here)
    below = await here.tree.below(whose)
    wanted = Wanted(below, evaluation, first, end, cursor_read(cursor))
    rows = await queries.answers(wanted, limit + 1, uow)
    last = await queries.last_numbers([row.question for row in rows], uow)
    figures = [one for row in rows[:limit] for one in commands.figures_of(row)]
    meant = await commands.agencies_of(figures, here, uow)
    return views.evaluation_page(rows, limit, last, meant)


async def _gathered(  # noqa: PLR0917 - FastAPI passes them by name
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    component: Annotated[
        Code, Query(description="A component of the national score, e.g. `766.progress`.")
    ],
    first: Annotated[Day, Query(alias="from", description="First day of the answer's period.")],
    end: Annotated[Day, Query(alias="to", description="The day after its last.")],
    agency: Agency = None,
) -> Gathered:
    return await gather(Wish(component, agency, span_of(first, end, here)), caller, here, uow)


Both = Annotated[Gathered, Depends(_gathered)]
REFUSED = refusals(UnknownAgency, PeriodInvalid, UnknownComponent, NoAnswerOfPeriod)


@router.get("/national-evaluations/differences", responses=REFUSED)
async def read_differences(
    _: IndicatorReader, uow: Reading, both: Both, response: Response
) -> DifferenceTable:
    """Our figures beside the portal's, agency by agency, the furthest apart first (đối chiếu với Cổng).

    The days are exactly those of an answer. An agency that one side does not tell of is told as such, and
    departments that mean no agency are listed.
    """
    response.headers.update(UNCACHED)
    return await _table(both, uow)


@router.get(
    "/national-evaluations/differences.csv",
    response_class=Response,
    responses=REFUSED | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def differences_as_csv(_: IndicatorReader, uow: Reading, both: Both) -> Response:
    """The same for a spreadsheet, as CSV, with Vietnamese headings."""
    table = await _table(both, uow)
    name = f"{table.component}-{table.agency}-{table.period_from}.csv".replace("/", "_")
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(
        differences_csv(table), headers=disposition | UNCACHED, media_type="text/csv; charset=utf-8"
    )


@router.get("/national-evaluations/{id}", responses=refusals(commands.UnknownEvaluation))
async def read_answer(
    id: Code, caller: FigureReader, here: Here, uow: Reading, response: Response
) -> EvaluationFullView:
    """One answer as it came, with the places it was read at and what was read; also a superseded one."""
    response.headers.update(UNCACHED)
    row = await commands.expect_answer(id, caller, here, uow)
    return await _full(row, here, uow)


@router.put(
    "/national-departments/{id}",
    response_model=DepartmentView,
    responses=refusals(UnknownAgency, commands.DepartmentMappedElsewhere),
)
async def map_department(
    id: Annotated[Code, Path(description="The portal's own id of the department.")],
    told: DepartmentAgency,
    caller: FigureReporter,
    here: Here,
    works: Works,
) -> Response:
    """Say which agency a department of the portal means, where none of its codes does (ánh xạ đơn vị)."""
    return await works.answer(
        commands.map_department,
        *(id, told.agency, caller, here),
        show=lambda row: (200, views.department_view(row)),
    )


async def _table(both: Gathered, uow: UnitOfWork) -> DifferenceTable:
    last = await queries.last_numbers([row.question for row in both.answers], uow)
    return views.difference_table(both, await agency_names(uow), last)


async def _full(row: NationalEvaluation, here: Running, uow: UnitOfWork) -> EvaluationFullView:
    last = await queries.last_numbers([row.question], uow)
    meant = await commands.agencies_of(commands.figures_of(row), here, uow)
    return views.full_view(row, last, meant)
