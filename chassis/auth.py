"""Who is asking, and what for: signed access tokens, verified by every service on every route.

A route says what it needs by the type of one parameter, so its signature reads as a sentence:

    async def read_dossier(code: str, caller: DossierReader, ...)

with the names of `chassis.permissions`. A route without a permission does not start, see
`chassis.web.create_app`; a public one says so, and why, with `public_access`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.database import ANYBODY, CALLER
from contracts.problems import Forbidden, Unauthorised
from contracts.vocabulary import Scope

ALGORITHMS = ["ES256"]
CACHED_TOKENS = 10_000


class TokenMissing(Unauthorised):
    """The request carries no access token."""

    title_vi = "Thiếu mã truy cập"


class TokenInvalid(Unauthorised):
    """The access token is not one of ours, or is over."""

    title_vi = "Mã truy cập không hợp lệ hoặc đã hết hạn"


class ScopeMissing(Forbidden):
    """The access token does not allow this."""

    title_vi = "Mã truy cập không có quyền này"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: a partner's client, the agency it may speak for, and what it may do."""

    client: str
    agency: str | None
    """The agency whose subtree it sees; None sees the whole installation (the suite itself)."""
    scopes: frozenset[str]
    expires_at: float


Keys = Callable[[], Awaitable[KeySet]]


class Verifier:
    """Checks access tokens (RFC 9068, ES256) against the gateway's public keys.

    `keys` fetches the key set; it is asked again when a token names a key that is not known yet.
    """

    def __init__(self, keys: Keys, *, issuer: str, leeway: int) -> None:
        self._fetch = keys
        self._issuer = issuer
        self._leeway = leeway
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._known: dict[bytes, Principal] = {}
        self._claims = jwt.JWTClaimsRegistry(
            leeway=leeway,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": issuer},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def principal(self, token: str) -> Principal:
        """Who this token speaks for. Raises `TokenInvalid`."""
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        known = self._known.get(digest)
        if known is not None and known.expires_at + self._leeway > time.time():
            return known
        principal = await self._verify(token)
        if len(self._known) >= CACHED_TOKENS:
            self._known.clear()
        self._known[digest] = principal
        return principal

    async def _verify(self, token: str) -> Principal:
        keys = await self._key_set()
        try:
            claims = self._decode(token, keys)
        except (JoseError, ValueError, TypeError, KeyError):
            keys = await self._key_set(fresh=True)
            try:
                claims = self._decode(token, keys)
            except (JoseError, ValueError, TypeError, KeyError) as bad:
                raise TokenInvalid("Ask for a new token at /oauth/token.") from bad
        agency = claims.get("agency")
        return Principal(
            client=str(claims["sub"]),
            agency=None if agency is None else str(agency),
            scopes=frozenset(str(claims.get("scope", "")).split()),
            expires_at=float(claims["exp"]),
        )

    def _decode(self, token: str, keys: KeySet) -> dict[str, Any]:
        decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
        if decoded.header.get("typ") != "at+jwt":
            raise ValueError("not an access token")
        self._claims.validate(decoded.claims)
        return dict(decoded.claims)

    async def _key_set(self, *, fresh: bool = False) -> KeySet:
        age = time.monotonic() - self._fetched_at
        if self._keys is None or age > 300 or (fresh and age > 5):  # noqa: PLR2004 - seconds
            self._keys = await self._fetch()
            self._fetched_at = time.monotonic()
        return self._keys


@dataclass(frozen=True)
class Permission:
    """What a route needs of its caller. Callable, so that FastAPI can ask it."""

    scopes: tuple[Scope, ...]

    async def __call__(self, request: Request) -> Principal:
        """The caller, if any one of the scopes is theirs. Raises `Unauthorised` or `ScopeMissing`."""
        principal = await bearer(request)
        if not principal.scopes.intersection(self.scopes):
            raise ScopeMissing(f"This needs the scope {' or '.join(self.scopes)}.")
        return principal


@dataclass(frozen=True)
class PublicAccess:
    """A route anybody may call, and the reason why that is right."""

    reason: str

    async def __call__(self) -> None:
        """Let everybody in."""
        CALLER.set(ANYBODY)


async def bearer(request: Request) -> Principal:
    """The caller of a request, from its Authorization header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenMissing("Send the header Authorization: Bearer, with a token of /oauth/token.")
    verifier: Verifier = request.app.state.verifier
    principal = await verifier.principal(token.strip())
    CALLER.set(principal.client)
    return principal


def public_access(reason: str) -> Any:
    """A dependency that lets everybody in, for `APIRouter(..., dependencies=[...])` of one route."""
    return Depends(PublicAccess(reason))


def declared_access(dependencies: Iterable[Any]) -> Permission | PublicAccess | None:
    """What a route's dependencies say about who may call it."""
    for dependency in dependencies:
        if isinstance(dependency.call, Permission | PublicAccess):
            return dependency.call
        found = declared_access(dependency.dependencies)
        if found is not None:
            return found
    return None
