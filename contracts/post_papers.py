"""What is counted when papers change hands with the post: at a citizen's door, at the counter."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.vocabulary import Carrier, Leg
from contracts.wire import Day, Instant, Line, Text, View, Wire

Number = Annotated[Line, Field(max_length=64)]
"""A number of a seal, a slip or a receipt, as it is printed; at most 64 characters."""


class PaperCount(Wire):
    """How many sheets of one paper there are (thành phần hồ sơ)."""

    name: Line
    originals: Annotated[int, Field(ge=0, le=1000)] = 0
    """Originals (bản chính)."""
    copies: Annotated[int, Field(ge=0, le=1000)] = 0
    """Copies (bản sao)."""


Counts = Annotated[list[PaperCount], Field(min_length=1, max_length=100)]


class PickupReport(Wire):
    """What the postman took from a citizen's hands (phiếu hồ sơ; Decision 45/2016/QĐ-TTg).

    The papers are counted against the published list, both sign, and the envelope is sealed in the citizen's
    presence.
    """

    counts: Counts
    seal_number: Number
    """Number of the seal on the envelope (số niêm phong)."""
    collected_at: Instant
    slip_number: Number
    """Number of the slip both have signed (số phiếu)."""
    fee: Annotated[int, Field(ge=1, le=1_000_000_000_000)] | None = None
    """What the postman collected for the agency (phí, lệ phí), in đồng; none when nothing was."""
    fee_receipt: Number | None = None
    """Number of the receipt the citizen was given for it (số biên lai)."""


class OpeningReport(Wire):
    """What was found when the counter opened an envelope (mở niêm phong)."""

    counts: Counts
    seal_intact: bool
    """Whether the seal was whole (niêm phong còn nguyên)."""
    opened_at: Instant | None = None
    """The moment of the report when left out."""


class CountDifference(View):
    """A paper of which the counter did not find as many as the postman had counted (chênh lệch)."""

    name: str
    originals_picked_up: int
    originals_found: int
    copies_picked_up: int
    copies_found: int


class PickupView(View):
    """What the postman took from a citizen's hands."""

    counts: list[PaperCount]
    seal_number: str
    collected_at: Instant
    slip_number: str
    fee: int | None
    fee_receipt: str | None


class OpeningView(View):
    """What was found when the counter opened the envelope."""

    counts: list[PaperCount]
    seal_intact: bool
    opened_at: Instant
    differences: list[CountDifference] | None
    """Between what was picked up and what was found; none while no pickup is recorded."""


class ManifestAgency(View):
    """Whose manifest it is."""

    code: str
    name: str


class ManifestRow(View):
    """An item on the manifest: the papers of one dossier in one envelope."""

    number: int
    """Counts on from part to part."""
    shipment: str
    item_code: str | None
    """None while the carrier has not given the number yet."""
    dossier: str
    leg: Leg
    attempt: int
    carrier: Carrier
    account: str
    ordered_at: Instant
    accepted_at: Instant | None
    """When the post took custody; none while the item waits."""
    slip_number: str | None
    """Number of the slip it was handed over with."""


class ManifestTotal(View):
    """What is on the whole manifest for one account with a carrier."""

    carrier: Carrier
    account: str
    items: int
    """Envelopes: dossiers that travel in one item count once."""
    dossiers: int


class ManifestView(View):
    """A part of a day's handover manifest (bảng kê, biên bản bàn giao bưu gửi)."""

    agency: ManifestAgency
    account: str | None
    date: Day
    state: Literal["waiting", "handed_over"]
    issued_at: Instant
    totals: list[ManifestTotal]
    """Of all parts."""
    items: list[ManifestRow]
    next_cursor: str | None = None


class HandedItem(Wire):
    """One item that was handed to the post: by its shipment, or by carrier and number as scanned."""

    shipment: Number | None = None
    carrier: Carrier | None = None
    item_code: Number | None = None


class Handover(Wire):
    """A signed manifest (biên bản bàn giao đã ký): what the post took over, under which slip."""

    slip_number: Number
    """Number of the manifest or of the post's receipt (số biên bản, số phiếu nhận)."""
    handed_over_at: Instant
    items: Annotated[list[HandedItem], Field(min_length=1, max_length=200)]
    note: Text | None = None


class HandoverOutcome(View):
    """What became of one item of a signed manifest."""

    outcome: Literal["applied", "duplicate", "refused"]
    """``duplicate``: it stood there already, word for word."""
    shipment: str | None
    item_code: str | None
    code: str | None = None
    """Why it was refused, as a problem's code."""
    detail: str | None = None


class HandoverAnswer(View):
    """What became of each item, in the order they were sent."""

    slip_number: str
    items: list[HandoverOutcome]
