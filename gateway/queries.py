"""What the gateway looks up by more than a key."""

from sqlmodel import col

from chassis.database import Database, UnitOfWork
from chassis.tenancy import Agencies, AgencyTree
from gateway.tables import Client


def no_directory(_: Database) -> AgencyTree:
    """The gateway keeps no directory: whose a thing is, its service decides."""

    async def load() -> Agencies:
        return {}

    async def edition() -> object:
        return ()

    return AgencyTree(load, edition)


async def clients(uow: UnitOfWork) -> list[Client]:
    """The register of partners, by name."""
    return await uow.all(Client, order_by=(col(Client.name), col(Client.id)))
