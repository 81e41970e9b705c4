"""One attempt to deliver over HTTP: connects to checked addresses alone, follows nothing, reads little."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from chassis.running import Running
from chassis.settings import Settings
from gateway.deliveries.targets import CONNECT_SECONDS, Names, Target, WebhookUrlRefused

TOTAL_SECONDS = 15.0
MOST_READ = 64 * 1024
"""Bytes of an answer that are read; more is no failure, and is left where it is."""

KEEP_ALIVE_SECONDS = 30.0


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt."""

    status: int | None
    """None when nothing was answered."""
    duration_ms: int
    problem: str | None
    """None for a success."""
    answer: bytes = b""
    retry_after: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether the endpoint has it."""
        return self.problem is None

    @property
    def gone(self) -> bool:
        """Whether the endpoint wants nothing any more."""
        return self.status == HTTPStatus.GONE


class Poster:
    """Posts deliveries, with a pool of connections for each set of approved networks.

    Endpoints with other approvals share no connection, so what one may reach does not open it to another.
    """

    def __init__(self, names: Names, settings: Settings) -> None:
        self._names = names
        self._ssl = ssl.create_default_context()
        if settings.webhook_ca_file is not None:
            self._ssl.load_verify_locations(settings.webhook_ca_file)
        self._sessions: dict[object, aiohttp.ClientSession] = {}

    async def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Make one attempt; whatever happens is an outcome."""
        begun = time.monotonic()
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                try:
                    return await self._once(target, headers, body, begun)
                except (aiohttp.ServerDisconnectedError, ConnectionResetError):
                    # A connection kept from before may have been closed meanwhile: once more, anew.
                    return await self._once(target, headers, body, begun)
        except WebhookUrlRefused as refused:
            return Outcome(None, _since(begun), refused.reason)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as failed:
            return Outcome(None, _since(begun), _reason(failed))

    async def aclose(self) -> None:
        """Let connections go."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _once(
        self, target: Target, headers: Mapping[str, str], body: bytes, begun: float
    ) -> Outcome:
        session = self._session(target)
        async with session.post(
            target.url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            status, retry_after = answer.status, answer.headers.get("Retry-After")
            read = bytearray()
            while len(read) < MOST_READ:
                chunk = await answer.content.read(MOST_READ - len(read))
                if not chunk:
                    break
                read += chunk
            if not answer.content.at_eof():
                answer.close()
        well = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
        problem = None if well else f"answered {status}"
        return Outcome(status, _since(begun), problem, bytes(read), retry_after)

    def _session(self, target: Target) -> aiohttp.ClientSession:
        kind = (target.url.scheme, target.networks)
        session = self._sessions.get(kind)
        if session is None:
            connector = aiohttp.TCPConnector(
                limit=0,
                resolver=_Checked(self._names, target),
                use_dns_cache=False,
                keepalive_timeout=KEEP_ALIVE_SECONDS,
                ssl=self._ssl,
            )
            session = self._sessions[kind] = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                headers={"User-Agent": "motcua-webhooks/1"},
            )
        return session


class _Checked(AbstractResolver):
    """Gives the connector addresses that are allowed, and no others: what is checked is what is called."""

    def __init__(self, names: Names, of: Target) -> None:
        self._names = names
        self._like = of

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises `WebhookUrlRefused` when one of them is not allowed."""
        del family
        url = URL.build(scheme=self._like.url.scheme, host=host, port=port)
        found = await self._names.checked(Target(url, self._like.networks))
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in found
        ]

    async def close(self) -> None:
        """Nothing to let go."""


async def open_poster(running: Running) -> Poster:
    """What a gateway that opens delivers with."""
    return Poster(running.own(Names), running.settings)


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _reason(failed: Exception) -> str:
    """Why nothing was answered, in words that repeat nothing of the address."""
    if isinstance(failed, TimeoutError):
        return "no answer in time"
    if isinstance(failed, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "the certificate is not trusted, or TLS failed"
    if isinstance(failed, aiohttp.ClientConnectorError):
        return "cannot connect"
    if isinstance(failed, aiohttp.ClientConnectionError | ConnectionError):
        return "the connection ended"
    return "the answer is no HTTP"
