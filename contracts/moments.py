"""Dates and instants as offices write them into files; the API itself takes RFC 3339 alone."""

import re
from datetime import date, datetime

from contracts.vocabulary import VIETNAM
from contracts.wire import EARLIEST, LATEST

Moment = date | datetime
"""A day as counted in Vietnam, or an aware instant. A `datetime` is a `date` too: ask for it first."""

FORMS = "2020-03-16T09:00:00+07:00, 20200316090000, 16/03/2020 09:00, 16/03/2020 or 2020-03-16"
"""How a moment may be written, for sentences."""

_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_ISO = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ]{_CLOCK}(Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?"
)
_SLASHES = re.compile(
    r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_SECONDS_DIGITS = 14
_DAY_DIGITS = 8


def read_moment(told: str | Moment, *, bare_day: bool = False) -> Moment:
    """The day or instant somebody wrote; a time without an offset is Vietnam's.

    Eight digits are a day (``yyyyMMdd``) only where `bare_day` says that the sender's system writes
    them so: otherwise ``12032020`` and ``20200312`` could not be told apart. A spreadsheet's own date
    at midnight is a day. Raises `ValueError` with what to change.

    >>> read_moment("20200316090000").isoformat()
    '2020-03-16T09:00:00+07:00'
    >>> read_moment("16/3/2020").isoformat()
    '2020-03-16'
    >>> read_moment("20200316")
    Traceback (most recent call last):
    ...
    ValueError: eight digits can be read in two ways; write 2020-03-16
    """
    if isinstance(told, datetime):
        moment: Moment = _of_a_cell(told)
    elif isinstance(told, date):
        moment = told
    else:
        moment = _of_text(told.strip(), bare_day=bare_day)
    if not EARLIEST.year <= moment.year < LATEST.year:
        raise ValueError(f"lies outside the years {EARLIEST.year} to {LATEST.year - 1}")
    return moment


def _of_a_cell(told: datetime) -> Moment:
    if told.tzinfo is not None:
        return told
    return told.replace(tzinfo=VIETNAM) if told.time().isoformat() != "00:00:00" else told.date()


def _of_text(text: str, *, bare_day: bool) -> Moment:
    if text.isascii() and text.isdigit():
        return _of_digits(text, bare_day=bare_day)
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text) if len(text) == len("2020-03-16") else _aware(text)
        if found := _SLASHES.fullmatch(text):
            day, month, year, hour, minute, second = (int(n or 0) for n in found.groups())
            if found[4] is None:
                return date(year, month, day)
            return datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)
    except ValueError:
        raise ValueError("is a day or time that the calendar does not have") from None
    raise ValueError(f"is no date that is understood; write {FORMS}")


def _of_digits(text: str, *, bare_day: bool) -> Moment:
    try:
        if len(text) == _SECONDS_DIGITS:
            told = f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:]}"
            return _aware(told)
        if len(text) == _DAY_DIGITS and bare_day:
            return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    except ValueError:
        raise ValueError("is a day or time that the calendar does not have") from None
    if len(text) == _DAY_DIGITS:
        raise ValueError("eight digits can be read in two ways; write 2020-03-16")
    raise ValueError(f"is a number, not a date; write {FORMS}")


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=VIETNAM)
