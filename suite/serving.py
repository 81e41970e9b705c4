"""How processes are run: one service's API, one service's worker, or everything together."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
import uvicorn
from joserfc.jwk import KeySet
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from chassis import telemetry
from chassis.auth import Verifier
from chassis.revocation import REVOKED_PATH, Revocations, Revoked
from chassis.running import Running, opened
from chassis.settings import Settings
from chassis.web import create_app, health_of
from gateway.app import create_gateway
from gateway.upstream import OverHttp, Upstreams
from suite.bounded import BoundedHttp
from suite.services import BEHIND, SERVICES
from suite.together import bus_of, migrate, own_verifier, together

GRACE_SECONDS = 20
"""How long requests that are under way may take to finish once we are asked to stop."""


class AddressTaken(RuntimeError):
    """Nothing can listen at this address."""


class DataInUse(RuntimeError):
    """Another process works on this data folder."""


async def serve_service(name: str, settings: Settings) -> None:
    """Run one service's API until told to stop."""
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(
            opened(Running(SERVICES[name], settings, verifier_for(name, settings)))
        )
        _reach_services(running)
        app: ASGIApp = create_app(running) if name in BEHIND else create_gateway(running)
        await stack.enter_async_context(_internal([running], settings))
        telemetry.settle_memory()
        await _serve(app, settings)


async def work_service(name: str, settings: Settings) -> None:
    """Run one service's worker (relay, consumers, retries, jobs) until told to stop."""
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(
            opened(Running(SERVICES[name], settings, verifier_for(name, settings)))
        )
        _reach_services(running)
        bus = bus_of(settings)
        await bus.open()
        stack.push_async_callback(bus.close)
        await running.start_work(bus)
        await stack.enter_async_context(_internal([running], settings))
        telemetry.settle_memory()
        await _until_told_to_stop()


async def serve_together(settings: Settings, ready: Callable[[], Awaitable[None]] | None) -> None:
    """Run everything in this process until told to stop; `ready` is called once it serves.

    Raises `DataInUse` when another process works on the same data folder.
    """
    with only_one_on(settings.data):
        await asyncio.to_thread(migrate, settings)
        async with together(settings) as suite, _internal(list(suite.running.values()), settings):
            telemetry.settle_memory()
            await _serve(suite.app, settings, ready)


def listening_at(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises `AddressTaken`, where uvicorn would end the process by itself."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as taken:
        raise AddressTaken(
            f"Cannot listen on {host} port {port}: {taken.strerror or taken}. "
            "Stop what listens there, or name another port (--port, MOTCUA_PORT, MOTCUA_METRICS_PORT)."
        ) from taken
    # Connections inherit it; asyncio's own loop sets it on none that comes through a socket made here, and an
    # answer in two writes then waits 40 ms for the caller's acknowledgement of the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


@contextlib.contextmanager
def only_one_on(data: Path) -> Iterator[None]:
    """Hold a data folder for one process."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "in-use.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            raise DataInUse(
                f"Another process works on {data}; stop it, or name another --data."
            ) from held
        yield


def verifier_for(name: str, settings: Settings) -> Verifier:
    """The verifier of a process: from the key itself where it is held, else from the gateway."""
    if name not in BEHIND or not settings.jwks_url:
        return own_verifier(settings)

    async def fetch() -> KeySet:
        async with httpx.AsyncClient(timeout=5) as client:
            answer = await client.get(settings.jwks_url)
            answer.raise_for_status()
        return KeySet.import_key_set(answer.json())

    async def fetch_revoked() -> Revoked:
        async with httpx.AsyncClient(timeout=2) as client:
            answer = await client.get(urljoin(settings.jwks_url, REVOKED_PATH))
            answer.raise_for_status()
        return TypeAdapter(dict[str, float]).validate_json(answer.content)

    verifier = Verifier(fetch, issuer=settings.issuer, leeway=settings.clock_leeway_seconds)
    verifier.revocations = Revocations(fetch_revoked)
    return verifier


def _reach_services(running: Running) -> None:
    """Let the gateway, its worker too, reach the services behind it; others reach none."""
    if running.service.name not in BEHIND:
        behind = {name: OverHttp(running.settings.upstream_for(name), name) for name in BEHIND}
        running.keep(Upstreams(behind))


def server_of(app: ASGIApp, host: str, port: int, proxies: str = "") -> uvicorn.Server:
    """An HTTP server for an application, with our limits; the caller runs it."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=proxies,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=15,
            http=BoundedHttp,
        )
    )


@asynccontextmanager
async def _internal(running: list[Running], settings: Settings) -> AsyncIterator[None]:
    """The internal listener of a process: metrics and health, never behind the gateway."""
    if settings.metrics_port is None:
        yield
        return

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> Response:
        views = [await health_of(one) for one in running]
        down = any(view.status == "down" for view in views)
        return JSONResponse([view.model_dump() for view in views], 503 if down else 200)

    routes = [
        Route("/metrics", metrics),
        Route("/health/live", live),
        Route("/health/ready", ready),
    ]
    server = server_of(Starlette(routes=routes), settings.metrics_host, settings.metrics_port)
    leave_signals(server)
    with listening_at(settings.metrics_host, settings.metrics_port) as listening:
        task = asyncio.create_task(server.serve([listening]))
        try:
            yield
        finally:
            server.should_exit = True
            await task


def leave_signals(server: uvicorn.Server) -> None:
    """Keep a second server of a process from taking the signals meant for the first."""
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]  # uvicorn has no switch


async def _serve(
    app: ASGIApp, settings: Settings, ready: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Serve until told to stop, then finish what is under way and return.

    Left to itself uvicorn raises the signal again once it has served, which would end the process before
    the writer, the relay and the consumers have finished. Raises `AddressTaken`.
    """
    server = server_of(app, settings.host, settings.port, settings.trusted_proxies)
    leave_signals(server)

    def stop() -> None:
        server.should_exit = True

    with listening_at(settings.host, settings.port) as listening:
        _on_stop(stop)
        serving = asyncio.create_task(server.serve([listening]))
        while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn tells no other way
            await asyncio.sleep(0.01)
        if ready is not None and server.started:
            await ready()
        await serving


async def _until_told_to_stop() -> None:
    stop = asyncio.Event()
    _on_stop(stop.set)
    await stop.wait()


def _on_stop(act: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, act)
