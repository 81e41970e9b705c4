"""Reading what a carrier sends as what it is: bytes written by a stranger."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

import httpx

from contracts.text import clean_line
from contracts.vocabulary import VIETNAM
from contracts.wire import EARLIEST, LATEST
from services.postal.carriers.base import MAX_BODY, CarrierUnavailable
from services.postal.s10 import normalise

_ITEM_CODE = re.compile(r"[A-Z0-9-]{4,40}")
_DAY_FIRST = re.compile(r"([0-9]{2})([/-])([0-9]{2})\2([0-9]{4})(?:[T ](.+))?")
_YEAR_FIRST = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ](.+))?")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")


@dataclass(frozen=True)
class Written:
    """An instant as a carrier wrote it."""

    instant: datetime
    exact: bool
    """Whether it has a time of day; without one it is the day's first instant."""


def read_json(raw: bytes) -> Any:
    """The JSON of a body in UTF-8; NaN and infinities are none. Raises `ValueError`, and only that."""
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError as deep:
        raise ValueError("is nested too deeply") from deep


def text_of(value: object, longest: int) -> str | None:
    """One clean line of at most `longest` characters, from a text or a whole number; else none.

    >>> text_of(14, 20), text_of("  Đã  giao hàng ", 20), text_of(True, 20), text_of("", 20)
    ('14', 'Đã giao hàng', None, None)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        # A number beyond its room would only cost time to write out.
        return str(value) if abs(value) < 10 ** min(longest, 18) else None
    if not isinstance(value, str) or len(value) > longest:
        return None
    try:
        return clean_line(value) or None
    except ValueError:
        return None


def item_code_of(value: object) -> str | None:
    """An item's number in its stored form, when it can be one: 4 to 40 letters, digits, hyphens."""
    if not isinstance(value, str) or len(value) > 80:  # noqa: PLR2004 - twice the room, for blanks
        return None
    code = normalise(value) if value.isascii() else ""
    return code if _ITEM_CODE.fullmatch(code) else None


def written_instant(written: object) -> Written | None:
    """An instant from ``dd/MM/yyyy``, ``dd-MM-yyyy`` or ``yyyy-MM-dd``, with or without a time of day.

    Vietnamese carriers leave the zone out and mean their own, +07:00. None when it is no instant, or one
    outside the years 1900 to 2200.

    >>> written_instant("16/03/2020 09:05:30").instant.isoformat()
    '2020-03-16T09:05:30+07:00'
    """
    if not isinstance(written, str) or len(written) > 40:  # noqa: PLR2004 - no instant is longer
        return None
    text = written.strip()
    if found := _DAY_FIRST.fullmatch(text):
        day, clock = f"{found[4]}-{found[3]}-{found[1]}", found[5]
    elif found := _YEAR_FIRST.fullmatch(text):
        day, clock = found[1], found[2]
    else:
        return None
    if clock is not None and not _CLOCK.fullmatch(clock):
        return None
    try:
        instant = datetime.fromisoformat(f"{day}T{_two_digit_hour(clock or '00:00')}")
        aware = instant if instant.tzinfo else instant.replace(tzinfo=VIETNAM)
        in_range = EARLIEST <= aware < LATEST
    except (ValueError, OverflowError):
        return None
    return Written(aware, exact=clock is not None) if in_range else None


async def ask(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    content: Mapping[str, Any] | None = None,
) -> tuple[int, bytes]:
    """A carrier's answer: its status and its body, of at most `MAX_BODY` bytes, redirects not followed.

    Raises `CarrierUnavailable` when there is none, or too much of one.
    """
    # An answer that unpacks itself could be far larger than what came over the wire.
    sent = {"accept": "application/json", "accept-encoding": "identity"} | dict(headers or {})
    try:
        async with http.stream(
            method, url, headers=sent, params=params, json=content, follow_redirects=False
        ) as answer:
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise CarrierUnavailable("The carrier's answer is packed, which was not asked for.")
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > MAX_BODY:
                    raise CarrierUnavailable("The carrier's answer is too large.")
            return answer.status_code, bytes(body)
    except (httpx.HTTPError, httpx.InvalidURL) as lost:
        raise CarrierUnavailable("The carrier could not be reached.") from lost


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _two_digit_hour(clock: str) -> str:
    return clock if clock[1] != ":" else f"0{clock}"
