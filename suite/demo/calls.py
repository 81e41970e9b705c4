"""How the demonstration reaches the public API: one connection pool, tokens, and patience with restarts."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
import httpx

PATIENCE = 60.0
"""Seconds for which a server that does not answer, or says "not now", is asked again."""

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
UNAUTHORISED = 401
BUSY = frozenset({429, 502, 503, 504})
"""Statuses that mean "again, later"."""

Credentials = Mapping[str, tuple[str, str]]
"""Client id and secret by the agency they speak for."""


class Unreachable(RuntimeError):
    """The server did not answer for as long as it was asked."""


class NoCredentials(LookupError):
    """No client speaks for this agency, nor for one above it."""


@dataclass(frozen=True)
class Answer:
    """What a call was answered."""

    status: int
    body: bytes
    retry_after: float | None = None

    def json(self) -> Any:
        """The body as JSON; None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def problem(self) -> str:
        """The stable code of a problem, where the body is one."""
        told = self.json()
        return str(told.get("code", "")) if isinstance(told, dict) else ""


class Caller(Protocol):
    """Something that makes a call; raises `ConnectionError` when there is no answer."""

    async def call(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Make one call."""

    async def close(self) -> None:
        """Let go of the connections."""


class TcpCaller:
    """Calls over TCP, by aiohttp: of the two clients at hand the one that costs less per call."""

    def __init__(self, base_url: str, connections: int) -> None:
        self._base = base_url.rstrip("/")
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections),
            timeout=aiohttp.ClientTimeout(total=30),
            auto_decompress=True,
        )

    async def call(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Make one call."""
        try:
            async with self._session.request(
                method, self._base + path, headers=headers, data=body, allow_redirects=False
            ) as answer:
                raw = await answer.read()
                return Answer(answer.status, raw, _seconds(answer.headers.get("Retry-After")))
        except (aiohttp.ClientError, TimeoutError) as failed:
            raise ConnectionError(f"{method} {path}: {type(failed).__name__}") from failed

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()


class TransportCaller:
    """Calls through an httpx transport, such as one to an application in the same process."""

    def __init__(self, base_url: str, transport: httpx.AsyncBaseTransport) -> None:
        self._client = httpx.AsyncClient(transport=transport, base_url=base_url, timeout=30)

    async def call(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Make one call."""
        try:
            answer = await self._client.request(method, path, headers=dict(headers), content=body)
        except httpx.TransportError as failed:
            raise ConnectionError(f"{method} {path}: {type(failed).__name__}") from failed
        return Answer(
            answer.status_code, answer.content, _seconds(answer.headers.get("Retry-After"))
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


class PublicApi:
    """The public API as several partners: each agency's calls carry the token of its own client."""

    def __init__(
        self,
        caller: Caller,
        credentials: Credentials,
        parents: Mapping[str, str | None],
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._caller = caller
        self._credentials = credentials
        self._parents = parents
        self._patience = patience
        self._tokens: dict[str, str] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def get(self, path: str, agency: str) -> Answer:
        """Read something as an agency's partner."""
        return await self.call("GET", path, None, agency)

    async def put(self, path: str, body: Any, agency: str) -> Answer:
        """Replace something as an agency's partner."""
        return await self.call("PUT", path, body, agency)

    async def post(
        self, path: str, body: Any, agency: str | None, *, again_on: Container[int] = ()
    ) -> Answer:
        """Hand something over as an agency's partner, or as nobody in particular."""
        return await self.call("POST", path, body, agency, again_on=again_on)

    async def call(
        self,
        method: str,
        path: str,
        body: Any,
        agency: str | None,
        *,
        again_on: Container[int] = (),
    ) -> Answer:
        """One call, made again after a lost connection, a restart, an old token or "not now".

        Statuses in `again_on` are asked again too, for a second or two: the other side may not have
        heard yet. `body` is JSON, or bytes sent as they are. Raises `Unreachable`.
        """
        raw = body if isinstance(body, bytes) else None if body is None else _json(body)
        loop = asyncio.get_running_loop()
        until, pause, tries, renewed = loop.time() + self._patience, FIRST_PAUSE, 0, False
        while True:
            token = await self._token(agency) if agency else None
            answer = await self._once(method, path, raw, token)
            if answer is not None:
                if answer.status == UNAUTHORISED and agency and not renewed:
                    renewed = True
                    self._forget(agency, token)
                    continue
                tries += 1
                repeat = answer.status in BUSY or (answer.status in again_on and tries < 6)  # noqa: PLR2004 - 1.5 s
                if not repeat or loop.time() > until:
                    return answer
            if loop.time() > until:
                raise Unreachable(f"{method} {path}: no answer for {self._patience:.0f} seconds")
            await asyncio.sleep((answer and answer.retry_after) or pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def speaker(self, agency: str) -> str:
        """The agency whose client speaks for this one: itself, or the nearest above it."""
        above: str | None = agency
        while above is not None:
            if above in self._credentials:
                return above
            above = self._parents.get(above)
        raise NoCredentials(f"no client speaks for {agency}")

    async def _once(
        self, method: str, path: str, raw: bytes | None, token: str | None
    ) -> Answer | None:
        headers = {"Content-Type": "application/json"} if raw is not None else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            return await self._caller.call(method, path, headers, raw)
        except ConnectionError:
            return None

    async def _token(self, agency: str) -> str:
        speaker = self.speaker(agency)
        async with self._asking.setdefault(speaker, asyncio.Lock()):
            if speaker not in self._tokens:
                self._tokens[speaker] = await self._ask_token(speaker)
            return self._tokens[speaker]

    def _forget(self, agency: str, token: str | None) -> None:
        speaker = self.speaker(agency)
        if self._tokens.get(speaker) == token:
            self._tokens.pop(speaker, None)

    async def _ask_token(self, speaker: str) -> str:
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + self._patience, FIRST_PAUSE
        pair = ":".join(quote(part, safe="") for part in self._credentials[speaker])
        headers = {
            "Authorization": f"Basic {b64encode(pair.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        while True:
            try:
                form = b"grant_type=client_credentials"
                answer = await self._caller.call("POST", "/oauth/token", headers, form)
            except ConnectionError:
                answer = None
            if answer is not None and answer.status not in BUSY:
                told = answer.json()
                if isinstance(told, dict) and "access_token" in told:
                    return str(told["access_token"])
                raise NoCredentials(f"no token for {speaker}: {answer.status} {answer.body!r:.200}")
            if loop.time() > until:
                raise Unreachable(f"POST /oauth/token: no answer for {self._patience:.0f} seconds")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _seconds(told: str | None) -> float | None:
    # A date is allowed there too; it is not worth understanding, the usual pause will do.
    return min(float(told), LONGEST_PAUSE) if told and told.isdecimal() else None
