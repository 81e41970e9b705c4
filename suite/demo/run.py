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
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx
from rich.console import Console

from chassis.settings import Settings
from suite.demo.calls import Credentials
from suite.demo.progress import stage
from suite.demo.recording import Recording
from suite.demo.scoreboard import console
from suite.demo.show import show
from suite.demo.worlds import World
from suite.partners import add_partner
from suite.sandbox.ledger import Ledger
from suite.sandbox.post import PostAccount, TrueItem, create_post, witness_item
from suite.sandbox.serving import served
from suite.sandbox.signing import post_key, public_pem
from suite.services import SERVICES
from suite.tasks import CarrierAccount, add_carrier

SCOPES = (
    *("catalogue:write", "dossiers:write", "dossiers:read", "shipments:write", "shipments:read"),
    *("ratings:read", "ratings:write", "indicators:read", "indicators:report"),
)
APPROVES = ("indicators:read", "indicators:approve")
"""Scopes of the second person: who reports a figure never approves it."""

CITY = "H29"
MARK = "demo.json"
START_SECONDS = 40
STAYS = "Máy chủ vẫn chạy, dừng bằng Ctrl-C. (The server stays up; Ctrl-C stops it.)"


class NotADemo(RuntimeError):
    """A folder holds data that is not a demo's."""


class ServerSilent(RuntimeError):
    """The demo's server does not start."""


class DemoIncomplete(RuntimeError):
    """Something in the demo was answered otherwise than it should be."""


async def run_demo(
    world: World,
    folder: Path,
    *,
    dossiers: int | None = None,
    record: Path | None = None,
    stay: bool = False,
    port: int = 0,
) -> None:
    """Replay a world and print the boards; with `stay` the server stays up until Ctrl-C.

    With `record` every call is written into that file, as it was made and answered.

    A run that was cut short is taken up where it stopped; a finished one begins anew. Raises `NotADemo`,
    `ServerSilent`, or `DemoIncomplete` when an answer was not what it should be.
    """
    screen = console()
    run = _Run(world, dossiers or world.dossiers, folder)
    fresh = run.make_ready()
    settings = Settings(data=folder)
    key = post_key(folder / "sandbox")
    ledger = Ledger(folder / "sandbox")

    async def tell_post(items: Sequence[Mapping[str, Any]]) -> None:
        for item in items:
            witness_item(ledger, TrueItem.model_validate(item))

    async with served(create_post(ledger)) as post_url:
        credentials, approvers = await _set_up(settings, post_url, public_pem(key).decode(), screen)
        async with _Server(folder, port or _free_port(), screen) as server:
            with Recording(record, anew=fresh) if record else nullcontext() as recording:
                shown = await show(
                    server.url,
                    credentials,
                    key=key,
                    folder=folder,
                    screen=screen,
                    world=world,
                    dossiers=run.dossiers,
                    approvers=approvers,
                    tell_post=tell_post,
                    recording=recording,
                )
            run.mark(finished=True)
            _tell_where(server.url, run, record, screen)
            if stay:
                screen.print(STAYS)
                await server.stay()
            else:
                screen.print("Xem bảng: motcua demo --serve (to keep the server up)")
    if shown.report.unexpected:
        raise DemoIncomplete(f"{shown.report.unexpected} answers were not what they should be")


async def _set_up(
    settings: Settings, post_url: str, public_key: str, screen: Console
) -> tuple[Credentials, Credentials]:
    """Enter the clients that report and that approve, and the account with the post."""
    with stage("Chuẩn bị (set up)", 3, screen) as shown:
        partner = await add_partner(settings, "Hệ thống một cửa (demo)", CITY, SCOPES)
        shown.advance()
        second = await add_partner(settings, "Người duyệt báo cáo (demo)", CITY, APPROVES)
        shown.advance()
        await add_carrier(settings, account_at(post_url, public_key))
        shown.advance()
    credentials = {CITY: (partner.client_id, partner.client_secret)}
    return credentials, {CITY: (second.client_id, second.client_secret)}


def _tell_where(url: str, run: _Run, record: Path | None, screen: Console) -> None:
    screen.print(f"Bảng chỉ tiêu: {url}/board/{run.world.plans[0]}")
    screen.print(f"Số liệu: {run.folder / 'scoreboard.json'}")
    if record is not None:
        screen.print(f"Bản ghi: {record} (every call, to count the figures again)")


def account_at(post_url: str, public_key: str) -> CarrierAccount:
    """The account of the demonstration with its stand-in of the post."""
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


@dataclass(frozen=True)
class _Run:
    """A world of a size in a folder, which remembers how far it came."""

    world: World
    dossiers: int
    folder: Path

    def make_ready(self) -> bool:
        """Take up an unfinished demo of the same size, clear a finished one, touch nothing else.

        Whether it begins anew.
        """
        databases = [self.folder / f"{name}.db" for name in SERVICES]
        mark = self.folder / MARK
        if not mark.exists() and any(path.exists() for path in databases):
            raise NotADemo(f"{self.folder} holds data that is not a demo's; name another --data.")
        told = json.loads(mark.read_text("utf-8")) if mark.exists() else {}
        fresh = told != self._told(finished=False)
        if fresh:
            for name in SERVICES:
                for path in self.folder.glob(f"{name}.db*"):
                    path.unlink()
            shutil.rmtree(self.folder / "sandbox", ignore_errors=True)
        self.mark(finished=False)
        return fresh

    def mark(self, *, finished: bool) -> None:
        """Remember how far it came."""
        self.folder.mkdir(parents=True, exist_ok=True)
        told = self._told(finished=finished)
        (self.folder / MARK).write_text(json.dumps(told) + "\n", "utf-8")

    def _told(self, *, finished: bool) -> dict[str, Any]:
        return {
            "world": self.world.name,
            "dossiers": self.dossiers,
            "random": self.world.seed,
            "finished": finished,
        }


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
            # The stand-in is ours, and answers as often as it is asked.
            "MOTCUA_CARRIER_CLAIMS_PER_MINUTE": "100000",
            # A year in a minute is more than a partner may ask.
            "MOTCUA_LIMITS": "false",
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
