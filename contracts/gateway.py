"""What the gateway itself accepts and shows: tokens, keys and health."""

from typing import Any

from contracts.wire import View


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


class Health(View):
    """Whether a process can do its work, and what stands in its way."""

    status: str
    """``ok``, ``degraded`` or ``down``."""
    service: str
    checks: dict[str, str] = {}
