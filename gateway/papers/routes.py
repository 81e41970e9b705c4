"""Papers and the register over HTTP: intake says what stands on them, here they are drawn and printed."""

from http import HTTPStatus
from typing import Annotated

import httpx
from fastapi import APIRouter, Query, Request, Response
from starlette.responses import HTMLResponse

from chassis.permissions import DossierReader
from chassis.web import Here
from contracts.intake import PaperView, RegisterView
from contracts.problems import NotFound
from contracts.rating import InvitationView
from contracts.vocabulary import Occasion, PaperKind, Scope
from contracts.wire import Code, Day
from gateway.papers.printing import PaperNotPrinted
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
from gateway.upstream import ask
from gateway.web.papers import paper_page, register_page
from gateway.web.register import register_csv
from gateway.web.wording import language_of

router = APIRouter(tags=["papers"])
Language = Annotated[
    str | None, Query(alias="lang", description="`en` puts English first; else Vietnamese does.")
]
MISSING = "Motcua-Missing"
"""Header that names what an answer lacks because a service behind the gateway is away."""

RATING_SECONDS = 2.0
"""How long a citizen at the counter waits for the link; the receipt itself does not depend on it."""

AWAY = ""
"""In place of a link: the service that knows is away."""


class UnknownPaper(NotFound):
    """There is no such paper."""

    title_vi = "Không có biểu mẫu này"


OF_A_PAPER: dict[int | str, dict[str, object]] = {
    404: refused_with("unknown-dossier", UnknownPaper.code()),
    409: refused_with("paper-without-cause"),
    503: refused_with(PaperNotPrinted.code(), "service-away"),
}
OF_A_REGISTER: dict[int | str, dict[str, object]] = {
    404: refused_with("unknown-agency"),
    422: refused_with("request-invalid", "period-empty", "register-cursor-unknown"),
    503: refused_with(PaperNotPrinted.code(), "service-away"),
}


@router.get(
    "/v1/dossiers/{code}/papers/{kind}.json", response_model=PaperView, responses=OF_A_PAPER
)
async def paper_values(code: Code, kind: str, caller: DossierReader, request: Request) -> Response:
    """What stands on a paper of a dossier, for a system that prints its own."""
    del caller
    answer = await _paper(code, kind, request)
    if answer.status_code != httpx.codes.OK:
        return passed_on(answer)
    return Response(answer.content, media_type="application/json", headers=UNCACHED)


@router.get(
    "/v1/dossiers/{code}/papers/{kind}.html", response_class=HTMLResponse, responses=OF_A_PAPER
)
async def paper_html(  # noqa: PLR0917 - FastAPI passes them by name
    code: Code,
    kind: str,
    caller: DossierReader,
    request: Request,
    here: Here,
    lang: Language = None,
) -> Response:
    """A paper of a dossier (biểu mẫu) as one page of A4 that brings all it needs with it."""
    answer = await _paper(code, kind, request)
    if answer.status_code != httpx.codes.OK:
        return passed_on(answer)
    return await _drawn(answer, caller.scopes, request, here, lang)


@router.get(
    "/v1/dossiers/{code}/papers/{kind}.pdf",
    response_class=Response,
    responses=OF_A_PAPER | {200: PDF},
)
async def paper_pdf(  # noqa: PLR0917 - FastAPI passes them by name
    code: Code,
    kind: str,
    caller: DossierReader,
    request: Request,
    here: Here,
    lang: Language = None,
) -> Response:
    """A paper of a dossier (biểu mẫu), printed: the page of the same name as PDF."""
    answer = await _paper(code, kind, request)
    if answer.status_code != httpx.codes.OK:
        return passed_on(answer)
    page = await _drawn(answer, caller.scopes, request, here, lang)
    paper = await printed(page, f"{kind}-{code}", here)
    if MISSING in page.headers:
        paper.headers[MISSING] = page.headers[MISSING]
    return paper


RegisterAgency = Annotated[Code | None, Query(description="It and everything below it.")]
From = Annotated[Day | None, Query(alias="from", description="Today if left out.")]
To = Annotated[Day | None, Query(description="Exclusive; one day if left out.")]
Cursor = Annotated[str | None, Query(max_length=300, description="From the `Link` header.")]
Limit = Annotated[int, Query(ge=1, le=2000, description="Lines in one part.")]


@router.get("/v1/registers/dossiers.html", response_class=HTMLResponse, responses=OF_A_REGISTER)
async def register_html(  # noqa: PLR0917 - FastAPI passes them by name
    _: DossierReader,
    request: Request,
    agency: RegisterAgency = None,
    first_on: From = None,
    to: To = None,
    cursor: Cursor = None,
    limit: Limit = 500,
    lang: Language = None,
) -> Response:
    """The register of dossiers received in a period (sổ theo dõi hồ sơ), as a page to print."""
    answer = await _register(request, agency, first_on, to, cursor, limit)
    if answer.status_code != httpx.codes.OK:
        return passed_on(answer)
    view = RegisterView.model_validate_json(answer.content)
    page = register_page(view, language_of(lang))
    page.headers.update(following(request, view.next_cursor))
    return page


@router.get(
    "/v1/registers/dossiers.pdf", response_class=Response, responses=OF_A_REGISTER | {200: PDF}
)
async def register_pdf(  # noqa: PLR0917 - FastAPI passes them by name
    _: DossierReader,
    request: Request,
    here: Here,
    agency: RegisterAgency = None,
    first_on: From = None,
    to: To = None,
    cursor: Cursor = None,
    limit: Limit = 500,
    lang: Language = None,
) -> Response:
    """The register of dossiers received in a period (sổ theo dõi hồ sơ), printed."""
    answer = await _register(request, agency, first_on, to, cursor, limit)
    if answer.status_code != httpx.codes.OK:
        return passed_on(answer)
    view = RegisterView.model_validate_json(answer.content)
    page = register_page(view, language_of(lang))
    paper = await printed(page, f"register-{view.agency.code}-{view.period_from}", here)
    paper.headers.update(following(request, view.next_cursor))
    return paper


@router.get(
    "/v1/registers/dossiers.csv", response_class=Response, responses=OF_A_REGISTER | {200: CSV}
)
async def register_file(  # noqa: PLR0917 - FastAPI passes them by name
    _: DossierReader,
    request: Request,
    agency: RegisterAgency = None,
    first_on: From = None,
    to: To = None,
    cursor: Cursor = None,
    limit: Limit = 500,
) -> Response:
    """The register of dossiers received in a period (sổ theo dõi hồ sơ), for a spreadsheet."""
    answer = await _register(request, agency, first_on, to, cursor, limit)
    if answer.status_code != httpx.codes.OK:
        return passed_on(answer)
    view = RegisterView.model_validate_json(answer.content)
    name = filename(f"register-{view.agency.code}-{view.period_from}", "csv")
    headers = UNCACHED | {"Content-Disposition": f'attachment; filename="{name}"'}
    headers |= following(request, view.next_cursor)
    return Response(register_csv(view), headers=headers, media_type="text/csv; charset=utf-8")


async def _paper(code: str, kind: str, request: Request) -> httpx.Response:
    if kind not in set(PaperKind):
        raise UnknownPaper(f"The papers are {', '.join(PaperKind)}.")
    path = f"/v1/dossiers/{code}/papers/{kind}"
    return await ask(request, "intake", "GET", path, headers=callers(request))


async def _register(
    request: Request, agency: str | None, first_on: Day | None, to: Day | None, *part: object
) -> httpx.Response:
    cursor, limit = part
    asked = {"agency": agency, "from": first_on, "to": to, "cursor": cursor, "limit": limit}
    told = {name: str(value) for name, value in asked.items() if value is not None}
    return await ask(
        request, "intake", "GET", "/v1/registers/dossiers", headers=callers(request), params=told
    )


async def _drawn(
    answer: httpx.Response, scopes: frozenset[str], request: Request, here: Here, lang: str | None
) -> HTMLResponse:
    view = PaperView.model_validate_json(answer.content)
    link = None
    if view.kind is PaperKind.RECEIPT and Scope.RATINGS_WRITE in scopes:
        link = await _rating_link(view.code, request)
    tracking = f"{here.settings.public_url.rstrip('/')}/track"
    away = link == AWAY
    page = paper_page(
        view,
        language_of(lang),
        tracking=tracking,
        rating_link=None if away else link,
        rating_away=away,
    )
    if away:
        page.headers[MISSING] = "rating-link"
    return page


async def _rating_link(code: str, request: Request) -> str | None:
    """The link to rate the reception by, None where there is none to give, `AWAY` where nobody can tell."""
    answer = await ask(
        request,
        "rating",
        "POST",
        f"/v1/dossiers/{code}/rating-invitations",
        headers=callers(request),
        json={"occasion": Occasion.RECEIVED},
        seconds=RATING_SECONDS,
    )
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return AWAY
    if answer.status_code not in {HTTPStatus.OK, HTTPStatus.CREATED}:
        return None
    invitation = InvitationView.model_validate_json(answer.content)
    # A service of the version before tells no ways.
    shown = invitation.ways.self_qr.url if invitation.ways else invitation.url
    return None if invitation.used else shown
