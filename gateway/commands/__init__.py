"""What can be done at the door: keep the register of partners, let them in."""

from gateway.commands.dialect import LoginRefused, TooManyLogins, dialect_client
from gateway.commands.history import UnknownClient, client_of
from gateway.commands.keys import (
    KeyKnown,
    SecondPersonNeeded,
    TwoKeysActive,
    UnknownKey,
    add_key,
    confirm_key,
    retire_key,
)
from gateway.commands.partners import (
    Credentials,
    PartnerEntry,
    PartnerInvalid,
    SecretNotGiven,
    UnknownScope,
    add_partner,
    admit_from,
    disable,
    enable,
    enter_partner,
    grant_agency,
    rotate_secret,
)
from gateway.commands.refusing import TokenRefused
from gateway.commands.showing import Assertion, Secret
from gateway.commands.standing import agencies_of
from gateway.commands.tokens import TokenRequest, give_token

__all__ = [
    "Assertion",
    "Credentials",
    "KeyKnown",
    "LoginRefused",
    "PartnerEntry",
    "PartnerInvalid",
    "SecondPersonNeeded",
    "Secret",
    "SecretNotGiven",
    "TokenRefused",
    "TokenRequest",
    "TooManyLogins",
    "TwoKeysActive",
    "UnknownClient",
    "UnknownKey",
    "UnknownScope",
    "add_key",
    "add_partner",
    "admit_from",
    "agencies_of",
    "client_of",
    "confirm_key",
    "dialect_client",
    "disable",
    "enable",
    "enter_partner",
    "give_token",
    "grant_agency",
    "retire_key",
    "rotate_secret",
]
