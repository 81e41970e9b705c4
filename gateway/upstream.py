"""How the gateway reaches the services behind it: in the same process, or over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any, Protocol

import aiohttp
import httpx
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from yarl import URL

from chassis.refusing import problem_response
from chassis.telemetry import REQUEST_ID
from contracts.problems import BadRequest, Unavailable

HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te"}
    | {b"trailer", b"transfer-encoding", b"upgrade", b"host", b"content-length"}
)
TIMEOUT = 30.0
CONNECT_TIMEOUT = 3.0
HURRIED = aiohttp.ClientTimeout(total=TIMEOUT, connect=CONNECT_TIMEOUT)
UNHURRIED = aiohttp.ClientTimeout(total=None, connect=CONNECT_TIMEOUT, sock_read=TIMEOUT)
"""For whole files: only a silence of the service is timed, from when it has all of the request."""


class ServiceAway(Unavailable):
    """The service behind the gateway does not answer just now; send the same request again."""

    title_vi = "Dịch vụ phía sau tạm thời chưa trả lời"


class AddressUnreadable(BadRequest):
    """The address holds bytes that belong into no address."""

    title_vi = "Địa chỉ yêu cầu không hợp lệ"


class Upstream(Protocol):
    """A service behind the gateway."""

    client: httpx.AsyncClient
    """For requests the gateway makes itself; few, so clarity goes before speed."""

    async def forward(
        self, scope: Scope, receive: Receive, send: Send, *, unhurried: bool = False
    ) -> None:
        """Hand a request over as it is, and its answer back as it is.

        An `unhurried` one may take as long as its bytes keep coming: a whole file travels in it.
        """

    async def aclose(self) -> None:
        """Let connections go."""


async def ask(
    request: Request, service: str, method: str, path: str, **told: Any
) -> httpx.Response:
    """What a service answers to a request of the gateway's own; 503 where it does not answer at all."""
    upstream: Upstream = request.app.state.upstreams[service]
    try:
        return await upstream.client.request(method, path, **told)
    except httpx.InvalidURL:
        # What was asked for fits into no address, so it is nowhere.
        return httpx.Response(httpx.codes.NOT_FOUND)
    except httpx.HTTPError:
        return httpx.Response(httpx.codes.SERVICE_UNAVAILABLE)


class InProcess:
    """A service in the gateway's own process: handing over costs a function call."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://inside"
        )

    async def forward(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        unhurried: bool = False,  # noqa: ARG002 - nothing is timed within a process
    ) -> None:
        """Call the service's application."""
        inner = {key: scope[key] for key in _PASSED if key in scope}
        inner["headers"] = _told_on(scope)
        await self._app(inner, receive, send)

    async def aclose(self) -> None:
        """Close the client."""
        await self.client.aclose()


_PASSED = (
    *("type", "asgi", "http_version", "server", "client", "scheme", "method", "root_path"),
    *("path", "raw_path", "query_string", "extensions"),
)


class OverHttp:
    """A service of its own process, reached through a pool of connections."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None
        self.client = httpx.AsyncClient(base_url=self._base_url, timeout=TIMEOUT)

    async def forward(
        self, scope: Scope, receive: Receive, send: Send, *, unhurried: bool = False
    ) -> None:
        """Send the request on, byte for byte, and stream the answer back."""
        target = _target(self._base_url, scope)
        if target is None:
            refusal = AddressUnreadable("Percent-encode every byte that is not ASCII.")
            await problem_response(refusal, english=False)(scope, receive, send)
            return
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in _told_on(scope)]
        body = _body(receive) if _has_body(scope) else None
        started = False
        try:
            async with self._connections().request(
                scope["method"],
                target,
                headers=headers,
                data=body,
                allow_redirects=False,
                timeout=UNHURRIED if unhurried else HURRIED,
            ) as answer:
                await send(_start(answer))
                started = True
                async for chunk in answer.content.iter_any():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        except (aiohttp.ClientError, TimeoutError) as away:
            if started:
                raise
            problem = ServiceAway("The service does not answer.", retry_after=2)
            await problem_response(problem, english=False)(scope, receive, send)
            del away

    async def aclose(self) -> None:
        """Close both clients."""
        await self.client.aclose()
        if self._session is not None:
            await self._session.close()

    def _connections(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                auto_decompress=False,
                timeout=HURRIED,
                connector=aiohttp.TCPConnector(limit=200),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )
        return self._session


def _target(base_url: str, scope: Scope) -> URL | None:
    """Where a request goes, as it was written; None for bytes that no address holds."""
    written: bytes = scope["raw_path"]
    if scope["query_string"]:
        written += b"?" + scope["query_string"]
    if not written.isascii():
        return None
    return URL(base_url + written.decode(), encoded=True)


def _told_on(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers a service is told: the caller's, less what is for one hop or could be forged."""
    headers = [
        (name, value)
        for name, value in scope["headers"]
        if (name not in HOP_BY_HOP or name == b"content-length")
        and not name.startswith(b"x-forwarded-")
        and name not in {b"forwarded", b"x-request-id", b"expect"}
    ]
    headers.append((b"x-request-id", (REQUEST_ID.get() or "").encode()))
    return headers


def _has_body(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return b"content-length" in names or b"transfer-encoding" in names


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise aiohttp.ClientConnectionError("the caller went away")
        if message.get("body"):
            yield message["body"]
        more = message.get("more_body", False)


def _start(answer: aiohttp.ClientResponse) -> Message:
    headers = [
        (name.lower(), value)
        for name, value in answer.raw_headers
        if name.lower() not in HOP_BY_HOP or name.lower() == b"content-length"
    ]
    return {
        "type": "http.response.start",
        "status": HTTPStatus(answer.status).value,
        "headers": headers,
    }
