"""How a client shows who it is at the token endpoint: a secret, or an assertion signed with its key."""

from dataclasses import dataclass
from datetime import UTC, datetime

from chassis.database import UnitOfWork
from chassis.jwt import Token, TokenUnsound, take_apart
from chassis.running import running_of
from gateway import domain
from gateway.commands.refusing import TokenRefused, wrong_client
from gateway.commands.standing import agencies_of, is_in_force, secrets_of
from gateway.keyfiles import algorithms_of, imported
from gateway.queries import over_assertions
from gateway.tables import Client, ClientKey, SpentAssertion
from gateway.uses import Uses

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_TYP = "client-authentication+jwt"
LONGEST_LIFE = 120
"""Seconds an assertion may be good for."""
LONGEST_ID = 200
NO_KEY = "No key of this client is taken under this name, from here."


@dataclass(frozen=True)
class Secret:
    """A client's id and secret."""

    client_id: str
    secret: str


@dataclass(frozen=True)
class Assertion:
    """A signed assertion (RFC 7523), and the client id sent beside it, if any."""

    text: str
    client_id: str | None = None


Shown = Secret | Assertion


def claimed_client(shown: Shown) -> str:
    """Which client this says to be, before anything of it is believed; empty where it cannot be read."""
    if isinstance(shown, Secret):
        return shown.client_id
    try:
        return take_apart(shown.text, typ=ASSERTION_TYP).text("sub", LONGEST_ID)
    except TokenUnsound:
        return ""


async def client_that_shows(shown: Shown, address: str | None, uow: UnitOfWork) -> Client:
    """The client that is in force and really shows this, from where it may. Raises `TokenRefused`."""
    if isinstance(shown, Secret):
        return await _by_secret(shown, address, uow)
    return await _by_assertion(shown, address, uow)


async def _by_secret(shown: Secret, address: str | None, uow: UnitOfWork) -> Client:
    if not running_of(uow).settings.client_secrets:
        raise TokenRefused("invalid_client", "Sign with a key: secrets are not taken here.", 401)
    client = await _registered(shown.client_id, uow)
    genuine = domain.is_secret(shown.secret, *secrets_of(client, uow.now))
    if client is None or not genuine or not _may_come(client, address, uow):
        raise wrong_client("Unknown client or wrong secret.")
    if len(await agencies_of(client, uow)) > 1:
        raise wrong_client("A client that speaks for several agencies signs with a key.")
    return client


async def _by_assertion(shown: Assertion, address: str | None, uow: UnitOfWork) -> Client:
    try:
        return await _signer(shown, address, uow)
    except TokenUnsound as bad:
        raise wrong_client(f"The assertion is refused. {bad}") from bad


async def _signer(shown: Assertion, address: str | None, uow: UnitOfWork) -> Client:
    settings = running_of(uow).settings
    told = take_apart(shown.text, typ=ASSERTION_TYP)
    client_id = told.text("sub", LONGEST_ID)
    told.expect(iss=client_id, aud=settings.issuer_url)
    if shown.client_id is not None and shown.client_id != client_id:
        raise TokenUnsound("The client_id sent beside it is another one.")
    _expect_brief(told, uow.now, settings.clock_leeway_seconds)
    client = await _registered(client_id, uow)
    key = await _key_of(client, str(told.header["kid"]), uow)
    told.verify(imported(key.jwk), algorithms_of(key.jwk))
    if client is None or not _may_come(client, address, uow):
        raise TokenUnsound(NO_KEY)
    await _spend(client_id, told, settings.clock_leeway_seconds, uow)
    return client


def _expect_brief(told: Token, now: datetime, leeway: int) -> None:
    told.expect_current(now.timestamp(), leeway)
    if not 0 < told.instant("exp") - told.instant("iat") <= LONGEST_LIFE:
        raise TokenUnsound(f"Let it end at most {LONGEST_LIFE} seconds after it began (iat, exp).")


async def _registered(client_id: str, uow: UnitOfWork) -> Client | None:
    # What cannot be an id of ours is not looked for: a database may not even be able to hold it.
    if not (0 < len(client_id) <= LONGEST_ID and client_id.isascii() and client_id.isprintable()):
        return None
    return await uow.get(Client, client_id)


async def _key_of(client: Client | None, kid: str, uow: UnitOfWork) -> ClientKey:
    key = None
    if client is not None and kid.isascii() and kid.isprintable():
        key = await uow.get(ClientKey, client.id, kid)
    if key is None or key.retired_at is not None or key.confirmed_at is None:
        raise TokenUnsound(NO_KEY)
    return key


async def _spend(client: str, told: Token, leeway: int, uow: UnitOfWork) -> None:
    """Take an assertion once. Whoever is second anywhere finds it spent: the row's key is unique."""
    jti = domain.hash_of(told.text("jti"))
    spent = await uow.get(SpentAssertion, client, jti)
    if spent is not None:
        raise TokenUnsound("Its jti was shown before: make a new one for each request.")
    expires = datetime.fromtimestamp(told.instant("exp") + 2 * leeway, UTC)
    uow.add(SpentAssertion.of(client=client, jti=jti, expires_at=expires))
    if running_of(uow).own(Uses).due("spent assertions"):
        for over in await over_assertions(uow.now, uow):
            uow.remove(over)


def _may_come(client: Client, address: str | None, uow: UnitOfWork) -> bool:
    return (
        not client.dialect
        and is_in_force(client, uow.now)
        and domain.comes_from(address, client.networks)
    )
