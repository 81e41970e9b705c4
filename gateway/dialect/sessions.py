"""Sessions of the dialect: opened by user name and password, good for a while, from admitted networks."""

from datetime import datetime, timedelta

from chassis.database import UnitOfWork
from chassis.running import running_of
from gateway import domain
from gateway.commands.dialect import dialect_client
from gateway.commands.standing import is_in_force
from gateway.queries import over_sessions, over_sightings
from gateway.tables import Client, DialectSession, DialectSighting, PortalMessage

SIGHTINGS_KEPT = timedelta(days=400)
LONGEST_SESSION = 200
"""Characters of a session that are looked at: ours have 43."""


async def open_session(username: str, password: str, address: str | None, uow: UnitOfWork) -> str:
    """Log a system in (đăng nhập). Raises `LoginRefused`, `TooManyLogins`."""
    client = await dialect_client(username, password, address, uow)
    session, digest = domain.new_secret()
    lasts = timedelta(seconds=running_of(uow).settings.dialect_session_seconds)
    uow.add(
        DialectSession.of(
            digest=digest, client=client.id, opened_at=uow.now, expires_at=uow.now + lasts
        )
    )
    for over in await over_sessions(uow.now, uow):
        uow.remove(over)
    for old in await over_sightings(uow.now - SIGHTINGS_KEPT, uow):
        uow.remove(old)
    return session


async def session_client(session: str, address: str | None, uow: UnitOfWork) -> Client | None:
    """Whose session it is; none where it is over, or its account is, or may not come from this address."""
    if not session or len(session) > LONGEST_SESSION:
        return None
    opened = await uow.get(DialectSession, domain.hash_of(session))
    if opened is None or opened.expires_at <= uow.now:
        return None
    client = await uow.get(Client, opened.client)
    if client is None or not client.dialect or not is_in_force(client, uow.now):
        return None
    revoked = client.tokens_from is not None and opened.opened_at < client.tokens_from
    return None if revoked or not domain.comes_from(address, client.networks) else client


async def first_seen(digest: str, uow: UnitOfWork) -> datetime:
    """When this was first told: now, if it never was."""
    known = await uow.get(DialectSighting, digest)
    if known is not None:
        return known.seen_at
    uow.add(DialectSighting.of(digest=digest, seen_at=uow.now))
    return uow.now


async def is_known_message(client: str, reference: str, uow: UnitOfWork) -> bool:
    """Whether the national portal has handed this over before."""
    return await uow.get(PortalMessage, client, reference) is not None


async def remember_message(client: str, reference: str, dossier: str, uow: UnitOfWork) -> bool:
    """Remember that a message was taken; whether it is the first of its reference."""
    if await is_known_message(client, reference, uow):
        return False
    uow.add(
        PortalMessage.of(client=client, reference=reference, dossier=dossier, received_at=uow.now)
    )
    return True
