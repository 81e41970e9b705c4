"""Kiosks at which citizens rate: how they are enrolled, what they are told, and what they send."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contracts.rating.forms import FormQuestion
from contracts.vocabulary import Occasion
from contracts.wire import Code, Instant, Line, Name, Reckoned, View, Wire

Signed = Annotated[str, StringConstraints(min_length=20, max_length=8192)]
"""A compact JWS."""

Coordinate = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""A coordinate of a P-256 key, in base64url."""

MOST_ITEMS = 25
"""Items a kiosk sends at once."""


class KioskState(StrEnum):
    """How a kiosk stands (tình trạng thiết bị)."""

    READY = "ready"
    SILENT = "silent"
    """It has told nothing for too long while the office is open."""
    REVOKED = "revoked"


class KioskOutcome(StrEnum):
    """What became of one item of a kiosk (kết quả từng lượt)."""

    TAKEN = "taken"
    HELD = "held"
    """Kept, and counted when an operator releases it: too many came at once."""
    REFUSED = "refused"
    """Kept, and counted nowhere."""


class KioskReason(StrEnum):
    """Why an item of a kiosk was held or refused (lý do)."""

    BURST = "burst"
    """More ratings within a few seconds than people give."""
    NOT_SIGNED = "not_signed"
    """The signature is by no key of this kiosk, or the item is none."""
    TICKET_UNKNOWN = "ticket_unknown"
    TICKET_OVER = "ticket_over"
    """The dossier was not before the kiosk when the citizen tapped."""
    TOO_OLD = "too_old"
    ALREADY_RATED = "already_rated"
    INVITATION_VOID = "invitation_void"
    ANSWERS_INVALID = "answers_invalid"


class ItemOrder(StrEnum):
    """How an item follows the one before (thứ tự): told, never a reason to refuse."""

    IN_ORDER = "in_order"
    GAP = "gap"
    """Items before it did not come, or not yet."""
    LATE = "late"
    """It has a smaller number than one that came before."""
    NUMBER_REUSED = "number_reused"
    """Another item has the same number."""
    CHAIN_BROKEN = "chain_broken"
    """It has the next number, and names another item as the one before."""


class PublicKeyJwk(Wire):
    """The public part of a P-256 key (RFC 7517)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Coordinate
    y: Coordinate


class EnrolmentWanted(Wire):
    """A device is to be enrolled as the kiosk of a counter."""

    agency: Code
    counter: Name
    """What the counter is called, e.g. ``Quầy số 3``."""


class EnrolmentView(View):
    """A code to be typed in at the device, once."""

    code: str
    """Eight characters; it is shown here alone."""
    agency: str
    counter: str
    expires_at: Reckoned


class KioskEnrolled(Wire):
    """A device asks to be the kiosk an enrolment code is for."""

    code: Annotated[str, StringConstraints(min_length=8, max_length=20)]
    public_key: PublicKeyJwk
    proof: Signed
    """A JWS by the key (``typ`` ``kiosk-key+jwt``) whose claim ``code`` is the code."""


class KioskKeyWanted(Wire):
    """A kiosk asks to go on with another key."""

    public_key: PublicKeyJwk
    proof: Signed
    """A JWS by the new key whose claim ``code`` is the kiosk's id."""


class KioskSelf(View):
    """What a kiosk is told of itself."""

    id: str
    key: str
    """The name of its key, for ``kid`` (RFC 7638)."""
    agency: str | None
    """The agency's name."""
    counter: str
    rotates_at: Reckoned
    """From when on it should ask to go on with another key."""
    ends_at: Reckoned
    """Until when its key is taken."""


class KioskView(View):
    """A kiosk as an operator sees it."""

    id: str
    agency: str
    counter: str
    state: KioskState
    enrolled_at: Reckoned
    revoked_at: Reckoned | None
    heard_at: Reckoned | None
    """Its last heartbeat."""
    silent_since: Reckoned | None
    waiting: int
    """Items it had not handed over at its last heartbeat."""
    skew_seconds: int
    """How far its clock is ahead of ours."""
    held: int
    """Items that wait for an operator."""
    refused: int
    gaps: int
    """Items that came out of order, by number or by chain."""
    keys_end_at: Reckoned | None


class KioskList(View):
    """Kiosks of the agencies within reach."""

    items: list[KioskView]
    next_cursor: str | None = None


class TicketPushed(Wire):
    """The dossier whose citizen stands at the counter."""

    dossier: Code
    occasion: Occasion = Occasion.RETURNED


class TicketView(View):
    """A ticket that was put before a kiosk."""

    kiosk: str
    occasion: Occasion
    good_until: Reckoned


class KioskForm(View):
    """A questionnaire as a kiosk puts it (phiếu đánh giá tại quầy): names, never the dossier."""

    language: str
    questionnaire: str
    title: str
    thanks: str
    procedure: str | None = None
    agency: str | None = None
    counter: str
    questions: list[FormQuestion]
    """Those that must be answered; a kiosk asks no others."""


class ShownTicket(View):
    """What a kiosk shows of a ticket: names, never the dossier or the citizen."""

    id: str
    good_until: Instant
    forms: list[KioskForm]
    """The questionnaire in each language."""
    link: str | None = None
    """Where the citizen rates on a phone of their own instead."""
    qr: str | None = None
    """The same as the path of an SVG drawing, one unit for each module."""
    qr_size: int | None = None


class KioskScreen(View):
    """What a kiosk shows now."""

    ticket: ShownTicket | None = None
    at_rest: list[KioskForm]
    """What it asks while there is no ticket, in each language."""
    server_time: Instant


class KioskHeartbeat(Wire):
    """A kiosk is alive."""

    waiting: Annotated[int, Field(ge=0, le=100_000)]
    device_time: Instant


class KioskPulse(View):
    """What a kiosk is answered to a heartbeat."""

    server_time: Instant
    rotate: bool
    """Whether it should ask to go on with another key."""


class ItemsHandedOver(Wire):
    """What citizens tapped, each item signed when they did."""

    items: Annotated[list[Signed], Field(min_length=1, max_length=MOST_ITEMS)]
    """JWS (``typ`` ``kiosk-item+jwt``); claims: ``seq``, ``prev``, ``at``, ``ticket``, ``answers``,
    ``language``, ``declined``."""
    device_time: Instant


class ItemOutcome(View):
    """What became of an item."""

    item: str
    """SHA-256 of the JWS, in hexadecimal."""
    outcome: KioskOutcome
    repeated: bool
    """Whether it had come before; then the outcome is the earlier one."""
    reason: KioskReason | None = None
    order: ItemOrder | None = None


class ItemReceipt(View):
    """What became of each item, in their order."""

    items: list[ItemOutcome]
    server_time: Instant


class ReleaseWanted(Wire):
    """Held items are to count after all."""

    reason: Line
    """Why, for those who ask later."""


class ReleaseView(View):
    """What became of the held items of a kiosk."""

    taken: int
    refused: int
    """Those that could not count any more, e.g. because the citizen has rated meanwhile."""
