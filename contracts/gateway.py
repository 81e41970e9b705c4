"""What the gateway itself accepts and shows: tokens, keys and health."""

from enum import StrEnum
from typing import Any

from contracts.wire import View


class ClientKind(StrEnum):
    """What a partner's system is let in for (loại kết nối)."""

    PARTNER = "partner"
    SANDBOX = "sandbox"
    """It tries things out, below a root of its own that counts nowhere."""


class TokenAnswer(View):
    """An access token (RFC 6749 section 5.1)."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: int
    """Seconds."""
    scope: str


class TokenRefusal(View):
    """Why no token was given (RFC 6749 section 5.2)."""

    error: str
    error_description: str


class KeySet(View):
    """The public keys tokens are signed with (RFC 7517)."""

    keys: list[dict[str, Any]]


class ServerMetadata(View):
    """What an OAuth client library reads to find its way (RFC 8414)."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    scopes_supported: list[str]
    response_types_supported: list[str] = []
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    service_documentation: str


class Health(View):
    """Whether a process can do its work, and what stands in its way."""

    status: str
    """``ok``, ``degraded`` or ``down``."""
    service: str
    checks: dict[str, str] = {}
