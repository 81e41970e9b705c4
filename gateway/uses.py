"""When a client was last let in, and how often somebody failed to be let in as one."""

import time
from collections import OrderedDict
from collections.abc import Callable

from chassis.database import UnitOfWork
from chassis.running import Running
from gateway.attempts import Attempts, Limit, network_of
from gateway.tables import ClientUse

NOTED_EVERY = 60.0
"""Seconds between two notes of one client: the register is not written at every request."""
REMEMBERED = 20_000
OF_A_CLIENT = Limit(10, 15 * 60.0)
"""Failures of one network with one user name. Others elsewhere are not shut out by them."""
OF_A_NETWORK = Limit(60, 15 * 60.0)
OF_AN_ACCOUNT = Limit(100, 15 * 60.0)
"""Failures with one user name from everywhere together, so that many networks guess no faster than a few."""


class Uses:
    """Which clients this process has noted of late."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._noted: OrderedDict[str, float] = OrderedDict()

    def due(self, client: str) -> bool:
        """Whether the use of a client is to be noted now; asking counts as noting."""
        now = self._now()
        if self._noted.get(client, float("-inf")) + NOTED_EVERY > now:
            return False
        self._noted[client] = now
        self._noted.move_to_end(client)
        while len(self._noted) > REMEMBERED:
            self._noted.popitem(last=False)
        return True


class LoginGuard:
    """Counts failed logins: by user name and network together, by network, and by user name.

    Where an account has logged in from before, only what fails as that account there stands in its way:
    others cannot shut it out, by its name from elsewhere or by other names from its network.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._clients = Attempts(OF_A_CLIENT)
        self._networks = Attempts(OF_A_NETWORK)
        self._accounts = Attempts(OF_AN_ACCOUNT)
        self._at_home: OrderedDict[tuple[str, str], None] = OrderedDict()

    def wait(self, username: str, network: str) -> float:
        """Seconds until another failure is taken; nothing when one is taken now."""
        now, here = self._now(), (username, network)
        wait = self._clients.wait(here, now)
        if here in self._at_home:
            return wait
        return max(wait, self._networks.wait(network, now), self._accounts.wait(username, now))

    def failed(self, username: str, network: str) -> None:
        """Count a failure."""
        now = self._now()
        self._clients.begin((username, network), now)
        self._networks.begin(network, now)
        self._accounts.begin(username, now)

    def succeeded(self, username: str, network: str) -> None:
        """Remember where an account logs in from."""
        self._at_home[username, network] = None
        self._at_home.move_to_end((username, network))
        while len(self._at_home) > REMEMBERED:
            self._at_home.popitem(last=False)


def note_use(client: str, address: str | None, uow: UnitOfWork) -> None:
    """Enter into the register that a client was just let in."""
    uow.put(ClientUse.of(client=client, last_at=uow.now, network=network_of(address)))


async def open_uses(_: Running) -> Uses:
    """The notes of a gateway that opens."""
    return Uses()


async def open_login_guard(_: Running) -> LoginGuard:
    """The guard of a gateway that opens."""
    return LoginGuard()
