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


_ROOT = re.compile(r"[A-Z][0-9]{2}")


def stands_below(code: str, above: str) -> bool:
    """Whether a national identifier (mã định danh) says by itself that its agency stands below another.

    Identifiers of 2016 (QCVN 102:2016/BTTTT) name what is above to the right, and fill with zeros on the
    left; those of 2020 (Quyết định 20/2020/QĐ-TTg) name it to the left. Codes of other makings say nothing.

    >>> stands_below("000.00.19.H29", "H29"), stands_below("H29.19", "H29")
    (True, True)
    >>> stands_below("000.01.19.H29", "000.00.19.H29"), stands_below("000.00.15.H29", "000.00.19.H29")
    (True, False)
    >>> stands_below("H29", "H29"), stands_below("000.00.19.H30", "H29"), stands_below("quan-1", "quan")
    (False, False, False)
    """
    below, upper = _from_the_root(code), _from_the_root(above)
    return bool(upper) and len(below) > len(upper) and below[: len(upper)] == upper


def _from_the_root(code: str) -> list[str]:
    """The parts of an identifier, the ministry's or province's first; none when it is written otherwise."""
    parts = code.split(".")
    if _ROOT.fullmatch(parts[-1]):
        parts.reverse()
        while len(parts) > 1 and not parts[-1].strip("0"):
            parts.pop()
    return parts if _ROOT.fullmatch(parts[0]) else []
