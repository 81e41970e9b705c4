"""Reading what a carrier sends as what it is: bytes written by a stranger."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

import httpx
from pydantic import TypeAdapter, ValidationError

from contracts.text import clean_line
from contracts.vocabulary import VIETNAM
from contracts.wire import EARLIEST, LATEST, Instant
from services.postal.carriers.base import MAX_BODY, CarrierUnavailable
from services.postal.s10 import normalise

_OK = frozenset({200, 201})
_TOKEN_ROOM = 4096
_WHOLE = re.compile(r"([0-9]{1,15})(?:\.0{1,4})?")
_MOST_DONG = 10**12
_ITEM_CODE = re.compile(r"[A-Z0-9.-]{4,40}")
_DAY_FIRST = re.compile(r"([0-9]{2})([/-])([0-9]{2})\2([0-9]{4})(?:[T ](.+))?")
_YEAR_FIRST = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ](.+))?")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")


_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
_LONGEST_INSTANT = 40


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


def whole_of(value: object, most: int) -> int | None:
    """A whole number from 0 to `most`, from a number or a text; one with a fraction is none.

    >>> whole_of(27000, 10**9), whole_of("27000.00", 10**9), whole_of(27000.5, 10**9), whole_of(-1, 9)
    (27000, 27000, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    told = _WHOLE.fullmatch(str(value).strip()) if len(str(value)) <= 20 else None  # noqa: PLR2004 - digits
    number = int(told[1]) if told else None
    return number if number is not None and number <= most else None


def item_code_of(value: object) -> str | None:
    """An item's number in its stored form, when it can be one: 4 to 40 letters, digits, dots, hyphens."""
    if not isinstance(value, str) or len(value) > 80:  # noqa: PLR2004 - twice the room, for blanks
        return None
    code = normalise(value) if value.isascii() else ""
    return code if _ITEM_CODE.fullmatch(code) else None


def amount_of(value: object) -> int | None:
    """An amount in đồng of more than nothing, from a whole number or its digits; else none.

    Carriers write 0 where there is nothing to tell.

    >>> amount_of(16500), amount_of("16500"), amount_of(16500.0), amount_of(0), amount_of("miễn phí")
    (16500, 16500, 16500, None, None)
    """
    return whole_of(value, _MOST_DONG) or None


def written_instant(written: object) -> Written | None:
    """An instant from ``dd/MM/yyyy``, ``dd-MM-yyyy`` or ``yyyy-MM-dd``, with or without a time of day.

    Vietnamese carriers leave the zone out and mean their own, +07:00. None when it is no instant, or one
    outside the years 1900 to 2200.

    >>> written_instant("16/03/2020 09:05:30").instant.isoformat()
    '2020-03-16T09:05:30+07:00'
    """
    if not isinstance(written, str) or len(written) > _LONGEST_INSTANT:
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


def instant_with_offset(written: object) -> datetime | None:
    """An instant in RFC 3339 that says its offset; none for anything else.

    >>> instant_with_offset("2020-03-16T09:05:30+07:00").isoformat()
    '2020-03-16T09:05:30+07:00'
    >>> instant_with_offset("2020-03-16T09:05:30") is None
    True
    """
    if not isinstance(written, str) or len(written) > _LONGEST_INSTANT:
        return None
    try:
        return _INSTANT.validate_python(written)
    except ValidationError:
        return None


async def ask(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    content: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
    most: int = MAX_BODY,
) -> tuple[int, bytes]:
    """A carrier's answer: its status and its body, of at most `most` bytes, redirects not followed.

    Raises `CarrierUnavailable` when there is none, or too much of one.
    """
    # An answer that unpacks itself could be far larger than what came over the wire.
    sent = {"accept": "application/json", "accept-encoding": "identity"} | dict(headers or {})
    try:
        async with http.stream(
            method,
            url,
            headers=sent,
            params=params,
            json=content,
            data=form,
            follow_redirects=False,
        ) as answer:
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise CarrierUnavailable("The carrier's answer is packed, which was not asked for.")
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > most:
                    raise CarrierUnavailable("The carrier's answer is too large.")
            return answer.status_code, bytes(body)
    except (httpx.HTTPError, httpx.InvalidURL) as lost:
        raise CarrierUnavailable("The carrier could not be reached.") from lost


def json_answer(status: int, body: bytes) -> Any:
    """The JSON of a carrier's answer. Raises `CarrierUnavailable` when it is none, or no success."""
    if status not in _OK:
        raise CarrierUnavailable(f"The carrier answered with the status {status}.")
    try:
        return read_json(body)
    except ValueError as broken:
        raise CarrierUnavailable("The carrier's answer is not JSON.") from broken


def token_in(answer: Any, name: str) -> str:
    """An access token out of an answer, fit to be sent in a header. Raises `CarrierUnavailable`."""
    token = answer.get(name) if isinstance(answer, dict) else None
    if not (isinstance(token, str) and 0 < len(token) <= _TOKEN_ROOM):
        raise CarrierUnavailable("The carrier gave no access token.")
    if not (token.isascii() and token.isprintable()) or token.strip() != token:
        raise CarrierUnavailable("The carrier's access token cannot be sent in a header.")
    return token


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _two_digit_hour(clock: str) -> str:
    return clock if clock[1] != ":" else f"0{clock}"
