"""Carriers that sign nothing: all they show is a word that we share with them (mã bí mật dùng chung).

Whoever has read one message, or a log that kept its address, knows the word: what they say is `weak`.
"""

import hmac
import secrets
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar

from services.postal.carriers.base import (
    ADDRESS_SECRET,
    MAX_BODY,
    MAX_RECORDS,
    Account,
    BadRecord,
    Batch,
    CarrierMessageTooLarge,
    CarrierSignatureInvalid,
    Record,
    SendsMessages,
    UnreadableCarrierMessage,
)
from services.postal.carriers.distrust import read_json
from services.postal.domain import Strength

SHORTEST_WORD = 16
"""Characters of the shortest word that counts as a secret; ours have 43."""


class SharesAWord(SendsMessages):
    """An interface whose carrier shows a secret word, in its address or in a place of its own.

    The account's secret may be several words, separated by blanks, while one takes another's place.
    """

    address_secret = True
    word_headers: ClassVar[tuple[str, ...]] = ()
    """Headers that may hold the word, in small letters."""

    def read(self, raw: bytes, headers: Mapping[str, str], account: Account) -> Batch:
        """The records of a message that shows the account's word; nothing in it is signed."""
        if len(raw) > MAX_BODY:
            raise CarrierMessageTooLarge(f"At most {MAX_BODY} bytes are taken at once.")
        words = _words_of(account)
        beside = [headers.get(name) for name in (ADDRESS_SECRET, *self.word_headers)]
        known = _any_fits(beside, words)
        # What strangers send is not even parsed, where the word stands beside the body.
        if not known and type(self).words_within is SharesAWord.words_within:
            raise _not_known()
        message = self.parsed(raw, headers)
        if not known and not _any_fits(self.words_within(message), words):
            raise _not_known()
        told = self.told(message)
        if len(told) > MAX_RECORDS:
            raise CarrierMessageTooLarge(f"At most {MAX_RECORDS} records are taken at once.")
        return Batch(Strength.WEAK, None, tuple(self.record(one) for one in told))

    def parsed(self, raw: bytes, headers: Mapping[str, str]) -> Any:  # noqa: ARG002 - for other forms
        """A body as a value. Raises `UnreadableCarrierMessage`."""
        try:
            return read_json(raw)
        except ValueError as broken:
            raise UnreadableCarrierMessage("The body is not JSON in UTF-8.") from broken

    def words_within(self, message: Any) -> Iterable[object]:  # noqa: ARG002 - for carriers with one
        """Words that stand in the body itself."""
        return ()

    def new_secret(self) -> str | None:
        """256 random bits, written for an address."""
        return secrets.token_urlsafe(32)

    def can_use(self, secret: str) -> bool:
        """Whether every word of it is long enough to be one."""
        words = secret.split()
        return bool(words) and all(len(word) >= SHORTEST_WORD for word in words)

    @abstractmethod
    def told(self, message: Any) -> Sequence[object]:
        """The records a body holds. Raises `UnreadableCarrierMessage`."""

    @abstractmethod
    def record(self, told: object) -> Record | BadRecord:
        """One record, read."""


def _words_of(account: Account) -> list[str]:
    words = [word for word in (account.secret or "").split() if len(word) >= SHORTEST_WORD]
    if not words:
        raise CarrierSignatureInvalid("Our account has no secret that the carrier could show.")
    return words


def _any_fits(shown: Iterable[object], words: Iterable[str]) -> bool:
    told = [_digest(word) for word in shown if isinstance(word, str)]
    # Each is compared with each: how long it takes must not tell which one was close.
    fits = [hmac.compare_digest(one, _digest(word)) for one in told for word in words]
    return any(fits)


def _digest(word: str) -> bytes:
    return sha256(word.encode("utf-8", "surrogatepass")).digest()


def _not_known() -> CarrierSignatureInvalid:
    return CarrierSignatureInvalid("The message does not show the secret of any account of ours.")
