"""Procedures over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import (
    CatalogueReader,
    CatalogueWriter,
)
from chassis.web import Reading, Works, entity_tag, expected_revision, refusals
from contracts.intake import (
    FieldCode,
    ProcedureEntry,
    ProcedureHistory,
    ProcedurePage,
    ProcedureView,
)
from contracts.wire import Code, Day
from services.intake import views
from services.intake.catalogue import Catalogue
from services.intake.commands import procedures
from services.intake.commands.reach import EntryChanged
from services.intake.routes.directory import IfMatch

router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.put(
    "/procedures/{code}",
    tags=["catalogue"],
    response_model=ProcedureView,
    responses=refusals(EntryChanged),
)
async def publish_procedure(
    code: Code, entry: ProcedureEntry, _: CatalogueWriter, work: Works, if_match: IfMatch = None
) -> Response:
    """Publish a procedure, or a new version of it from a day on (danh mục thủ tục hành chính)."""
    answer = await work.answer(
        procedures.publish_procedure,
        code,
        entry,
        expected_revision(if_match),
        show=lambda published: (200, views.procedure(*published)),
    )
    work.running.own(Catalogue).forget(code)
    return answer


@router.get("/procedures", tags=["catalogue"])
async def list_procedures(
    _: CatalogueReader,
    uow: Reading,
    field: FieldCode | None = None,
    cursor: Code | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ProcedurePage:
    """The catalogue as it is in force today, by code; follow `next_cursor` for more."""
    found = await procedures.catalogue_page(field, cursor, limit + 1, uow)
    return views.procedures(found, limit)


@router.get(
    "/procedures/{code}",
    tags=["catalogue"],
    responses=refusals(procedures.ProcedureNotFound),
)
async def read_procedure(
    code: Code,
    _: CatalogueReader,
    uow: Reading,
    response: Response,
    on: Annotated[Day | None, Query(description="The version of this day; of today.")] = None,
) -> ProcedureView:
    """A procedure of the catalogue, as it is in force today or was on a day."""
    newest, version = await procedures.version_on(code, on, uow)
    response.headers["ETag"] = entity_tag(newest.revision)
    return views.procedure(newest, version)


@router.get(
    "/procedures/{code}/versions",
    tags=["catalogue"],
    responses=refusals(procedures.ProcedureNotFound),
)
async def read_procedure_history(
    code: Code, _: CatalogueReader, uow: Reading, response: Response
) -> ProcedureHistory:
    """Every version of a procedure, oldest first: limits, levels, decisions (lịch sử thủ tục)."""
    newest, versions = await procedures.versions_of(code, uow)
    response.headers["ETag"] = entity_tag(newest.revision)
    return ProcedureHistory(code=code, items=[views.procedure(newest, one) for one in versions])
