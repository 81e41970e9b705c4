"""The demonstration from nothing: a server of its own, the stand-in of the post, a year, the boards.

The server is a process of its own (`motcua up` on the embedded default) that is reached through the
public API alone; whenever it stops before its time it is started again, and the replay goes on.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx
import uvicorn
from rich.console import Console

from chassis.settings import Settings
from suite.demo.progress import stage
from suite.demo.scoreboard import console
from suite.demo.show import show
from suite.demo.stream import SEED
from suite.sandbox.ledger import Ledger
from suite.sandbox.post import PostAccount, TrueItem, create_post, witness_item
from suite.sandbox.signing import post_key, public_pem
from suite.services import SERVICES
from suite.serving import leave_signals
from suite.tasks import CarrierAccount, add_carrier, add_partner

SCOPES = (
    *("catalogue:write", "dossiers:write", "dossiers:read", "shipments:write", "shipments:read"),
    *("ratings:read", "ratings:write", "indicators:read"),
)
CITY = "H29"
MARK = "demo.json"
START_SECONDS = 40


class NotADemo(RuntimeError):
    """A folder holds data that is not a demo's."""


class ServerSilent(RuntimeError):
    """The demo's server does not start."""


class DemoIncomplete(RuntimeError):
    """Something in the demo was answered otherwise than it should be."""


async def run_demo(dossiers: int, folder: Path, *, stay: bool, port: int) -> None:
    """Replay the year and print the boards; with `stay` the server stays up until Ctrl-C.

    A run that was cut short is taken up where it stopped; a finished one begins anew. Raises `NotADemo`,
    `ServerSilent`, or `DemoIncomplete` when an answer was not what it should be.
    """
    screen = console()
    _make_ready(folder, dossiers)
    settings = Settings(data=folder)
    key = post_key(folder / "sandbox")
    ledger = Ledger(folder / "sandbox")
    async with _post(ledger) as post_url:
        with stage("Chuẩn bị (set up)", 2, screen) as shown:
            partner = await add_partner(settings, "Hệ thống một cửa (demo)", CITY, SCOPES)
            shown.advance()
            await add_carrier(settings, _account(post_url, public_pem(key).decode()))
            shown.advance()
        async with _Server(folder, port or _free_port(), screen) as server:

            async def tell_post(items: Sequence[Mapping[str, Any]]) -> None:
                for item in items:
                    witness_item(ledger, TrueItem.model_validate(item))

            shown_all = await show(
                server.url,
                {CITY: (partner.client_id, partner.client_secret)},
                key=key,
                folder=folder,
                screen=screen,
                dossiers=dossiers,
                tell_post=tell_post,
            )
            _mark(folder, dossiers, finished=True)
            screen.print(f"Bảng chỉ tiêu: {server.url}/board/hcmc-2020")
            screen.print(f"Số liệu: {folder / 'scoreboard.json'}")
            if stay:
                screen.print(
                    "Máy chủ vẫn chạy, dừng bằng Ctrl-C. (The server stays up; Ctrl-C stops it.)"
                )
                await server.stay()
            else:
                screen.print("Xem bảng: motcua demo --serve (to keep the server up)")
    if shown_all.report.unexpected:
        raise DemoIncomplete(f"{shown_all.report.unexpected} answers were not what they should be")


def _account(post_url: str, public_key: str) -> CarrierAccount:
    ours = PostAccount()
    return CarrierAccount(
        interface="vnpost-d",
        account="city",
        public_key=public_key,
        base_url=post_url,
        credentials={
            "username": ours.username,
            "password": ours.password,
            "customer_code": ours.customer_code,
        },
    )


def _make_ready(folder: Path, dossiers: int) -> None:
    """Take up an unfinished demo of the same size, clear a finished one, touch nothing else."""
    databases = [folder / f"{name}.db" for name in SERVICES]
    mark = folder / MARK
    if not mark.exists() and any(path.exists() for path in databases):
        raise NotADemo(f"{folder} holds data that is not a demo's; name another --data.")
    told = json.loads(mark.read_text("utf-8")) if mark.exists() else {}
    if told.get("finished") or told.get("dossiers") != dossiers:
        for name in SERVICES:
            for path in folder.glob(f"{name}.db*"):
                path.unlink()
        shutil.rmtree(folder / "sandbox", ignore_errors=True)
    _mark(folder, dossiers, finished=False)


def _mark(folder: Path, dossiers: int, *, finished: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    told = {"dossiers": dossiers, "random": SEED, "finished": finished}
    (folder / MARK).write_text(json.dumps(told) + "\n", "utf-8")


@dataclass
class _Server:
    """`motcua up` as a process of its own, started again whenever it stops before its time."""

    folder: Path
    port: int
    screen: Console
    _process: asyncio.subprocess.Process | None = None
    _watch: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self._start()
        self._watch = asyncio.create_task(self._start_again())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            await self._process.wait()

    async def stay(self) -> None:
        """Wait until told to stop."""
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()

    async def _start(self) -> None:
        command = [sys.executable, "-m", "suite.cli", "up", "--port", str(self.port)]
        environment = os.environ | {
            "MOTCUA_CARRIER_PULL_SECONDS": "0.5",
            "MOTCUA_LOG_LEVEL": "warning",
        }
        with (self.folder / "server.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                "--data",
                str(self.folder),
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        (self.folder / "server.pid").write_text(f"{self._process.pid}\n")
        await self._until_ready(self._process)

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        async with httpx.AsyncClient(timeout=2) as client:
            for _ in range(START_SECONDS * 10):
                if process.returncode is not None:
                    break
                try:
                    if (await client.get(f"{self.url}/health/ready")).is_success:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.1)
        raise ServerSilent(f"The server does not start; see {self.folder / 'server.log'}.")

    async def _start_again(self) -> None:
        while True:
            if self._process is not None:
                await self._process.wait()
            self.screen.print(
                "Máy chủ dừng giữa chừng, khởi động lại. (The server is started again.)"
            )
            await self._start()


@asynccontextmanager
async def _post(ledger: Ledger) -> AsyncIterator[str]:
    """The stand-in of the post, on a free port."""
    port = _free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            create_post(ledger), port=port, log_config=None, access_log=False, lifespan="off"
        )
    )
    leave_signals(server)
    task = asyncio.create_task(server.serve())
    while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn tells no other way
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
