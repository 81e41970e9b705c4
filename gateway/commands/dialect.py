"""Credentials of the national dialect: a user name and a password, for one agency, from known networks."""

from math import ceil

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.problems import TooMany, Unauthorised
from gateway import domain
from gateway.attempts import network_of
from gateway.commands.standing import agencies_of, is_in_force, secrets_of
from gateway.tables import Client
from gateway.uses import LoginGuard, Uses, note_use

LONGEST = 200
"""Characters that are looked at of a user name: none of ours is nearly as long."""


class LoginRefused(Unauthorised):
    """These credentials do not open anything from here."""

    title_vi = "Tên đăng nhập hoặc mật khẩu không dùng được"


class TooManyLogins(TooMany):
    """Too many logins have failed from this network."""

    title_vi = "Đăng nhập sai quá nhiều lần"


async def dialect_client(
    username: str, password: str, address: str | None, uow: UnitOfWork
) -> Client:
    """The client whose dialect credentials these are; it may speak for the agency in its `agency`.

    `address` is where the caller comes from. Raises `LoginRefused`, which does not tell whether the name,
    the password, the network, the expiry or the register stood in the way, and `TooManyLogins` after
    repeated failures. Run it in a unit of work that commits: it notes the use, at most once a minute.
    """
    running = running_of(uow)
    guard, network = running.own(LoginGuard), network_of(address)
    counted = username[:LONGEST]
    if (wait := guard.wait(counted, network)) > 0:
        raise TooManyLogins("Wait before the next login.", retry_after=ceil(wait))
    client = await uow.get(Client, username) if _may_be_ours(username) else None
    # The password is compared in every case, so that the time does not tell which names there are.
    genuine = domain.is_secret(password, *secrets_of(client, uow.now))
    if client is None or not genuine or not await _is_welcome(client, address, uow):
        guard.failed(counted, network)
        raise LoginRefused(
            "Check user name, password and expiry in the register, and that it admits your network."
        )
    guard.succeeded(counted, network)
    if running.own(Uses).due(client.id):
        note_use(client.id, address, uow)
    return client


def _may_be_ours(username: str) -> bool:
    return len(username) <= LONGEST and username.isascii() and username.isprintable()


async def _is_welcome(client: Client, address: str | None, uow: UnitOfWork) -> bool:
    return (
        client.dialect
        and is_in_force(client, uow.now)
        and domain.comes_from(address, client.networks)
        and await agencies_of(client, uow) == [client.agency]
    )
