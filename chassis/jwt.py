"""Signed tokens (JWT, RFC 7519) read strictly: one form, three parts, a closed list of headers.

What is not exactly that is refused before anything in it is believed; RFC 8725 tells which tricks that
ends: ``none``, a public key used as an HMAC secret, keys the token brings along or points to, ``crit``,
several audiences, instants that are text, fractions or beyond every calendar.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from chassis.edge import strict_json
from contracts.problems import Problem

LONGEST = 8 * 1024
HEADERS = frozenset({"alg", "kid", "typ"})
LAST_INSTANT = 253_402_300_799
"""The end of the year 9999, in seconds since 1970."""
ALGORITHMS: Mapping[str, str] = {
    "ES256": "ES256",
    "EdDSA": "Ed25519",
    "Ed25519": "Ed25519",
    "PS256": "PS256",
}
"""Algorithms that are taken, and what verifies them. ``EdDSA`` is what RFC 9864 calls ``Ed25519``."""
_TEXT = re.compile(r"[A-Za-z0-9_-]+")

PublicKey = ECKey | OKPKey | RSAKey


class TokenUnsound(Exception):
    """This is no token of the kind expected; the message says what is wrong with it."""


@dataclass(frozen=True)
class Token:
    """A token that was taken apart; nothing in it is believed until `verify` returned."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes

    def verify(self, key: PublicKey, algorithms: Sequence[str]) -> None:
        """Check the signature by a key we hold. Raises `TokenUnsound`."""
        told = self.header["alg"]
        if told not in algorithms:
            raise TokenUnsound(f"Sign with {' or '.join(algorithms)}.")
        try:
            genuine = JWSRegistry.algorithms[ALGORITHMS[told]].verify(
                self.signed, self.signature, key
            )
        except (JoseError, ValueError, TypeError, AttributeError) as bad:
            raise TokenUnsound("The key does not fit the algorithm.") from bad
        if not genuine:
            raise TokenUnsound("The signature is not by this key.")

    def text(self, name: str, longest: int = 255) -> str:
        """A claim that is a text. Raises `TokenUnsound`."""
        value = self.claims.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise TokenUnsound(f"The claim {name} is a text of 1 to {longest} characters.")
        return value

    def instant(self, name: str) -> int:
        """A claim that is a whole number of seconds since 1970. Raises `TokenUnsound`."""
        value = self.claims.get(name)
        if type(value) is not int or not 0 < value <= LAST_INSTANT:
            raise TokenUnsound(f"The claim {name} is a whole number of seconds since 1970.")
        return value

    def expect(self, **claims: str) -> None:
        """Claims that must be exactly these texts. Raises `TokenUnsound`."""
        for name, value in claims.items():
            told = self.claims.get(name)
            if not isinstance(told, str) or told != value:
                raise TokenUnsound(f"The claim {name} is the one text {value}.")

    def expect_current(self, now: float, leeway: float) -> None:
        """``exp`` and ``iat``, and ``nbf`` where it is told, hold now. Raises `TokenUnsound`."""
        if self.instant("exp") + leeway <= now:
            raise TokenUnsound("It is over (exp).")
        if self.instant("iat") - leeway > now:
            raise TokenUnsound("It was issued in the future (iat): set your clock.")
        if "nbf" in self.claims and self.instant("nbf") - leeway > now:
            raise TokenUnsound("It is not good yet (nbf).")


def take_apart(text: str, *, typ: str) -> Token:
    """A token's parts, if it is one of this type. Raises `TokenUnsound`."""
    parts = text.split(".") if len(text) <= LONGEST else []
    if len(parts) != 3 or not all(_TEXT.fullmatch(part) for part in parts):  # noqa: PLR2004 - JWS compact
        raise TokenUnsound(f"A signed token is three parts of base64url, at most {LONGEST} bytes.")
    header, claims = _object(parts[0], "header"), _object(parts[1], "payload")
    if unknown := header.keys() - HEADERS:
        raise TokenUnsound(f"Leave {', '.join(sorted(unknown))} out of the header.")
    if not isinstance(header.get("alg"), str) or header["alg"] not in ALGORITHMS:
        raise TokenUnsound(f"Sign with {', '.join(ALGORITHMS)}.")
    if not isinstance(header.get("kid"), str):
        raise TokenUnsound("Name the key in the header (kid).")
    if not isinstance(header.get("typ"), str) or header["typ"].lower() != typ:
        raise TokenUnsound(f"The header's typ is {typ}.")
    return Token(header, claims, f"{parts[0]}.{parts[1]}".encode(), _bytes(parts[2]))


def _object(part: str, name: str) -> dict[str, Any]:
    try:
        value = strict_json(_bytes(part))
    except Problem as bad:
        raise TokenUnsound(f"The {name} is no JSON object: {bad.detail}") from bad
    if not isinstance(value, dict):
        raise TokenUnsound(f"The {name} is no JSON object.")
    return value


def _bytes(part: str) -> bytes:
    try:
        found = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error as bad:
        raise TokenUnsound("A part is not base64url.") from bad
    # Stray bits at the end would make several texts of one token.
    if base64.urlsafe_b64encode(found).rstrip(b"=") != part.encode():
        raise TokenUnsound("A part is not base64url.")
    return found
