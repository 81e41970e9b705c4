"""The register of partners: who they are, for whom they speak, and where from."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field

from chassis.tables import Json, Words
from contracts.gateway import ClientKind
from gateway.tables.base import Base


class Client(Base, table=True):
    """A partner's system that may ask for tokens (hệ thống kết nối)."""

    id: str = Field(primary_key=True)
    name: str
    agency: str
    """The first agency whose subtree it may speak for; all of them are its grants."""
    scopes: str
    """Blank-separated."""
    secret_hash: str
    """SHA-256 of a 256-bit random secret, in hex: nothing to guess, so nothing to slow down. Empty: it has
    none, and signs with a key."""
    added_at: datetime
    disabled_at: datetime | None = None
    revision: int = 1
    kind: ClientKind = Field(
        default=ClientKind.PARTNER,
        sa_type=Words(ClientKind),
        sa_column_kwargs={"server_default": "partner"},
    )
    dialect: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """Whether it speaks the national dialect: its id and secret are a user name and a password of
    ``/dvcqg/mapi/login`` then, and nothing else."""
    networks: list[str] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    """Networks it may come from, in CIDR notation; none: any."""
    expires_at: datetime | None = None
    """From when on it is let in no more."""
    earlier_secret_hash: str | None = None
    """The secret before the last change of it, while both are taken."""
    earlier_secret_until: datetime | None = None
    tokens_from: datetime | None = None
    """Access tokens of before this instant are refused (thu hồi)."""


class ClientGrant(Base, table=True):
    """An agency whose subtree a client may speak for, and when. Grants are ended, never taken away."""

    __tablename__ = "client_grant"

    client: str = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    valid_to: date | None = None
    """Exclusive; None: until further notice."""


class ClientKey(Base, table=True):
    """A public key that a client signs its assertions with (khóa công khai)."""

    __tablename__ = "client_key"

    client: str = Field(primary_key=True)
    kid: str = Field(primary_key=True)
    jwk: dict[str, Any] = Field(sa_type=Json)
    added_at: datetime
    added_by: str
    confirmed_at: datetime | None = None
    """From when on it is taken; None while a second person has not confirmed it."""
    retired_at: datetime | None = None
    revision: int = 1


class ClientUse(Base, table=True):
    """When and from which network a client was last let in."""

    __tablename__ = "client_use"

    client: str = Field(primary_key=True)
    last_at: datetime
    network: str
    """An IPv4 address, or the /64 of an IPv6 one."""


class ClientChange(Base, table=True):
    """An entry of the register's history: who changed what, when. The database refuses to change one."""

    __tablename__ = "client_change"

    id: str = Field(primary_key=True)
    client: str = Field(index=True)
    at: datetime
    by: str
    act: str
    told: dict[str, Any] = Field(sa_type=Json)
    """What was changed to; no secret, no key material."""


class SpentAssertion(Base, table=True):
    """A signed assertion that was shown, so that it is good for one token only."""

    __tablename__ = "spent_assertion"

    client: str = Field(primary_key=True)
    jti: str = Field(primary_key=True)
    """SHA-256 of it, in hex: a client may choose any text."""
    expires_at: datetime = Field(index=True)
