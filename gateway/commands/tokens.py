"""Giving a partner's system a token."""

import time
from dataclasses import dataclass

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.gateway import TokenAnswer
from gateway import domain
from gateway.admission import good_from
from gateway.commands.refusing import TokenRefused
from gateway.commands.showing import Shown, client_that_shows
from gateway.commands.standing import agencies_of
from gateway.keys import SigningKey
from gateway.tables import Client
from gateway.uses import Uses, note_use


@dataclass(frozen=True)
class TokenRequest:
    """What a client asks for, and what it shows."""

    shown: Shown
    scope: str | None = None
    agency: str | None = None
    """The agency it will speak for; may be left out where there is only one."""
    address: str | None = None
    """Where it comes from."""


async def give_token(asked: TokenRequest, uow: UnitOfWork) -> TokenAnswer:
    """Give a partner a short-lived access token. Raises `TokenRefused`."""
    client = await client_that_shows(asked.shown, asked.address, uow)
    scopes = domain.granted(asked.scope, client.scopes)
    if scopes is None:
        raise TokenRefused("invalid_scope", f"This client holds: {client.scopes}.")
    agency = await _agency_meant(asked.agency, client, uow)
    running = running_of(uow)
    if running.own(Uses).due(client.id):
        note_use(client.id, asked.address, uow)
    key = running.own(SigningKey)
    until = client.expires_at.timestamp() if client.expires_at else None
    return TokenAnswer(
        access_token=key.token(
            *(client.id, agency, scopes), good_from=good_from(client), until=until
        ),
        expires_in=key.seconds if until is None else min(key.seconds, int(until - time.time())),
        scope=" ".join(sorted(scopes)),
    )


async def _agency_meant(told: str | None, client: Client, uow: UnitOfWork) -> str:
    held = await agencies_of(client, uow)
    if not held:
        raise TokenRefused("unauthorized_client", "This client may speak for no agency today.")
    if told is None and len(held) == 1:
        return held[0]
    if told not in held:
        error = "invalid_request" if told is None else "invalid_target"
        raise TokenRefused(error, f"Name one of its agencies (agency): {', '.join(held)}.")
    return told
