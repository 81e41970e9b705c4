"""A private server: a program in a room of its own, which ends with the tests however those end."""

import asyncio
import os
import pwd
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

LOOPBACK = "127.0.0.1"
START_SECONDS = 90.0
STOP_SECONDS = 30.0

T = TypeVar("T")


class ServerMissing(RuntimeError):
    """Says in one sentence what to install: the machine has no such server."""


class ServerBroken(RuntimeError):
    """Says what a server that is there did instead of serving."""


def free_port() -> int:
    """Gives a TCP port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def run_apart(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end in a thread and loop of its own, so that any caller may wait for it."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


class Guard:
    """Ends what a dead test run leaves behind: a shell that waits for our end, then kills and cleans up.

    It holds the other end of a pipe that closes when this process does, even by ``kill -9``. The file
    ``pids`` in the room names whom it ends.
    """

    SCRIPT = 'read -r _; for pid in $(cat "$1/pids"); do kill -9 "$pid"; done; rm -rf "$1"'

    def __init__(self, room: Path) -> None:
        self._pids = room / "pids"
        self._pids.touch()
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", self.SCRIPT, "guard", str(room)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def watch(self, pids: list[int]) -> None:
        """Notes whom to end; an empty list when all have ended by themselves."""
        self._pids.write_text(" ".join(map(str, pids)))

    def release(self) -> None:
        """Ends those still noted and removes the room, now."""
        self._shell.communicate()


class PrivateNode(ABC):
    """One server of our own, on ports and in a directory that nobody else uses.

    Its methods wait until the thing is done and may be called from anywhere; inside a running event loop
    ``await asyncio.to_thread(node.start)`` keeps the loop alive meanwhile. As a context manager it starts
    on entry, and on exit stops and leaves nothing behind.
    """

    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]
    account: ClassVar[str | None] = None
    """Whom root starts the server as; ``None`` is root itself."""

    def __init__(self) -> None:
        # A Unix socket's path has room for 107 bytes, and another account has to reach it: /tmp serves both.
        self.room = Path(tempfile.mkdtemp(prefix=f"motcua-{self.title.lower()}-", dir="/tmp"))
        self._guard = Guard(self.room)
        self.port = free_port()
        self._server: subprocess.Popen[bytes] | None = None
        if self._owner:
            os.chown(self.room, self._owner.pw_uid, self._owner.pw_gid)

    @property
    def _owner(self) -> pwd.struct_passwd | None:
        if self.account is None or os.geteuid() != 0:
            return None
        try:
            return pwd.getpwnam(self.account)
        except KeyError:
            return pwd.getpwnam("nobody")

    @abstractmethod
    def command(self) -> list[str]:
        """Gives the command line that serves in the foreground until it is told to stop."""

    @abstractmethod
    async def greet(self) -> None:
        """Raises until the server answers in its own protocol."""

    def environment(self) -> dict[str, str]:
        """Gives the whole environment of the server: nothing of ours leaks into it."""
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": str(self.room)}

    def companions(self) -> list[int]:
        """Lists processes that live beside the server until the end."""
        return []

    @property
    def running(self) -> bool:
        """Tells whether the server's process lives, frozen or not."""
        return self._server is not None and self._server.poll() is None

    @property
    def pid(self) -> int:
        """Gives the process id of the running server; each start has a new one."""
        if self._server is None or not self.running:
            raise ServerBroken(f"{self.title} does not run now.")
        return self._server.pid

    def start(self) -> None:
        """Starts the server, again if need be, and waits until it answers."""
        if self.running:
            return
        self._server = self.launch(self.command())
        self._guard.watch([self._server.pid, *self.companions()])
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Asks the server to end in order, and ends it by force after ``STOP_SECONDS``."""
        if self._server is None or not self.running:
            return
        self.thaw()
        self._server.send_signal(self.stop_signal)
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._guard.watch(self.companions())

    def restart(self) -> None:
        """Stops in order and starts again on the same port and files."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """Ends the server as a power cut would: ``kill -9``, no last words."""
        self._signal_all(signal.SIGKILL)
        if self._server is not None:
            self._server.wait()
        self._guard.watch(self.companions())

    def freeze(self) -> None:
        """Stops the server's clock: connections stay open, nothing is answered."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets a frozen server go on where it was."""
        self._signal_all(signal.SIGCONT)

    def close(self) -> None:
        """Stops the server and its companions and removes their directory."""
        self.stop()
        self._guard.release()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def launch(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Starts a program in the room, as the server's account; what it prints goes to ``output``."""
        owner = self._owner
        with (self.room / "output").open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=self.room,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )

    def last_words(self) -> str:
        """Gives the end of what the server printed."""
        return (self.room / "output").read_text(errors="replace")[-2000:]

    def _signal_all(self, number: signal.Signals) -> None:
        """Reaches the server first and then its children, which it could replace otherwise."""
        if not self.running:
            return
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        family = [self.pid]
        if children.exists():
            family += map(int, children.read_text().split())
        for pid in family:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            if not self.running:
                raise ServerBroken(f"{self.title} ended while it started:\n{self.last_words()}")
            try:
                socket.create_connection((LOOPBACK, self.port), timeout=1).close()
                run_apart(asyncio.wait_for(self.greet(), 5))
            except Exception as trouble:
                if time.monotonic() > deadline:
                    raise ServerBroken(
                        f"{self.title} did not answer in time: {trouble}"
                    ) from trouble
            else:
                return
            time.sleep(0.05)
