"""RabbitMQ for the tests: the one that is there, or a node of our own with its own name service."""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import aio_pika

from tests.servers.node import (
    LOOPBACK,
    PrivateNode,
    ServerBroken,
    ServerMissing,
    free_port,
    run_apart,
)

MISSING = (
    "Install RabbitMQ (on Debian: apt-get install rabbitmq-server), "
    "or set MOTCUA_TEST_AMQP to the amqp:// address of a broker."
)
RUNNING_HERE = f"amqp://guest:guest@{LOOPBACK}:5672/"

NEW_QUEUE_SECONDS = 4.0
"""How long a new quorum queue does not outlive a kill: RabbitMQ 3.10 notes its name on disk 3 s late.

A node killed within it comes back with a queue that never answers again, whatever was confirmed.
"""

# Debian's program; the one on the search path is a wrapper that serves no account but its own.
DEBIAN = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class PrivateRabbitMQ(PrivateNode):
    """A node of our own: loopback only, its own Erlang name service (epmd), gone at the end."""

    title = "RabbitMQ"
    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        self._program = find_rabbitmq()
        self._epmd: subprocess.Popen[bytes] | None = None
        super().__init__()
        self._epmd_port = free_port()
        self._peer_port = free_port()
        (self.room / "enabled_plugins").write_text("[rabbitmq_consistent_hash_exchange].\n")
        (self.room / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = {LOOPBACK}:{self.port}\n"
            "vm_memory_high_watermark.absolute = 2GB\n"
            "disk_free_limit.absolute = 50MB\n"
            "log.file.level = warning\n"
        )

    @property
    def url(self) -> str:
        """Opens the default virtual host as ``guest``."""
        return f"amqp://guest:guest@{LOOPBACK}:{self.port}/"

    def command(self) -> list[str]:
        """Serves in the foreground."""
        return [str(self._program)]

    def environment(self) -> dict[str, str]:
        """Gives the node a name, ports, files and a name service that no other node shares."""
        room = self.room
        return super().environment() | {
            "RABBITMQ_NODENAME": f"t{self.port}@localhost",
            "RABBITMQ_MNESIA_BASE": f"{room}/mnesia",
            "RABBITMQ_LOG_BASE": f"{room}/log",
            "RABBITMQ_CONFIG_FILE": f"{room}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{room}/enabled_plugins",
            "RABBITMQ_DIST_PORT": str(self._peer_port),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2"
            ),
            # The start script then becomes the server instead of waiting beside it: one process to signal.
            "RUNNING_UNDER_SYSTEMD": "1",
        }

    def start(self) -> None:
        """Starts the name service first, or Erlang would leave one behind that nobody owns."""
        if self._epmd is None:
            epmd = [find_epmd(), "-port", str(self._epmd_port), "-address", LOOPBACK]
            self._epmd = self.launch(epmd)
        super().start()

    def companions(self) -> list[int]:
        """Lists the name service."""
        return [self._epmd.pid] if self._epmd else []

    async def greet(self) -> None:
        """Opens a connection with everything that AMQP asks for, and closes it."""
        await _shake_hands(self.url)

    def ctl(self, *arguments: str) -> str:
        """Calls ``rabbitmqctl``, as in ``ctl("set_disk_free_limit", "1000GB")``, and gives its output."""
        return _rabbitmqctl(self._program.with_name("rabbitmqctl"), arguments, self.environment())

    def close(self) -> None:
        """Ends the name service after the node."""
        self.stop()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()
            self._epmd = None
            self._guard.watch([])
        super().close()


@dataclass(frozen=True)
class RabbitMQ:
    """A broker for this test session; ``url`` opens a virtual host of our own where one can be had."""

    url: str
    prefix: str
    """Begins the name of every exchange and queue, for brokers where we share a virtual host."""
    node: PrivateRabbitMQ | None = None
    """The private node behind it, which tests may kill and restart; ``None`` when it is not ours."""

    @property
    def private(self) -> bool:
        """Tells whether the broker is ours alone."""
        return self.node is not None

    @property
    def pid(self) -> int | None:
        """Gives the process id of a private node."""
        return self.node.pid if self.node else None

    async def forget(self, prefix: str, services: Iterable[str]) -> None:
        """Deletes what one installation declared: a quorum queue keeps three files open for good."""
        async with await aio_pika.connect(self.url) as connection:
            channel = await connection.channel()
            for name in (*services, "dead"):
                await channel.queue_delete(f"{prefix}.{name}.v1")
            for name in ("events", "dead"):
                await channel.exchange_delete(f"{prefix}.{name}")


@contextmanager
def private_rabbitmq() -> Iterator[PrivateRabbitMQ]:
    """Starts a private node, which takes five to ten seconds."""
    with PrivateRabbitMQ() as node:
        yield node


@contextmanager
def rabbitmq_server() -> Iterator[RabbitMQ]:
    """Gives the broker of this test session: the named one, a running one, or a private one."""
    prefix = f"test-{os.getpid()}-{secrets.token_hex(3)}."
    named = os.environ.get("MOTCUA_TEST_AMQP")
    if named:
        trouble = _what_keeps_us_out(named)
        if trouble:
            raise ServerMissing(
                f"Set MOTCUA_TEST_AMQP to a broker that lets us in; this one: {trouble}"
            )
        yield RabbitMQ(named, prefix)
        return
    private = os.environ.get("MOTCUA_TEST_PRIVATE_SERVERS") == "1"
    if not private and _what_keeps_us_out(RUNNING_HERE) is None:
        with _virtual_host(prefix) as url:
            yield RabbitMQ(url, prefix)
        return
    with private_rabbitmq() as node:
        yield RabbitMQ(node.url, prefix, node)


def find_rabbitmq() -> Path:
    """Finds the program that any account may start."""
    if DEBIAN.exists():
        return DEBIAN
    program = shutil.which("rabbitmq-server")
    if program is None:
        raise ServerMissing(MISSING)
    return Path(program).resolve()


def find_epmd() -> str:
    """Finds Erlang's name service, on the search path or inside Erlang's own directory."""
    found = shutil.which("epmd")
    if found is None:
        found = next(map(str, Path("/usr/lib/erlang").glob("erts-*/bin/epmd")), None)
    if found is None:
        raise ServerMissing("Install Erlang's epmd (on Debian: apt-get install erlang-base).")
    return found


@contextmanager
def _virtual_host(prefix: str) -> Iterator[str]:
    """Gives the running broker's address, with a virtual host of our own if root can make one."""
    name = f"motcua-{prefix.removesuffix('.')}"
    ctl = shutil.which("rabbitmqctl") if os.geteuid() == 0 else None
    if ctl is None or not _made_virtual_host(Path(ctl), name):
        yield RUNNING_HERE
        return
    try:
        yield urlsplit(RUNNING_HERE)._replace(path=f"/{quote(name, safe='')}").geturl()
    finally:
        _rabbitmqctl(Path(ctl), ("delete_vhost", name))


def _made_virtual_host(ctl: Path, name: str) -> bool:
    """Tells whether the running broker could be told; one in a container, say, cannot from here."""
    try:
        _rabbitmqctl(ctl, ("add_vhost", name))
        _rabbitmqctl(ctl, ("set_permissions", "-p", name, "guest", ".*", ".*", ".*"))
    except (ServerBroken, subprocess.TimeoutExpired):
        return False
    return True


def _rabbitmqctl(
    program: Path, arguments: tuple[str, ...], environment: dict[str, str] | None = None
) -> str:
    command = [str(program), "--quiet", *arguments]
    called = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if called.returncode != 0:
        raise ServerBroken(f"rabbitmqctl {' '.join(arguments)}: {called.stderr or called.stdout}")
    return called.stdout


def _what_keeps_us_out(url: str) -> str | None:
    """Tells why we cannot talk AMQP there, or ``None`` when we can."""
    try:
        run_apart(_shake_hands(url))
    except (OSError, ValueError, aio_pika.exceptions.AMQPError) as refusal:
        return str(refusal) or type(refusal).__name__
    return None


async def _shake_hands(url: str) -> None:
    connection = await aio_pika.connect(url, timeout=5)
    await connection.close()
