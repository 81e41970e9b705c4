"""How the gateway reaches the services behind it: in the same process, or over HTTP.

Both ways behave alike: the same headers are told on, an answer that takes too long or grows too large ends
the same way, and what can safely be asked twice is asked twice when a connection breaks.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import aiohttp
import httpx
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from yarl import URL

from chassis import telemetry
from chassis.refusing import problem_response, wants_english
from contracts.problems import BadRequest, Problem, Unavailable
from gateway.passing import (
    LARGEST_ANSWER,
    READING,
    WRITING,
    AnswerCut,
    AnswerTooLarge,
    CallerGone,
    Capped,
    Patience,
    body_of,
    has_body,
    told_on,
    whole_body,
)

CONNECT_TIMEOUT = 3.0
IDLE = 10.0
"""Seconds a connection is kept for the next request: less than services keep it, so that they never close one
that is just being used."""

CONNECTIONS = 200
SAFE = frozenset({"GET", "HEAD"})


class ServiceAway(Unavailable):
    """The service behind the gateway does not answer just now; send the same request again."""

    title_vi = "Dịch vụ phía sau tạm thời chưa trả lời"


class AddressUnreadable(BadRequest):
    """The address holds bytes that belong into no address."""

    title_vi = "Địa chỉ yêu cầu không hợp lệ"


class Upstream(Protocol):
    """A service behind the gateway."""

    name: str
    client: httpx.AsyncClient
    """For requests the gateway makes itself; few, so clarity goes before speed."""

    async def forward(
        self, scope: Scope, receive: Receive, send: Send, *, patience: Patience = WRITING
    ) -> None:
        """Hand a request over as it is, and its answer back as it is."""

    async def aclose(self) -> None:
        """Let connections go."""


class Upstreams(dict[str, Upstream]):
    """The services behind this gateway, by name; its routes and its jobs reach them by `Running.own`."""

    async def aclose(self) -> None:
        """Let connections go."""
        for upstream in self.values():
            await upstream.aclose()


async def ask(
    request: Request,
    service: str,
    method: str,
    path: str,
    *,
    seconds: float = READING.seconds,
    **told: Any,
) -> httpx.Response:
    """What a service answers to a request of the gateway's own; 503 where it does not answer in time.

    One that is given up is not broken off: what it began is done or not, never half.
    """
    upstream: Upstream = request.app.state.upstreams[service]
    asked = asyncio.ensure_future(_asked(upstream.client, method, path, told))
    try:
        done, _ = await asyncio.wait({asked}, timeout=seconds)
    except asyncio.CancelledError:
        asked.add_done_callback(_heard)
        raise
    if not done:
        asked.add_done_callback(_heard)
        return _away(request)
    try:
        return asked.result()
    except httpx.InvalidURL:
        # What was asked for fits into no address, so it is nowhere.
        return httpx.Response(httpx.codes.NOT_FOUND)
    except (httpx.HTTPError, OSError):
        return _away(request)


async def _asked(
    client: httpx.AsyncClient, method: str, path: str, told: dict[str, Any]
) -> httpx.Response:
    try:
        return await client.request(method, path, **told)
    except (httpx.NetworkError, httpx.RemoteProtocolError) as broken:
        if method not in SAFE and not isinstance(broken, httpx.ConnectError):
            raise
        return await client.request(method, path, **told)


def _heard(late: asyncio.Future[httpx.Response]) -> None:
    if not late.cancelled():
        late.exception()


def _away(request: Request) -> httpx.Response:
    problem = ServiceAway("The service does not answer.", retry_after=2)
    told = problem_response(problem, english=wants_english(request))
    return httpx.Response(told.status_code, headers=dict(told.headers), content=bytes(told.body))


class InProcess:
    """A service in the gateway's own process: handing over costs a function call."""

    def __init__(self, app: ASGIApp, name: str = "") -> None:
        self._app = app
        self.name = name
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://inside"
        )

    async def forward(
        self, scope: Scope, receive: Receive, send: Send, *, patience: Patience = WRITING
    ) -> None:
        """Call the service's application; when it takes too long the caller is answered, and it goes on."""
        inner = {key: scope[key] for key in _PASSED if key in scope}
        inner["headers"] = told_on(scope)
        answer = Capped(send, patience)
        timer = asyncio.get_running_loop().call_later(
            patience.seconds, _answer_late, answer, scope, receive
        )
        try:
            await self._app(inner, receive, answer)
        finally:
            timer.cancel()
        if answer.late is not None:
            await answer.late
        await _ended(answer, scope, receive)

    async def aclose(self) -> None:
        """Close the client."""
        await self.client.aclose()


_PASSED = (
    *("type", "asgi", "http_version", "server", "client", "scheme", "method", "root_path"),
    *("path", "raw_path", "query_string", "extensions"),
)


def _answer_late(answer: Capped, scope: Scope, receive: Receive) -> None:
    if answer.started:
        return
    answer.closed = True
    answer.late = asyncio.ensure_future(_refuse(_too_slow(), scope, receive, answer.send))


@dataclass(frozen=True, slots=True)
class _Errand:
    """A request on its way, and what becomes of it."""

    target: URL
    scope: Scope
    receive: Receive
    answer: Capped
    patience: Patience


class OverHttp:
    """A service of its own process, reached through a pool of connections that is for it alone."""

    def __init__(self, base_url: str, name: str = "") -> None:
        self._base_url = base_url.rstrip("/")
        self.name = name
        self._session: aiohttp.ClientSession | None = None
        self.client = httpx.AsyncClient(
            base_url=self._base_url, timeout=httpx.Timeout(60.0, connect=CONNECT_TIMEOUT)
        )

    async def forward(
        self, scope: Scope, receive: Receive, send: Send, *, patience: Patience = WRITING
    ) -> None:
        """Send the request on, byte for byte, and stream the answer back."""
        target = _target(self._base_url, scope)
        if target is None:
            refusal = AddressUnreadable("Percent-encode every byte that is not ASCII.")
            await _refuse(refusal, scope, receive, send)
            return
        answer = Capped(send, patience)
        try:
            await self._tried(_Errand(target, scope, receive, answer, patience))
        except CallerGone:
            return
        except (aiohttp.ClientError, OSError) as broken:  # also TimeoutError, which is one
            if answer.started:
                raise
            await _refuse(_said_of(broken), scope, receive, send)
            return
        await _ended(answer, scope, receive)

    async def _tried(self, errand: _Errand) -> None:
        """Send a request, and once more where that is safe.

        It is, whatever became of the first, for a question and for what has an Idempotency-Key; and for
        everything else while no connection came about, so that nothing was sent.
        """
        scope = errand.scope
        body = await whole_body(scope, errand.receive)
        repeatable = body is not None or (scope["method"] in SAFE and not has_body(scope))
        try:
            await self._sent(errand, body)
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError) as broken:
            unsent = isinstance(broken, aiohttp.ClientConnectorError)
            if errand.answer.started or not (repeatable or unsent):
                raise
            telemetry.UPSTREAM_RETRIES.labels(self.name).inc()
            await self._sent(errand, body)

    async def _sent(self, errand: _Errand, body: bytes | None) -> None:
        scope, answer = errand.scope, errand.answer
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in told_on(scope)]
        async with self._connections().request(
            scope["method"],
            errand.target,
            headers=headers,
            data=body if body is not None else body_of(scope, errand.receive),
            allow_redirects=False,
            timeout=_timeout(errand.patience),
        ) as told:
            await answer(_start(told))
            async for chunk in told.content.iter_any():
                if answer.closed:
                    return
                await answer({"type": "http.response.body", "body": chunk, "more_body": True})
            await answer({"type": "http.response.body", "body": b""})

    async def aclose(self) -> None:
        """Close both clients."""
        await self.client.aclose()
        if self._session is not None:
            await self._session.close()

    def _connections(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                auto_decompress=False,
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )
            # Left to itself it sends some requests again; what is sent twice is decided here alone.
            self._session._retry_connection = False  # noqa: SLF001 - it has no public name
        return self._session


@cache
def _timeout(patience: Patience) -> aiohttp.ClientTimeout:
    """Of a whole file the silences are timed, from when the service has all of the request."""
    total = None if patience.file else patience.seconds
    return aiohttp.ClientTimeout(total=total, connect=CONNECT_TIMEOUT, sock_read=patience.seconds)


def _too_slow() -> ServiceAway:
    return ServiceAway(
        "The service took too long. Whether it did what was asked is not known: send the same again.",
        retry_after=5,
    )


def _said_of(broken: Exception) -> ServiceAway:
    if isinstance(broken, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return ServiceAway("The service does not answer.", retry_after=2)
    if isinstance(broken, TimeoutError):
        return _too_slow()
    return ServiceAway(
        "The service broke off. Whether it did what was asked is not known: send the same again.",
        retry_after=2,
    )


async def _ended(answer: Capped, scope: Scope, receive: Receive) -> None:
    """Say so where an answer was too large to be let through."""
    if not answer.overflowed:
        return
    if answer.started:
        raise AnswerCut(f"An answer of more than {LARGEST_ANSWER} bytes was cut.")
    told = f"An answer may have {LARGEST_ANSWER} bytes; ask for less at once."
    await _refuse(AnswerTooLarge(told), scope, receive, answer.send)


async def _refuse(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    english = wants_english(Request(scope))
    await problem_response(problem, english=english)(scope, receive, send)


def _target(base_url: str, scope: Scope) -> URL | None:
    """Where a request goes, as it was written; None for bytes that no address holds."""
    written: bytes = scope["raw_path"]
    if scope["query_string"]:
        written += b"?" + scope["query_string"]
    if not written.isascii():
        return None
    return URL(base_url + written.decode(), encoded=True)


def _start(answer: aiohttp.ClientResponse) -> Message:
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": answer.raw_headers,
    }
