"""Papers, the register and tracking over HTTP: as values, for the gateway to draw."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import DossierReader, DossierWriter
from chassis.web import Reading, Works, refusals
from contracts.intake import (
    DossierContents,
    PaperView,
    RegisterView,
    TrackingPinView,
    TrackQuestion,
    TrackView,
)
from contracts.vocabulary import PaperKind
from contracts.wire import Code, Day
from services.intake import commands
from services.intake.clock import vietnam_day
from services.intake.clock.calendar import ONE_DAY
from services.intake.commands import papers, tracking
from services.intake.keyring import PersonalDataKeyMissing, SealedValueBroken
from services.intake.views import papers as shown

router = APIRouter(prefix="/v1", route_class=StrictRoute)
UNCACHED = {"Cache-Control": "no-store"}
LONGEST_PART = 2000


@router.get(
    "/dossiers/{code}/papers/{kind}",
    tags=["papers"],
    responses=refusals(
        commands.UnknownDossier,
        papers.PaperWithoutCause,
        PersonalDataKeyMissing,
        SealedValueBroken,
    ),
)
async def read_paper(
    code: Code, kind: PaperKind, caller: DossierReader, work: Works, response: Response
) -> PaperView:
    """What a paper of a dossier shows (nội dung biểu mẫu); each reading is recorded."""
    response.headers.update(UNCACHED)
    return shown.paper(await work(papers.issue_paper, code, kind, caller))


@router.get(
    "/dossiers/{code}/contents", tags=["papers"], responses=refusals(commands.UnknownDossier)
)
async def read_contents(code: Code, caller: DossierReader, uow: Reading) -> DossierContents:
    """What a dossier is about and holds (thành phần hồ sơ), with nothing of the applicant."""
    return shown.contents(await papers.contents_of(code, caller, uow))


@router.get(
    "/registers/dossiers",
    tags=["papers"],
    responses=refusals(commands.UnknownAgency, papers.PeriodEmpty, papers.RegisterCursorUnknown),
)
async def read_register(  # noqa: PLR0917 - FastAPI passes them by name
    caller: DossierReader,
    work: Works,
    uow: Reading,
    response: Response,
    agency: Annotated[Code | None, Query(description="It and everything below it.")] = None,
    first_on: Annotated[Day | None, Query(alias="from", description="Today if left out.")] = None,
    until: Annotated[Day | None, Query(alias="to", description="Exclusive.")] = None,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PART)] = 500,
) -> RegisterView:
    """The dossiers received in a period (sổ theo dõi hồ sơ); each reading is recorded."""
    response.headers.update(UNCACHED)
    first = first_on or vietnam_day(uow.now)
    wanted = papers.RegisterWanted(
        agency=agency, first_on=first, until=until or first + ONE_DAY, cursor=cursor, limit=limit
    )
    return shown.register(await work(papers.open_register, wanted, caller))


@router.post(
    "/dossiers/{code}/tracking-pin",
    tags=["dossiers"],
    response_model=TrackingPinView,
    responses=refusals(commands.UnknownDossier),
)
async def replace_pin(code: Code, caller: DossierWriter, work: Works) -> Response:
    """Replace the PIN a dossier is tracked with (cấp lại mã tra cứu): its receipt was lost or seen."""
    return await work.answer(tracking.replace_pin, code, caller, show=shown.new_pin)


@router.post("/tracking", tags=["dossiers"], responses=refusals(tracking.TrackingRefused))
async def track(question: TrackQuestion, _: DossierReader, uow: Reading) -> TrackView:
    """Where the dossier of a receipt stands (tra cứu hồ sơ); whoever calls this counts failures."""
    return shown.tracked(await tracking.track(question, uow))
