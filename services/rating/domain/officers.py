"""Who handled a dossier, as nobody but the office can tell; and from when on results may be told."""

import hmac
from datetime import date, timedelta


def pseudonym(key: bytes, agency: str, officer: str) -> str:
    """What an officer is called in results: the same all the time in an agency, another in each.

    >>> pseudonym(bytes(32), "a", "x") == pseudonym(bytes(32), "b", "x")
    False
    >>> len(pseudonym(bytes(32), "a", "x"))
    32
    """
    told = f"officer|{len(agency)}|{agency}|{officer}".encode()
    return hmac.digest(key, told, "sha256")[:16].hex()


def first_day_of(quarter: str) -> date:
    """The first day of a quarter.

    >>> first_day_of("2026-Q3").isoformat()
    '2026-07-01'
    """
    year, number = quarter.split("-Q")
    return date(int(year), int(number) * 3 - 2, 1)


def following_quarter(first: date) -> date:
    """The first day of the quarter after one.

    >>> following_quarter(date(2026, 10, 1)).isoformat()
    '2027-01-01'
    """
    return (first + timedelta(days=95)).replace(day=1)


CLOSING_DAYS = 60
"""Days after a quarter at which its results by officer are closed, and can be asked for."""


def closed_from(quarter: date) -> date:
    """From when on a quarter's results by officer stay as they are: what comes later counts elsewhere alone.

    Until then they are not told: each rating would show in the difference between two looks.

    >>> closed_from(date(2026, 1, 1)).isoformat()
    '2026-05-31'
    """
    return following_quarter(quarter) + timedelta(days=CLOSING_DAYS)
