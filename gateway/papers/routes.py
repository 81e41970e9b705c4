"""Papers and the register over HTTP: intake says what stands on them, here they are drawn and printed."""

from http import HTTPStatus
from typing import Annotated

import httpx
from fastapi import APIRouter, Query, Request, Response
from starlette.responses import HTMLResponse

from chassis import telemetry
from chassis.permissions import DossierReader
from chassis.web import Here
from contracts.intake import PaperView, RegisterView
from contracts.problems import NotFound, ProblemView
from contracts.rating import InvitationView
from contracts.vocabulary import Occasion, PaperKind, Scope
from contracts.wire import Code, Day
from gateway.papers.printing import PaperNotPrinted, Press
from gateway.upstream import ask
from gateway.web.papers import paper_page, register_page
from gateway.web.register import register_csv
from gateway.web.wording import language_of

router = APIRouter(tags=["papers"])
Language = Annotated[
    str | None, Query(alias="lang", description="`en` puts English first; else Vietnamese does.")
]
UNCACHED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
PASSED_ON = ("content-type", "www-authenticate", "retry-after")


class UnknownPaper(NotFound):
    """There is no such paper."""

    title_vi = "Không có biểu mẫu này"


def _told(*codes: str) -> dict[str, object]:
    return {"model": ProblemView, "description": "; ".join(f"`{code}`" for code in codes)}


OF_A_PAPER: dict[int | str, dict[str, object]] = {
    404: _told("unknown-dossier", UnknownPaper.code()),
    409: _told("paper-without-cause"),
    503: _told(PaperNotPrinted.code(), "service-away"),
}
OF_A_REGISTER: dict[int | str, dict[str, object]] = {
    404: _told("unknown-agency"),
    422: _told("request-invalid", "period-empty", "register-cursor-unknown"),
    503: _told(PaperNotPrinted.code(), "service-away"),
}
_PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
_CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}}


@router.get(
    "/v1/dossiers/{code}/papers/{kind}.json", response_model=PaperView, responses=OF_A_PAPER
)
async def paper_values(code: Code, kind: str, caller: DossierReader, request: Request) -> Response:
    """What stands on a paper of a dossier, for a system that prints its own."""
    del caller
    answer = await _paper(code, kind, request)
    if answer.status_code != httpx.codes.OK:
        return _passed_on(answer)
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
        return _passed_on(answer)
    return await _drawn(answer, caller.scopes, request, here, lang)


@router.get(
    "/v1/dossiers/{code}/papers/{kind}.pdf",
    response_class=Response,
    responses=OF_A_PAPER | {200: _PDF},
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
        return _passed_on(answer)
    page = await _drawn(answer, caller.scopes, request, here, lang)
    return await _printed(page, f"{kind}-{code}", here)


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
        return _passed_on(answer)
    view = RegisterView.model_validate_json(answer.content)
    page = register_page(view, language_of(lang))
    page.headers.update(_following(request, view))
    return page


@router.get(
    "/v1/registers/dossiers.pdf", response_class=Response, responses=OF_A_REGISTER | {200: _PDF}
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
        return _passed_on(answer)
    view = RegisterView.model_validate_json(answer.content)
    page = register_page(view, language_of(lang))
    printed = await _printed(page, f"register-{view.agency.code}-{view.period_from}", here)
    printed.headers.update(_following(request, view))
    return printed


@router.get(
    "/v1/registers/dossiers.csv", response_class=Response, responses=OF_A_REGISTER | {200: _CSV}
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
        return _passed_on(answer)
    view = RegisterView.model_validate_json(answer.content)
    name = _filename(f"register-{view.agency.code}-{view.period_from}", "csv")
    headers = UNCACHED | {"Content-Disposition": f'attachment; filename="{name}"'}
    headers |= _following(request, view)
    return Response(register_csv(view), headers=headers, media_type="text/csv; charset=utf-8")


async def _paper(code: str, kind: str, request: Request) -> httpx.Response:
    if kind not in set(PaperKind):
        raise UnknownPaper(f"The papers are {', '.join(PaperKind)}.")
    path = f"/v1/dossiers/{code}/papers/{kind}"
    return await ask(request, "intake", "GET", path, headers=_callers(request))


async def _register(
    request: Request, agency: str | None, first_on: Day | None, to: Day | None, *part: object
) -> httpx.Response:
    cursor, limit = part
    asked = {"agency": agency, "from": first_on, "to": to, "cursor": cursor, "limit": limit}
    told = {name: str(value) for name, value in asked.items() if value is not None}
    return await ask(
        request, "intake", "GET", "/v1/registers/dossiers", headers=_callers(request), params=told
    )


async def _drawn(
    answer: httpx.Response, scopes: frozenset[str], request: Request, here: Here, lang: str | None
) -> HTMLResponse:
    view = PaperView.model_validate_json(answer.content)
    link = None
    if view.kind is PaperKind.RECEIPT and Scope.RATINGS_WRITE in scopes:
        link = await _rating_link(view.code, request)
    tracking = f"{here.settings.public_url.rstrip('/')}/track"
    return paper_page(view, language_of(lang), tracking=tracking, rating_link=link)


async def _rating_link(code: str, request: Request) -> str | None:
    """The link to rate the reception by; a receipt is printed without it where there is none to give."""
    answer = await ask(
        request,
        "rating",
        "POST",
        f"/v1/dossiers/{code}/rating-invitations",
        headers=_callers(request),
        json={"occasion": Occasion.RECEIVED},
    )
    if answer.status_code not in {HTTPStatus.OK, HTTPStatus.CREATED}:
        return None
    invitation = InvitationView.model_validate_json(answer.content)
    return None if invitation.used else invitation.url


async def _printed(page: Response, name: str, here: Here) -> Response:
    printed = await here.own(Press).pdf(bytes(page.body))
    headers = UNCACHED | {"Content-Disposition": f'inline; filename="{_filename(name, "pdf")}"'}
    return Response(printed, headers=headers, media_type="application/pdf")


def _filename(name: str, ending: str) -> str:
    return f"{name.replace('/', '-')}.{ending}"


def _callers(request: Request) -> dict[str, str]:
    """The caller's own token: a service decides by it, as if it had been asked directly."""
    told = {"authorization": request.headers.get("authorization", "")}
    told["x-request-id"] = telemetry.REQUEST_ID.get() or ""
    if "accept-language" in request.headers:
        told["accept-language"] = request.headers["accept-language"]
    return told


def _following(request: Request, view: RegisterView) -> dict[str, str]:
    """Where the next part of a register is (RFC 8288), if there is one."""
    if view.next_cursor is None:
        return {}
    url = request.url.include_query_params(cursor=view.next_cursor)
    return {"Link": f'<{url.path}?{url.query}>; rel="next"'}


def _passed_on(answer: httpx.Response) -> Response:
    headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
    return Response(answer.content, answer.status_code, headers)
