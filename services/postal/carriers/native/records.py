"""One event of our own format, read strictly: its sender can correct what is wrong in it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from contracts.vocabulary import Carrier, MoneyPurpose, MoneyStep
from services.postal.carriers.base import UNKNOWN, BadRecord, Record
from services.postal.carriers.distrust import instant_with_offset, item_code_of, text_of
from services.postal.carriers.native.codes import CODES
from services.postal.domain import TimeQuality
from services.postal.tracks import Evidence, Sum

CODE_ROOM = 40
TEXT_ROOM = 200
URI_ROOM = 500
MOST_PROOFS = 20
MOST_ATTEMPTS = 50
LARGEST_SUM = 10**12
"""Đồng; the suite's limit, far above any postage or fee."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONG_NUMBER = re.compile(r"[0-9](?:[ .-]?[0-9]){5,}")


class _Wrong(ValueError):
    """Something in an event is not as the format has it."""


@dataclass(frozen=True)
class _Told:
    """An object of an event, and where it stands."""

    fields: Mapping[str, object]
    at: str = ""

    def line(self, name: str, room: int = TEXT_ROOM) -> str | None:
        value = self.fields.get(name)
        if value is None:
            return None
        read = text_of(value, room) if isinstance(value, str) else None
        if read is None:
            raise _Wrong(f"{self.at}{name} is no line of 1 to {room} characters.")
        return read

    def whole(self, name: str, lowest: int, highest: int) -> int | None:
        value = self.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise _Wrong(f"{self.at}{name} is no whole number from {lowest} to {highest}.")
        return value

    def inner(self, name: str) -> "_Told":
        value = self.fields.get(name)
        if value is not None and not isinstance(value, dict):
            raise _Wrong(f"{self.at}{name} is no object.")
        return _Told(value or {}, f"{self.at}{name}/")

    def several(self, name: str, most: int) -> list["_Told"]:
        value = self.fields.get(name)
        told = [] if value is None else value
        if not isinstance(told, list) or len(told) > most:
            raise _Wrong(f"{self.at}{name} is no list of at most {most}.")
        if not all(isinstance(one, dict) for one in told):
            raise _Wrong(f"{self.at}{name} holds something that is no object.")
        return [_Told(one, f"{self.at}{name}/{index}/") for index, one in enumerate(told)]


def record_of(told: object) -> Record | BadRecord:
    """One event, or what is wrong with it: the first mistake, by the name of its field."""
    if not isinstance(told, dict):
        return BadRecord("The event is no object.")
    try:
        return _record(_Told(told))
    except _Wrong as wrong:
        return BadRecord(str(wrong))


def _record(event: _Told) -> Record:
    # What the sender numbers its events with; two are one when they say the same.
    event.line("event_id")
    if event.line("interface", CODE_ROOM) not in {None, Carrier.NATIVE}:
        raise _Wrong("interface speaks of another carrier's codes; send native, or leave it out.")
    code = _needed(event.line("code", CODE_ROOM), "code")
    meaning = CODES.get(code, UNKNOWN)
    receiver = event.inner("receiver")
    return Record(
        item_code=_item(event),
        code=code,
        status=meaning.status,
        text=meaning.text or event.line("text"),
        time_quality=TimeQuality.EVENT,
        occurred_at=_occurred_at(event),
        order_number=event.line("order_number"),
        office=event.line("office_code", CODE_ROOM),
        attempt=event.whole("attempt", 1, MOST_ATTEMPTS),
        receiver_name=_person(receiver, "name"),
        receiver_relation=_person(receiver, "relation"),
        slip=event.line("slip_number", CODE_ROOM),
        reason=event.line("reason_code", CODE_ROOM),
        evidence=tuple(_evidence(one) for one in event.several("proof", MOST_PROOFS)),
        sums=tuple(_sums(event)),
    )


def _needed(value: str | None, name: str) -> str:
    if value is None:
        raise _Wrong(f"{name} is missing.")
    return value


def _item(event: _Told) -> str:
    item = item_code_of(event.fields.get("item_code"))
    return _needed(item, "item_code: 4 to 40 letters, digits, dots and hyphens")


def _occurred_at(event: _Told) -> datetime:
    instant = instant_with_offset(event.fields.get("occurred_at"))
    if instant is None:
        raise _Wrong("occurred_at is no instant of RFC 3339 with its offset.")
    return instant


def _person(receiver: _Told, name: str) -> str | None:
    """A name or a relation; with the number of an identity paper in it, it is not kept."""
    told = receiver.line(name)
    return None if told and _LONG_NUMBER.search(told) else told


def _evidence(proof: _Told) -> Evidence:
    digest = proof.line("sha256", 64) or ""
    if not _DIGEST.fullmatch(digest):
        raise _Wrong(f"{proof.at}sha256 is not 64 hexadecimal digits in small letters.")
    kind = _needed(proof.line("kind", CODE_ROOM), f"{proof.at}kind")
    uri = proof.line("uri", URI_ROOM)
    if uri is not None and not _is_address(uri):
        raise _Wrong(f"{proof.at}uri is no https address without a password in it.")
    return Evidence(kind, digest, uri)


def _is_address(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _sums(event: _Told) -> Iterator[Sum]:
    yield from _sum(event.inner("cod"), MoneyPurpose.COD)
    fee = event.inner("fee")
    yield from _sum(fee.inner("agency_fee"), MoneyPurpose.AGENCY_FEE)
    yield from _sum(fee.inner("postage"), MoneyPurpose.POSTAGE)


def _sum(told: _Told, purpose: MoneyPurpose) -> Iterator[Sum]:
    if not told.fields:
        return
    step = told.line("step", CODE_ROOM)
    if step not in set(MoneyStep):
        raise _Wrong(f"{told.at}step is none of: {', '.join(MoneyStep)}.")
    amount = told.whole("amount", 0, LARGEST_SUM)
    yield Sum(purpose, MoneyStep(step), amount, told.line("receipt_number", CODE_ROOM))
