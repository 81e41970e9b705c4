"""Dossiers over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import (
    DossierReader,
    DossierWriter,
)
from chassis.web import Here, Reading, Works, entity_tag, expected_revision, refusals
from contracts.intake import (
    ClockExplanation,
    DossierFiling,
    DossierPage,
    DossierRecord,
    DossierView,
    Progress,
    ProgressAnswer,
    TimelineView,
)
from contracts.vocabulary import Channel, DossierStatus
from contracts.wire import Code, Instant, Moment
from services.intake import commands, queries, views
from services.intake.commands import amending, personal
from services.intake.commands.reach import EntryChanged
from services.intake.commands.record import open_record
from services.intake.keyring import PersonalDataKeyMissing, SealedValueBroken
from services.intake.routes.directory import IfMatch
from services.intake.views.clock import explain
from services.intake.views.record import record

router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.post(
    "/dossiers",
    tags=["dossiers"],
    status_code=201,
    response_model=DossierView,
    responses=refusals(
        commands.DossierCodeTaken,
        commands.UnknownAgency,
        commands.UnknownProcedure,
        commands.SandboxCodeForeign,
        PersonalDataKeyMissing,
        SealedValueBroken,
    ),
)
async def file_dossier(filing: DossierFiling, caller: DossierWriter, work: Works) -> Response:
    """File a dossier (tiếp nhận hồ sơ). The same content again answers 200 with the stored view."""
    return await work.answer(commands.file_dossier, filing, caller, show=views.filing)


@router.get("/dossiers", tags=["dossiers"], responses=refusals(commands.UnknownAgency))
async def list_dossiers(  # noqa: PLR0917 - FastAPI passes them by name
    caller: DossierReader,
    here: Here,
    uow: Reading,
    agency: Annotated[Code | None, Query(description="It and everything below it.")] = None,
    procedure: Code | None = None,
    status: DossierStatus | None = None,
    channel: Channel | None = None,
    competent_agency: Code | None = None,
    received_from: Annotated[Moment | None, Query(alias="from")] = None,
    received_to: Annotated[Moment | None, Query(alias="to", description="Exclusive.")] = None,
    due_from: Annotated[
        Moment | None, Query(description="Only open ones due from here on.")
    ] = None,
    due_to: Annotated[Moment | None, Query(description="Only open ones due before.")] = None,
    overdue: Annotated[
        bool | None,
        Query(description="Only open ones past their due date, or only those that are not."),
    ] = None,
    total: Annotated[bool, Query(description="Count them, too: 100,000 at most.")] = False,
    cursor: Code | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DossierPage:
    """Dossiers of the caller's agencies, by code; follow `next_cursor` for more."""
    if agency is not None and not await here.tree.covers(caller, agency):
        raise commands.UnknownAgency("No agency of this code is within your reach.")
    question = queries.DossierQuestion(
        agencies=await here.tree.reach(agency or caller.agency),
        procedure=procedure,
        status=status,
        channel=channel,
        competent_agency=competent_agency,
        received_from=received_from,
        received_to=received_to,
        due_from=due_from,
        due_to=due_to,
        overdue=overdue,
        now=uow.now,
        after=cursor,
    )
    counted = await queries.how_many(question, uow) if total else None
    return views.page(await queries.dossiers(question, limit + 1, uow), limit, counted)


@router.get("/dossiers/{code}", tags=["dossiers"], responses=refusals(commands.UnknownDossier))
async def read_dossier(
    code: Code, caller: DossierReader, uow: Reading, response: Response
) -> DossierView:
    """A dossier where it stands."""
    dossier = await commands.reachable_dossier(code, caller, uow)
    response.headers["ETag"] = entity_tag(dossier.revision)
    return views.dossier(dossier)


@router.put(
    "/dossiers/{code}",
    tags=["dossiers"],
    response_model=DossierView,
    responses=refusals(
        amending.CodeDiffers,
        amending.DossierHeld,
        amending.PersonalDataPurged,
        amending.ReceivingAgencyAlone,
        amending.ReceivingAgencyFixed,
        amending.StageReported,
        commands.UnknownAgency,
        commands.UnknownDossier,
        commands.UnknownProcedure,
        EntryChanged,
        PersonalDataKeyMissing,
        SealedValueBroken,
    ),
)
async def amend_dossier(
    code: Code, filing: DossierFiling, caller: DossierWriter, work: Works, if_match: IfMatch = None
) -> Response:
    """Replace what was filed of a dossier (cập nhật hồ sơ). The same content changes nothing."""
    expected = expected_revision(if_match)
    command = amending.amend_dossier
    return await work.answer(command, code, filing, expected, caller, show=views.amended)


@router.get(
    "/dossiers/{code}/record",
    tags=["dossiers"],
    responses=refusals(
        commands.UnknownDossier,
        amending.PersonalDataPurged,
        PersonalDataKeyMissing,
        SealedValueBroken,
    ),
)
async def read_record(
    code: Code, caller: DossierReader, work: Works, response: Response
) -> DossierRecord:
    """A dossier whole (toàn bộ hồ sơ), to be handed on; each reading is recorded."""
    told = await work(open_record, code, caller)
    response.headers["Cache-Control"] = "no-store"
    response.headers["ETag"] = entity_tag(told.dossier.revision)
    return record(told)


@router.post(
    "/dossiers/{code}/progress",
    tags=["dossiers"],
    response_model=ProgressAnswer,
    responses=refusals(commands.UnknownDossier, commands.UnknownStage, PersonalDataKeyMissing),
)
async def report_progress(
    code: Code, progress: Progress, caller: DossierWriter, work: Works
) -> Response:
    """Report steps of a dossier (cập nhật tiến độ); late, shuffled and repeated rows are fine."""
    return await work.answer(commands.report_progress, code, progress, caller, show=views.progress)


@router.get(
    "/dossiers/{code}/timeline",
    tags=["dossiers"],
    responses=refusals(commands.UnknownDossier, PersonalDataKeyMissing, SealedValueBroken),
)
async def read_timeline(code: Code, caller: DossierReader, uow: Reading) -> TimelineView:
    """Everything reported of a dossier, oldest first, and who had it (lịch sử xử lý, bàn giao)."""
    dossier = await commands.reachable_dossier(code, caller, uow)
    steps = await queries.steps_of(code, uow)
    amendments = await queries.amendments_of(code, uow) if dossier.amendments else ()
    return views.timeline(dossier, await personal.legible(steps, dossier, uow), amendments)


@router.get(
    "/dossiers/{code}/clock", tags=["dossiers"], responses=refusals(commands.UnknownDossier)
)
async def explain_clock(
    code: Code,
    caller: DossierReader,
    uow: Reading,
    as_of: Annotated[Instant | None, Query(description="Explain it for this instant.")] = None,
) -> ClockExplanation:
    """A dossier's clock, line by line: start, pauses, due moment, whose time it is (giải trình)."""
    dossier = await commands.reachable_dossier(code, caller, uow)
    standing = await commands.standing_of(dossier, uow)
    return explain(dossier, standing, as_of or uow.now)
