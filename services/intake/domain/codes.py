"""The parts of a dossier code."""

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DossierCode:
    """The parts of a dossier code (mã số hồ sơ) written as the decree asks (NĐ 118/2025, Điều 28)."""

    organisation: str
    day: date
    """The day of receipt, as written into the code."""
    sequence: int
    """The dossier's number in that agency on that day."""


_DOSSIER_CODE = re.compile(
    r"(?P<organisation>[A-Za-z0-9.]+)-(?P<day>[0-9]{6})-(?P<sequence>[0-9]{4,8})"
)


def parse_dossier_code(code: str) -> DossierCode | None:
    """The parts of a code such as ``000.00.19.H29-200316-0001``; none when it is written otherwise.

    A partner's code stands whether it parses or not.

    >>> parse_dossier_code("000.00.19.H29-200316-0001")
    DossierCode(organisation='000.00.19.H29', day=datetime.date(2020, 3, 16), sequence=1)
    >>> parse_dossier_code("HS-17") is None
    True
    """
    found = _DOSSIER_CODE.fullmatch(code.strip())
    if found is None:
        return None
    year, month, day = (int(found["day"][place : place + 2]) for place in (0, 2, 4))
    try:
        received_on = date(2000 + year, month, day)
    except ValueError:
        return None
    return DossierCode(found["organisation"].upper(), received_on, int(found["sequence"]))
