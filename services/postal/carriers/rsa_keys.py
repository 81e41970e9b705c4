"""RSA keys as carriers hand them out (PEM, bare base64, or the XML of .NET), and what they show."""

import base64
import re
from functools import lru_cache
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    RSAPublicNumbers,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

_PART = r"<{0}>\s*([A-Za-z0-9+/=\s]+?)\s*</{0}>"
_XML_BEGINS = "<RSAKeyValue"
_PEM_BEGINS = "-----BEGIN"


@lru_cache(maxsize=32)
def public_key(text: str) -> RSAPublicKey:
    """The public key a text holds: PEM, base64 of its DER, or ``<RSAKeyValue>``. Raises `ValueError`."""
    told = text.strip()
    try:
        if told.startswith(_XML_BEGINS):
            return RSAPublicNumbers(
                _number(told, "Exponent"), _number(told, "Modulus")
            ).public_key()
        if told.startswith(_PEM_BEGINS):
            key = load_pem_public_key(told.encode())
        else:
            key = load_der_public_key(_bytes(told))
    except UnsupportedAlgorithm as strange:
        raise ValueError("a key of a kind that is not known") from strange
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not a key of RSA")  # noqa: TRY004 - callers tell one kind of broken key
    return key


@lru_cache(maxsize=32)
def private_key(text: str) -> RSAPrivateKey:
    """The private key a text holds: PEM without a password, or base64 of its DER. Raises `ValueError`."""
    told = text.strip()
    try:
        if told.startswith(_PEM_BEGINS):
            key = load_pem_private_key(told.encode(), password=None)
        else:
            key = load_der_private_key(_bytes(told), password=None)
    except (UnsupportedAlgorithm, TypeError) as strange:
        raise ValueError("a key of a kind that is not known, or under a password") from strange
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not a key of RSA")  # noqa: TRY004 - as above
    return key


def public_pem(text: str) -> str:
    """A public key in any of its forms as PEM. Raises `ValueError`."""
    form = PublicFormat.SubjectPublicKeyInfo
    return public_key(text).public_bytes(Encoding.PEM, form).decode()


def private_pem(text: str) -> str:
    """A private key in any of its forms as PEM. Raises `ValueError`."""
    key = private_key(text)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def mark_of(signature: object) -> bytes | None:
    """The bytes of a signature in base64, which may be broken into lines; none when it is no such text."""
    if not isinstance(signature, str):
        return None
    try:
        return base64.b64decode("".join(signature.split()), validate=True)
    except ValueError:
        return None


def signs(key: str, mark: bytes, text: bytes) -> bool:
    """Whether a mark signs a text: RSA-SHA256, PKCS #1 v1.5. Raises `ValueError` for a broken key."""
    try:
        public_key(key).verify(mark, text, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def hides(key: str, mark: bytes, text: bytes) -> bool:
    """Whether a mark is a text encrypted for a key (PKCS #1 v1.5). Raises `ValueError` for a broken key.

    Whoever has the public key can make one, so it shows little.
    """
    opening = private_key(key)
    try:
        found = opening.decrypt(mark, PKCS1v15())
    except ValueError:
        return False
    return compare_digest(found, text)


def _number(told: str, name: str) -> int:
    # A pattern instead of a parser of XML: there is nothing in it that could reach out or unfold.
    found = re.search(_PART.format(name), told)
    if found is None:
        raise ValueError(f"no {name} in the key")
    return int.from_bytes(_bytes(found[1]))


def _bytes(told: str) -> bytes:
    return base64.b64decode("".join(told.split()), validate=True)
