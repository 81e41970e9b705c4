"""What crosses the gateway in each direction: which headers, how much, and for how long it is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Final

from starlette.types import Message, Receive, Scope, Send

from chassis.telemetry import REQUEST_ID
from contracts.problems import Problem

Headers = list[tuple[bytes, bytes]]

HOP_BY_HOP: Final = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te"}
    | {b"trailer", b"transfer-encoding", b"upgrade", b"host", b"proxy-connection"}
)
"""Headers for one connection alone (RFC 9110 section 7.6.1)."""

FORGEABLE: Final = frozenset({b"forwarded", b"x-request-id", b"x-real-ip", b"expect"})
"""What a caller may not tell a service; the request's id is the gateway's own or the one it took over."""

LARGEST_ANSWER: Final = 16 * 1024 * 1024
"""Bytes of an answer that is no file."""

KEPT_FOR_A_RETRY: Final = 256 * 1024
"""Bytes of a request's body that are kept to send it a second time: as many as JSON may have."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a service has for an answer."""

    seconds: float
    """From the request's beginning to the answer's end; of a file only each silence is timed."""
    file: bool = False
    """Whether a whole file travels: it may take as long as its bytes keep coming, and be of any size."""


READING: Final = Patience(10.0)
WRITING: Final = Patience(30.0)
WHOLE_FILE: Final = Patience(60.0, file=True)


class AnswerTooLarge(Problem):
    """The service's answer is larger than is let through."""

    status = 502
    title_vi = "Câu trả lời quá lớn"


class AnswerCut(RuntimeError):
    """The answer had begun when it turned out too large: the connection must not end as if it were whole."""


class CallerGone(Exception):
    """The caller went away before it had said everything."""


def told_on(scope: Scope) -> Headers:
    """The headers a service is told: the caller's, less what is for one hop or could be forged."""
    headers: Headers = []
    named: frozenset[bytes] = frozenset()
    for name, value in scope["headers"]:
        if name in HOP_BY_HOP:
            if name == b"connection":
                named |= _names(value)
        elif name not in FORGEABLE and not name.startswith(b"x-forwarded-"):
            headers.append((name, value))
    if named:
        headers = [(name, value) for name, value in headers if name not in named]
    headers.append((b"x-request-id", (REQUEST_ID.get() or "").encode()))
    return headers


def headers_back(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers a caller is told: the service's, less what is for one hop."""
    lower = [(name.lower(), value) for name, value in raw]
    if not any(name in HOP_BY_HOP for name, _ in lower):
        return lower
    named = frozenset[bytes]().union(
        *(_names(value) for name, value in lower if name == b"connection")
    )
    return [(name, value) for name, value in lower if name not in HOP_BY_HOP | named]


def _names(value: bytes) -> frozenset[bytes]:
    """The headers a Connection header names as its own; the body's length is nobody's to name."""
    names = {each.strip().lower() for each in value.split(b",")}
    return frozenset(names - {b"", b"close", b"keep-alive", b"content-length", b"content-type"})


def has_body(scope: Scope) -> bool:
    """Whether a request says that a body follows."""
    return any(name in _OF_A_BODY for name, _ in scope["headers"])


_OF_A_BODY = frozenset({b"content-length", b"transfer-encoding"})


def body_of(scope: Scope, receive: Receive) -> AsyncIterator[bytes] | None:
    """A request's body as it comes in; None for one that has none."""
    return _streamed(receive) if has_body(scope) else None


async def _streamed(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerGone
        if message.get("body"):
            yield message["body"]
        more = message.get("more_body", False)


async def whole_body(scope: Scope, receive: Receive) -> bytes | None:
    """The body of a write with an Idempotency-Key, so that it can be sent twice; None for all others."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    if b"idempotency-key" not in headers or not length.isdigit():
        return None
    if int(length) > KEPT_FOR_A_RETRY:
        return None
    return b"".join([chunk async for chunk in _streamed(receive)])


class Capped:
    """Sends an answer on, as long as it is no larger than it may be and nobody else has answered."""

    def __init__(self, send: Send, patience: Patience) -> None:
        self.send = send
        self.started = False
        self.closed = False
        """Whether what still comes is dropped."""
        self.overflowed = False
        """Whether it is because the answer is too large."""
        self.late: asyncio.Future[None] | None = None
        """What the caller is answered instead, while it is being sent."""
        self._left = None if patience.file else LARGEST_ANSWER

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer; nothing more once it is too large."""
        if self._left is not None and not self.closed and self._exceeds(message, self._left):
            self.overflowed = self.closed = True
        if self.closed:
            return
        if not self.started:
            message["headers"] = headers_back(message.get("headers", ()))
        self.started = True
        await self.send(message)

    def _exceeds(self, message: Message, left: int) -> bool:
        if message["type"] == "http.response.start":
            told = next((v for k, v in message.get("headers", ()) if k == b"content-length"), b"")
            return told.isdigit() and int(told) > left
        self._left = left - len(message.get("body", b""))
        return self._left < 0
