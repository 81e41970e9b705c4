"""The gateway's own routes: tokens and keys. Everything else it forwards, see `gateway.door`."""

import base64
import binascii
from urllib.parse import unquote_plus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from chassis.auth import public_access
from chassis.web import Here, Reading
from contracts.gateway import KeySet, TokenAnswer, TokenRefusal
from contracts.problems import Problem
from gateway import commands
from gateway.forms import posted_form
from gateway.keys import SigningKey
from gateway.papers import routes as papers

router = APIRouter()
router.include_router(papers.router)
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
async def give_token(request: Request, uow: Reading) -> Response:
    """Exchange a client's id and secret for a token (OAuth 2.0 client credentials)."""
    try:
        form = await _form(request)
        client_id, secret = _client(request, form)
        answer = await commands.give_token(client_id, secret, form.get("scope"), uow)
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


async def _form(request: Request) -> dict[str, str]:
    try:
        form = await posted_form(request)
    except Problem as problem:
        raise commands.TokenRefused("invalid_request", problem.detail, problem.status) from problem
    if form.get("grant_type") != "client_credentials":
        raise commands.TokenRefused("unsupported_grant_type", "Send grant_type=client_credentials.")
    return form


def _client(request: Request, form: dict[str, str]) -> tuple[str, str]:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as bad:
            raise commands.TokenRefused("invalid_client", "Unreadable Basic header.", 401) from bad
        client_id, _, secret = decoded.partition(":")
        return unquote_plus(client_id), unquote_plus(secret)
    if "client_id" in form and "client_secret" in form:
        return form["client_id"], form["client_secret"]
    raise commands.TokenRefused("invalid_client", "Send the client's id and secret.", 401)
