"""Codes, clocks, chains and bursts of kiosks. Values only."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from contracts.rating.kiosks import ItemOrder
from contracts.vocabulary import VIETNAM

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is read as a digit."""

CODE_LENGTH = 8
BURST = 3
"""Items within `BURST_SPAN` that people give; what comes above is held."""

BURST_SPAN = timedelta(seconds=10)
TICKET_GOOD = timedelta(minutes=3)
WINDOW = 64
"""How far a request may lie behind the last number: that many proofs are remembered however old."""

LATEST = timedelta(days=7)
"""How long an item may be under way."""

CLOCK_SLACK = timedelta(seconds=60)
"""How far a tap may lie outside its ticket: skew is measured anew at each contact, clocks drift between."""

SATURDAY = 5


def code_of(random: bytes) -> str:
    """The enrolment code of eight random bytes.

    >>> code_of(bytes([0, 1, 2, 3, 4, 5, 6, 255]))
    '0123456Z'
    """
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in random[:CODE_LENGTH])


def plain_code(typed: str) -> str:
    """A code as it was made, however somebody typed it.

    >>> plain_code("abcd-efo1 ")
    'ABCDEF01'
    """
    plain = "".join(typed.split()).replace("-", "").upper()
    return plain.replace("O", "0").replace("I", "1").replace("L", "1")


def digest(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def body_hash(body: bytes) -> str:
    """SHA-256 of a body in base64url, as a proof names it.

    >>> body_hash(b"")
    '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'
    """
    return urlsafe_b64encode(hashlib.sha256(body).digest()).decode().rstrip("=")


def thumbprint(key: Mapping[str, str]) -> str:
    """The name of a public key: its RFC 7638 thumbprint.

    >>> thumbprint({"kty": "EC", "crv": "P-256", "x": "a", "y": "b"})[:8]
    'RDgNRYDb'
    """
    told = {name: key[name] for name in ("crv", "kty", "x", "y")}
    return body_hash(json.dumps(told, separators=(",", ":"), sort_keys=True).encode())


def corrected(device_at: datetime, skew_ms: int, received_at: datetime) -> datetime:
    """When it was by our clock; nothing is later than its receipt.

    >>> from datetime import UTC
    >>> ours = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
    >>> corrected(datetime(2026, 5, 4, 9, 30, tzinfo=UTC), 3_600_000, ours).time()
    datetime.time(8, 30)
    >>> corrected(datetime(2026, 5, 4, 9, 30, tzinfo=UTC), 0, ours).time()
    datetime.time(9, 0)
    """
    return min(device_at - timedelta(milliseconds=skew_ms), received_at)


def skew(device_now: datetime, now: datetime) -> int:
    """Milliseconds that a device's clock is ahead of ours."""
    return round((device_now - now) / timedelta(milliseconds=1))


def order_of(seq: int, previous: str, last_seq: int, last_hash: str, *, known: bool) -> ItemOrder:
    """How an item follows the last one; `known` is whether another item has its number.

    >>> order_of(1, "", 0, "", known=False), order_of(4, "c", 2, "b", known=False)
    (<ItemOrder.IN_ORDER: 'in_order'>, <ItemOrder.GAP: 'gap'>)
    >>> order_of(3, "x", 2, "b", known=False), order_of(1, "", 2, "b", known=False)
    (<ItemOrder.CHAIN_BROKEN: 'chain_broken'>, <ItemOrder.LATE: 'late'>)
    """
    if known:
        return ItemOrder.NUMBER_REUSED
    if seq <= last_seq:
        return ItemOrder.LATE
    if seq > last_seq + 1:
        return ItemOrder.GAP
    return ItemOrder.IN_ORDER if previous == last_hash else ItemOrder.CHAIN_BROKEN


def bursts(tapped_at: datetime, others: Iterable[datetime]) -> bool:
    """Whether an item comes on top of more than people give within a few seconds.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    >>> bursts(noon, [noon] * 2), bursts(noon, [noon] * 3), bursts(noon, [noon - BURST_SPAN] * 9)
    (False, True, False)
    """
    close = sum(1 for other in others if abs(tapped_at - other) < BURST_SPAN)
    return close >= BURST


def before_it(
    tapped_at: datetime, pushed_at: datetime, good_until: datetime, ended_at: datetime | None
) -> bool:
    """Whether a ticket was before the kiosk when somebody tapped, as well as two clocks can tell."""
    end = min(good_until, ended_at) if ended_at else good_until
    return pushed_at - CLOCK_SLACK <= tapped_at <= end + CLOCK_SLACK


def open_since(now: datetime, hours: Iterable[tuple[time, time]]) -> datetime | None:
    """Since when the office is open; None while it is closed. Holidays are not known here.

    >>> from datetime import UTC
    >>> day = [(time(7), time(11, 30)), (time(13, 30), time(17))]
    >>> open_since(datetime(2026, 5, 4, 2, 0, tzinfo=UTC), day).isoformat()
    '2026-05-04T07:00:00+07:00'
    >>> open_since(datetime(2026, 5, 4, 5, 0, tzinfo=UTC), day) is None
    True
    >>> open_since(datetime(2026, 5, 2, 2, 0, tzinfo=UTC), day) is None
    True
    """
    local = now.astimezone(VIETNAM)
    if local.weekday() >= SATURDAY:
        return None
    for opens, closes in hours:
        if opens <= local.time() < closes:
            return _at(local.date(), opens)
    return None


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, VIETNAM)
