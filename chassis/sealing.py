"""Values sealed at rest: AES-256-GCM under a data key, data keys wrapped by a key-encryption key.

A sealed text is ``s1.<data key id>.<base64url of nonce, ciphertext and tag>``. What is authenticated
with it is its place, ``table|column|row|agency``: a sealed text that is cut out of one row and pasted into
another does not open there.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORM = "s1"
"""The form of a sealed text; another one would be a new way to seal."""

KEY_BYTES = 32
NONCE_BYTES = 12
DIGEST_CHARACTERS = 32
"""Of a blind digest: 128 bits in hexadecimal, enough that no two people share one."""


class SealBroken(Exception):
    """A sealed text does not open: it was changed, moved, or sealed under another key."""


def place_of(table: str, column: str, row: str, agency: str) -> bytes:
    """The place of a value, authenticated together with it."""
    return f"{table}|{column}|{row}|{agency}".encode()


def seal(cipher: AESGCM, key_id: str, plain: bytes, place: bytes) -> str:
    """A value sealed for its place; two seals of one value never look alike."""
    nonce = os.urandom(NONCE_BYTES)
    hidden = urlsafe_b64encode(nonce + cipher.encrypt(nonce, plain, place))
    return f"{FORM}.{key_id}.{hidden.decode()}"


def key_named_in(sealed: str) -> str:
    """The id of the data key a text was sealed under. Raises `SealBroken`."""
    parts = sealed.split(".")
    if len(parts) != 3 or parts[0] != FORM:  # noqa: PLR2004 - form, key, value
        raise SealBroken("not a sealed text")
    return parts[1]


def unseal(cipher: AESGCM, sealed: str, place: bytes) -> bytes:
    """The value again. Raises `SealBroken`, also at another place than it was sealed for."""
    key_named_in(sealed)
    try:
        raw = urlsafe_b64decode(sealed.rpartition(".")[2])
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as broken:
        raise SealBroken("the sealed text does not open here") from broken


def kek_id(kek: bytes) -> str:
    """What a key-encryption key is called: 8 hexadecimal digits of a digest of it."""
    return hashlib.sha256(b"motcua key-encryption key " + kek).hexdigest()[:8]


def wrap(kek: bytes, key: bytes, place: bytes) -> str:
    """A data key under a key-encryption key."""
    return seal(AESGCM(kek), kek_id(kek), key, place)


def unwrap(kek: bytes, wrapped: str, place: bytes) -> bytes:
    """The data key again. Raises `SealBroken`."""
    return unseal(AESGCM(kek), wrapped, place)


def blind_digest(key: bytes, what: str, value: str) -> str:
    """The keyed digest by which a value is found without being told (chỉ mục mù), HMAC-SHA256.

    Never a plain hash: there are so few identity numbers that all of them are hashed within seconds.
    """
    told = hmac.digest(key, f"{what}|{value}".encode(), "sha256")
    return told.hex()[:DIGEST_CHARACTERS]


class Seals:
    """Seals what needs no data keys of its own, under the keys of one file."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        """`keys`: those of the file, the one in use first."""
        self._ciphers = {kek_id(key): AESGCM(key) for key in keys}
        self._in_use = kek_id(keys[0])

    def sealed(self, plain: bytes, place: bytes) -> str:
        """A value sealed for its place."""
        return seal(self._ciphers[self._in_use], self._in_use, plain, place)

    def opened(self, sealed: str, place: bytes) -> bytes:
        """The value again. Raises `SealBroken`, also under a key that is not in the file any more."""
        cipher = self._ciphers.get(key_named_in(sealed))
        if cipher is None:
            raise SealBroken("the key this was sealed under is not at hand")
        return unseal(cipher, sealed, place)
