"""The line to the provincial bus: a token for as long as it is good, no redirects, no proxies."""

from __future__ import annotations

import time
from typing import Any

import httpx

from chassis.running import Running
from chassis.settings import Settings
from contracts.lgsp import LgspKind
from gateway.lgsp.sending import NotTaken, check, wish_of

ADDRESSES = {LgspKind.STATISTIC: "/Statistic", LgspKind.VOTE: "/Vote"}
TIMEOUT = 30.0
MARGIN = 30.0
"""Seconds before its end from which a token is not used any more."""

SHORTEST = 60.0
"""Seconds a token is used for where the bus does not say how long it is good."""


class BusLine:
    """Sends aggregates to the bus, with a token that is renewed when it ends or is refused."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient | None = None) -> None:
        self._settings = settings
        self.http = http or httpx.AsyncClient(
            timeout=TIMEOUT, follow_redirects=False, trust_env=False
        )
        self._token = ""
        self._good_until = float("-inf")

    async def send(self, kind: LgspKind, content: dict[str, Any]) -> None:
        """Send an aggregate; returns when the bus says that it has it. Raises `NotTaken`."""
        try:
            answer = await self._send(kind, content)
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                self._good_until = float("-inf")
                answer = await self._send(kind, content)
        except httpx.HTTPError as away:
            raise NotTaken(f"The bus does not answer ({type(away).__name__}).") from away
        check(answer.status_code, answer.content, answer.headers.get("retry-after"))

    async def aclose(self) -> None:
        """Let connections go."""
        await self.http.aclose()

    async def _send(self, kind: LgspKind, content: dict[str, Any]) -> httpx.Response:
        token = await self._access_token()
        address = self._settings.lgsp_url.rstrip("/") + ADDRESSES[kind]
        headers = {"Authorization": f"Bearer {token}"}
        return await self.http.post(address, json=content, headers=headers)

    async def _access_token(self) -> str:
        if time.monotonic() >= self._good_until:
            secret = self._settings.lgsp_client_secret_file
            form = {
                "grant_type": "client_credentials",
                "client_id": self._settings.lgsp_client_id,
                "client_secret": secret.read_text().strip() if secret else "",
            }
            self._keep(await self.http.post(self._token_address, data=form))
        return self._token

    @property
    def _token_address(self) -> str:
        told = self._settings.lgsp_token_url
        return told or self._settings.lgsp_url.rstrip("/") + "/token"

    def _keep(self, answer: httpx.Response) -> None:
        try:
            told = answer.json() if answer.status_code == httpx.codes.OK else {}
            self._token = str(told["access_token"])
            seconds = float(told.get("expires_in") or 0)
        except (ValueError, TypeError, KeyError, AttributeError) as unusable:
            wish = wish_of(answer.headers.get("retry-after"))
            raise NotTaken(f"The bus gave no token ({answer.status_code}).", wish) from unusable
        self._good_until = time.monotonic() + max(seconds - MARGIN, SHORTEST)


async def open_line(running: Running) -> BusLine:
    """The line of a gateway that opens."""
    return BusLine(running.settings)
