"""The rules of the door: which scopes are granted, how secrets are compared, where clients may come from."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from contracts.vocabulary import Scope

KNOWN_SCOPES = frozenset(str(scope) for scope in Scope)

ANYWHERE = ("0.0.0.0/0", "::/0")
"""The networks of a client that may come from any, said out loud."""

THIS_MACHINE = ("127.0.0.0/8", "::1/128")
"""The networks of a dialect client for which no other was named, where nobody else is to be expected."""


def new_secret() -> tuple[str, str]:
    """A fresh 256-bit secret and the hash that is kept of it."""
    secret = secrets.token_urlsafe(32)
    return secret, hash_of(secret)


def hash_of(secret: str) -> str:
    """What is kept of a secret.

    One round of SHA-256 is right for what nobody chose: 256 random bits cannot be guessed however fast each
    guess is. Slow hashes protect passwords that people think up, and would cost every login here.
    """
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_secret(secret: str, *kept: str | None) -> bool:
    """Whether a secret is one of those given out, in the same time whatever the answer.

    >>> is_secret("a", hash_of("b"), hash_of("a")), is_secret("", ""), is_secret("a", None)
    (True, False, False)
    """
    shown = hash_of(secret)
    found = [hmac.compare_digest(shown, one or hash_of("")) and bool(one) for one in kept]
    return any(found)


def granted(asked: str | None, held: str) -> frozenset[str] | None:
    """The scopes of a token: those asked for, all held when none are asked; None for one not held.

    >>> sorted(granted(None, "dossiers:read ratings:read"))
    ['dossiers:read', 'ratings:read']
    >>> granted("audit:read", "dossiers:read") is None
    True
    """
    has = frozenset(held.split())
    wants = frozenset((asked or held).split())
    return wants if wants <= has else None


def unknown_scopes(scopes: Iterable[str]) -> list[str]:
    """Those that are no scopes of the suite.

    >>> unknown_scopes(["dossiers:read", "dossiers:eat"])
    ['dossiers:eat']
    """
    return sorted(set(scopes) - KNOWN_SCOPES)


def networks_named(texts: Iterable[str]) -> list[str]:
    """Networks as they are kept, each once. Raises `ValueError` with a sentence for one that is none.

    >>> networks_named(["10.2.0.0/16", "203.0.113.9", "10.2.0.0/16"])
    ['10.2.0.0/16', '203.0.113.9/32']
    >>> networks_named(["any"])
    ['0.0.0.0/0', '::/0']
    """
    found: list[str] = []
    for text in texts:
        if text.strip().lower() == "any":
            found.extend(ANYWHERE)
            continue
        try:
            network = ip_network(text.strip())
        except ValueError:
            raise ValueError(
                f"{text} is no network: write an address (203.0.113.9) or a network with zeros behind its "
                "prefix (203.0.113.0/24), or any."
            ) from None
        if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped is not None:
            raise ValueError(f"{text} hides an IPv4 network: write it as IPv4.")
        found.append(str(network))
    return list(dict.fromkeys(found))


def comes_from(address: str | None, networks: Sequence[str]) -> bool:
    """Whether an address lies in one of these networks; in no networks lies every address.

    >>> comes_from("10.2.3.4", ["10.2.0.0/16"]), comes_from("::ffff:10.2.3.4", ["10.2.0.0/16"])
    (True, True)
    >>> comes_from("10.3.0.1", ["10.2.0.0/16"]), comes_from(None, ["10.2.0.0/16"]), comes_from(None, [])
    (False, False, True)
    """
    if not networks:
        return True
    try:
        found: IPv4Address | IPv6Address = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in _network(one) for one in networks)


def is_this_machine(url: str) -> bool:
    """Whether an address is one that only this machine reaches.

    >>> [is_this_machine(f"http://{host}") for host in ("127.0.0.1:8080", "[::1]", "localhost")]
    [True, True, True]
    >>> is_this_machine("https://motcua.example"), is_this_machine("http://10.0.0.5"), is_this_machine("")
    (False, False, False)
    """
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@lru_cache(maxsize=4096)
def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text)
