"""Who handled a dossier, and results by officer for the head of a unit."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.hearing import heard_of
from chassis.permissions import OfficerResultsReader, RatingWriter
from chassis.web import Here, Reading, Works, refusals
from contracts.rating.officers import OfficerNamed, OfficerPseudonym, OfficerResults, Quarter
from contracts.vocabulary import Occasion
from contracts.wire import Code
from services.rating import commands, officers
from services.rating.domain.officers import first_day_of
from services.rating.reach import UnknownAgency, within_reach
from services.rating.routes.headers import UNCACHED
from services.rating.tables import KnownDossier

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["ratings"])


@router.put(
    "/dossiers/{code}/rating-invitations/{occasion}/officer",
    response_model=OfficerPseudonym,
    responses=refusals(
        commands.UnknownDossier, officers.UnknownInvitation, commands.RatingAlreadyGiven
    ),
)
async def name_officer(
    code: Code, occasion: Occasion, named: OfficerNamed, caller: RatingWriter, work: Works
) -> Response:
    """Say who handled a dossier, before its citizen rates; only a digest of your word is kept."""
    await heard_of(KnownDossier, code, caller, work.running)
    return await work.answer(
        officers.name_officer,
        code,
        occasion,
        named,
        caller,
        show=lambda told: (200, OfficerPseudonym(officer=told)),
    )


@router.get(
    "/ratings/officers",
    responses=refusals(UnknownAgency, officers.QuarterNotClosed),
)
async def read_officer_results(  # noqa: PLR0917 - FastAPI passes them by name
    caller: OfficerResultsReader,
    here: Here,
    uow: Reading,
    response: Response,
    quarter: Annotated[Quarter, Query(description="A quarter that is over for good.")],
    agency: Annotated[
        Code | None, Query(description="It alone, without what lies below; the caller's own.")
    ] = None,
) -> OfficerResults:
    """Results of one agency by officer (kết quả theo cán bộ), for its head; never a single rating."""
    response.headers.update(UNCACHED)
    whose = await within_reach(agency, caller, here)
    return await officers.results(whose, first_day_of(quarter), quarter, uow)
