"""Secrets that people read from paper and type: 128 bits in Crockford's base 32, and a check. Values only."""

import hmac
import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U, which are taken for others."""

LENGTH = 26
GROUP = 4

_SEPARATORS = re.compile(r"[\s\u2010-\u2015-]+")
_MISTAKEN = str.maketrans("OIL", "011")
_FIELD = 0b100101
"""x^5 + x^2 + 1: of the field of 32 elements that the check is reckoned in."""


def code_of(key: bytes, told: str) -> str:
    """The code of a text (that of `token_text`), without groups.

    >>> code_of(bytes(32), "an invitation|paper|1")
    '0978YKQ3FV4N90VZETV3X32DZ9F'
    >>> holds(code_of(bytes(32), "an invitation|paper|1"))
    True
    """
    number = int.from_bytes(hmac.digest(key, f"code|{told}".encode(), "sha256")[:16])
    code = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return code + _check(code)


def grouped(code: str) -> str:
    """A code in groups that an eye can hold.

    >>> grouped("0978YKQ3FV4N90VZETV3X32DZ9F")
    '0978-YKQ3-FV4N-90VZ-ETV3-X32D-Z9F'
    """
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def code_in(told: str) -> str | None:
    """The code somebody typed, as it was made; None where it is of another form.

    >>> code_in("o978 ykq3-fv4n 9Ovz etv3 x32d z9f")
    '0978YKQ3FV4N90VZETV3X32DZ9F'
    >>> code_in("GJr4VFRZ38VaTA2UwAYvIyzNbhpV-P2UdW6JICMqrCA") is None
    True
    """
    code = _SEPARATORS.sub("", told).upper().translate(_MISTAKEN)
    return code if len(code) == LENGTH + 1 and set(code) <= set(ALPHABET) else None


def holds(code: str) -> bool:
    """Whether the last character fits the others: no single slip and no swap of two goes unseen.

    >>> holds("0978YKQ3FV4N90VZETV3X32DZ9G"), holds("9078YKQ3FV4N90VZETV3X32DZ9F")
    (False, False)
    """
    return _check(code[:LENGTH]) == code[LENGTH:]


def _check(code: str) -> str:
    # Each place has a weight of its own, a power of x; so what two changes add up to is never nothing.
    total, weight = 0, 1
    for character in code:
        weight = _times_x(weight)
        total ^= _product(weight, ALPHABET.index(character))
    return ALPHABET[total]


def _product(one: int, other: int) -> int:
    total = 0
    while other:
        total ^= one if other & 1 else 0
        one, other = _times_x(one), other >> 1
    return total


def _times_x(element: int) -> int:
    shifted = element << 1
    return shifted ^ _FIELD if shifted & 0b100000 else shifted
