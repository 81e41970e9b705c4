"""The key that access tokens are signed with, and the tokens themselves (RFC 9068, ES256)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

from chassis.running import Running
from chassis.secrets import signing_key
from chassis.settings import Settings

KEY_FILE = "gateway-signing.pem"
GATEWAY = "gateway"


class SigningKey:
    """Signs access tokens; its public half is at ``/.well-known/jwks.json``."""

    def __init__(self, settings: Settings) -> None:
        self._key: ECKey = signing_key(settings.secrets, KEY_FILE)
        self._issuer = settings.issuer
        self.seconds = settings.token_seconds

    @property
    def public(self) -> ECKey:
        """The public half."""
        return ECKey.import_key(self._key.as_dict(private=False))

    def public_dict(self) -> dict[str, Any]:
        """The public half as a JWK."""
        return {**self._key.as_dict(private=False), "use": "sig", "alg": "ES256"}

    def token(
        self,
        client: str,
        agency: str | None,
        scopes: Iterable[str],
        *,
        good_from: float = 0,
        until: float | None = None,
    ) -> str:
        """An access token for a client; `agency` None speaks for the whole installation.

        It is never issued before `good_from`, when tokens of the client were last revoked, and is over
        `until` at the latest.
        """
        now = max(int(time.time()), int(good_from))
        ends = now + self.seconds
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._issuer,
            "sub": client,
            "client_id": client,
            "scope": " ".join(sorted(scopes)),
            "iat": now,
            "exp": ends if until is None else min(ends, int(until)),
            "jti": uuid4().hex,
        }
        if agency is not None:
            claims["agency"] = agency
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=["ES256"])


async def open_signing_key(running: Running) -> SigningKey:
    """The signing key of a gateway that opens."""
    return SigningKey(running.settings)
