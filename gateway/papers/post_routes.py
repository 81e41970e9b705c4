"""Papers of the post over HTTP: services say what stands on them, here they are drawn and printed."""

from datetime import datetime
from typing import Annotated, Literal

import httpx
from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import HTMLResponse

from chassis.permissions import ShipmentReader
from chassis.web import Here
from contracts.intake import DossierContents
from contracts.post_checklist import ChecklistView
from contracts.post_papers import ManifestView
from contracts.postal import ShipmentView
from contracts.problems import Conflict
from contracts.vocabulary import VIETNAM, Leg, Scope
from contracts.wire import Code, Day
from gateway.keys import GATEWAY, SigningKey
from gateway.papers.printing import PaperNotPrinted
from gateway.papers.routes import Cursor, Language, Limit
from gateway.papers.telling import (
    CSV,
    PDF,
    UNCACHED,
    callers,
    filename,
    following,
    passed_on,
    printed,
    refused_with,
)
from gateway.upstream import ServiceAway, ask
from gateway.web.post_papers import checklist_page, manifest_csv, manifest_page
from gateway.web.wording import language_of

router = APIRouter(tags=["papers"])
INBOUND = frozenset({Leg.INBOUND_DOSSIER, Leg.INBOUND_SUPPLEMENT})


class ChecklistWithoutPickup(Conflict):
    """Only what a citizen hands to the post is counted on a checklist."""

    title_vi = "Chỉ có phiếu hồ sơ cho bưu gửi đến cơ quan"


OF_A_CHECKLIST: dict[int | str, dict[str, object]] = {
    404: refused_with("unknown-shipment"),
    409: refused_with(ChecklistWithoutPickup.code()),
    503: refused_with(PaperNotPrinted.code(), "service-away"),
}
OF_A_MANIFEST: dict[int | str, dict[str, object]] = {
    404: refused_with("unknown-agency"),
    422: refused_with("request-invalid", "cursor-unknown"),
    503: refused_with(PaperNotPrinted.code(), "service-away"),
}


@router.get(
    "/v1/shipments/{id}/checklist.json", response_model=ChecklistView, responses=OF_A_CHECKLIST
)
async def checklist_values(id: Code, _: ShipmentReader, request: Request, here: Here) -> Response:
    """What stands on the checklist of an envelope, for a system that prints its own."""
    told = await _checklist(id, request, here)
    if isinstance(told, Response):
        return told
    return Response(told.model_dump_json(), media_type="application/json", headers=UNCACHED)


@router.get(
    "/v1/shipments/{id}/checklist.html", response_class=HTMLResponse, responses=OF_A_CHECKLIST
)
async def checklist_html(
    id: Code, _: ShipmentReader, request: Request, here: Here, lang: Language = None
) -> Response:
    """The checklist of an envelope (phiếu hồ sơ) as one page of A4, filled in as far as it is recorded."""
    told = await _checklist(id, request, here)
    return told if isinstance(told, Response) else checklist_page(told, language_of(lang))


@router.get(
    "/v1/shipments/{id}/checklist.pdf",
    response_class=Response,
    responses=OF_A_CHECKLIST | {200: PDF},
)
async def checklist_pdf(
    id: Code, _: ShipmentReader, request: Request, here: Here, lang: Language = None
) -> Response:
    """The checklist of an envelope (phiếu hồ sơ), printed: the page of the same name as PDF."""
    told = await _checklist(id, request, here)
    if isinstance(told, Response):
        return told
    name = f"checklist-{told.dossier.code}-{told.attempt}"
    return await printed(checklist_page(told, language_of(lang)), name, here)


async def _wanted(  # noqa: PLR0917 - FastAPI passes them by name
    agency: Annotated[Code | None, Query(description="It and everything below it.")] = None,
    account: Annotated[Code | None, Query(description="One account with a carrier.")] = None,
    date: Annotated[Day | None, Query(description="Today if left out.")] = None,
    state: Annotated[
        Literal["waiting", "handed_over"],
        Query(description="What waits by the end of the day, or was accepted on it."),
    ] = "waiting",
    cursor: Cursor = None,
    limit: Limit = 500,
) -> dict[str, str]:
    asked = {"agency": agency, "account": account, "date": date, "state": state} | {
        "cursor": cursor,
        "limit": limit,
    }
    return {name: str(value) for name, value in asked.items() if value is not None}


Wanted = Annotated[dict[str, str], Depends(_wanted)]


@router.get("/v1/manifests/outbound.json", response_model=ManifestView, responses=OF_A_MANIFEST)
async def manifest_values(_: ShipmentReader, request: Request, wanted: Wanted) -> Response:
    """What an office hands to the post on a day (bảng kê bàn giao), for a system that prints its own."""
    answer = await _manifest(request, wanted)
    if answer.status_code != httpx.codes.OK:
        return passed_on(answer)
    return Response(answer.content, media_type="application/json", headers=UNCACHED)


@router.get("/v1/manifests/outbound.html", response_class=HTMLResponse, responses=OF_A_MANIFEST)
async def manifest_html(
    _: ShipmentReader, request: Request, wanted: Wanted, lang: Language = None
) -> Response:
    """What an office hands to the post on a day (bảng kê bàn giao), as a page to print and sign."""
    answer = await _manifest(request, wanted)
    if answer.status_code != httpx.codes.OK:
        return passed_on(answer)
    view = ManifestView.model_validate_json(answer.content)
    page = manifest_page(view, language_of(lang))
    page.headers.update(following(request, view.next_cursor))
    return page


@router.get(
    "/v1/manifests/outbound.pdf", response_class=Response, responses=OF_A_MANIFEST | {200: PDF}
)
async def manifest_pdf(
    _: ShipmentReader, request: Request, here: Here, wanted: Wanted, lang: Language = None
) -> Response:
    """What an office hands to the post on a day (bảng kê bàn giao), printed."""
    answer = await _manifest(request, wanted)
    if answer.status_code != httpx.codes.OK:
        return passed_on(answer)
    view = ManifestView.model_validate_json(answer.content)
    paper = await printed(manifest_page(view, language_of(lang)), _name_of(view), here)
    paper.headers.update(following(request, view.next_cursor))
    return paper


@router.get(
    "/v1/manifests/outbound.csv", response_class=Response, responses=OF_A_MANIFEST | {200: CSV}
)
async def manifest_file(_: ShipmentReader, request: Request, wanted: Wanted) -> Response:
    """What an office hands to the post on a day (bảng kê bàn giao), for a spreadsheet."""
    answer = await _manifest(request, wanted)
    if answer.status_code != httpx.codes.OK:
        return passed_on(answer)
    view = ManifestView.model_validate_json(answer.content)
    name = filename(_name_of(view), "csv")
    headers = UNCACHED | {"Content-Disposition": f'attachment; filename="{name}"'}
    headers |= following(request, view.next_cursor)
    return Response(manifest_csv(view), headers=headers, media_type="text/csv; charset=utf-8")


async def _checklist(id: str, request: Request, here: Here) -> ChecklistView | Response:
    """What stands on a checklist; a service's refusal as it is. Raises `ChecklistWithoutPickup`."""
    answer = await ask(request, "postal", "GET", f"/v1/shipments/{id}", headers=callers(request))
    if answer.status_code != httpx.codes.OK:
        return passed_on(answer)
    shipment = ShipmentView.model_validate_json(answer.content)
    if shipment.leg not in INBOUND:
        raise ChecklistWithoutPickup(f"This leg is `{shipment.leg}`: print a manifest instead.")
    # Whoever carries an envelope may know what is in it, and not whose it is: that much is asked in our name.
    token = here.own(SigningKey).token(GATEWAY, None, [Scope.DOSSIERS_READ])
    own = {"Authorization": f"Bearer {token}"}
    told = await ask(
        request, "intake", "GET", f"/v1/dossiers/{shipment.dossier}/contents", headers=own
    )
    if told.status_code != httpx.codes.OK:
        raise ServiceAway("What the dossier holds cannot be asked just now.", retry_after=2)
    contents = DossierContents.model_validate_json(told.content)
    if shipment.leg is Leg.INBOUND_SUPPLEMENT:
        # The list is of the whole dossier; what was asked for besides is written in by hand.
        contents = contents.model_copy(update={"components": []})
    return ChecklistView(
        issued_at=datetime.now(VIETNAM),
        shipment=shipment.id,
        leg=shipment.leg,
        attempt=shipment.attempt,
        carrier=shipment.carrier,
        item_code=shipment.item_code,
        dossier=contents,
        pickup=shipment.pickup,
        opening=shipment.opening,
    )


async def _manifest(request: Request, wanted: dict[str, str]) -> httpx.Response:
    return await ask(
        request,
        "postal",
        "GET",
        "/v1/manifests/outbound",
        headers=callers(request),
        params=wanted,
    )


def _name_of(view: ManifestView) -> str:
    return f"manifest-{view.agency.code or 'all'}-{view.date}"
