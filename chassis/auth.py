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
from joserfc.jwk import ECKey, KeySet

from chassis.database import ANYBODY, CALLER
from chassis.jwt import LONGEST, TokenUnsound, take_apart
from chassis.revocation import Revocations
from contracts.problems import Forbidden, Unauthorised
from contracts.vocabulary import Scope

ALGORITHMS = ["ES256"]
CACHED_TOKENS = 10_000
KEYS_KEPT = 300.0
"""Seconds after which the public keys are read again."""

KEYS_ASKED_AGAIN = 5.0
"""The same, where a token names a key that is not among them."""


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
    issued_at: float = 0.0


Keys = Callable[[], Awaitable[KeySet]]
Admission = Callable[[Principal, str | None], Awaitable[None]]
"""Whether a caller may come from an address; raises a problem where not."""


class Verifier:
    """Checks access tokens (RFC 9068, ES256) against the gateway's public keys.

    `keys` fetches the key set; it is asked again when a token names a key that is not known yet.
    """

    revocations: Revocations | None = None
    """Which clients' tokens are refused although they are not over; None: nobody's."""

    def __init__(self, keys: Keys, *, issuer: str, leeway: int) -> None:
        self._fetch = keys
        self._issuer = issuer
        self._leeway = leeway
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._known: dict[bytes, Principal] = {}

    async def principal(self, token: str) -> Principal:
        """Who this token speaks for. Raises `TokenInvalid`."""
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        principal = self._remembered(digest)
        if principal is None:
            principal = await self._verify(token)
            if len(self._known) >= CACHED_TOKENS:
                self._known.clear()
            self._known[digest] = principal
        revoked = self.revocations
        if revoked is not None and await revoked.covers(principal.client, principal.issued_at):
            raise TokenInvalid("This token was revoked: ask for a new one at /oauth/token.")
        return principal

    def remembered(self, token: str) -> Principal | None:
        """Who this token speaks for, if it was checked before and is not over: costs no signature."""
        return self._remembered(hashlib.sha256(token.encode("utf-8", "replace")).digest())

    def _remembered(self, digest: bytes) -> Principal | None:
        known = self._known.get(digest)
        if known is not None and known.expires_at + self._leeway > time.time():
            return known
        return None

    async def _verify(self, token: str) -> Principal:
        try:
            told = take_apart(token, typ="at+jwt")
            told.expect_current(time.time(), self._leeway)
            told.expect(iss=self._issuer, aud=self._issuer)
            told.verify(await self._key(str(told.header["kid"])), ALGORITHMS)
            agency = told.text("agency") if "agency" in told.claims else None
            scopes = told.text("scope", LONGEST) if told.claims.get("scope") else ""
            return Principal(
                client=told.text("sub"),
                agency=agency,
                scopes=frozenset(scopes.split()),
                expires_at=told.instant("exp"),
                issued_at=told.instant("iat"),
            )
        except TokenUnsound as bad:
            raise TokenInvalid("Ask for a new token at /oauth/token.") from bad

    async def _key(self, kid: str) -> ECKey:
        """The gateway's public key of this name, asked for again where it is not known yet."""
        for fresh in (False, True):
            for key in (await self._key_set(fresh=fresh)).keys:
                if key.kid == kid and isinstance(key, ECKey):
                    return key
        raise TokenUnsound("No key has this name.")

    async def _key_set(self, *, fresh: bool = False) -> KeySet:
        age = time.monotonic() - self._fetched_at
        if self._keys is None or age > KEYS_KEPT or (fresh and age > KEYS_ASKED_AGAIN):
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
    admission: Admission | None = getattr(request.app.state, "admission", None)
    if admission is not None:
        await admission(principal, request.client.host if request.client else None)
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
