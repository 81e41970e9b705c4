"""What an origin looks like as browsers write it (RFC 6454 section 6.2). Values only."""

from __future__ import annotations

import re
from typing import Final

from contracts.problems import Invalid

LONGEST: Final = 255
ORIGIN: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
    r"|\[[0-9a-f:]+\])(?::(?P<port>[1-9][0-9]{0,4}))?",
    re.ASCII,
)
OWN_PORT: Final = {"http": "80", "https": "443"}
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


class OriginUnreadable(Invalid):
    """An origin is written as browsers send it: scheme, host and, where it is not the usual one, port."""

    title_vi = "Nguồn gốc (origin) chưa đúng dạng"


def checked_origin(text: str) -> str:
    """The origin, exactly as a browser sends it. Raises `OriginUnreadable`, which says what to change.

    >>> checked_origin("https://motcua.example.vn"), checked_origin("http://localhost:3000")
    ('https://motcua.example.vn', 'http://localhost:3000')
    """
    found = ORIGIN.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise OriginUnreadable(
            "Write it as https://host or https://host:port: small letters, no path, no slash at the end, no "
            "wildcard, names beyond ASCII as xn--."
        )
    if found["port"] == OWN_PORT[found["scheme"]]:
        raise OriginUnreadable(f"Browsers leave port {found['port']} out; leave it out too.")
    if found["scheme"] == "http" and found["host"] not in LOOPBACK:
        raise OriginUnreadable(
            "A site without https can be changed on its way; only localhost may be without."
        )
    return text


NO_ORIGIN: Final = "null"
"""What browsers send for pages without an origin: files, sandboxed frames."""

UNREADABLE: Final = "unreadable"


def named_origin(text: str) -> str:
    """What an origin is called in lists and logs: itself, or a word for what no browser would send.

    >>> named_origin("http://portal.local"), named_origin("null"), named_origin("<script>")
    ('http://portal.local', 'null', 'unreadable')
    """
    if text == NO_ORIGIN or (len(text) <= LONGEST and ORIGIN.fullmatch(text)):
        return text
    return UNREADABLE
