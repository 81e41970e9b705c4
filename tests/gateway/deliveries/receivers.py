"""Receivers of webhooks as partners have them: real HTTP servers, some of them ill."""

import asyncio
import json
import time
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Arrival:
    """One request that arrived."""

    headers: dict
    body: bytes
    path: str = ""
    began: float = 0.0
    ended: float = float("inf")
    """When it was answered, or given up by who sent it."""

    @property
    def event(self) -> dict:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Takes deliveries; `plan` says how the next ones are answered: a status, or a fault's name."""

    port: int = 0
    arrivals: list = field(default_factory=list)
    plan: deque = field(default_factory=deque)
    always: object = 200
    """How it answers when nothing is planned."""
    headers: dict = field(default_factory=dict)
    verifies: bool = True
    """Whether it gives a challenge back."""
    seconds: float = 0.0
    held: asyncio.Event | None = None
    """What it waits for before it answers, if anything."""
    under_way: int = 0
    most_at_once: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def events(self) -> list:
        """What arrived, but for challenges."""
        return [a.event for a in self.arrivals if not a.event["type"].endswith("webhook.challenge")]

    @property
    def subjects(self) -> list:
        return [event["subject"] for event in self.events]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        arrival = Arrival(dict(request.headers), b"", request.path, time.monotonic())
        try:
            return await self._answer(request, arrival)
        finally:
            self.under_way -= 1
            arrival.ended = time.monotonic()

    async def _answer(self, request, arrival):
        arrival.body = await request.read()
        self.arrivals.append(arrival)
        challenge = arrival.event["data"].get("challenge")
        if challenge is not None and self.verifies:
            return web.json_response({"challenge": challenge})
        fault = self.plan.popleft() if self.plan else self.always
        await asyncio.sleep(self.seconds)
        if self.held is not None:
            await self.held.wait()
        if fault == "hang":
            await asyncio.sleep(3600)
        if fault == "reset":
            request.transport.abort()
        if fault == "huge":
            return web.Response(body=b"x" * 4_000_000)
        if fault == "slip":
            return web.Response(status=500, text="no such person 079201234123 a@b.vn\x00\nwhy")
        status = fault if isinstance(fault, int) else 200
        return web.Response(status=status, headers=self.headers)


@asynccontextmanager
async def receiving(port: int = 0, tls=None, **changes):
    """A receiver at work; with a `port`, at the same address as before."""
    receiver = Receiver(**changes)
    app = web.Application(client_max_size=2**20)
    app.router.add_route("*", "/{tail:.*}", receiver.answer)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls)
    await site.start()
    receiver.port = site._server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
