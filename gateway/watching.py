"""How the services behind the gateway are, so that its own health says what is missing."""

from __future__ import annotations

import asyncio
import time

import httpx
from pydantic import ValidationError

from contracts.gateway import Health
from gateway.upstream import Upstream

LOOKS_FOR = 1.5
"""Seconds that a service has to say how it is."""

FRESH = 1.0
"""Seconds for which an answer is not asked for again: probes are many, and cost a question each."""


class Watch:
    """Asks one service how it is."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._told = ""
        self._told_at = 0.0
        self._looking = asyncio.Lock()

    async def __call__(self) -> str:
        """``ok``, ``degraded``, ``down``, or ``no answer``."""
        async with self._looking:
            if not self._told or time.monotonic() - self._told_at >= FRESH:
                self._told = await self._look()
                self._told_at = time.monotonic()
            return self._told

    async def _look(self) -> str:
        try:
            async with asyncio.timeout(LOOKS_FOR):
                answer = await self._upstream.client.get("/health/ready")
            return Health.model_validate_json(answer.content).status
        except (
            httpx.HTTPError,
            OSError,
            ValidationError,
        ):  # also TimeoutError, which is an OSError
            return "no answer"
