"""The suite as separate processes on PostgreSQL and RabbitMQ: the commands that compose runs, by hand."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from suite.services import BEHIND, SERVICES
from tests.servers.node import free_port

START_SECONDS = 120
"""Ten processes start at once, on machines that may have little to spare."""


@dataclass
class Processes:
    """Ten processes: an API and a worker of every service, the gateway among them."""

    folder: Path
    database_url: str
    broker_url: str
    broker_prefix: str
    started: dict[str, subprocess.Popen] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    metrics: dict[str, int] = field(default_factory=dict)
    """Ports of the internal listeners; a worker has no other."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['serve gateway']}"

    def environment(self) -> dict[str, str]:
        upstream = ",".join(f"{n}=http://127.0.0.1:{self.ports[f'serve {n}']}" for n in BEHIND)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MOTCUA_")}
        return kept | {
            "MOTCUA_DATA": str(self.folder),
            "MOTCUA_SECRETS_DIR": str(self.folder / "secrets"),
            "MOTCUA_DATABASE_URL": self.database_url,
            "MOTCUA_BROKER_URL": self.broker_url,
            "MOTCUA_BROKER_PREFIX": self.broker_prefix,
            "MOTCUA_PUBLIC_URL": "http://test",
            "MOTCUA_JWKS_URL": f"{self.url}/.well-known/jwks.json",
            "MOTCUA_UPSTREAM_URL": upstream,
            "MOTCUA_LIMITS": "false",
            "MOTCUA_WEBHOOK_LOOPBACK": "true",
            "MOTCUA_LOG_LEVEL": "warning",
        }

    def start(self) -> None:
        commands = [f"serve {name}" for name in SERVICES] + [f"work {name}" for name in SERVICES]
        for command in commands:
            self.ports[command] = free_port()
            api = command.startswith("serve")
            self.metrics[command] = free_port() if api else self.ports[command]
        self.run("migrate")
        for command in commands:
            self.spawn(command)
        for command in commands:
            self.wait(command)

    def run(self, *arguments: str, code: int = 0) -> str:
        command = [sys.executable, "-m", "suite.cli", *arguments]
        done = subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, timeout=120
        )
        assert done.returncode == code, (done.stdout, done.stderr)
        return done.stdout

    def spawn(self, command: str) -> None:
        kind, service, *_ = command.split()
        port = str(self.ports[command])
        told = [sys.executable, "-m", "suite.cli", kind, service]
        told += ["--port", port] if kind == "serve" else []
        internal = {"MOTCUA_METRICS_PORT": str(self.metrics[command])}
        with self._log_of(command).open("ab") as log:
            self.started[command] = subprocess.Popen(
                told, env=self.environment() | internal, stdout=log, stderr=log
            )

    def wait(self, command: str) -> None:
        until = time.monotonic() + START_SECONDS
        address = f"http://127.0.0.1:{self.ports[command]}/health/ready"
        while True:
            assert self.started[command].poll() is None, self.last_words(command)
            try:
                with urllib.request.urlopen(address, timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                pass
            assert time.monotonic() < until, self.last_words(command)
            time.sleep(0.1)

    def last_words(self, command: str) -> str:
        told = self._log_of(command).read_text("utf-8", errors="replace")
        return f"{command}: {told[-2000:]}"

    def _log_of(self, command: str) -> Path:
        return self.folder / f"{command.replace(' ', '-')}.log"

    @contextmanager
    def another(self, command: str) -> Iterator[subprocess.Popen]:
        """One more process of a command for a while: ``work gateway 2``."""
        self.ports[command] = self.metrics[command] = free_port()
        if command.startswith("serve"):
            self.metrics[command] = free_port()
        self.spawn(command)
        try:
            self.wait(command)
            yield self.started[command]
        finally:
            process = self.started.pop(command)
            process.terminate()
            process.wait(30)

    def stop(self) -> dict[str, int]:
        """Ask all of them to stop; returns their exit codes."""
        for process in self.started.values():
            if process.poll() is None:
                process.terminate()
        codes = {}
        for command, process in self.started.items():
            try:
                codes[command] = process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                codes[command] = process.wait()
        self.started.clear()
        return codes
