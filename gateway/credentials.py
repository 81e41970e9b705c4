"""What a token request shows of its client, read from the header or the form: one of them, once."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote_plus

from fastapi import Request

from gateway.commands.refusing import TokenRefused, wrong_client
from gateway.commands.showing import ASSERTION_TYPE, Assertion, Secret, Shown

_IN_FORM = ("client_secret", "client_assertion", "client_assertion_type")


def shown_in(request: Request, form: Mapping[str, str]) -> Shown:
    """The client's credentials. Raises `TokenRefused` for none, unreadable ones, or two at once."""
    headers = request.headers.getlist("authorization")
    told = [name for name in _IN_FORM if name in form]
    signed = "client_assertion" in form or "client_assertion_type" in form
    if len(headers) > 1 or (headers and told) or (signed and "client_secret" in form):
        # RFC 6749 section 2.3: a client shows who it is in one way.
        raise TokenRefused("invalid_request", "Show who you are in one way only.")
    if headers:
        return _basic(headers[0], form.get("client_id"))
    if signed:
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise TokenRefused("invalid_request", f"Send client_assertion_type={ASSERTION_TYPE}.")
        if "client_assertion" not in form:
            raise TokenRefused("invalid_request", "Send the client_assertion itself.")
        return Assertion(form["client_assertion"], form.get("client_id"))
    if "client_id" in form and "client_secret" in form:
        return Secret(form["client_id"], form["client_secret"])
    raise wrong_client("Send a signed client_assertion, or the client's id and secret.")


def _basic(header: str, beside: str | None) -> Secret:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise wrong_client("Show the client's id and secret by HTTP Basic, or sign an assertion.")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as bad:
        raise wrong_client("Unreadable Basic header.") from bad
    client_id, colon, secret = decoded.partition(":")
    if not colon:
        raise wrong_client("Unreadable Basic header.")
    found = Secret(unquote_plus(client_id), unquote_plus(secret))
    if beside is not None and beside != found.client_id:
        raise TokenRefused("invalid_request", "The client_id of the form is another one.")
    return found
