"""Our own format, for carriers that have none: signed by Standard Webhooks, in the suite's own words.

A message is ``{type, timestamp, data: {events: [...]}}``; ``docs/partners/postal-native.md`` has every field.
"""

import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.problems import FieldError, Invalid
from contracts.vocabulary import Carrier
from services.postal.carriers import signed
from services.postal.carriers.base import (
    MAX_BODY,
    MAX_RECORDS,
    Account,
    BadRecord,
    Batch,
    CarrierMessageTooLarge,
    SendsMessages,
    UnreadableCarrierMessage,
)
from services.postal.carriers.distrust import instant_with_offset, read_json
from services.postal.carriers.native.codes import CODES
from services.postal.carriers.native.records import record_of
from services.postal.domain import Strength

TYPE = "item.reported"
"""The only type of message there is."""

_MOST_TOLD = 20
"""Mistakes told of one message."""


class NoEventUsable(Invalid):
    """Not one event of the message can be used."""

    title_vi = "Không có sự kiện nào trong thông báo dùng được"


class Native(SendsMessages):
    """Our own format. Its messages have the strength `strong`: the signature covers every byte, and the time.

    `tolerance` is how far the time of sending may be from `clock`.
    """

    name = Carrier.NATIVE
    meanings = CODES

    def __init__(
        self,
        tolerance: timedelta = signed.TOLERANCE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._tolerance = tolerance
        self._clock = clock

    def read(self, raw: bytes, headers: Mapping[str, str], account: Account) -> Batch:
        """The events of a message signed with one of the account's secrets or keys."""
        if len(raw) > MAX_BODY:
            raise CarrierMessageTooLarge(f"At most {MAX_BODY} bytes are taken at once.")
        keys = signed.keys_of(account)
        shown = signed.verify(raw, headers, keys, now=self._clock(), tolerance=self._tolerance)
        message = _message(raw)
        records = tuple(record_of(event) for event in _events(message))
        sent_at = instant_with_offset(message.get("timestamp")) or shown.sent_at
        return Batch(Strength.STRONG, sent_at, records, shown.message_id)

    def new_secret(self) -> str | None:
        """256 random bits, written as Standard Webhooks has them."""
        return signed.SECRET + b64encode(secrets.token_bytes(32)).decode()

    def can_use(self, secret: str) -> bool:
        """Whether every word of it is a secret of 24 to 64 bytes."""
        return 0 < len(secret.split()) == len(signed.secrets_in(secret))

    def expect_usable(self, batch: Batch) -> None:
        """Refuse a message without one event that can be used, telling what is wrong with each."""
        wrong = [one for one in batch.records if isinstance(one, BadRecord)]
        if len(wrong) < len(batch.records):
            return
        errors = [
            FieldError(pointer=f"/data/events/{index}", code="event-invalid", detail=one.detail)
            for index, one in enumerate(wrong[:_MOST_TOLD])
        ]
        raise NoEventUsable("Correct the events, and send the message again.", errors=errors)


def _message(raw: bytes) -> dict[str, Any]:
    try:
        message = read_json(raw)
    except ValueError as broken:
        raise UnreadableCarrierMessage("The body is not JSON in UTF-8.") from broken
    if not isinstance(message, dict) or message.get("type") != TYPE:
        raise UnreadableCarrierMessage(f"The body is no object of the type {TYPE}.")
    return message


def _events(message: Mapping[str, Any]) -> list[object]:
    data = message.get("data")
    events = data.get("events") if isinstance(data, dict) else None
    if not isinstance(events, list) or not events:
        raise UnreadableCarrierMessage("The body has no list of events under data.")
    if len(events) > MAX_RECORDS:
        raise CarrierMessageTooLarge(f"At most {MAX_RECORDS} events are taken at once.")
    return events
