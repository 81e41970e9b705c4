"""The gateway's own routes: tokens and keys. Everything else it forwards, see `gateway.door`."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from chassis.auth import public_access
from chassis.jwt import ALGORITHMS
from chassis.refusing import wants_english
from chassis.revocation import REVOKED_PATH
from chassis.web import Here, Works
from contracts.gateway import KeySet, ServerMetadata, TokenAnswer, TokenRefusal
from contracts.problems import Problem
from gateway import commands, domain
from gateway.admission import Admission
from gateway.commands.showing import ASSERTION_TYPE, claimed_client
from gateway.credentials import shown_in
from gateway.deliveries import routes as deliveries
from gateway.dialect import routes as dialect
from gateway.followed import routes as followed
from gateway.forms import posted_form
from gateway.keys import SigningKey
from gateway.lgsp import routes as lgsp
from gateway.limits.callers import claimed
from gateway.limits.passage import Overspent, passage_of
from gateway.limits.refusal import quota_refused
from gateway.papers import post_routes as post_papers
from gateway.papers import routes as papers
from gateway.portal import import_routes as catalogue_imports
from gateway.portal import routes as portal

router = APIRouter()
router.include_router(papers.router)
router.include_router(post_papers.router)
router.include_router(followed.router)
router.include_router(deliveries.router)
router.include_router(dialect.router)
router.include_router(portal.router)
router.include_router(catalogue_imports.router)
router.include_router(lgsp.router)
UNAUTHORIZED = 401

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_TOKEN_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "scope": {"type": "string"},
                        "agency": {"type": "string"},
                        "client_assertion_type": {"type": "string", "enum": [ASSERTION_TYPE]},
                        "client_assertion": {"type": "string"},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string"},
                    },
                }
            }
        },
    }
}


@router.post(
    "/oauth/token",
    tags=["tokens"],
    response_model=TokenAnswer,
    responses={400: {"model": TokenRefusal}, 401: {"model": TokenRefusal}},
    dependencies=[public_access("it is where partners show who they are")],
    openapi_extra=_TOKEN_FORM,
)
async def give_token(request: Request, work: Works) -> Response:
    """Exchange what a client shows for a token (OAuth 2.0 client credentials).

    It shows a signed assertion (`private_key_jwt`), or its id and secret. A client that may speak for several
    agencies names one (`agency`).
    """
    try:
        form = await _form(request)
        address = request.client.host if request.client else None
        shown = shown_in(request, form)
        passage_of(request).spend(claimed("token", claimed_client(shown), address))
        asked = commands.TokenRequest(
            shown=shown, scope=form.get("scope"), agency=form.get("agency"), address=address
        )
        answer = await work(commands.give_token, asked)
    except Overspent as over:
        return quota_refused(over.violated, over.wait, english=wants_english(request))
    except commands.TokenRefused as refused:
        headers = NO_STORE | (
            {"WWW-Authenticate": "Basic"} if refused.status == UNAUTHORIZED else {}
        )
        refusal = TokenRefusal(error=refused.error, error_description=refused.description)
        return JSONResponse(refusal.model_dump(), refused.status, headers)
    return JSONResponse(answer.model_dump(), headers=NO_STORE)


@router.get(
    "/.well-known/jwks.json",
    tags=["tokens"],
    dependencies=[public_access("public keys are public")],
)
async def read_keys(here: Here, response: Response) -> KeySet:
    """The public keys that access tokens are signed with."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return KeySet(keys=[here.own(SigningKey).public_dict()])


@router.get(
    "/.well-known/oauth-authorization-server",
    tags=["tokens"],
    dependencies=[public_access("it says where tokens are asked for, and nothing of anybody")],
)
async def read_metadata(here: Here, response: Response) -> ServerMetadata:
    """Where and how tokens are asked for (RFC 8414), for OAuth client libraries."""
    response.headers["Cache-Control"] = "public, max-age=300"
    settings = here.settings
    secrets = ["client_secret_basic", "client_secret_post"] if settings.client_secrets else []
    return ServerMetadata(
        issuer=settings.issuer_url,
        token_endpoint=f"{settings.issuer_url}/oauth/token",
        jwks_uri=f"{settings.issuer_url}/.well-known/jwks.json",
        scopes_supported=sorted(domain.KNOWN_SCOPES),
        grant_types_supported=["client_credentials"],
        token_endpoint_auth_methods_supported=["private_key_jwt", *secrets],
        token_endpoint_auth_signing_alg_values_supported=list(ALGORITHMS),
        service_documentation=f"{settings.issuer_url}/docs",
    )


@router.get(
    REVOKED_PATH,
    include_in_schema=False,
    dependencies=[public_access("it names clients by digests alone, for the services to read")],
)
async def read_revoked(here: Here, response: Response) -> dict[str, float]:
    """Clients whose tokens are refused although they are not over, by the SHA-256 of their ids."""
    response.headers["Cache-Control"] = "no-store"
    return dict(await here.own(Admission).revoked())


async def _form(request: Request) -> dict[str, str]:
    try:
        form = await posted_form(request)
    except Problem as problem:
        raise commands.TokenRefused("invalid_request", problem.detail, problem.status) from problem
    if form.get("grant_type") != "client_credentials":
        raise commands.TokenRefused("unsupported_grant_type", "Send grant_type=client_credentials.")
    return form
