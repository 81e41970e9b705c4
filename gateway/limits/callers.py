"""Who a request counts for: a client, a rating link, a device, an interface of the post, a network."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable
from typing import Final, NamedTuple

from starlette.types import Message, Receive, Scope

from chassis.auth import Principal
from gateway.attempts import network_of
from gateway.limits.kinds import CARRIER, KIOSK, KIOSK_WAITS, OF_THE_BODY, RATING, Call

DEVICE_HEADER: Final = b"motcua-device"
LONGEST_KEY: Final = 128
READ_AHEAD: Final = 64 * 1024
"""Bytes of a rating in which its link is looked for."""

TOLD_TOKEN: Final = re.compile(rb'"token"\s*:\s*"([\w -]{1,200})"', re.ASCII)

BODIES_WITH_LINKS: Final = frozenset({"/v1/ratings", "/v1/rating-refusals"})
"""Where a rating link stands in the body rather than in the address."""


class Spends(NamedTuple):
    """A quota, and whose."""

    quota: str
    key: Hashable


def header(scope: Scope, name: bytes) -> bytes:
    """A header's value; nothing where it is not told."""
    for told, value in scope["headers"]:
        if told == name:
            found: bytes = value
            return found
    return b""


def bearer_token(scope: Scope) -> str:
    """The access token a request carries, unverified; nothing where it carries none."""
    scheme, _, token = header(scope, b"authorization").partition(b" ")
    return token.decode("latin-1").strip() if scheme.lower() == b"bearer" else ""


def network(scope: Scope) -> str:
    """The network a request comes from."""
    client = scope.get("client")
    return network_of(client[0] if client else None)


def spends(call: Call, scope: Scope, principal: Principal | None, link: bytes) -> list[Spends]:
    """The quotas a request spends, the narrowest first; `link` is the rating link it is about.

    A client is counted wherever it calls from. What nobody vouches for is counted together with its
    network, so that a stranger spends nobody else's quota by using its name.
    """
    here = network(scope)
    if call.kind in OF_THE_BODY:
        return [proofs(here)]
    if principal is not None and call.kind not in {CARRIER, RATING}:
        return [Spends(call.kind.quota, principal.client)]
    if call.kind is CARRIER:
        # Not the network's quota too: the post reports for a whole city from one address.
        return [Spends("carrier", (scope["path"].split("/")[3][:LONGEST_KEY], here))]
    found: list[Spends] = []
    if call.kind is RATING and link:
        found.append(Spends("rating", hashlib.sha256(link).digest()))
    device = header(scope, DEVICE_HEADER)[:LONGEST_KEY]
    if device and call.kind in {RATING, KIOSK, KIOSK_WAITS}:
        found.append(Spends("device", (device, here)))
    if principal is None and bearer_token(scope):
        return [*found, proofs(here)]
    return [*found, Spends("network", here)]


def proofs(network: str) -> Spends:
    """What a network spends with secrets, sessions and tokens that are still to be looked at.

    Apart from its other calls, so that partners get their tokens while their neighbours use it up.
    """
    return Spends("network", ("proofs", network))


def claimed(quota: str, name: str, address: str | None) -> Spends:
    """What somebody spends who says to be this client or account, and has still to show it."""
    return Spends(quota, (name[:LONGEST_KEY], network_of(address)))


async def rating_link(scope: Scope, receive: Receive) -> tuple[bytes, Receive]:
    """The rating link a request is about, and a `receive` that gives again what was read to find it."""
    if scope["path"] not in BODIES_WITH_LINKS:
        place = 2 if scope["path"].startswith("/r/") else -1
        return scope["path"].split("/")[place].encode("utf-8", "replace"), receive
    read: list[Message] = []
    body = b""
    while len(body) < READ_AHEAD:
        message = await receive()
        read.append(message)
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body", False):
            break
    found = TOLD_TOKEN.search(body)
    waiting = iter(read)

    async def again() -> Message:
        for message in waiting:
            return message
        return await receive()

    return (found[1] if found else b""), again
