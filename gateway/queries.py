"""What the gateway looks up by more than a key."""

from sqlmodel import col

from chassis.database import UnitOfWork
from gateway.tables import Client


async def clients(uow: UnitOfWork) -> list[Client]:
    """The register of partners, by name."""
    return await uow.all(Client, order_by=(col(Client.name), col(Client.id)))
