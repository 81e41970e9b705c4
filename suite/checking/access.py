"""How a partner's system shows who it is: a secret, a key, or a user name of the national dialect."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class AccessUnusable(ValueError):
    """What was given does not make credentials; the message says what to give."""


@dataclass(frozen=True)
class Access:
    """A partner's credentials."""

    client_id: str
    secret: str = ""
    key: ECKey | OKPKey | RSAKey | None = None
    kid: str = ""
    dialect: bool = False

    def form(self, issuer: str) -> dict[str, str]:
        """What is sent to the token endpoint besides the grant."""
        if self.key is None:
            return {"client_id": self.client_id, "client_secret": self.secret}
        return {
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(issuer),
        }

    def _assertion(self, issuer: str) -> str:
        assert self.key is not None  # noqa: S101 - only asked with one
        alg = {ECKey: "ES256", OKPKey: "Ed25519", RSAKey: "PS256"}[type(self.key)]
        now = int(time.time())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": issuer}
        times = {"iat": now, "exp": now + 60, "jti": uuid4().hex}
        header = {"alg": alg, "typ": "client-authentication+jwt", "kid": self.kid}
        return jwt.encode(header, claims | times, self.key, algorithms=[alg])


def read_access(credentials: Path, key: Path | None, kid: str | None) -> Access:
    """Credentials as `motcua partner add --json` prints them, and a private key, if there is one.

    Raises `AccessUnusable`.
    """
    try:
        told: Any = json.loads(credentials.read_text("utf-8"))
    except ValueError:
        told = None
    if not isinstance(told, dict) or not all(isinstance(one, str) for one in told.values()):
        raise AccessUnusable(
            f"{credentials} is not what `motcua partner add --json` printed: a JSON object with "
            "client_id and client_secret, or username and password."
        )
    if "username" in told and "password" in told:
        return Access(told["username"], told["password"], dialect=True)
    if "client_id" not in told:
        raise AccessUnusable(f"{credentials} names no client_id.")
    if key is not None:
        private = _private(key)
        return Access(told["client_id"], key=private, kid=kid or private.thumbprint())
    if "client_secret" not in told:
        raise AccessUnusable(f"{credentials} holds no client_secret: name the private --key.")
    return Access(told["client_id"], told["client_secret"])


def _private(file: Path) -> ECKey | OKPKey | RSAKey:
    content = file.read_bytes()
    for kind in (ECKey, OKPKey, RSAKey):
        try:
            found = kind.import_key(content)
        except (JoseError, ValueError, TypeError, AttributeError, KeyError):
            continue
        if found.is_private:
            return found
    raise AccessUnusable(f"{file} holds no private key in PEM for ES256, EdDSA or PS256.")
