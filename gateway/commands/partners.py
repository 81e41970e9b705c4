"""What an operator does with the register of partners: enter, stop, let in again, hand out anew."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chassis.database import ITSELF, UnitOfWork
from chassis.running import running_of
from contracts.gateway import ClientKind
from contracts.problems import Conflict, Invalid
from contracts.vocabulary import VIETNAM, Scope
from gateway import domain
from gateway.commands.history import client_of, remember
from gateway.tables import Client, ClientGrant

DIALECT_DAYS = 365
"""How long dialect credentials are good for when nobody says: they expire in every case."""
OVERLAP = timedelta(days=1)
"""How long the former secret is still taken after a change."""
LONGEST_NAME = 200
NOT_FOR_TRIALS = frozenset(
    {Scope.CATALOGUE_WRITE, Scope.PLANS_WRITE, Scope.PARTNERS_ADMIN, Scope.AUDIT_READ}
)
"""Scopes that reach beyond an agency of one's own."""


_SCOPES = f"Scopes are {', '.join(Scope)}."


class UnknownScope(Invalid):
    """There is no such scope."""

    title_vi = "Không có quyền này"


class PartnerInvalid(Invalid):
    """Something in the entry of the register must be changed."""

    title_vi = "Thông tin kết nối chưa hợp lệ"


class SecretNotGiven(Conflict):
    """This client signs with a key and is given no secret."""

    title_vi = "Kết nối này xác thực bằng khóa, không cấp mật khẩu"


@dataclass(frozen=True, kw_only=True)
class PartnerEntry:
    """What a partner's system is entered into the register with."""

    name: str
    agencies: Sequence[str]
    """Agencies whose subtrees it may speak for."""
    scopes: Sequence[str]
    kind: ClientKind = ClientKind.PARTNER
    dialect: bool = False
    networks: Sequence[str] = ()
    """Networks it may come from; ``any`` says any out loud."""
    expires_on: date | None = None
    """The last day on which it is let in."""
    signs: bool = False
    """Whether it will sign with a key, so that it is given no secret."""


@dataclass(frozen=True)
class Credentials:
    """What a partner is handed once and nobody keeps."""

    client_id: str
    client_secret: str
    """Empty for a client that signs with a key."""


async def add_partner(
    name: str, agency: str, scopes: Sequence[str], uow: UnitOfWork
) -> Credentials:
    """Enter a partner's system of one agency. Raises `UnknownScope`, `PartnerInvalid`."""
    entry = PartnerEntry(name=name, agencies=[agency], scopes=scopes)
    return await enter_partner(entry, ITSELF, uow)


async def enter_partner(entry: PartnerEntry, by: str, uow: UnitOfWork) -> Credentials:
    """Enter a partner's system into the register. Raises `UnknownScope`, `PartnerInvalid`."""
    agencies = list(dict.fromkeys(entry.agencies))
    _expect_sound(entry, agencies)
    signs = entry.signs or len(agencies) > 1
    secret, kept = ("", "") if signs else domain.new_secret()
    client = Client.of(
        id=f"c-{secrets.token_hex(8)}",
        name=entry.name,
        agency=agencies[0],
        scopes=" ".join(sorted(set(entry.scopes))),
        secret_hash=kept,
        added_at=uow.now,
        kind=entry.kind,
        dialect=entry.dialect,
        networks=_networks(entry, running_of(uow).settings.public_url),
        expires_at=_expiry(entry, uow.now),
    )
    uow.add(client)
    today = uow.now.astimezone(VIETNAM).date()
    for agency in agencies:
        uow.add(ClientGrant.of(client=client.id, agency=agency, valid_from=today))
    remember(
        *(client, "added", by, uow),
        agencies=agencies,
        scopes=client.scopes,
        networks=client.networks,
        dialect=client.dialect,
        kind=str(client.kind),
        expires_at=client.expires_at and client.expires_at.isoformat(),
    )
    return Credentials(client.id, secret)


async def disable(client_id: str, reason: str, by: str, uow: UnitOfWork) -> Client:
    """Shut a client out (thu hồi): no new token, and those it holds are refused. Raises `UnknownClient`."""
    client = await client_of(client_id, uow)
    if client.disabled_at is None:
        _change(client, disabled_at=uow.now, tokens_from=uow.now)
        remember(client, "disabled", by, uow, reason=reason)
    return client


async def enable(client_id: str, by: str, uow: UnitOfWork) -> Client:
    """Let a client in again; tokens of before stay refused. Raises `UnknownClient`."""
    client = await client_of(client_id, uow)
    if client.disabled_at is not None:
        _change(client, disabled_at=None, tokens_from=uow.now)
        remember(client, "enabled", by, uow)
    return client


async def rotate_secret(
    client_id: str, overlap: timedelta, by: str, uow: UnitOfWork
) -> Credentials:
    """Give a client a new secret; its former one is taken for `overlap` longer, the one before no more.

    Without any overlap the tokens it holds are refused too: that is for a secret that got lost.
    Raises `UnknownClient`, `SecretNotGiven`.
    """
    client = await client_of(client_id, uow)
    if not client.secret_hash:
        raise SecretNotGiven(f"Add a key instead: motcua partner key add {client_id} FILE.")
    secret, kept = domain.new_secret()
    until = uow.now + overlap
    _change(
        client,
        secret_hash=kept,
        earlier_secret_hash=client.secret_hash if overlap else None,
        earlier_secret_until=until if overlap else None,
        tokens_from=client.tokens_from if overlap else uow.now,
    )
    remember(client, "secret-rotated", by, uow, earlier_until=until.isoformat())
    return Credentials(client.id, secret)


async def admit_from(
    client_id: str,
    networks: Sequence[str] | None,
    expires_on: date | None,
    by: str,
    uow: UnitOfWork,
) -> Client:
    """Change where a client may come from, or until which day; None leaves it. Raises `PartnerInvalid`."""
    client = await client_of(client_id, uow)
    changed: dict[str, object] = {}
    if networks is not None:
        changed["networks"] = _named(networks)
        if client.dialect and not changed["networks"]:
            raise PartnerInvalid("Name the networks a dialect client comes from, or any.")
    if expires_on is not None:
        # Tokens of before may last beyond the new day.
        changed |= {"expires_at": _end_of(expires_on), "tokens_from": uow.now}
    if changed:
        _change(client, **changed)
        last = client.expires_at and client.expires_at.isoformat()
        remember(client, "changed", by, uow, networks=client.networks, expires_at=last)
    return client


async def grant_agency(grant: ClientGrant, by: str, uow: UnitOfWork) -> ClientGrant:
    """Let a client speak for an agency from one day until another, or end that it may.

    A client that speaks for several signs with a key; dialect credentials are of exactly one agency.
    Raises `UnknownClient`, `PartnerInvalid`.
    """
    client = await client_of(grant.client, uow)
    if client.dialect:
        raise PartnerInvalid("Dialect credentials are of one agency: add others for another one.")
    if grant.valid_to is not None and grant.valid_to < grant.valid_from:
        raise PartnerInvalid("Let the grant end no earlier than it begins.")
    held = await uow.get(ClientGrant, grant.client, grant.agency, grant.valid_from)
    if held is None:
        uow.add(grant)
    else:
        held.change(valid_to=grant.valid_to)
    # What a token says of agencies was right when it was given: it is asked for anew.
    _change(client, tokens_from=uow.now)
    remember(
        *(client, "agency-granted", by, uow),
        agency=grant.agency,
        valid_from=grant.valid_from.isoformat(),
        valid_to=grant.valid_to and grant.valid_to.isoformat(),
    )
    return grant


def _change(client: Client, **values: object) -> None:
    client.change(**values, revision=client.revision + 1)


def _expect_sound(entry: PartnerEntry, agencies: Sequence[str]) -> None:
    if not entry.name.strip() or len(entry.name) > LONGEST_NAME or not entry.name.isprintable():
        raise PartnerInvalid(f"Give a name of 1 to {LONGEST_NAME} printable characters.")
    if not agencies:
        raise PartnerInvalid("Name the agency it speaks for.")
    if unknown := domain.unknown_scopes(entry.scopes):
        raise UnknownScope(f"There is no scope {', '.join(unknown)}. {_SCOPES}")
    if not entry.scopes:
        raise UnknownScope(f"Name at least one scope. {_SCOPES}")
    if entry.kind is ClientKind.SANDBOX and (beyond := NOT_FOR_TRIALS.intersection(entry.scopes)):
        raise PartnerInvalid(f"In a sandbox there is no {', '.join(sorted(beyond))}.")
    if entry.dialect and len(agencies) > 1:
        raise PartnerInvalid("Dialect credentials are of one agency: add some for each.")
    if entry.dialect and entry.signs:
        raise PartnerInvalid("The national dialect knows no keys: leave either of the two out.")


def _networks(entry: PartnerEntry, public_url: str) -> list[str]:
    named = _named(entry.networks)
    if named or not entry.dialect:
        return named
    if not domain.is_this_machine(public_url):
        # A proxy on this machine that does not say whom it speaks for would make everybody come from here.
        raise PartnerInvalid(
            f"Name the networks it comes from, --network CIDR (203.0.113.0/24): this installation is at "
            f"{public_url}, so its callers are elsewhere."
        )
    return list(domain.THIS_MACHINE)


def _named(networks: Sequence[str]) -> list[str]:
    try:
        return domain.networks_named(networks)
    except ValueError as bad:
        raise PartnerInvalid(str(bad)) from bad


def _expiry(entry: PartnerEntry, now: datetime) -> datetime | None:
    if entry.expires_on is None:
        if not entry.dialect:
            return None
        return _end_of((now + timedelta(days=DIALECT_DAYS)).astimezone(VIETNAM).date())
    expires = _end_of(entry.expires_on)
    if expires <= now:
        raise PartnerInvalid(f"{entry.expires_on} is over: name a day that is still to come.")
    return expires


def _end_of(day: date) -> datetime:
    try:
        return datetime.combine(day + timedelta(days=1), datetime.min.time(), VIETNAM)
    except OverflowError:
        raise PartnerInvalid(f"{day} lies beyond every calendar.") from None
