"""What can be done at the door: enter a partner into the register, give it a token."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.gateway import TokenAnswer
from contracts.problems import Invalid
from gateway import domain
from gateway.keys import SigningKey
from gateway.tables import Client


class UnknownScope(Invalid):
    """There is no such scope."""

    title_vi = "Không có quyền này"


class TokenRefused(Exception):
    """No token is given (RFC 6749 section 5.2): `error` is for programs."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True)
class Credentials:
    """What a partner is handed once and nobody keeps."""

    client_id: str
    client_secret: str


async def add_partner(
    name: str, agency: str, scopes: Sequence[str], uow: UnitOfWork
) -> Credentials:
    """Enter a partner's system into the register. Raises `UnknownScope`."""
    if unknown := domain.unknown_scopes(scopes):
        raise UnknownScope(f"There is no scope {', '.join(unknown)}.")
    secret, kept = domain.new_secret()
    client = Client.of(
        id=f"c-{secrets.token_hex(8)}",
        name=name,
        agency=agency,
        scopes=" ".join(sorted(set(scopes))),
        secret_hash=kept,
        added_at=uow.now,
    )
    uow.add(client)
    return Credentials(client.id, secret)


async def give_token(
    client_id: str, secret: str, scope: str | None, uow: UnitOfWork
) -> TokenAnswer:
    """Give a partner a short-lived access token. Raises `TokenRefused`."""
    client = await uow.get(Client, client_id)
    genuine = domain.is_secret(secret, client.secret_hash if client else None)
    if client is None or not genuine or client.disabled_at is not None:
        raise TokenRefused("invalid_client", "Unknown client or wrong secret.", 401)
    scopes = domain.granted(scope, client.scopes)
    if scopes is None:
        raise TokenRefused("invalid_scope", f"This client holds: {client.scopes}.")
    key = running_of(uow).own(SigningKey)
    return TokenAnswer(
        access_token=key.token(client.id, client.agency, scopes),
        expires_in=key.seconds,
        scope=" ".join(sorted(scopes)),
    )
