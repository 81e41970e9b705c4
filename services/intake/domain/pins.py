"""The PIN of a receipt (mã tra cứu): derived from a key and the dossier's code, stored nowhere."""

import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32 characters: without I, L, O, which are taken for digits, and U."""

LENGTH = 8
"""Characters of a PIN: 40 bits, to be guessed against a limit of failures."""

_BITS_EACH = 5
_READ_AS = str.maketrans("OIL", "011", " -\u2013\u00a0\t")


def pin_of(key: bytes, code: str, epoch: int) -> str:
    """The PIN of a dossier; each `epoch` has another, so that a lost one can be replaced.

    >>> pin_of(bytes(32), "000.00.19.H29-200316-0001", 0)
    'HGFMTMX5'
    >>> pin_of(bytes(32), "000.00.19.H29-200316-0001", 1)
    'R7KV6D2Q'
    """
    digest = hmac.digest(key, f"{code}\n{epoch}".encode(), "sha256")
    number = int.from_bytes(digest[:5])
    places = range(_BITS_EACH * (LENGTH - 1), -1, -_BITS_EACH)
    return "".join(ALPHABET[number >> place & len(ALPHABET) - 1] for place in places)


def read_pin(typed: str) -> str:
    """A PIN as it was meant: case, blanks and hyphens aside, and what looks like a digit one.

    >>> read_pin(" oI1l-abcd ")
    '0111ABCD'
    """
    return typed.upper().translate(_READ_AS)


def is_pin(typed: str, key: bytes, code: str, epoch: int) -> bool:
    """Whether somebody typed the PIN of a dossier, in the same time whatever the answer."""
    return hmac.compare_digest(read_pin(typed).encode(), pin_of(key, code, epoch).encode())


def grouped(pin: str) -> str:
    """A PIN as it is printed.

    >>> grouped("0111ABCD")
    '0111 ABCD'
    """
    return f"{pin[: LENGTH // 2]} {pin[LENGTH // 2 :]}"
