"""What the gateway looks up by more than a key."""

from datetime import datetime

from sqlmodel import col, or_

from chassis.database import UnitOfWork
from contracts.gateway import ClientKind
from gateway.tables import (
    Client,
    ClientChange,
    ClientGrant,
    ClientKey,
    DialectSession,
    DialectSighting,
    SpentAssertion,
    StrangerOrigin,
    WidgetOrigin,
)


async def clients(uow: UnitOfWork) -> list[Client]:
    """The register of partners, by name."""
    return await uow.all(Client, order_by=(col(Client.name), col(Client.id)))


async def password_clients(uow: UnitOfWork) -> list[Client]:
    """Offices' systems that are let in by a password of the national dialect today, the last to end first."""
    return await uow.all(
        Client,
        col(Client.dialect).is_(True),
        col(Client.kind) == ClientKind.PARTNER,
        col(Client.disabled_at).is_(None),
        col(Client.expires_at) > uow.now,
        order_by=(col(Client.expires_at).desc(), col(Client.id)),
    )


async def grants_of(client: str, uow: UnitOfWork) -> list[ClientGrant]:
    """Every grant a client ever had."""
    return await uow.all(
        ClientGrant,
        col(ClientGrant.client) == client,
        order_by=(col(ClientGrant.valid_from), col(ClientGrant.agency)),
    )


async def keys_of(client: str, uow: UnitOfWork) -> list[ClientKey]:
    """Every key a client ever had, the oldest first."""
    return await uow.all(
        ClientKey,
        col(ClientKey.client) == client,
        order_by=(col(ClientKey.added_at), col(ClientKey.kid)),
    )


async def changes_of(client: str, uow: UnitOfWork) -> list[ClientChange]:
    """The history of a client, the latest first."""
    return await uow.all(
        ClientChange,
        col(ClientChange.client) == client,
        order_by=(col(ClientChange.at).desc(), col(ClientChange.id)),
        limit=200,
    )


async def restricted_clients(since: datetime, uow: UnitOfWork) -> list[Client]:
    """Clients whose tokens must be looked at twice: of some networks only, disabled, or revoked.

    What was revoked or disabled before `since` is left out: every token of then is over.
    """
    return await uow.all(
        Client,
        or_(
            col(Client.tokens_from) >= since,
            col(Client.disabled_at) >= since,
            col(Client.networks) != [],
        ),
    )


async def over_assertions(now: datetime, uow: UnitOfWork) -> list[SpentAssertion]:
    """Spent assertions that could not be shown again anyway."""
    return await uow.all(SpentAssertion, col(SpentAssertion.expires_at) < now, limit=500)


async def over_sessions(now: datetime, uow: UnitOfWork) -> list[DialectSession]:
    """Sessions of the dialect that are over."""
    return await uow.all(DialectSession, col(DialectSession.expires_at) <= now, limit=500)


async def over_sightings(before: datetime, uow: UnitOfWork) -> list[DialectSighting]:
    """What was first told so long ago that nobody repeats it."""
    return await uow.all(DialectSighting, col(DialectSighting.seen_at) < before, limit=500)


async def widget_origins(uow: UnitOfWork) -> list[WidgetOrigin]:
    """The sites that may show the rating widget, by their address."""
    return await uow.all(WidgetOrigin, order_by=(col(WidgetOrigin.origin),))


async def stranger_origins(uow: UnitOfWork) -> list[StrangerOrigin]:
    """The sites that asked without being registered, the most frequent first."""
    order = (col(StrangerOrigin.times).desc(), col(StrangerOrigin.last_at).desc())
    return await uow.all(StrangerOrigin, order_by=order)
