"""Public keys as partners hand them over: a JWK or a PEM, of a kind that assertions are signed with."""

from __future__ import annotations

import json
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from chassis.jwt import PublicKey
from contracts.problems import Invalid

LONGEST_FILE = 32 * 1024
LONGEST_KID = 128
LEAST_RSA = 3072
MOST_RSA = 8192
KINDS = "an EC key on P-256, an Ed25519 key, or an RSA key of 3072 bits or more"
_PUBLIC = ("kty", "crv", "x", "y", "n", "e")


class KeyUnusable(Invalid):
    """This is no public key that assertions can be verified with."""

    title_vi = "Khóa công khai không dùng được"


class PrivateKeyShown(Invalid):
    """This is a private key, which nobody but its owner may see."""

    title_vi = "Đây là khóa bí mật, không được gửi cho ai"


def public_jwk(content: bytes) -> dict[str, Any]:
    """The JWK that is kept of a public key, with its `kid`. Raises `KeyUnusable`, `PrivateKeyShown`."""
    if len(content) > LONGEST_FILE:
        raise KeyUnusable(f"A public key is at most {LONGEST_FILE} bytes.")
    told = _from_pem(content) if content.lstrip().startswith(b"-----BEGIN") else _from_json(content)
    key = imported(told)
    if isinstance(key, RSAKey):
        _expect_long(key)
    kid = told.get("kid", key.thumbprint())
    if not (isinstance(kid, str) and 0 < len(kid) <= LONGEST_KID and kid.isascii()):
        raise KeyUnusable(f"The key's name (kid) is 1 to {LONGEST_KID} printable ASCII characters.")
    if not kid.isprintable():
        raise KeyUnusable(f"The key's name (kid) is 1 to {LONGEST_KID} printable ASCII characters.")
    plain = key.as_dict(private=False)
    return {name: plain[name] for name in _PUBLIC if name in plain} | {"kid": kid}


def imported(jwk: dict[str, Any]) -> PublicKey:
    """The key of a JWK. Raises `KeyUnusable`."""
    kind = (jwk.get("kty"), jwk.get("crv"))
    told = {name: jwk[name] for name in _PUBLIC if name in jwk}
    try:
        if kind == ("EC", "P-256"):
            return ECKey.import_key(told)
        if kind == ("OKP", "Ed25519"):
            return OKPKey.import_key(told)
        if kind == ("RSA", None):
            return RSAKey.import_key(told)
    except (JoseError, ValueError, TypeError, KeyError, UnsupportedAlgorithm) as bad:
        raise KeyUnusable(f"The key cannot be read. Send {KINDS}.") from bad
    raise KeyUnusable(f"Send {KINDS}.")


def algorithms_of(jwk: dict[str, Any]) -> tuple[str, ...]:
    """What assertions are signed with by a key: each kind knows one algorithm, one of them by two names."""
    named = {"EC": ("ES256",), "OKP": ("EdDSA", "Ed25519"), "RSA": ("PS256",)}
    return named[jwk["kty"]]


def _from_json(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise KeyUnusable("Send one public key, as a JWK (JSON) or as PEM.") from None
    if isinstance(told, dict) and isinstance(told.get("keys"), list) and len(told["keys"]) == 1:
        told = told["keys"][0]
    if not isinstance(told, dict):
        raise KeyUnusable("Send one public key, as a JWK (JSON) or as PEM.")
    if "d" in told or "k" in told or told.get("kty") == "oct":
        raise _private()
    if told.get("use", "sig") != "sig":
        raise KeyUnusable("This key is not for signatures: its use is not sig.")
    return told


def _from_pem(content: bytes) -> dict[str, Any]:
    if b"PRIVATE KEY" in content:
        raise _private()
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusable(
            "Send the public key as PEM that begins with -----BEGIN PUBLIC KEY-----."
        ) from None
    for kind in (ECKey, OKPKey, RSAKey):
        try:
            return dict(kind.import_key(content).as_dict(private=False))
        except (JoseError, ValueError, TypeError, AttributeError, KeyError):
            continue
    raise KeyUnusable(f"This is a {type(key).__name__}. Send {KINDS}.")


def _private() -> PrivateKeyShown:
    return PrivateKeyShown(
        "Make a new pair, since this key was shown, and send its public half: "
        "openssl pkey -in private.pem -pubout."
    )


def _expect_long(key: RSAKey) -> None:
    raw = key.public_key
    if not isinstance(raw, RSAPublicKey) or not LEAST_RSA <= raw.key_size <= MOST_RSA:
        raise KeyUnusable(f"An RSA key has {LEAST_RSA} to {MOST_RSA} bits.")
