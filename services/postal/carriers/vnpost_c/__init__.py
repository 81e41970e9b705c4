"""The old MyVNPost (interface C, 2018 to 2022) of Vietnam Post: one signed record in each message.

The facts are those of one integrator's program. A message is ``{Data, SendDate, SignData}``: `Data` is a
text that holds JSON, and `SignData` signs `Data` and `SendDate` together (RSA-SHA256, PKCS #1 v1.5). So the
signature covers all that is told and when it was sent, and nothing can be changed or added: that is what
`strong` means, and nothing less. Where one text ends and the other begins is not signed, but `Data` must be
a whole JSON object or list, and no longer or shorter text is.

The carrier can also be given an address with a secret in it (``?secret=``). Whoever reads an address in a log
has it, so it is asked for on top of the signature where the account has one, and is never enough alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hmac import compare_digest
from typing import Any

from contracts.postal import CarrierRecordOutcome
from contracts.vocabulary import Carrier, MoneyPurpose, MoneyStep
from services.postal.carriers import rsa_keys
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
from services.postal.carriers.distrust import (
    item_code_of,
    read_json,
    text_of,
    whole_of,
    written_instant,
)
from services.postal.carriers.vnpost_c.codes import CODES, MONEY
from services.postal.domain import Strength, TimeQuality
from services.postal.tracks import Sum

RECEIPT = "ok"
"""What integrators answer, and the carrier is content with."""

_CODE_ROOM = 20
_TEXT_ROOM = 200
_MOST_DONG = 10**12


class VnpostC(SendsMessages):
    """The old MyVNPost. Its messages are `strong` if their date is read; their time is that of sending."""

    name = Carrier.VNPOST_C
    meanings = CODES
    address_secret = True

    def read(self, raw: bytes, headers: Mapping[str, str], account: Account) -> Batch:
        """The records of a message, signed as a whole; usually one."""
        if len(raw) > MAX_BODY:
            raise CarrierMessageTooLarge(f"At most {MAX_BODY} bytes are taken at once.")
        _expect_secret(headers.get(ADDRESS_SECRET, ""), account)
        if not account.public_key_pem:
            raise CarrierSignatureInvalid("Our account has no key to check the message with.")
        message = _json(raw)
        if not isinstance(message, dict):
            raise UnreadableCarrierMessage("The body is not an object.")
        told, sent = _verified(message, account.public_key_pem)
        data = _json(told.encode())
        records = data if isinstance(data, list) else [data]
        if not isinstance(data, dict | list) or not records:
            raise UnreadableCarrierMessage("Data holds no record.")
        if len(records) > MAX_RECORDS:
            raise CarrierMessageTooLarge(f"At most {MAX_RECORDS} records are taken at once.")
        written = written_instant(sent)
        sent_at = written.instant if written else None
        return Batch(
            Strength.STRONG if sent_at else Strength.PARTIAL,
            sent_at,
            tuple(self._record(record, sent_at) for record in records),
        )

    def missing_for_messages(self, account: Account) -> tuple[str, ...]:
        """The carrier's key."""
        return () if account.public_key_pem else ("public_key_pem",)

    def acknowledge(
        self,
        outcomes: Sequence[CarrierRecordOutcome],  # noqa: ARG002 - they make no difference to it
        headers: Mapping[str, str],  # noqa: ARG002 - likewise
    ) -> Any | None:
        """``"ok"``, whatever became of the records."""
        return RECEIPT

    def _record(self, told: object, sent_at: datetime | None) -> Record | BadRecord:
        if not isinstance(told, dict):
            return BadRecord("The record is not an object.")
        item = item_code_of(told.get("ItemCode"))
        if item is None:
            return BadRecord("The record has no item number of 4 to 40 letters and digits.")
        code = text_of(told.get("OrderStatusId"), _CODE_ROOM)
        if code is None:
            return BadRecord("The record has no status code.")
        meaning = self.meaning(code)
        return Record(
            item_code=item,
            code=code,
            status=meaning.status,
            text=meaning.text,
            time_quality=TimeQuality.BATCH if sent_at else TimeQuality.RECEIVED,
            occurred_at=sent_at,
            order_number=text_of(told.get("OrderCode"), _TEXT_ROOM),
            sums=_sums(told, code),
        )


def _expect_secret(shown: str, account: Account) -> None:
    words = (account.secret or "").split()
    told = shown.encode("utf-8", "replace")
    if words and not any(compare_digest(told, word.encode()) for word in words):
        raise CarrierSignatureInvalid("The address lacks the account's secret.")


def _verified(message: Mapping[str, object], key: str) -> tuple[str, str]:
    told, sent = message.get("Data"), message.get("SendDate")
    mark = rsa_keys.mark_of(message.get("SignData"))
    if not (isinstance(told, str) and isinstance(sent, str) and mark):
        raise CarrierSignatureInvalid("The signature, or something it covers, is missing.")
    try:
        fits = rsa_keys.signs(key, mark, (told + sent).encode())
    except ValueError as broken:
        raise CarrierSignatureInvalid(
            "The message or the account's key cannot be read."
        ) from broken
    if not fits:
        raise CarrierSignatureInvalid("The signature does not fit the message.")
    return told, sent


def _json(raw: bytes) -> Any:
    try:
        return read_json(raw)
    except ValueError as broken:
        raise UnreadableCarrierMessage("The message is not JSON in UTF-8.") from broken


def _sums(told: Mapping[str, object], code: str) -> tuple[Sum, ...]:
    freight = whole_of(told.get("TotalFreightIncludeVatEvaluation"), _MOST_DONG)
    estimate = (
        (Sum(MoneyPurpose.POSTAGE, MoneyStep.ESTIMATED, freight),) if freight is not None else ()
    )
    return estimate + ((MONEY[code],) if code in MONEY else ())
