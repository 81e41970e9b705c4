"""Instants and days as they are written: RFC 3339 text, and nothing that merely can be read as a time.

A number, or the text of one, is refused: whether ``1584324000`` counts seconds or thousandths is a guess,
and a guess here moves a deadline.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Annotated, Any

from pydantic import GetPydanticSchema
from pydantic_core import PydanticCustomError, core_schema

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

VIETNAM_OFFSET = timezone(timedelta(hours=7))

LONG_AGO = datetime(1600, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(3000, 1, 1, tzinfo=UTC)


def _instant_between(earliest: datetime, latest: datetime) -> Callable[[Any], datetime]:
    # Whole years well inside are compared as numbers: comparing instants of two zones takes longer.
    first, last = earliest.year + 1, latest.year - 2

    def read(told: Any) -> datetime:
        instant = _written(told) if isinstance(told, str) else told
        if not isinstance(instant, datetime):
            raise _unreadable()
        if instant.tzinfo is None:
            raise _offset_missing()
        if not first <= instant.year <= last and not earliest <= instant < latest:
            raise _outside("an instant", earliest.year, latest.year - 1)
        return instant

    return read


def _written(text: str) -> datetime:
    """What RFC 3339 text says; `fromisoformat` takes more forms than that, so the marks are looked at."""
    if not (
        text[4:5] == text[7:8] == "-"
        and text[10:11] in _BETWEEN
        and text[13:14] == text[16:17] == ":"
        and "," not in text
    ):
        raise _unreadable()
    if not (text[-1] in _ZULU or (text[-6] in _SIGN and text[-3] == ":")):
        raise _offset_missing()
    if len(text) < len("2020-03-16T02:00:00Z") or not (
        text[19] in _AFTER or (text[19] == "." and text[20].isdigit())
    ):
        raise _unreadable()
    try:
        return datetime.fromisoformat(text if text[-1] != "z" else text.upper())
    except ValueError:
        raise _unreadable() from None


def _moment(told: Any) -> datetime:
    """The beginning of a day in Vietnam, where a day was told; else an instant."""
    if isinstance(told, str) and len(told) == len("2020-03-16"):
        return datetime.combine(_day(told), time(), VIETNAM_OFFSET)
    return _instant(told)


def _day_between(earliest: datetime, latest: datetime) -> Callable[[Any], date]:
    def read(told: Any) -> date:
        day = _written_day(told) if isinstance(told, str) else told
        if not isinstance(day, date) or isinstance(day, datetime):
            raise _day_unreadable()
        if not earliest.year <= day.year < latest.year:
            raise _outside("a day", earliest.year, latest.year - 1)
        return day

    return read


def _written_day(text: str) -> date:
    if not (len(text) == len("2020-03-16") and text[4] == text[7] == "-"):
        raise _day_unreadable()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _day_unreadable() from None


_BETWEEN, _ZULU, _SIGN, _AFTER = map(frozenset, ("Tt", "Zz", "+-", "Zz+-"))


def _unreadable() -> PydanticCustomError:
    return PydanticCustomError(
        "instant_unreadable",
        "Write the instant as RFC 3339 with its offset, e.g. 2020-03-16T09:00:00+07:00"
        " (in an address the plus sign is %2B).",
    )


def _offset_missing() -> PydanticCustomError:
    return PydanticCustomError("offset_missing", "Add the offset, e.g. 2020-03-16T09:00:00+07:00.")


def _day_unreadable() -> PydanticCustomError:
    return PydanticCustomError("day_unreadable", "Write the day as YYYY-MM-DD, e.g. 2020-03-16.")


def _outside(what: str, first: int, last: int) -> PydanticCustomError:
    told = {"what": what, "first": first, "last": last}
    return PydanticCustomError("out_of_range", "Give {what} of the years {first} to {last}.", told)


def _read_by(read: Callable[[Any], Any], form: str) -> GetPydanticSchema:
    """A type that one function reads, whatever the mode; it is written as its Python value is."""
    return GetPydanticSchema(
        lambda _source, _handler: core_schema.no_info_plain_validator_function(read),
        lambda _schema, _handler: {"type": "string", "format": form},
    )


_instant = _instant_between(EARLIEST, LATEST)
_day = _day_between(EARLIEST, LATEST)

Instant = Annotated[datetime, _read_by(_instant, "date-time")]
"""An instant in RFC 3339 with its offset; between 1900 and 2200."""

Moment = Annotated[datetime, _read_by(_moment, "date-time")]
"""Where a span of time begins or ends in a query: an instant with its offset, or a day of Vietnam."""

Reckoned = Annotated[datetime, _read_by(_instant_between(LONG_AGO, FAR_AHEAD), "date-time")]
"""An instant that the suite tells, not one it is told: the same form, wider bounds.

What is worked out from instants and limits that were accepted may lie beyond the years in which instants
are accepted (ten years from 2190), and must still be readable by everybody who hears it.
"""

Day = Annotated[date, _read_by(_day, "date")]
"""A day as counted in Vietnam; between 1900 and 2200."""

ReckonedDay = Annotated[date, _read_by(_day_between(LONG_AGO, FAR_AHEAD), "date")]
"""A day that the suite worked out, with the bounds of `Reckoned`."""
