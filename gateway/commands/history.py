"""The history of the register: every change of it leaves an entry, in the same transaction."""

from typing import Any
from uuid import uuid4

from chassis.database import UnitOfWork
from contracts.problems import NotFound
from gateway.tables import Client, ClientChange


class UnknownClient(NotFound):
    """No client of this id is in the register."""

    title_vi = "Không có kết nối nào mang mã này"


async def client_of(client_id: str, uow: UnitOfWork) -> Client:
    """A client of the register. Raises `UnknownClient`."""
    client = await uow.get(Client, client_id)
    if client is None:
        raise UnknownClient(f"There is no client {client_id}; `motcua partner list` shows them.")
    return client


def remember(client: Client, act: str, by: str, uow: UnitOfWork, **told: Any) -> None:
    """Enter into the history who did what to a client; nothing told may be a secret."""
    uow.add(
        ClientChange.of(
            id=uuid4().hex, client=client.id, at=uow.now, by=by, act=act, told=dict(told)
        )
    )
