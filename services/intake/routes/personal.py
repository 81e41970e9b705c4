"""People's dossiers over HTTP: found by a number, held back from purging."""

from fastapi import APIRouter, Response

from chassis.edge import StrictRoute
from chassis.permissions import DossierReader, Operator
from chassis.web import Works, refusals
from contracts.intake import DossierSearch, FoundPage, LegalHoldOrder, LegalHoldView
from contracts.wire import Code
from services.intake import commands, views
from services.intake.commands.retention import order_hold
from services.intake.commands.search import search_dossiers
from services.intake.keyring import PersonalDataKeyMissing, SealedValueBroken

router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.post(
    "/dossiers/search",
    tags=["dossiers"],
    responses=refusals(commands.UnknownAgency, PersonalDataKeyMissing, SealedValueBroken),
)
async def search(search: DossierSearch, caller: DossierReader, work: Works) -> FoundPage:
    """A person's dossiers by identity or telephone number (tra cứu hồ sơ theo người nộp); it is audited."""
    return views.found(await work(search_dossiers, search, caller))


@router.post(
    "/dossiers/{code}/legal-hold",
    tags=["dossiers"],
    response_model=LegalHoldView,
    responses=refusals(commands.UnknownDossier),
)
async def hold(code: Code, order: LegalHoldOrder, caller: Operator, work: Works) -> Response:
    """Hold a dossier back from purging, or let it go again (giữ lại hồ sơ); the reason is audited."""
    return await work.answer(
        order_hold, code, order, caller, show=lambda held: (200, views.legal_hold(code, held))
    )
