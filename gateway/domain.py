"""The rules of the door: which scopes exist, which are granted, how secrets are compared."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from contracts.vocabulary import Scope

KNOWN_SCOPES = frozenset(str(scope) for scope in Scope)


def new_secret() -> tuple[str, str]:
    """A fresh 256-bit secret and the hash that is kept of it."""
    secret = secrets.token_urlsafe(32)
    return secret, hash_of(secret)


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_secret(secret: str, kept: str | None) -> bool:
    """Whether a secret is the one that was given out, in the same time whatever the answer."""
    return hmac.compare_digest(hash_of(secret), kept or hash_of("")) and kept is not None


def granted(asked: str | None, held: str) -> frozenset[str] | None:
    """The scopes of a token: those asked for, all held when none are asked; None for one not held.

    >>> sorted(granted(None, "dossiers:read ratings:read"))
    ['dossiers:read', 'ratings:read']
    >>> granted("audit:read", "dossiers:read") is None
    True
    """
    has = frozenset(held.split())
    wants = frozenset((asked or held).split())
    return wants if wants <= has else None


def unknown_scopes(scopes: Iterable[str]) -> list[str]:
    """Those that are no scopes of the suite.

    >>> unknown_scopes(["dossiers:read", "dossiers:eat"])
    ['dossiers:eat']
    """
    return sorted(set(scopes) - KNOWN_SCOPES)
