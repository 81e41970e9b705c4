"""Where things are measured: servers, fresh databases, our processes, and how much CPU they took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg

from chassis.settings import Settings
from gateway.keys import SigningKey
from suite.services import BEHIND, SERVICES
from suite.together import migrate
from tests.servers import Postgres, RabbitMQ, postgres_server, rabbitmq_server
from tests.servers.node import free_port

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Place:
    """Servers for this run and a folder for what is made."""

    postgres: Postgres
    rabbitmq: RabbitMQ
    folder: Path

    @contextmanager
    def databases(self) -> Iterator[str]:
        """A fresh database of each service on PostgreSQL; its address with ``{service}`` in it."""
        run = f"bench{uuid4().hex[:8]}"
        names = [f"{run}_{name}" for name in SERVICES]
        for name in names:
            self.postgres.create_database(name)
        url = self.postgres.dsn_of(f"{run}_SERVICE").replace("SERVICE", "{service}")
        try:
            yield url.replace("postgresql://", "postgresql+asyncpg://")
        finally:
            for name in names:
                self.postgres.drop_database(name)

    def fresh(self) -> Path:
        folder = self.folder / uuid4().hex
        folder.mkdir()
        return folder


@contextmanager
def place() -> Iterator[Place]:
    """Servers found or started, as the tests do."""
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server())
        rabbitmq = stack.enter_context(rabbitmq_server())
        folder = stack.enter_context(TemporaryDirectory(prefix="motcua-bench-"))
        yield Place(postgres, rabbitmq, Path(folder))


@dataclass
class Process:
    """A server process of ours."""

    popen: subprocess.Popen[bytes]
    port: int

    def cpu_seconds(self) -> float:
        """CPU it has used so far, in its own code and the kernel's for it."""
        return cpu_of([self.popen.pid])


@contextmanager
def process(settings: Settings, *command: str) -> Iterator[Process]:
    """`motcua ...` with these settings, once it is ready."""
    port = free_port()
    told = {k: v for k, v in os.environ.items() if not k.startswith("MOTCUA_")}
    for name in settings.model_fields_set:
        told[f"MOTCUA_{name.upper()}"] = str(getattr(settings, name))
    told["MOTCUA_LOG_LEVEL"] = "error"
    address = f"http://127.0.0.1:{port}/health/ready"
    arguments = [sys.executable, "-m", "suite.cli", *command]
    if command[0] == "work":
        told["MOTCUA_METRICS_PORT"] = str(port)
    else:
        arguments += ["--port", str(port)]
    popen = subprocess.Popen(arguments, env=told, stdout=subprocess.DEVNULL)
    try:
        for _ in range(400):
            try:
                urllib.request.urlopen(address, timeout=1)
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError(f"motcua {' '.join(command)} does not start")
        yield Process(popen, port)
    finally:
        popen.terminate()
        popen.wait(30)


async def backends(dsn: str) -> list[int]:
    """The processes that serve our connections; the writer of the log is not among them."""
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND application_name <> 'pgbench'"
    )
    await connection.close()
    return [row[0] for row in rows]


def cpu_of(pids: list[int]) -> float:
    """CPU seconds that processes on this machine have used so far."""
    spent = 0.0
    for pid in pids:
        told = Path(f"/proc/{pid}/stat")
        if told.exists():
            fields = told.read_text().rsplit(")", 1)[1].split()
            spent += (int(fields[11]) + int(fields[12])) / TICKS
    return spent


def prepared(settings: Settings) -> str:
    """Databases migrated; a token of the city."""
    migrate(settings)
    scopes = "catalogue:write catalogue:read dossiers:write dossiers:read indicators:read"
    return SigningKey(settings).token("bench", "H29", scopes.split())


__all__ = ["BEHIND", "Place", "Process", "backends", "cpu_of", "place", "prepared", "process"]
