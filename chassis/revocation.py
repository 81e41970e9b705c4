"""Which clients' tokens are refused before they are over: a list the gateway keeps and every service reads.

A token lives for minutes and is verified offline, so disabling a client must reach whoever verifies. The list
is asked for like the public keys are: it needs no broker, and what it says of a client is all that matters,
in whatever order it is read.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

log = logging.getLogger("motcua.revocation")

Revoked = Mapping[str, float]
"""By `revoked_name`, the instant (seconds since 1970) from which on a client's tokens are good again."""
Fetch = Callable[[], Awaitable[Revoked]]

REVOKED_PATH = "/.well-known/revoked-clients.json"
"""Where the gateway tells the list, beside its public keys."""

FRESH_SECONDS = 20.0
"""How long a list is used before it is asked for again. Two steps of it, from the register to the gateway's
list and from there to a service, stay below the minute in which a disabled client is out everywhere."""
RETRY_SECONDS = 2.0


def revoked_name(client: str) -> str:
    """What a client is called in the list: who reads it learns of no other client."""
    return hashlib.sha256(client.encode("utf-8", "replace")).hexdigest()


class Revocations:
    """The list as this process last read it. Where it cannot be read, the one of before stays in use."""

    def __init__(
        self,
        fetch: Fetch,
        *,
        fresh_seconds: float = FRESH_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._fresh = fresh_seconds
        self._now = now
        self._revoked: Revoked = {}
        self._due = float("-inf")
        self._reading = asyncio.Lock()

    async def covers(self, client: str, issued_at: float) -> bool:
        """Whether a token of a client, issued at this instant, was revoked since."""
        if self._now() >= self._due:
            await self._read()
        if not self._revoked:
            return False
        return issued_at < self._revoked.get(revoked_name(client), float("-inf"))

    async def _read(self) -> None:
        async with self._reading:
            if self._now() < self._due:
                return
            try:
                self._revoked = await self._fetch()
                self._due = self._now() + self._fresh
            except Exception as failed:  # noqa: BLE001 - whatever stands in the way, requests go on
                self._due = self._now() + RETRY_SECONDS
                log.warning(
                    "the list of revoked clients is not read", extra={"reason": str(failed)}
                )
