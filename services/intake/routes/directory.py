"""Agencies over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import (
    CatalogueReader,
    CatalogueWriter,
)
from chassis.web import Here, Reading, Works, entity_tag, expected_revision, refusals
from contracts.intake import AgencyEntry, AgencyPage, AgencyView
from contracts.vocabulary import AgencyKind
from contracts.wire import Code, Day
from services.intake import commands, views
from services.intake.commands import agency_codes, directory, succession
from services.intake.queries.directory import AgencyQuestion, agencies

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
        directory.SandboxFixed,
        agency_codes.AgencyCodeTaken,
        succession.AgencyValidityInvalid,
        succession.UnknownSuccessor,
        succession.SuccessorCycle,
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


@router.get("/agencies", tags=["directory"])
async def list_agencies(  # noqa: PLR0917 - FastAPI passes them by name
    _: CatalogueReader,
    here: Here,
    uow: Reading,
    tree: Code | None = None,
    parent: Annotated[Code | None, Query(description="Only those directly below it.")] = None,
    kind: AgencyKind | None = None,
    valid_on: Annotated[Day | None, Query(description="Only those that existed then.")] = None,
    cursor: Code | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AgencyPage:
    """The directory of agencies, by code; follow `next_cursor` for more."""
    question = AgencyQuestion(
        tree=tree,
        parent=await here.tree.canonical(parent) if parent else None,
        kind=kind,
        valid_on=valid_on,
        after=cursor,
    )
    return views.agencies(await agencies(question, limit + 1, uow), limit)


@router.get(
    "/agencies/{code}",
    tags=["directory"],
    responses=refusals(commands.UnknownAgency),
)
async def read_agency(
    code: Code, _: CatalogueReader, uow: Reading, response: Response
) -> AgencyView:
    """An agency of the directory, by any code it carries."""
    agency = await directory.reachable_agency(code, uow)
    response.headers["ETag"] = entity_tag(agency.revision)
    return AgencyView.model_validate(agency)
