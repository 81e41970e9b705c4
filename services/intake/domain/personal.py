"""What personal data are compared by, when a dossier is over, and which quarter seals it."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from contracts.vocabulary import VIETNAM, DossierStatus
from services.intake.domain.statuses import DONE, REFUSED, RETURNED, STOPPED, WITHDRAWN

OVER = frozenset({DONE, RETURNED, REFUSED, STOPPED, WITHDRAWN})
"""Statuses in which the work on a dossier is over (công việc kết thúc)."""

_NOT_DIGITS = re.compile(r"[^0-9]")
_SEPARATORS = re.compile(r"[._/\-\s]")
_VIETNAM = re.compile(r"^(?:\+84|0084|84(?=\d{9}$))0?")


class KeyPurpose(StrEnum):
    """What a data key is for."""

    SEAL = "seal"
    """It seals values."""
    INDEX = "index"
    """It makes the digests by which values are found."""


class Stepped(Protocol):
    """A step, as far as the end of a dossier needs it."""

    status: DossierStatus
    occurred_at: datetime


def quarter_of(instant: datetime) -> str:
    """The quarter of an instant in Vietnam, e.g. ``2026Q4``; quarters sort as text."""
    day = instant.astimezone(VIETNAM)
    return f"{day.year}Q{(day.month + 2) // 3}"


def normalised_id_number(number: str) -> str:
    """An identity number as it is compared: without separators, in capitals.

    CCCD (12 digits), the older CMND (9), tax codes and passports keep apart by themselves.

    >>> normalised_id_number("079 201-234.123"), normalised_id_number("c1234567")
    ('079201234123', 'C1234567')
    """
    return _SEPARATORS.sub("", number).upper()


def normalised_phone(phone: str) -> str:
    """A telephone number as it is compared: digits alone, Vietnam's own prefix as 0.

    >>> normalised_phone("+84 (0)912.345.678"), normalised_phone("0912 345 678")
    ('0912345678', '0912345678')
    """
    dialled = re.sub(r"[^+0-9]", "", phone)
    return _NOT_DIGITS.sub("", _VIETNAM.sub("0", dialled))


def closed_on(
    status: DossierStatus, steps: Iterable[Stepped], received_at: datetime | None = None
) -> date | None:
    """The day the work on a dossier ended, in Vietnam; none while its status is one of work.

    An end that is dated before the receipt counts as of the receipt: a slip of a date ends no retention.

    Retention counts from the year of this day, so an open dossier never expires.
    """
    if status not in OVER:
        return None
    ends = [step.occurred_at for step in steps if step.status in OVER]
    if not ends:
        return None
    end = max(ends) if received_at is None else max(*ends, received_at)
    return end.astimezone(VIETNAM).date()
