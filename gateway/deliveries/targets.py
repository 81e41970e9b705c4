"""Where deliveries may go: public addresses, and networks that an operator has approved.

An address book of one's own could be made to call whatever the gateway reaches, so nothing is taken on
trust: not the address a partner writes, not what its name leads to, not that it leads there tomorrow.
What is connected to is the very address that was checked, at every connection.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from yarl import URL

from chassis.running import Running
from contracts.problems import FieldError, Invalid
from gateway.deliveries.lookups import PATIENCE, Lookups

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NetworkRange = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses a name leads to."""

PORTS = frozenset({443, 8443})
CONNECT_SECONDS = 3.0

NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        [
            *("0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24"),
            *("192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"),
            *("168.63.129.16/32", "224.0.0.0/4", "240.0.0.0/4"),
            *("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64"),
            *("2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
            *("fec0::/10", "ff00::/8"),
        ],
    )
)
"""Beyond what Python calls not global: translations into IPv4, tunnels, the metadata of clouds."""

NEVER = tuple(
    map(
        ipaddress.ip_network,
        [
            *("0.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32", "224.0.0.0/4", "240.0.0.0/4"),
            *("::/128", "fe80::/10", "ff00::/8", "fd00:ec2::254/128", "64:ff9b::/96"),
        ],
    )
)
"""Where no operator's word leads either: no address at all, neighbours by accident, machines' secrets."""

LOOPBACK = tuple(map(ipaddress.ip_network, ["127.0.0.0/8", "::1/128"]))
"""This machine itself, where what listens trusts whoever calls."""

WIDEST = {4: 8, 6: 16}
"""The shortest prefix of a network that can be approved."""


class WebhookUrlRefused(Invalid):
    """Nothing is delivered to this address."""

    title_vi = "Không gửi được bản tin tới địa chỉ này"

    def __init__(self, reason: str, detail: str, *, pointer: str = "/url") -> None:
        super().__init__(detail, errors=[FieldError(pointer=pointer, code=reason, detail=detail)])
        self.reason = reason


@dataclass(frozen=True)
class Target:
    """An address that may be delivered to, as far as can be told before its name is looked up."""

    url: URL
    networks: tuple[NetworkRange, ...]

    def allows(self, address: str) -> bool:
        """Whether a connection to this address may be made."""
        told = canonical(address)
        if told is None or _in(told, NEVER):
            return False
        if _in(told, self.networks):
            return True
        return self.url.scheme == "https" and self.url.port in PORTS and is_public(told)


class Names:
    """Where names are looked up; a test, or an installation with rules of its own, gives another way."""

    def __init__(self, resolve: Resolve) -> None:
        self.resolve = resolve

    async def checked(self, target: Target) -> list[str]:
        """The addresses a target leads to, each of them allowed. Raises `WebhookUrlRefused`."""
        host, port = target.url.raw_host or "", target.url.port or 0
        try:
            async with asyncio.timeout(PATIENCE):
                found = list(dict.fromkeys(await self.resolve(host, port)))
        except (OSError, UnicodeError, TimeoutError) as unknown:
            raise WebhookUrlRefused("unresolvable", "The name leads to no address.") from unknown
        if not found:
            raise WebhookUrlRefused("unresolvable", "The name leads to no address.")
        if not all(map(target.allows, found)):
            raise WebhookUrlRefused(
                "address-not-public",
                "Every address of the name must be public, or in a network an operator has approved "
                "for this webhook.",
            )
        return found


async def open_names(_: Running) -> Names:
    """Where a gateway that opens looks names up."""
    return Names(Lookups())


def canonical(address: str) -> Address | None:
    """An address in its plain form: IPv4 however it is dressed; None for what is no address."""
    try:
        told = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(told, ipaddress.IPv6Address):
        if told.scope_id is not None:
            return None
        if told.ipv4_mapped is not None:
            return told.ipv4_mapped
    return told


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public Internet, and to nothing that leads elsewhere."""
    return address.is_global and not _in(address, NOT_PUBLIC)


def approved(networks: Iterable[str], *, loopback: bool = False) -> tuple[NetworkRange, ...]:
    """Networks as an operator writes them. Raises `WebhookUrlRefused` naming the one that cannot be.

    `loopback`: whether the machine itself may be among them (`MOTCUA_WEBHOOK_LOOPBACK`).
    """
    found = []
    for number, told in enumerate(networks):
        pointer = f"/networks/{number}"
        try:
            network = ipaddress.ip_network(told)
        except ValueError as bad:
            detail = "Write a network as its address and its length, e.g. 10.20.0.0/16."
            raise WebhookUrlRefused("network-unreadable", detail, pointer=pointer) from bad
        if network.prefixlen < WIDEST[network.version]:
            detail = f"A network of IPv{network.version} has at least /{WIDEST[network.version]}."
            raise WebhookUrlRefused("network-too-wide", detail, pointer=pointer)
        if _touches(network, LOOPBACK) and not loopback:
            detail = "Addresses of the machine itself need the setting MOTCUA_WEBHOOK_LOOPBACK."
            raise WebhookUrlRefused("network-loopback", detail, pointer=pointer)
        if any(network.version == n.version and network.subnet_of(n) for n in NEVER):  # type: ignore[arg-type]  # of one version, as said
            detail = "Nothing is ever sent there: neighbours by accident, or machines' own secrets."
            raise WebhookUrlRefused("network-never", detail, pointer=pointer)
        found.append(network)
    return tuple(found)


def target_of(text: str, networks: Iterable[str], *, loopback: bool = False) -> Target:
    """The target an address means. Raises `WebhookUrlRefused` saying what to change."""
    ranges = approved(networks, loopback=loopback)
    if not text.isprintable() or re.search(r"[\s\\]", text):
        raise WebhookUrlRefused("malformed", "Write the address without blanks and backslashes.")
    try:
        url = URL(text)
        host, port = url.raw_host, url.port
    except ValueError as bad:
        raise WebhookUrlRefused("malformed", "Write a whole address, https://...") from bad
    if url.scheme not in {"https", "http"} or not host or port is None:
        raise WebhookUrlRefused("scheme", "Write a whole address that begins with https://.")
    if "@" in re.split(r"[/?#]", text.partition("//")[2], maxsplit=1)[0]:
        raise WebhookUrlRefused("userinfo", "Leave out user name and password.")
    if url.raw_fragment or "#" in text:
        raise WebhookUrlRefused("malformed", "Leave out what follows the #.")
    _expect_approved(url, host, port, ranges)
    return Target(url, ranges)


def _expect_approved(url: URL, host: str, port: int, networks: tuple[NetworkRange, ...]) -> None:
    """Raises `WebhookUrlRefused` for what only an operator can allow, unless that is done."""
    if _is_number(host):
        told = canonical(host)
        if told is None or _in(told, NEVER) or not _in(told, networks):
            raise WebhookUrlRefused("ip-literal", "Write a name, not the number of an address.")
    if not networks:
        if url.scheme != "https":
            raise WebhookUrlRefused("scheme", "Write an address that begins with https://.")
        if port not in PORTS:
            raise WebhookUrlRefused("port", "Use port 443 or 8443.")
        if _is_local(host):
            raise WebhookUrlRefused("address-not-public", "This name means nothing outside.")


def _is_number(host: str) -> bool:
    """Whether a host is an address by number, in any of the ways that programs read one."""
    last = host.rstrip(".").rpartition(".")[2]
    return (
        ":" in host
        or last.isdigit()
        or re.fullmatch(r"0x[0-9a-f]*", last, re.IGNORECASE) is not None
    )


def _is_local(host: str) -> bool:
    name = host.rstrip(".").lower()
    return "." not in name or name.endswith((".localhost", ".local", ".internal", ".home.arpa"))


def _touches(network: NetworkRange, others: Iterable[NetworkRange]) -> bool:
    return any(network.version == n.version and network.overlaps(n) for n in others)


def _in(address: Address, networks: Iterable[NetworkRange]) -> bool:
    return any(address.version == n.version and address in n for n in networks)
