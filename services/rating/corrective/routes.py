"""The register of corrective actions over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.permissions import ActionKeeper, ActionReader
from chassis.web import Here, Reading, Works, refusals
from contracts.rating import ActionChange, ActionEntry, ActionPage, ActionView
from contracts.vocabulary import ActionState
from contracts.wire import Code
from services.rating.cases import queries as cases
from services.rating.cases.office import day_of
from services.rating.cases.refused import UnknownCase
from services.rating.corrective import commands, queries, views
from services.rating.corrective.queries import Wanted
from services.rating.lists import CursorUnknown, UnknownAgency, cursor_after, cursor_read, reached
from services.rating.routes.headers import UNCACHED
from services.rating.tables import CorrectiveAction

router = APIRouter(prefix="/v1", route_class=StrictRoute)

MOST = 10_000
"""Lines of one file."""

_CSV = {"text/csv": {"schema": {"type": "string"}}}


async def _asked(  # noqa: PLR0917 - FastAPI passes them by name
    caller: ActionReader,
    here: Here,
    uow: Reading,
    agency: Annotated[Code | None, Query(description="With everything below it.")] = None,
    state: ActionState | None = None,
    plan: Annotated[Code | None, Query(description="A plan, e.g. `hanoi-dard-2020`.")] = None,
    overdue: Annotated[bool, Query(description="Only those that are overdue.")] = False,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Wanted:
    """Which corrective actions are asked for."""
    late = day_of(uow.now) if overdue else None
    return Wanted(await reached(agency, caller, here), state, plan, late, cursor_read(cursor))


Asked = Annotated[Wanted, Depends(_asked)]


@router.post(
    "/corrective-actions",
    tags=["corrective actions"],
    status_code=201,
    response_model=ActionView,
    responses=refusals(UnknownAgency, UnknownCase),
)
async def enter_action(told: ActionEntry, caller: ActionKeeper, work: Works) -> Response:
    """Enter a corrective action (biện pháp khắc phục). The same again answers 200."""

    async def enter(uow: UnitOfWork) -> tuple[int, ActionView]:
        found = await commands.enter(told, caller, uow)
        status = 200 if found.repeated else 201
        return status, views.action(found.action, day_of(uow.now))

    return await work.answer(enter, show=_as_it_is)


@router.get(
    "/corrective-actions",
    tags=["corrective actions"],
    responses=refusals(CursorUnknown, UnknownAgency),
)
async def list_actions(
    _: ActionReader,
    wanted: Asked,
    uow: Reading,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ActionPage:
    """The register, by deadline (sổ theo dõi biện pháp khắc phục)."""
    response.headers.update(UNCACHED)
    found = await queries.actions(wanted, limit + 1, uow)
    return views.page(found, day_of(uow.now), limit)


@router.get(
    "/corrective-actions.csv",
    tags=["corrective actions"],
    response_class=Response,
    responses=refusals(CursorUnknown, UnknownAgency) | {200: {"content": _CSV}},
)
async def fetch_actions(_: ActionReader, wanted: Asked, uow: Reading, request: Request) -> Response:
    """The register for a spreadsheet; `Link` leads to the rest."""
    found = await queries.actions(wanted, MOST + 1, uow)
    headers = UNCACHED | {"Content-Disposition": 'attachment; filename="corrective-actions.csv"'}
    if len(found) > MOST:
        last = found[MOST - 1]
        more = cursor_after(last.deadline, last.id)
        rest = request.url.include_query_params(cursor=more)
        headers["Link"] = f'<{rest.path}?{rest.query}>; rel="next"'
    text = views.spreadsheet(found[:MOST], day_of(uow.now))
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")


@router.get(
    "/corrective-actions/{id}",
    tags=["corrective actions"],
    responses=refusals(commands.UnknownAction),
)
async def read_action(
    id: Code, caller: ActionReader, uow: Reading, response: Response
) -> ActionView:
    """One corrective action with its history."""
    response.headers.update(UNCACHED)
    found = await commands.expect_action(id, caller, uow)
    return views.action(found, day_of(uow.now), await cases.acts_on(id, uow))


@router.post(
    "/corrective-actions/{id}/changes",
    tags=["corrective actions"],
    response_model=ActionView,
    responses=refusals(commands.UnknownAction, UnknownCase, commands.ActionDropped),
)
async def change_action(
    id: Code, told: ActionChange, caller: ActionKeeper, work: Works
) -> Response:
    """Say what became of a corrective action; what is left out stays."""

    async def change(uow: UnitOfWork) -> tuple[int, ActionView]:
        found: CorrectiveAction = await commands.change(id, told, caller, uow)
        return 200, views.action(found, day_of(uow.now))

    return await work.answer(change, show=_as_it_is)


def _as_it_is(shown: tuple[int, ActionView]) -> tuple[int, BaseModel]:
    return shown
