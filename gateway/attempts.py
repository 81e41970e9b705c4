"""Counting wrong attempts, so that what is short enough to type is too long to guess. Values only."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

REMEMBERED = 200_000
"""Keys that are remembered; beyond that the one least recently tried is forgotten."""

IPV6_SITE = 64
"""Bits of an IPv6 address that one line of a provider holds: whoever has it has all addresses below."""


@dataclass(frozen=True)
class Limit:
    """So many failures in so many seconds."""

    failures: int
    seconds: float


class Attempts:
    """The attempts of each key, in this process.

    An attempt counts from its beginning, so that many at once are not all let through; one that was no
    failure is given back.
    """

    def __init__(self, limit: Limit, *, remembered: int = REMEMBERED) -> None:
        self._limit = limit
        self._remembered = remembered
        self._made: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def wait(self, key: Hashable, now: float) -> float:
        """Seconds until another attempt is taken; nothing when one is taken now.

        >>> twice = Attempts(Limit(2, 60.0))
        >>> twice.begin("a", 0.0), twice.begin("a", 10.0), twice.wait("a", 15.0), twice.wait("a", 60.0)
        (None, None, 45.0, 0.0)
        """
        made = self._made.get(key)
        if made is None:
            return 0.0
        while made and made[0] + self._limit.seconds <= now:
            made.popleft()
        if len(made) < self._limit.failures:
            return 0.0
        return made[0] + self._limit.seconds - now

    def begin(self, key: Hashable, now: float) -> None:
        """Count an attempt as failed until it is given back."""
        self._made.setdefault(key, deque()).append(now)
        self._made.move_to_end(key)
        while len(self._made) > self._remembered:
            self._made.popitem(last=False)

    def give_back(self, key: Hashable) -> None:
        """Take the latest attempt off the count: it was no failure."""
        made = self._made.get(key)
        if made:
            made.pop()
        if not made:
            self._made.pop(key, None)


def network_of(address: str | None) -> str:
    """The network whose attempts are counted together: an IPv4 address, or the /64 of an IPv6 one.

    >>> network_of("203.0.113.9"), network_of("::ffff:203.0.113.9"), network_of("2001:db8::1")
    ('203.0.113.9', '203.0.113.9', '2001:db8::/64')
    >>> network_of("unix:"), network_of(None)
    ('unknown', 'unknown')
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((int(found), IPV6_SITE), strict=False))
    return str(found)
