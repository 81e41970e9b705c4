"""A network that breaks on command: a TCP proxy between a client and a server of the tests."""

import asyncio
import socket
import struct
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

from tests.servers.node import LOOPBACK

CHUNK = 65_536
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Network(StrEnum):
    """What the network does just now."""

    PASS = "pass"
    """Everything gets through."""
    BLACKHOLE = "blackhole"
    """Nothing gets through and nobody is told; held bytes go on when the network comes back."""
    HALF = "half"
    """Requests arrive, replies are lost for good; such connections are reset when this ends."""
    REFUSE = "refuse"
    """New connections are refused; open ones live on."""
    CUT = "cut"
    """Open connections are reset, and new ones as soon as they are made."""


class Link:
    """One client's connection through the proxy, with its two directions."""

    def __init__(
        self, client: asyncio.StreamWriter, server: asyncio.StreamWriter | None = None
    ) -> None:
        self.client = client
        self.server = server
        self.lost_a_reply = False

    def reset(self) -> None:
        """Breaks both sides with RST instead of a farewell."""
        for side in (self.client, self.server):
            if side is None:
                continue
            line = side.get_extra_info("socket")
            if line is not None and not side.transport.is_closing():
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            side.transport.abort()


class TcpProxy:
    """Listens on a port of its own and hands on to ``host:port``, as well as the network allows.

    ``async with TcpProxy.to(dsn) as proxy: ... await proxy.become(Network.BLACKHOLE)``. The address to
    give to a client is ``proxy.url(dsn)``.
    """

    def __init__(self, port: int, host: str = LOOPBACK) -> None:
        self._target = (host, port)
        self.port = 0
        self.network = Network.PASS
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self._open = asyncio.Event()
        self._open.set()

    @classmethod
    def to(cls, address: str) -> Self:
        """Makes a proxy to the host and port of a DSN or URL."""
        parts = urlsplit(address)
        if parts.hostname is None or parts.port is None:
            raise ValueError(f"{address} names no host and port.")
        return cls(parts.port, parts.hostname)

    def url(self, address: str) -> str:
        """Gives the same DSN or URL with the proxy's host and port in it."""
        parts = urlsplit(address)
        account = parts.netloc.rpartition("@")[0]
        netloc = f"{account}@{LOOPBACK}:{self.port}" if account else f"{LOOPBACK}:{self.port}"
        return parts._replace(netloc=netloc).geturl()

    async def become(self, network: Network) -> None:
        """Changes what the network does, for open connections and new ones."""
        self.network = network
        if network is Network.REFUSE:
            await self._deafen()
        else:
            await self._listen()
        for link in list(self._links):
            if network is Network.CUT or (link.lost_a_reply and network is not Network.HALF):
                link.reset()
        if network is Network.BLACKHOLE:
            self._open.clear()
        else:
            self._open.set()

    async def cut(self) -> None:
        """Resets the open connections once; the network stays as it is."""
        for link in list(self._links):
            link.reset()

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._deafen()
        self._open.set()
        await self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(self._accept, LOOPBACK, self.port)
            self.port = self._listener.sockets[0].getsockname()[1]

    async def _deafen(self) -> None:
        # Server.wait_closed() would wait for the open connections too, from Python 3.12 on.
        if self._listener is not None:
            self._listener.close()
            self._listener = None
            await asyncio.sleep(0)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        link = Link(writer)
        self._links.add(link)
        try:
            await self._serve(link, reader)
        except OSError:
            link.reset()
        finally:
            self._links.discard(link)
            writer.close()
            if link.server is not None:
                link.server.close()

    async def _serve(self, link: Link, requests: asyncio.StreamReader) -> None:
        if self.network is Network.CUT:
            link.reset()
            return
        await self._open.wait()
        replies, link.server = await asyncio.open_connection(*self._target)
        await asyncio.gather(self._forward(requests, link), self._return(replies, link))

    async def _forward(self, requests: asyncio.StreamReader, link: Link) -> None:
        """Carries what the client says to the server, and its end."""
        assert link.server is not None
        while chunk := await requests.read(CHUNK):
            await self._open.wait()
            link.server.write(chunk)
            await link.server.drain()
        await self._open.wait()
        link.server.close()

    async def _return(self, replies: asyncio.StreamReader, link: Link) -> None:
        """Carries what the server says to the client, unless replies are lost just now."""
        while chunk := await replies.read(CHUNK):
            await self._open.wait()
            if self.network is Network.HALF:
                link.lost_a_reply = True
                continue
            link.client.write(chunk)
            await link.client.drain()
        await self._open.wait()
        if self.network is Network.HALF:
            link.lost_a_reply = True
            return
        link.client.close()
