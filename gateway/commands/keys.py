"""The public keys of a client: two at most, so that one can follow the other without a gap."""

from typing import Any

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.problems import Conflict, NotFound
from gateway.commands.history import client_of, remember
from gateway.commands.partners import PartnerInvalid
from gateway.queries import keys_of
from gateway.tables import Client, ClientKey

ACTIVE_KEYS = 2


class TwoKeysActive(Conflict):
    """This client has two keys already."""

    title_vi = "Kết nối này đã có hai khóa đang dùng"


class KeyKnown(Conflict):
    """A key of this name was entered before; names are not used again."""

    title_vi = "Tên khóa này đã được dùng"


class UnknownKey(NotFound):
    """This client has no such key."""

    title_vi = "Kết nối này không có khóa mang tên đó"


class SecondPersonNeeded(Conflict):
    """Whoever entered a key does not confirm it."""

    title_vi = "Người nhập khóa không được tự xác nhận"


async def add_key(
    client_id: str, jwk: dict[str, Any], drop_secret: bool, by: str, uow: UnitOfWork
) -> ClientKey:
    """Enter a public key, which is taken at once, or once a second person has confirmed it.

    `jwk` is what `gateway.keyfiles.public_jwk` makes of what a partner hands over. With `drop_secret` the
    client has no secret any more. Raises `UnknownClient`, `TwoKeysActive`, `KeyKnown`, `PartnerInvalid`.
    """
    client = await client_of(client_id, uow)
    if client.dialect:
        raise PartnerInvalid("The national dialect knows no keys.")
    known = await keys_of(client_id, uow)
    if any(key.kid == jwk["kid"] for key in known):
        raise KeyKnown(f"Give the new key another name than {jwk['kid']}.")
    if sum(key.retired_at is None for key in known) >= ACTIVE_KEYS:
        raise TwoKeysActive("Retire one first: motcua partner key retire.")
    alone = not running_of(uow).settings.partner_keys_confirmed
    key = ClientKey.of(
        client=client_id,
        kid=jwk["kid"],
        jwk=jwk,
        added_at=uow.now,
        added_by=by,
        confirmed_at=uow.now if alone else None,
    )
    uow.add(key)
    _moved(client)
    remember(client, "key-added", by, uow, kid=key.kid, taken=alone)
    if drop_secret and client.secret_hash:
        client.change(secret_hash="", earlier_secret_hash=None, earlier_secret_until=None)
        remember(client, "secret-dropped", by, uow)
    return key


async def confirm_key(client_id: str, kid: str, by: str, uow: UnitOfWork) -> ClientKey:
    """Confirm a key that somebody else entered. Raises `UnknownKey`, `SecondPersonNeeded`."""
    client = await client_of(client_id, uow)
    key = await _active(client_id, kid, uow)
    if key.confirmed_at is None:
        if key.added_by == by:
            raise SecondPersonNeeded(f"{by} entered this key: somebody else confirms it.")
        key.change(confirmed_at=uow.now, revision=key.revision + 1)
        remember(client, "key-confirmed", by, uow, kid=kid)
    return key


async def retire_key(client_id: str, kid: str, lost: bool, by: str, uow: UnitOfWork) -> ClientKey:
    """Take a key no more; `lost` also refuses every token the client holds. Raises `UnknownKey`."""
    client = await client_of(client_id, uow)
    key = await _active(client_id, kid, uow)
    key.change(retired_at=uow.now, revision=key.revision + 1)
    _moved(client)
    if lost:
        client.change(tokens_from=uow.now)
    remember(client, "key-retired", by, uow, kid=kid, lost=lost)
    return key


def _moved(client: Client) -> None:
    # Two changes of one client's keys at a time would not see each other: the revision makes them.
    client.change(revision=client.revision + 1)


async def _active(client_id: str, kid: str, uow: UnitOfWork) -> ClientKey:
    key = await uow.get(ClientKey, client_id, kid)
    if key is None or key.retired_at is not None:
        raise UnknownKey(f"{client_id} has no key {kid} that is in use; motcua partner show tells.")
    return key
