"""What a kiosk signs: the proof of a request, the proof that it holds a key, and each item. Values only.

Proofs are like DPoP (RFC 9449), with two differences. The key is named (``kid``), because it was registered;
and ``iat`` has no window, because a kiosk's clock may stand anywhere: the number of a proof is remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from joserfc.jwk import ECKey

from chassis.jwt import Token, TokenUnsound, take_apart
from contracts.problems import Problem

HEADER = "motcua-proof"
"""Where the proof of a request travels."""

PROOF = "kiosk-proof+jwt"
KEY = "kiosk-key+jwt"
ITEM = "kiosk-item+jwt"
ALGORITHMS = ("ES256",)
HIGHEST = 2**53
"""Numbers a browser counts exactly."""

MOST_ANSWERS = 20
LONGEST_ID = 64
LATEST_MS = 7_258_118_400_000
"""The year 2200, in milliseconds since 1970, where a clock begins that was without power."""


@dataclass(frozen=True)
class Proof:
    """What the proof of a request says."""

    key: str
    jti: str
    seq: int


@dataclass(frozen=True, kw_only=True)
class Item:
    """What a citizen did, as the kiosk signed it."""

    id: str
    signed: str
    seq: int
    previous: str
    at: datetime
    """By the device's clock."""
    ticket: str | None
    answers: Mapping[str, str]
    language: str
    declined: bool


def key_of(public_key: Mapping[str, Any]) -> ECKey:
    """A public key to verify with. Raises `TokenUnsound` for one that is on no curve of ours."""
    try:
        return ECKey.import_key(cast("Any", dict(public_key)))
    except (ValueError, TypeError, KeyError) as bad:
        raise TokenUnsound("The key is no P-256 key.") from bad


def key_named(text: str, typ: str) -> str:
    """Which key a token says it is signed by. Raises `TokenUnsound`."""
    return str(take_apart(text, typ=typ).header["kid"])


def read_proof(text: str, key: ECKey, method: str, path: str, body_hash: str) -> Proof:
    """The proof of exactly this request. Raises `TokenUnsound`."""
    told = take_apart(text, typ=PROOF)
    told.expect(htm=method, htu=path, bh=body_hash)
    told.instant("iat")
    proof = Proof(str(told.header["kid"]), told.text("jti", LONGEST_ID), _whole(told, "seq"))
    told.verify(key, ALGORITHMS)
    return proof


def expect_held(text: str, key: ECKey, kid: str, word: str) -> None:
    """Whoever sends this holds the key, and meant this code or kiosk. Raises `TokenUnsound`."""
    told = take_apart(text, typ=KEY)
    if told.header["kid"] != kid:
        raise TokenUnsound("The kid is the thumbprint of the key (RFC 7638).")
    told.expect(code=word)
    told.verify(key, ALGORITHMS)


def read_item(text: str, key: ECKey, id_: str) -> Item:
    """An item that was signed by this key. Raises `TokenUnsound`."""
    told = take_apart(text, typ=ITEM)
    told.verify(key, ALGORITHMS)
    claims = told.claims
    declined = claims.get("declined", False)
    answers = claims.get("answers", {})
    language, ticket = claims.get("language"), claims.get("ticket")
    if not isinstance(declined, bool) or language not in {"vi", "en"}:
        raise TokenUnsound("Tell language (vi, en), and declined as true or false.")
    if ticket is not None and not (isinstance(ticket, str) and len(ticket) <= LONGEST_ID):
        raise TokenUnsound("The claim ticket is the id of a ticket, or null.")
    if not _are_answers(answers) or (not answers and not declined):
        raise TokenUnsound("The claim answers is question id to option id.")
    previous = claims.get("prev", "")
    if not isinstance(previous, str) or len(previous) > LONGEST_ID:
        raise TokenUnsound("The claim prev is the hash of the item before, or empty.")
    return Item(
        id=id_,
        signed=text,
        seq=_whole(told, "seq"),
        previous=previous,
        at=_instant(told),
        ticket=ticket,
        answers=answers,
        language=language,
        declined=declined,
    )


def _are_answers(answers: Any) -> bool:
    if not isinstance(answers, dict) or len(answers) > MOST_ANSWERS:
        return False
    words = [*answers, *answers.values()]
    return all(isinstance(word, str) and 0 < len(word) <= LONGEST_ID for word in words)


def _whole(told: Token, name: str) -> int:
    value = told.claims.get(name)
    if type(value) is not int or not 0 < value < HIGHEST:
        raise TokenUnsound(f"The claim {name} is a whole number from 1 on.")
    return value


def _instant(told: Token) -> datetime:
    value = told.claims.get("at")
    if type(value) is not int or not 0 <= value <= LATEST_MS:
        raise TokenUnsound("The claim at is in whole milliseconds since 1970.")
    return datetime.fromtimestamp(value / 1000, UTC)


UNSOUND = (TokenUnsound, Problem)
"""What reading a token raises."""
