"""Agencies and procedures over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from chassis.edge import StrictRoute
from chassis.permissions import (
    CatalogueReader,
    CatalogueWriter,
)
from chassis.web import Reading, Works, entity_tag, expected_revision, refusals
from contracts.intake import (
    AgencyEntry,
    AgencyView,
    ProcedureEntry,
    ProcedureView,
)
from contracts.wire import Code
from services.intake import commands
from services.intake.catalogue import Catalogue
from services.intake.commands import directory

router = APIRouter(prefix="/v1", route_class=StrictRoute)

IfMatch = Annotated[str | None, Header(description="ETag of the entry as it was read.")]


@router.put(
    "/agencies/{code}",
    tags=["directory"],
    response_model=AgencyView,
    responses=refusals(
        commands.UnknownAgency,
        directory.AgencyOutOfReach,
        directory.AgencyCycle,
        directory.EntryChanged,
    ),
)
async def register_agency(
    code: Code, entry: AgencyEntry, caller: CatalogueWriter, work: Works, if_match: IfMatch = None
) -> Response:
    """Enter an agency into the directory, or replace its entry (danh bạ cơ quan)."""
    answer = await work.answer(
        directory.register_agency,
        code,
        entry,
        caller,
        expected_revision(if_match),
        show=lambda agency: (200, AgencyView.model_validate(agency)),
    )
    work.running.tree.forget()
    return answer


@router.get(
    "/agencies/{code}",
    tags=["directory"],
    responses=refusals(commands.UnknownAgency),
)
async def read_agency(
    code: Code, _: CatalogueReader, uow: Reading, response: Response
) -> AgencyView:
    """An agency of the directory."""
    agency = await directory.reachable_agency(code, uow)
    response.headers["ETag"] = entity_tag(agency.revision)
    return AgencyView.model_validate(agency)


@router.put(
    "/procedures/{code}",
    tags=["catalogue"],
    response_model=ProcedureView,
    responses=refusals(directory.EntryChanged, directory.UnknownRetentionClass),
)
async def publish_procedure(
    code: Code, entry: ProcedureEntry, _: CatalogueWriter, work: Works, if_match: IfMatch = None
) -> Response:
    """Publish a procedure, or replace its entry (danh mục thủ tục hành chính)."""
    answer = await work.answer(
        directory.publish_procedure,
        code,
        entry,
        expected_revision(if_match),
        show=lambda procedure: (200, ProcedureView.model_validate(procedure)),
    )
    work.running.own(Catalogue).forget(code)
    return answer


@router.get(
    "/procedures/{code}",
    tags=["catalogue"],
    responses=refusals(directory.ProcedureNotFound),
)
async def read_procedure(
    code: Code, _: CatalogueReader, uow: Reading, response: Response
) -> ProcedureView:
    """A procedure of the catalogue."""
    procedure = await directory.published_procedure(code, uow)
    response.headers["ETag"] = entity_tag(procedure.revision)
    return ProcedureView.model_validate(procedure)
