"""Item numbers of the Universal Postal Union (số hiệu bưu gửi), standard S10: ``LL NNNNNNNN C CC``."""

import re
from collections.abc import Set as AbstractSet
from enum import StrEnum

WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
"""What each digit of the serial number counts for."""

_SECOND_LETTERS = {
    "A": "DEFGILMOQRSTUWXZ",
    "B": "ABDEFGHIJLMNOQRSTVWYZ",
    "C": "ACDFGHIKLMNORUVWXYZ",
    "D": "EJKMOZ",
    "E": "CEGHRST",
    "F": "IJKMOR",
    "G": "ABDEFGHILMNPQRSTUWY",
    "H": "KMNRTU",
    "I": "DELMNOQRST",
    "J": "EMOP",
    "K": "EGHIMNPRWYZ",
    "L": "ABCIKRSTUVY",
    "M": "ACDEFGHKLMNOPQRSTUVWXYZ",
    "N": "ACEFGILOPRUZ",
    "O": "M",
    "P": "AEFGHKLMNRSTWY",
    "Q": "A",
    "R": "EOSUW",
    "S": "ABCDEGHIJKLMNORSTVXYZ",
    "T": "CDFGHJKLMNORTVWZ",
    "U": "AGMSYZ",
    "V": "ACEGINU",
    "W": "FS",
    "Y": "ET",
    "Z": "AMW",
}

COUNTRIES = frozenset(
    first + second for first, seconds in _SECOND_LETTERS.items() for second in seconds
)
"""Countries of ISO 3166-1, in two letters, which S10 writes at the end of a number."""

_FORM = re.compile(
    r"(?P<service>[A-Za-z]{2})(?P<serial>[0-9]{8})(?P<digit>[0-9])(?P<country>[A-Za-z]{2})"
)


class Verdict(StrEnum):
    """What is found when an item's number is checked (kết quả kiểm tra số hiệu)."""

    OK = "ok"
    BAD_CHECK_DIGIT = "bad_check_digit"
    """The form is right, but a digit was mistyped (sai số kiểm tra)."""
    BAD_FORMAT = "bad_format"
    """It is no S10 number; carriers have other numbers too (sai định dạng)."""
    UNKNOWN_COUNTRY = "unknown_country"
    """The digits agree, but no country is written so (không có mã nước)."""


def normalise(code: str) -> str:
    """An item's number without blanks and in capitals, as it is stored and compared.

    >>> normalise(" cv 497 960 035 vn ")
    'CV497960035VN'
    """
    return "".join(code.split()).upper()


def check_digit(serial: str) -> int:
    """The ninth digit that belongs to eight digits of serial number (UPU S10, weights 8 6 4 2 3 5 9 7).

    >>> check_digit("49796003")
    5
    """
    remainder = (
        11 - sum(int(digit) * weight for digit, weight in zip(serial, WEIGHTS, strict=True)) % 11
    )
    return {10: 0, 11: 5}.get(remainder, remainder)


def check(code: str, *, countries: AbstractSet[str] = COUNTRIES) -> Verdict:
    """What is wrong with an item's number, the form first, then the digit, then the country.

    A wrong number is refused only where a person types it: carriers' own examples are often wrong.

    >>> check("CV497960035VN").value
    'ok'
    >>> check("CV497960034VN").value
    'bad_check_digit'
    """
    # Matched before it is put in capitals, which would turn letters of other alphabets into ASCII.
    found = _FORM.fullmatch("".join(code.split()))
    if found is None:
        return Verdict.BAD_FORMAT
    if check_digit(found["serial"]) != int(found["digit"]):
        return Verdict.BAD_CHECK_DIGIT
    return Verdict.OK if found["country"].upper() in countries else Verdict.UNKNOWN_COUNTRY
