"""The whole suite in one process: same services, same handlers, one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from joserfc.jwk import KeySet

from chassis import migrations
from chassis.auth import Verifier
from chassis.bus import Bus, LocalBus
from chassis.rabbit import RabbitBus
from chassis.running import Running, opened
from chassis.settings import Settings
from chassis.web import create_app
from gateway.app import create_gateway
from gateway.keys import SigningKey
from gateway.upstream import InProcess, Upstreams
from suite.services import BEHIND, SERVICES, topology


@dataclass(frozen=True)
class Together:
    """A suite at work in this process."""

    settings: Settings
    running: dict[str, Running]
    app: FastAPI
    """The public application."""
    bus: Bus


def migrate(settings: Settings, only: str | None = None) -> list[str]:
    """Bring the databases to their newest revision; return the services' names."""
    names = [only] if only else list(SERVICES)
    for name in names:
        migrations.upgrade(SERVICES[name].package, settings.database_for(name))
    return names


def bus_of(settings: Settings) -> Bus:
    """The bus that the settings ask for."""
    if settings.broker_url:
        return RabbitBus(settings.broker, topology(), prefix=settings.broker_prefix)
    return LocalBus(topology())


def own_verifier(settings: Settings) -> Verifier:
    """A verifier for the process that holds the signing key."""
    keys = KeySet([SigningKey(settings).public])

    async def fetch() -> KeySet:
        return keys

    return Verifier(fetch, issuer=settings.issuer, leeway=settings.clock_leeway_seconds)


@asynccontextmanager
async def together(settings: Settings, *, work: bool = True) -> AsyncIterator[Together]:
    """The suite open and at work for the length of a block; databases must be migrated.

    Without `work` nothing is relayed or consumed: requests are served, events wait.
    """
    verifier = own_verifier(settings)
    async with AsyncExitStack() as stack:
        running: dict[str, Running] = {}
        for name, service in SERVICES.items():
            running[name] = await stack.enter_async_context(
                opened(Running(service, settings, verifier))
            )
        behind = {name: InProcess(create_app(running[name]), name) for name in BEHIND}
        running["gateway"].keep(Upstreams(behind))
        bus = bus_of(settings)
        if work:
            await bus.open()
            stack.push_async_callback(bus.close)
            for one in running.values():
                await one.start_work(bus)
            stack.push_async_callback(_stop, running)
        yield Together(settings, running, create_gateway(running["gateway"]), bus)


async def _stop(running: dict[str, Running]) -> None:
    await asyncio.gather(*(one.stop_work() for one in running.values()))
