"""PostgreSQL for the tests: the one that is there, or one of our own made in a second."""

import getpass
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from tests.servers.node import LOOPBACK, PrivateNode, ServerBroken, ServerMissing, run_apart

MISSING = (
    "Install PostgreSQL (on Debian: apt-get install postgresql), "
    "or set MOTCUA_TEST_PG to the DSN of a server whose user may create databases."
)

CONNECTIONS = 100
"""What one runner of tests may need at once: ten processes with their pools, and whoever looks at them."""


class PrivatePostgres(PrivateNode):
    """A cluster of our own: made by ``initdb``, trusting the loopback address, gone at the end."""

    title = "PostgreSQL"
    stop_signal = signal.SIGINT  # PostgreSQL's "fast" shutdown: it does not wait for its clients
    account = "postgres"

    def __init__(self, *, fsync: bool = True) -> None:
        self._programs = find_postgres()
        self._fsync = fsync
        super().__init__()

    @property
    def dsn(self) -> str:
        """Opens the maintenance database over TCP as the superuser ``postgres``."""
        return f"postgresql://postgres@{LOOPBACK}:{self.port}/postgres"

    def command(self) -> list[str]:
        """Serves TCP on the loopback address and a Unix socket in the room."""
        switches = {"listen_addresses": LOOPBACK, "port": self.port}
        switches |= {"unix_socket_directories": self.room, "fsync": "on" if self._fsync else "off"}
        switches["max_connections"] = 2 * CONNECTIONS
        settings = [part for name, value in switches.items() for part in ("-c", f"{name}={value}")]
        return [str(self._programs / "postgres"), "-D", str(self.room / "cluster"), *settings]

    def start(self) -> None:
        """Makes the cluster at the first start; later starts find what was committed."""
        if not (self.room / "cluster").exists():
            self._make_cluster()
        super().start()

    async def greet(self) -> None:
        """Asks for a one."""
        await _answer(self.dsn, "select 1")

    def close(self) -> None:
        """Also gives back the shared memory that a killed server could not."""
        self.stop()
        self._free_shared_memory()
        super().close()

    def _make_cluster(self) -> None:
        initdb = [
            str(self._programs / "initdb"),
            "--no-sync",
            "--auth=trust",
            "--username=postgres",
        ]
        initdb += ["--encoding=UTF8", "--locale=C.UTF-8", "-D", str(self.room / "cluster")]
        if self.launch(initdb).wait() != 0:
            raise ServerBroken(f"initdb made no cluster:\n{self.last_words()}")

    def _free_shared_memory(self) -> None:
        """Removes the segment whose id the seventh line of a left-over ``postmaster.pid`` tells."""
        left_over = self.room / "cluster" / "postmaster.pid"
        ipcrm = shutil.which("ipcrm")
        if not ipcrm or not left_over.exists():
            return
        lines = left_over.read_text().splitlines()
        if len(lines) > 6 and lines[6].split():
            segment = lines[6].split()[-1]
            subprocess.run([ipcrm, "-m", segment], check=False, capture_output=True)


@dataclass(frozen=True)
class Postgres:
    """A server for this test session; ``dsn`` opens its maintenance database."""

    dsn: str
    node: PrivatePostgres | None = None
    """The private server behind it, which tests may kill and restart; ``None`` when it is not ours."""

    @property
    def private(self) -> bool:
        """Tells whether the server is ours alone."""
        return self.node is not None

    @property
    def pid(self) -> int | None:
        """Gives the process id of a private server."""
        return self.node.pid if self.node else None

    def dsn_of(self, name: str) -> str:
        """Gives the address of one of its databases."""
        return urlsplit(self.dsn)._replace(path=f"/{name}").geturl()

    def create_database(self, name: str, *, template: str | None = None) -> str:
        """Creates a database, as a copy of ``template`` if told so, and gives its address."""
        copy = f" template {_quoted(template)}" if template else ""
        run_apart(_answer(self.dsn, f"create database {_quoted(name)}{copy}"))
        return self.dsn_of(name)

    def drop_database(self, name: str) -> None:
        """Drops a database if it is there, whoever is still connected to it."""
        run_apart(_answer(self.dsn, f"drop database if exists {_quoted(name)} with (force)"))


@contextmanager
def private_postgres(*, fsync: bool = True) -> Iterator[PrivatePostgres]:
    """Starts a private server; ``fsync=False`` is quicker, and its commits do not outlive a power cut."""
    with PrivatePostgres(fsync=fsync) as node:
        yield node


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Gives the server of this test session: the named one, a running one, or a private one.

    One that runs here is taken where it has room for every runner of tests; a private one is a runner's own.
    """
    named = os.environ.get("MOTCUA_TEST_PG")
    if named:
        trouble = _what_keeps_us_out(named)
        if trouble:
            raise ServerMissing(
                f"Set MOTCUA_TEST_PG to a server that lets us in; this one: {trouble}"
            )
        yield Postgres(named)
        return
    running = None if os.environ.get("MOTCUA_TEST_PRIVATE_SERVERS") == "1" else _running_here()
    if running:
        yield Postgres(running)
        return
    with private_postgres(fsync=False) as node:
        yield Postgres(node.dsn, node)


def find_postgres() -> Path:
    """Finds the directory with ``initdb`` and ``postgres``, the newest of Debian's first."""
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    for programs in sorted(debian, key=lambda path: float(path.parent.name), reverse=True):
        if (programs / "initdb").exists():
            return programs
    initdb = shutil.which("initdb")
    if initdb is None:
        raise ServerMissing(MISSING)
    return Path(initdb).resolve().parent


def _running_here() -> str | None:
    for user in ("postgres", getpass.getuser()):
        dsn = f"postgresql://{user}@{LOOPBACK}:5432/postgres"
        if _what_keeps_us_out(dsn) is None and _has_room(dsn):
            return dsn
    return None


def _has_room(dsn: str) -> bool:
    """Tells whether as many runners as there are find connections enough there."""
    runners = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    answer = run_apart(_answer(dsn, "select current_setting('max_connections')::int"))
    return isinstance(answer, int) and answer >= CONNECTIONS * runners


def _what_keeps_us_out(dsn: str) -> str | None:
    """Tells why we cannot create databases there, or ``None`` when we can."""
    may_create = "select rolsuper or rolcreatedb from pg_roles where rolname = current_user"
    try:
        if run_apart(_answer(dsn, may_create)):
            return None
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as refusal:
        return str(refusal) or type(refusal).__name__
    return "its user may not create databases."


async def _answer(dsn: str, question: str) -> object:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
