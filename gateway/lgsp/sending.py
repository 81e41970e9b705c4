"""When an aggregate is sent, when it is sent again, and what an answer of the bus means. Values only."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from contracts.lgsp import month_of, preceding_month

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
JITTER = 0.2
LONGEST_WISH = timedelta(hours=1)
"""A bus that asks for a longer pause than this is asked again all the same."""

DONE = frozenset({"0", "00", "1", "200", "true", "ok", "success"})
"""Values of ``Status`` that are taken for success; none is documented."""

SUCCESS_WORDS = "thành công"
FAILURE_WORDS = "không thành công"
OK = 200
LONGEST_PROBLEM = 200


class NotTaken(Exception):
    """The bus does not say that it has what was sent."""

    def __init__(self, problem: str, wish: timedelta | None = None) -> None:
        super().__init__(problem)
        self.problem = problem[:LONGEST_PROBLEM]
        self.wish = wish
        """How long the bus asks us to wait."""


def month_due(today: date, push_day: int) -> str:
    """The month that is pushed on a day: the one before, once its late news is in.

    >>> month_due(date(2020, 4, 2), 2), month_due(date(2020, 4, 1), 2)
    ('2020-03', '2020-02')
    """
    last = preceding_month(month_of(today))
    return last if today.day >= push_day else preceding_month(last)


def pause_after(attempts: int, chance: float, wish: timedelta | None = None) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, up to a fifth more or less by chance.

    >>> pause_after(1, 0.5).total_seconds(), pause_after(3, 0.0).total_seconds()
    (60.0, 192.0)
    >>> pause_after(99, 1.0) == LONGEST_PAUSE * 1.2
    True
    >>> pause_after(1, 0.5, timedelta(minutes=10)).total_seconds()
    600.0
    """
    doubled: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 32))
    pause = doubled * (1 + JITTER * (2 * chance - 1))
    return max(pause, min(wish, LONGEST_WISH)) if wish else pause


def wish_of(header: str | None) -> timedelta | None:
    """How long ``Retry-After`` asks to wait, where it is a number of seconds.

    >>> wish_of("30").total_seconds(), wish_of("Wed, 21 Oct 2026 07:28:00 GMT")
    (30.0, None)
    """
    told = (header or "").strip()
    known = told.isascii() and told.isdigit() and len(told) < len("1000000")
    return timedelta(seconds=int(told)) if known else None


def check(status: int, body: bytes, retry_after: str | None) -> None:
    """Return when an answer says that the bus has what was sent; raise `NotTaken` with why it does not."""
    if status != OK:
        raise NotTaken(f"The bus answered {status}.", wish_of(retry_after))
    told = _read(body)
    if told is None:
        raise NotTaken("The answer of the bus cannot be read.")
    code, message = str(told.get("Status", "")).strip().casefold(), str(told.get("Message", ""))
    words = message.casefold()
    says_so = SUCCESS_WORDS in words and FAILURE_WORDS not in words
    if code in DONE or (not code and says_so):
        return
    raise NotTaken(f"The bus said: {code or '-'} {message}".strip())


def _read(body: bytes) -> Mapping[str, Any] | None:
    """The JSON of an answer, in whatever letters it came."""
    for charset in ("utf-8-sig", "utf-16", "cp1258"):
        try:
            told = json.loads(body.decode(charset))
        except ValueError:
            continue
        return told if isinstance(told, dict) else None
    return None
