"""Messages signed by Standard Webhooks 1.0.0: over number, time and all bytes of the body."""

import base64
import binascii
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from services.postal.carriers.base import Account, CarrierSignatureInvalid

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
SECRET, PUBLIC = "whsec_", "whpk_"
SECRET_SIZES = range(24, 65)
"""Bytes of a secret (Standard Webhooks)."""

TOLERANCE = timedelta(minutes=5)
"""How far the time of sending may be from ours, both ways, unless told otherwise."""

# The content is signed with dots between its parts, so a number with one could end elsewhere.
_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,128}")
_SECONDS = re.compile(r"[1-9][0-9]{0,11}")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)
_LONGEST_HEADER = 4096
_ED25519_SIZE = 32


@dataclass(frozen=True)
class Keys:
    """What an account checks signatures with: those that overlap while one takes another's place."""

    secrets: tuple[bytes, ...]
    """For ``v1``, HMAC-SHA256."""
    public: tuple[Ed25519PublicKey, ...]
    """For ``v1a``, Ed25519."""


@dataclass(frozen=True)
class Signed:
    """What the signature of a message covers beside its body."""

    message_id: str
    sent_at: datetime


def keys_of(account: Account) -> Keys:
    """The keys of an account; those that cannot be read are left out.

    Its secret holds ``whsec_`` and base64, its key ``whpk_`` and base64 or PEM; blanks separate several.
    Raises `CarrierSignatureInvalid` when none is left.
    """
    secrets = secrets_in(account.secret or "")
    public = public_keys_in(account.public_key_pem or "")
    if not secrets and not public:
        raise CarrierSignatureInvalid("Our account has no key to check the message with.")
    return Keys(secrets, public)


def verify(
    raw: bytes,
    headers: Mapping[str, str],
    keys: Keys,
    *,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> Signed:
    """Number and time of a message whose signature fits one of the keys.

    `headers` have their names in small letters. Raises `CarrierSignatureInvalid`, whatever they hold.
    """
    message_id, seconds = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not _ID.fullmatch(message_id):
        raise CarrierSignatureInvalid(f"Send {ID}: 1 to 128 printable characters, none a dot.")
    sent_at = _instant(seconds)
    if sent_at is None:
        raise CarrierSignatureInvalid(f"Send {TIMESTAMP}: the seconds since 1970.")
    if abs(now - sent_at) > tolerance:
        raise CarrierSignatureInvalid(f"{TIMESTAMP} is too far from our clock; sign each try anew.")
    content = f"{message_id}.{seconds}.".encode() + raw
    if not _any_fits(headers.get(SIGNATURE, ""), content, keys):
        raise CarrierSignatureInvalid("No signature fits the message.")
    return Signed(message_id, sent_at)


def secrets_in(written: str) -> tuple[bytes, ...]:
    """The secrets of a text that can be read: ``whsec_`` and base64."""
    return tuple(_secrets(written))


def public_keys_in(written: str) -> tuple[Ed25519PublicKey, ...]:
    """The Ed25519 keys of a text that can be read: PEM, or ``whpk_`` and base64."""
    return tuple(_public_keys(written))


def _any_fits(written: str, content: bytes, keys: Keys) -> bool:
    if len(written) > _LONGEST_HEADER:
        return False
    for version, mark in _signatures(written):
        if version == "v1" and _is_mac(mark, content, keys):
            return True
        if version == "v1a" and any(_is_signed(mark, content, key) for key in keys.public):
            return True
    return False


def _signatures(written: str) -> Iterator[tuple[str, bytes]]:
    for entry in written.split(" "):
        version, _, encoded = entry.partition(",")
        mark = _decoded(encoded)
        if mark is not None:
            yield version, mark


def _is_mac(mark: bytes, content: bytes, keys: Keys) -> bool:
    macs = [hmac.digest(secret, content, "sha256") for secret in keys.secrets]
    fits = [hmac.compare_digest(mark, one) for one in macs]
    return any(fits)


def _is_signed(mark: bytes, content: bytes, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(mark, content)
    except InvalidSignature:
        return False
    return True


def _instant(seconds: str) -> datetime | None:
    if not _SECONDS.fullmatch(seconds):
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _secrets(written: str) -> Iterator[bytes]:
    for word in written.split():
        secret = _decoded(word.removeprefix(SECRET)) if word.startswith(SECRET) else None
        if secret is not None and len(secret) in SECRET_SIZES:
            yield secret


def _public_keys(written: str) -> Iterator[Ed25519PublicKey]:
    for pem in _PEM.findall(written):
        try:
            key = load_pem_public_key(pem.encode())
        except (ValueError, UnsupportedAlgorithm):
            continue
        if isinstance(key, Ed25519PublicKey):
            yield key
    for word in _PEM.sub(" ", written).split():
        plain = _decoded(word.removeprefix(PUBLIC)) if word.startswith(PUBLIC) else None
        if plain is not None and len(plain) == _ED25519_SIZE:
            yield Ed25519PublicKey.from_public_bytes(plain)


def _decoded(encoded: str) -> bytes | None:
    try:
        return base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        return None
