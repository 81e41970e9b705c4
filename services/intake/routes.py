"""Intake over HTTP. A route reads the request, calls one command, shapes the answer."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import (
    CatalogueReader,
    CatalogueWriter,
    DossierReader,
    DossierWriter,
)
from chassis.web import Here, Reading, Works, entity_tag, expected_revision, refusals
from contracts.intake import (
    AgencyEntry,
    AgencyView,
    DossierFiling,
    DossierPage,
    DossierView,
    ProcedureEntry,
    ProcedureView,
    Progress,
    ProgressAnswer,
    TimelineView,
)
from contracts.vocabulary import Channel, DossierStatus
from contracts.wire import Code, Instant
from services.intake import commands, directory, queries, views
from services.intake.catalogue import Catalogue

router = APIRouter(prefix="/v1", route_class=StrictRoute)

IfMatch = Annotated[str | None, Header(description="ETag of the entry as it was read.")]


# Routes are tried in this order, so the one that is called most stands first.


@router.post(
    "/dossiers",
    tags=["dossiers"],
    status_code=201,
    response_model=DossierView,
    responses=refusals(
        commands.DossierCodeTaken, commands.UnknownAgency, commands.UnknownProcedure
    ),
)
async def file_dossier(filing: DossierFiling, caller: DossierWriter, work: Works) -> Response:
    """File a dossier (tiếp nhận hồ sơ). The same content again answers 200 with the stored view."""
    return await work.answer(commands.file_dossier, filing, caller, show=views.filing)


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
    responses=refusals(directory.EntryChanged),
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


@router.get("/dossiers", tags=["dossiers"], responses=refusals(commands.UnknownAgency))
async def list_dossiers(  # noqa: PLR0917 - FastAPI passes them by name
    caller: DossierReader,
    here: Here,
    uow: Reading,
    agency: Annotated[Code | None, Query(description="It and everything below it.")] = None,
    procedure: Code | None = None,
    status: DossierStatus | None = None,
    channel: Channel | None = None,
    received_from: Annotated[Instant | None, Query(alias="from")] = None,
    received_to: Annotated[Instant | None, Query(alias="to", description="Exclusive.")] = None,
    overdue: Annotated[
        bool | None, Query(description="Only open ones past their due date.")
    ] = None,
    cursor: Code | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DossierPage:
    """Dossiers of the caller's agencies, by code; follow `next_cursor` for more."""
    if agency is not None and not await here.tree.covers(caller, agency):
        raise commands.UnknownAgency("No agency of this code is within your reach.")
    question = queries.DossierQuestion(
        agencies=await here.tree.below(agency or caller.agency),
        procedure=procedure,
        status=status,
        channel=channel,
        received_from=received_from,
        received_to=received_to,
        overdue_at=uow.now if overdue else None,
        after=cursor,
    )
    return views.page(await queries.dossiers(question, limit + 1, uow), limit)


@router.get("/dossiers/{code}", tags=["dossiers"], responses=refusals(commands.UnknownDossier))
async def read_dossier(
    code: Code, caller: DossierReader, uow: Reading, response: Response
) -> DossierView:
    """A dossier where it stands."""
    dossier = await commands.reachable_dossier(code, caller, uow)
    response.headers["ETag"] = entity_tag(dossier.revision)
    return views.dossier(dossier)


@router.post(
    "/dossiers/{code}/progress",
    tags=["dossiers"],
    response_model=ProgressAnswer,
    responses=refusals(commands.UnknownDossier),
)
async def report_progress(
    code: Code, progress: Progress, caller: DossierWriter, work: Works
) -> Response:
    """Report steps of a dossier (cập nhật tiến độ); late, shuffled and repeated rows are fine."""
    return await work.answer(commands.report_progress, code, progress, caller, show=views.progress)


@router.get(
    "/dossiers/{code}/timeline", tags=["dossiers"], responses=refusals(commands.UnknownDossier)
)
async def read_timeline(code: Code, caller: DossierReader, uow: Reading) -> TimelineView:
    """Everything reported of a dossier, oldest first (lịch sử xử lý)."""
    await commands.reachable_dossier(code, caller, uow)
    return views.timeline(code, await queries.steps_of(code, uow))
